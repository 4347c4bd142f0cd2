"""A small server of chat completions for one model, as `lilux eval orchestrator` asks it. One request at a time.

For evaluating where no vLLM is. The beginning that two prompts share is computed once.
"""

import argparse
import json
import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import torch
from transformers import AutoTokenizer, DynamicCache

from .quantise import load_any
from .tokens import plain

CALL = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.S)
TOKENS_MAX = 200


class Generator:
    def __init__(self, folder: str, threads: int, shown: list[dict] | None = None) -> None:
        torch.set_num_threads(threads)
        self.shown = shown or []
        self.model = load_any(Path(folder))
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.cache = DynamicCache()
        self.ids: list[int] = []

    def prompt(self, body: dict) -> list[int]:
        messages = with_shown([plain(message) for message in body["messages"]], self.shown)
        how = {"tools": body.get("tools") or None, "tokenize": False}
        if body.get("continue_final_message"):
            text = self.tokenizer.apply_chat_template(messages, continue_final_message=True, **how)
        else:
            text = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, **how)
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    @torch.no_grad()
    def next_logits(self, ids: list[int]) -> torch.Tensor:
        shared = 0
        for one, other in zip(ids[:-1], self.ids):
            if one != other:
                break
            shared += 1
        beyond = len(self.ids) - shared
        if not shared:
            self.cache = DynamicCache()
        elif beyond:
            self.cache.crop(-beyond)
        logits = self.model(torch.tensor([ids[shared:]]), past_key_values=self.cache).logits[0, -1]
        self.ids = list(ids)
        return logits

    def generate(self, ids: list[int], most: int) -> tuple[list[int], str]:
        made: list[int] = []
        for _ in range(most):
            token = int(self.next_logits(ids + made).argmax())
            if token == self.tokenizer.eos_token_id:
                return made, "stop"
            made.append(token)
        return made, "length"

    def alternatives(self, ids: list[int], count: int) -> list[dict]:
        probabilities = torch.log_softmax(self.next_logits(ids).float(), -1)
        values, places = probabilities.topk(count)
        return [{"token": self.tokenizer.decode([int(at)]), "logprob": float(value)} for value, at in zip(values, places)]


def handler_of(generator: Generator, name: str, counts: dict):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.reply({"object": "list", "data": [{"id": name, "object": "model", "max_model_len": 4_096}]})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if not self.path.endswith("/chat/completions"):
                return self.reply({"error": {"message": "not found"}}, 404)
            ids = generator.prompt(body)
            if body.get("logprobs"):
                top = generator.alternatives(ids, int(body.get("top_logprobs") or 1))
                choice = {
                    "index": 0, "finish_reason": "length",
                    "message": {"role": "assistant", "content": top[0]["token"]},
                    "logprobs": {"content": [{**top[0], "top_logprobs": top}]},
                }
                return self.reply({"object": "chat.completion", "model": name, "choices": [choice], "usage": usage(ids, [0])})
            made, finish = generator.generate(ids, min(int(body.get("max_tokens") or TOKENS_MAX), TOKENS_MAX))
            counts["answers"] += 1
            counts["stopped"] += finish == "stop"
            self.stream(name, generator.tokenizer.decode(made, skip_special_tokens=True), finish, usage(ids, made), bool(body.get("tools")))

        def stream(self, model: str, text: str, finish: str, used: dict, has_tools: bool) -> None:
            calls = [call for call in map(parsed, CALL.findall(text)) if call] if has_tools else []
            said = CALL.sub("", text) if calls else text
            deltas = [{"role": "assistant", "content": said}]
            for at, call in enumerate(calls):
                function = {"name": call["name"], "arguments": json.dumps(call["arguments"])}
                deltas.append({"tool_calls": [{"index": at, "id": f"call{counts['answers']:04d}{at}", "type": "function", "function": function}]})
            events = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
            events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls" if calls else finish}]})
            events.append({"choices": [], "usage": used})
            whole = "".join(f"data: {json.dumps({'object': 'chat.completion.chunk', 'model': model, **event})}\n\n" for event in events)
            self.send(f"{whole}data: [DONE]\n\n".encode(), "text/event-stream", 200)

        def reply(self, value: dict, status: int = 200) -> None:
            self.send(json.dumps(value).encode(), "application/json", status)

        def send(self, data: bytes, kind: str, status: int) -> None:
            try:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except (BrokenPipeError, ConnectionResetError):
                # Whoever asked has left.
                self.close_connection = True

        def log_message(self, *_args) -> None:
            pass

    return Handler


def with_shown(messages: list[dict], shown: list[dict]) -> list[dict]:
    """Examples stand between the rules and the conversation."""
    rules = 1 if messages and messages[0]["role"] == "system" else 0
    return [*messages[:rules], *shown, *messages[rules:]]


def usage(prompt: list[int], made: list[int]) -> dict:
    return {"prompt_tokens": len(prompt), "completion_tokens": len(made), "total_tokens": len(prompt) + len(made)}


def parsed(text: str) -> dict | None:
    try:
        call = json.loads(text)
    except json.JSONDecodeError:
        return None
    is_call = isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments"), dict)
    return call if is_call else None


def start(folder: str, name: str, threads: int, shown: list[dict] | None = None) -> tuple[HTTPServer, dict]:
    counts = {"answers": 0, "stopped": 0}
    return HTTPServer(("127.0.0.1", 0), handler_of(Generator(folder, threads, shown), name, counts)), counts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="model")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    server, _ = start(str(options.folder), options.name, options.threads)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
