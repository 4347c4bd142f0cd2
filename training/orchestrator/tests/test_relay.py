"""Between the evaluation and a llama.cpp server: examples are shown, ends are counted, answers come through whole."""

import json
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lilux_orchestrator.relay import handler_of

SHOWN = [{"role": "user", "content": "shown"}, {"role": "assistant", "content": "seen"}]
STREAM = 'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":null}]}\n\ndata: {"choices":[{"delta":{},"finish_reason":"%s"}]}\n\n'


@pytest.fixture
def model():
    """What a llama.cpp server says, and what it was asked."""
    asked: list[dict] = []
    ends = ["stop", "tool_calls", "length"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(json.dumps({"path": self.path}))

        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.answer(STREAM % ends[(len(asked) - 1) % len(ends)])

        def answer(self, text: str) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_args) -> None:
            pass

    with serving(Handler) as address:
        yield address, asked


class serving:
    def __init__(self, handler) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()


def said(address: str, method: str, path: str, body: dict | None = None) -> str:
    connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
    connection.request(method, path, json.dumps(body) if body else None)
    return connection.getresponse().read().decode()


def test_examples_stand_between_the_rules_and_the_conversation_and_an_answer_is_bounded(model):
    address, asked = model
    rules, line = {"role": "system", "content": "rules"}, {"role": "user", "content": "line"}
    with serving(handler_of(address, SHOWN, {"answers": 0, "stopped": 0})) as relay:
        text = said(relay, "POST", "/v1/chat/completions", {"messages": [rules, line], "max_tokens": 4_000})
    assert text == STREAM % "stop", "what the model said, to the byte"
    assert asked[0]["messages"] == [rules, *SHOWN, line]
    assert asked[0]["max_tokens"] == 200


def test_an_answer_that_was_cut_off_did_not_stop_by_itself_and_a_probability_is_no_answer(model):
    """Mutant: whatever ended is counted as stopped."""
    address, _ = model
    counts = {"answers": 0, "stopped": 0}
    with serving(handler_of(address, [], counts)) as relay:
        for _ in range(3):
            said(relay, "POST", "/v1/chat/completions", {"messages": []})
        said(relay, "POST", "/v1/chat/completions", {"messages": [], "logprobs": True})
    assert counts == {"answers": 3, "stopped": 2}


def test_what_else_is_asked_goes_through_as_it_is(model):
    address, _ = model
    with serving(handler_of(address, SHOWN, {"answers": 0, "stopped": 0})) as relay:
        assert json.loads(said(relay, "GET", "/props")) == {"path": "/props"}
