# One image for every service; docker-compose.yml says which one a container runs.
# What it is built on is named by its digest: a tag is moved, a digest is not.
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ARG RUNTIME_IMAGE=docker.io/library/debian:bookworm-slim@sha256:96e378d7e6531ac9a15ad505478fcc2e69f371b10f5cdf87857c4b8188404716

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /lilux
# The version is the one tools/setup installs for checkouts.
RUN npm install --global --ignore-scripts pnpm@12.21.0
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
COPY services services
COPY apps apps
# What `lilux` and the services need, and nothing of the tools beside them.
RUN node "$(npm root --global)/pnpm/bin/pnpm.mjs" install --frozen-lockfile --prod --filter-prod lilux...
# What the image is made of, from the lockfile and what was installed.
RUN node "$(npm root --global)/pnpm/bin/pnpm.mjs" --filter lilux sbom --prod \
      --sbom-format cyclonedx --sbom-type application --out /lilux/sbom.cdx.json
# The terminal page is made once, here.
RUN node --no-warnings apps/lilux/src/main.ts terminal --out /lilux/terminal
COPY deploy/image/prune.mjs /tmp/prune.mjs
RUN node /tmp/prune.mjs /lilux

FROM ${RUNTIME_IMAGE}
# Python runs scripts, pip fetches what they depend on, bubblewrap confines them; only the kiwi service uses them.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends bubblewrap ca-certificates python3 python3-pip \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/* \
  && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
COPY --from=dependencies /usr/local/bin/node /usr/local/bin/node
WORKDIR /lilux
COPY --from=dependencies /lilux /lilux
COPY models models
COPY examples examples
COPY deploy/nats deploy/nats
ENV NODE_ENV=production \
    LILUX_PROJECT=/library \
    LILUX_MODEL_DIR=/lilux/models/router-encoder \
    LILUX_TERMINAL_DIR=/lilux/terminal \
    LILUX_ADMIN_HOST=0.0.0.0 \
    LILUX_ADMIN_PORT=9464
# Where volumes are mounted: a new one takes over who owns the folder.
RUN for folder in state embeddings packages tenants credentials models jetstream weights; do \
      mkdir /$folder && chown node:node /$folder && chmod 700 /$folder; done \
  && mkdir /made && for name in authority gateway router context-warmer orchestrator kiwi flywheel nats redis postgres operator; do \
      mkdir /made/$name; done \
  && chown -R node:node /made && chmod -R u=rwX,go= /made && chmod 755 /made /made/postgres
USER 1000:1000
ENTRYPOINT ["node", "--no-warnings"]
CMD ["services/gateway/src/main.ts"]
