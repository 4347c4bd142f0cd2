"""A llama.cpp server of one GGUF file on a port of 127.0.0.1, until it is ended.

It takes the arguments of llama.cpp's own `llama-server` that Lilux gives, so that either can be started.
"""

import argparse
import os
import signal
import threading
from pathlib import Path

import xllamacpp


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--lora")
    parser.add_argument("--alias", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ctx-size", type=int, required=True)
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--threads-batch", type=int, required=True)
    parser.add_argument("--jinja", action="store_true")
    parser.add_argument("--no-webui", action="store_true")
    parser.add_argument("--chat-template-file")
    return parser.parse_args()


def parameters(given: argparse.Namespace) -> xllamacpp.CommonParams:
    params = xllamacpp.CommonParams()
    params.model.path = given.model
    params.model_alias = {given.alias}
    params.hostnames = [given.host]
    params.port = given.port
    params.n_parallel = given.parallel
    params.n_ctx = given.ctx_size
    params.cpuparams.n_threads = given.threads
    params.cpuparams_batch.n_threads = given.threads_batch
    params.use_jinja = True
    # What a person typed is told to nobody who finds the port.
    params.endpoint_slots = False
    params.ui = False
    key = os.environ.get("LLAMA_API_KEY")
    if key:
        params.api_keys = [key]
    if given.lora:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(given.lora, 1.0)]
    if given.chat_template_file:
        params.chat_template = Path(given.chat_template_file).read_text("utf8")
    return params


def main() -> None:
    server = xllamacpp.Server(parameters(arguments()))
    print(server.listening_address, flush=True)
    ended = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    ended.wait()


main()
