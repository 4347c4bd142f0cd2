# The balancer before vLLM, at the version that was tried.
ARG PYTHON_IMAGE=docker.io/library/python:3.12-slim@sha256:57cd7c3a7a273101a6485ba99423ee568157882804b1124b4dd04266317710de
FROM ${PYTHON_IMAGE}
RUN pip install --no-cache-dir vllm-router==0.1.17
USER 1000:1000
ENTRYPOINT ["vllm-router"]
