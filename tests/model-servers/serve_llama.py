"""A llama.cpp server of one GGUF file on a port of 127.0.0.1, until it is ended."""

import argparse
import signal
import threading
from pathlib import Path

import xllamacpp


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--window", type=int, default=8192)
    parser.add_argument("--parallel", type=int, default=2)
    given = parser.parse_args()

    params = xllamacpp.CommonParams()
    params.model.path = given.model
    params.model_alias = {"small"}
    params.hostnames = ["127.0.0.1"]
    params.port = given.port
    params.n_parallel = given.parallel
    params.n_ctx = given.window * given.parallel
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.use_jinja = True
    params.chat_template = Path(__file__).with_name("chat-template.jinja").read_text("utf8")
    params.endpoint_metrics = True
    params.endpoint_slots = True
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)

    ended = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    ended.wait()


main()
