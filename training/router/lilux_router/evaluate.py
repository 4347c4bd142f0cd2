"""Measures a model on an evaluation set, head by head. Whole calls are the TypeScript evaluator's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer

from .context import join_context
from .encoder import RouterEncoder
from .evaluation_set import EvaluationSet
from .export_onnx import OUTPUTS
from .item_text import item_text
from .labels import ACTION, ITEM_TYPE, LOAD_SOURCE, MAX_ITEM_TOKENS, MAX_TEXT_TOKENS, PRIMITIVE, SEARCH_SOURCE
from .tokenizer import encode_ids

Outputs = dict[str, np.ndarray]
# Trimmed from words of the query, as the runtime does.
EDGE_PUNCTUATION = "\"'`([{<,;:.!?)]}>"


class Model(Protocol):
    tokenizer: Tokenizer

    def run(self, text: str, limit: int) -> Outputs:
        """Outputs of one text, batch dimension removed."""
        ...


class TorchModel:
    def __init__(self, encoder: RouterEncoder, tokenizer: Tokenizer) -> None:
        self.encoder = encoder
        self.tokenizer = tokenizer

    def run(self, text: str, limit: int) -> Outputs:
        device = next(self.encoder.parameters()).device
        ids = torch.tensor([encode_ids(self.tokenizer, text, limit)], device=device)
        with torch.no_grad():
            outputs = self.encoder(ids, torch.ones_like(ids))
        return {name: value[0].cpu().numpy() for name, value in outputs.items()}


class OnnxModel:
    def __init__(self, path: Path, tokenizer: Tokenizer, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.tokenizer = tokenizer

    def run(self, text: str, limit: int) -> Outputs:
        ids = np.array([encode_ids(self.tokenizer, text, limit)], dtype=np.int64)
        found = self.session.run(list(OUTPUTS), {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return {name: value[0] for name, value in zip(OUTPUTS, found, strict=True)}


def measure(model: Model, data: EvaluationSet, fractions: Sequence[float] = (1.0,)) -> dict:
    """Figures per fraction of the characters typed; items are matched by cosine alone."""
    items = np.stack([model.run(item_text(i), MAX_ITEM_TOKENS)["item_embedding"] for i in data.items])
    return {f"typed_{fraction:g}": _measure_at(model, data, items, fraction) for fraction in fractions}


def _measure_at(model: Model, data: EvaluationSet, items: np.ndarray, fraction: float) -> dict:
    tally: dict[str, list[float]] = {}
    note = lambda name, value: tally.setdefault(name, []).append(float(value))  # noqa: E731
    keys = [(i["item_type"], i["item_id"]) for i in data.items]
    best_in, best_out = [], []
    for line in data.lines:
        text = line["text"][: max(1, round(len(line["text"]) * fraction))]
        outputs = model.run(text, MAX_TEXT_TOKENS)
        calls = [line["call"], *line.get("acceptable", [])]
        name = line["call"]["name"]
        primitive = PRIMITIVE[int(outputs["primitive_logits"].argmax())]
        # A request outside the library has the form of a call: the ranker, not this head, refuses it.
        stranger = line["stratum"].startswith("out_of_")
        if not stranger:
            note("primitive", primitive in {call["name"] or "none" for call in calls})
            note(f"primitive:{line['stratum']}", primitive in {call["name"] or "none" for call in calls})
            note("noneSaid", primitive == "none")
            note("noneWanted", name is None)
            note("noneBoth", name is None and primitive == "none")
        cosine = items @ outputs["text_embedding"]
        arguments = line["call"].get("arguments", {})
        if stranger:
            best_out.append(cosine.max())
        if name is None:
            continue
        types = {call["arguments"]["item_type"] for call in calls if call["name"]}
        note("itemType", ITEM_TYPE[int(outputs["item_type_logits"].argmax())] in types)
        if name == "execute":
            note("action", ACTION[int(outputs["action_logits"].argmax())] == arguments["action"])
        if name == "search":
            found = SEARCH_SOURCE[int(outputs["search_source_logits"].argmax())]
            note("searchSource", found == arguments.get("source", "local"))
            note("queryF1", max(_word_f1(_query(model, text, outputs), c["arguments"]["query"]) for c in calls if c["name"] == "search"))
        if name == "load":
            note("loadSource", LOAD_SOURCE[int(outputs["load_source_logits"].argmax())] == arguments["source"])
        wanted = {(c["arguments"]["item_type"], c["arguments"].get("item_id")) for c in calls if c["name"]}
        names_item = name != "search" and arguments.get("action") != "create"
        if names_item and line.get("history"):
            joint = model.run(join_context(line["history"][-1], text), MAX_TEXT_TOKENS)
            note("referenceRecall1", keys[int((items @ joint["text_embedding"]).argmax())] in wanted)
            note("referenceNoticed", outputs["reference_logit"] > 0)
        elif names_item:
            order = [keys[i] for i in np.argsort(-cosine)[:7]]
            note("itemRecall1", order[0] in wanted)
            note("itemRecall7", bool(wanted & set(order)))
            note(f"itemRecall1:{line['stratum']}", order[0] in wanted)
            best_in.append(cosine.max())
    return _figures(tally, best_in, best_out)


def _figures(tally: dict[str, list[float]], best_in: list[float], best_out: list[float]) -> dict:
    said, wanted, both = (sum(tally.pop(k, [0])) for k in ("noneSaid", "noneWanted", "noneBoth"))
    figures = {name: round(float(np.mean(values)), 4) for name, values in sorted(tally.items())}
    figures["nonePrecision"] = round(both / said, 4) if said else None
    figures["noneRecall"] = round(both / wanted, 4) if wanted else None
    if best_in and best_out:
        figures["outOfLibraryAuroc"] = round(_auroc(best_in, best_out), 4)
    return figures


def _auroc(high: list[float], low: list[float]) -> float:
    """Probability that a random in-library best cosine beats a random out-of-library one."""
    a, b = np.array(high)[:, None], np.array(low)[None, :]
    return float((a > b).mean() + 0.5 * (a == b).mean())


def _query(model: Model, text: str, outputs: Outputs) -> str:
    """Words any of whose tokens has a positive logit, in order."""
    encoded = model.tokenizer.encode(text)
    words, start = [], 0
    for word in text.split():
        start = text.index(word, start)
        end = start + len(word)
        tokens = [i for i, (a, b) in enumerate(encoded.offsets) if b > a and a < end and b > start]
        if any(i < len(outputs["query_logits"]) and outputs["query_logits"][i] > 0 for i in tokens):
            words.append(word.strip(EDGE_PUNCTUATION))
        start = end
    return " ".join(words)


def _word_f1(found: str, wanted: str) -> float:
    a, b = found.lower().split(), wanted.lower().split()
    common = sum(min(a.count(w), b.count(w)) for w in set(a))
    return 2 * common / (len(a) + len(b)) if a or b else 1.0
