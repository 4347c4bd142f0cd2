"""A llama.cpp server of one model, in this process: what a person's own machine serves it with."""

from pathlib import Path

import xllamacpp

WINDOW = 8_192


def start(model: Path, adapter: Path | None, template: str, name: str, threads: int) -> tuple[xllamacpp.Server, str]:
    """The server, which stops when nobody holds it any more, and its address."""
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.model_alias = {name}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = 1
    params.n_ctx = WINDOW
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.use_jinja = True
    params.chat_template = template
    if adapter is not None:
        laid = xllamacpp.CommonAdapterLoraInfo()
        laid.path, laid.scale = str(adapter), 1.0
        params.lora_adapters = [laid]
    server = xllamacpp.Server(params)
    return server, server.listening_address
