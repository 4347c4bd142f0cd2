"""Variations are written by a server, and kept only where nothing of what really happened is lost."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from lilux_orchestrator.augment import augment, can_vary
from lilux_orchestrator.refused import Refused
from lilux_orchestrator.settings import checked

CALL = {"call": {"name": "execute", "arguments": {"item_id": "bump", "parameters": {"current": "2.7.9"}}}, "ok": True}


def example(name, **rest):
    return {
        "id": name, "turn": {"kind": "submit", "text": f"bump 2.7.9 for {name}"}, "arrives": None, "author": "lilux",
        "steps": [{"by": "router", "calls": [CALL]}], "response": "It is `3.0.0` now.", **rest,
    }


@pytest.fixture
def server():
    """Answers by the example's name, and counts how often it is asked."""
    answers = {
        "good": json.dumps({"text": "next version after 2.7.9, for good", "response": "That makes `3.0.0`."}),
        "lost": json.dumps({"text": "next version please", "response": "That makes `3.0.0`."}),
        "wrong": json.dumps({"text": "what follows 2.7.9", "response": "It is `9.9.9`."}),
        "words": "I would rather not.",
    }
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told = json.loads(body["messages"][-1]["content"])["text"]
            asked.append(told)
            content = answers[told.split()[-1]]
            data = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args):
            pass

    running = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/v1", asked
    running.shutdown()
    running.server_close()


@pytest.fixture
def check(tmp_path):
    """Stands for `lilux`: finds fault with whatever says 9.9.9."""
    script = tmp_path / "check.py"
    script.write_text(
        "import json, sys\n"
        "rows = [json.loads(line) for file in sys.argv[3:-1] for line in open(file)]\n"
        "print(json.dumps([{'id': r['id']} for r in rows if '9.9.9' in r['response']]))\n"
    )
    return [sys.executable, str(script)]


def settings(url):
    return checked({"base_model": "x", "datasets": ["d"], "augment_url": url, "augment_model": "strong"})


def test_a_variation_is_kept_with_its_parent_and_one_that_lost_a_value_or_breaks_a_rule_is_not(tmp_path, server, check):
    url, asked = server
    file, out = tmp_path / "examples.jsonl", tmp_path / "augmented.jsonl"
    file.write_text("".join(json.dumps(example(name)) + "\n" for name in ("good", "lost", "wrong", "words")))
    found = augment([file], settings(url), check, out)
    assert found == {"asked": 4, "written": 3, "lost values": 1, "refused": 1, "kept": 1}
    (kept,) = map(json.loads, out.read_text().splitlines())
    assert (kept["id"], kept["parents"], kept["author"]) == ("good-v1", ["good"], "strong")
    assert kept["steps"] == example("good")["steps"], "what really happened stays"
    assert kept["turn"]["text"] == "next version after 2.7.9, for good" and set(kept) == set(example("good")) | {"parents"}
    again = augment([file], settings(url), check, out)
    assert again["kept"] == 1 and len(asked) == 5, "only the one without an answer is asked for again"


def test_what_hangs_on_its_very_characters_is_not_varied():
    assert can_vary(example("a"))
    assert not can_vary(example("a", arrives={"afterCharacters": 4}))
    assert not can_vary(example("a", turn={"kind": "accept", "text": "x", "chosen": {}}))
    assert not can_vary(example("a", steps=[{"by": "model", "cut": True, "calls": []}]))


def test_a_server_that_is_not_there_is_named(tmp_path, check):
    file = tmp_path / "examples.jsonl"
    file.write_text(json.dumps(example("good")) + "\n")
    with pytest.raises(Refused, match="augment_url: http://127.0.0.1:9/v1/chat/completions gave no answer"):
        augment([file], settings("http://127.0.0.1:9"), check, tmp_path / "out.jsonl")
