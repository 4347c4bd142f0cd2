"""Stands between `lilux eval orchestrator` and a llama.cpp server: examples go before the conversation, ends are counted."""

import json
import re
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from .llama import start as start_llama
from .serve import TOKENS_MAX, with_shown

ENDED = re.compile(rb'"finish_reason":\s*"(\w+)"')
ANSWER_SECONDS = 180


def start(model: Path, adapter: Path | None, template: str, name: str, threads: int, shown: list[dict]) -> tuple[HTTPServer, dict]:
    counts = {"answers": 0, "stopped": 0}
    llama, address = start_llama(model, adapter, template, name, threads)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(address, shown, counts))
    # It lives as long as somebody holds it.
    server.llama = llama
    return server, counts


def handler_of(address: str, shown: list[dict], counts: dict):
    host = urlsplit(address).netloc

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.forward(None)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if not self.path.endswith("/chat/completions"):
                return self.forward(json.dumps(body).encode())
            body["messages"] = with_shown(body["messages"], shown)
            body["max_tokens"] = min(int(body.get("max_tokens") or TOKENS_MAX), TOKENS_MAX)
            answer = self.forward(json.dumps(body).encode())
            if not body.get("logprobs"):
                ends = ENDED.findall(answer)
                counts["answers"] += bool(ends)
                counts["stopped"] += bool(ends) and ends[-1] != b"length"

        def forward(self, body: bytes | None) -> bytes:
            """As it comes, so that whoever leaves early is left by the model too."""
            asked = HTTPConnection(host, timeout=ANSWER_SECONDS)
            whole = b""
            try:
                asked.request(self.command, self.path, body, {"content-type": "application/json"})
                answer = asked.getresponse()
                self.send_response(answer.status)
                self.send_header("content-type", answer.getheader("content-type") or "application/json")
                self.send_header("connection", "close")
                self.end_headers()
                while part := answer.read1(65_536):
                    whole += part
                    self.wfile.write(part)
                    self.wfile.flush()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                asked.close()
            return whole

        def log_message(self, *_args) -> None:
            pass

    return Handler
