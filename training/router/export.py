"""Exports a checkpoint as the model that ships: ``python training/router/export.py``.

Writes ``model.onnx`` (int8), the tokeniser and ``manifest.json`` with the figures measured on the
exported file, beside the plain MiniLM baseline on the same lines. A fitted ranker that is already
in the manifest is dropped: it belongs to the model it was fitted on.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from lilux_router.base_weights import load_base_encoder
from lilux_router.encoder import RouterEncoder
from lilux_router.evaluate import OnnxModel, TorchModel, measure
from lilux_router.evaluation_set import from_shelf, read_set
from lilux_router.export_onnx import export_int8, largest_difference
from lilux_router.generation.corpus import CorpusBuilder
from lilux_router.labels import MAX_TEXT_TOKENS
from lilux_router.manifest import write_manifest
from lilux_router.tokenizer import encode_ids, load_tokenizer, write_tokenizer

HERE = Path(__file__).resolve().parent
HANDWRITTEN = HERE / "data" / "handwritten"
RUNTIME_OUTPUTS = (
    "text_embedding",
    "primitive_logits",
    "item_type_logits",
    "action_logits",
    "search_source_logits",
    "load_source_logits",
    "query_logits",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=HERE / "checkpoints" / "latest.pt")
    parser.add_argument("--version", required=True)
    parser.add_argument("--note", default=None)
    parser.add_argument("--lines", type=int, default=1000, help="generated test lines")
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "models" / "router-encoder")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    saved = torch.load(options.checkpoint)
    encoder = RouterEncoder()
    encoder.load_state_dict(saved["encoder"])
    encoder.eval()
    write_tokenizer(options.out)
    model_path = options.out / "model.onnx"
    export_int8(encoder, model_path)
    tokenizer = load_tokenizer()
    test = from_shelf(CorpusBuilder(saved["options"]["seed"]).held_out_shelf("test", options.lines))
    figures = {"generatedTest": _compare(encoder, model_path, tokenizer, test)}
    if (HANDWRITTEN / "lines.jsonl").exists():
        figures["handwritten"] = _compare(encoder, model_path, tokenizer, read_set(HANDWRITTEN))
    texts = [line["text"] for line in test.lines[:50]]
    batches = [_batch(tokenizer, text) for text in texts]
    figures["onnxAgainstTorch"] = _rounded(largest_difference(encoder, model_path, batches))
    figures["latencyMsP50"] = {str(n): measure_latency(model_path, n) for n in (8, 16, 32)}
    training = {
        "note": options.note,
        "command": "python training/router/train.py "
        + " ".join(f"--{k.replace('_', '-')} {v}" for k, v in saved["options"].items() if k in ("steps", "seed", "libraries", "lines", "rate", "frozen_layers")),
        "seed": saved["options"]["seed"],
        "steps": saved["step"],
        "dataCounts": saved["counts"],
        "figures": figures,
    }
    write_manifest(options.out, options.version, training)
    print(json.dumps(figures, indent=1))


def _compare(encoder: RouterEncoder, model_path: Path, tokenizer, data) -> dict:
    """Figures of the float model, the exported one, and MiniLM's cosine on the same items."""
    base = measure(TorchModel(load_base_encoder().eval(), tokenizer), data)["typed_1"]
    kept = ("itemRecall1", "itemRecall7", "outOfLibraryAuroc")
    return {
        "items": len(data.items),
        "lines": len(data.lines),
        "int8": measure(OnnxModel(model_path, tokenizer), data, (0.4, 0.6, 0.8, 1.0)),
        "float32": measure(TorchModel(encoder, tokenizer), data)["typed_1"],
        "plainMiniLm": {name: base[name] for name in kept if name in base},
    }


def measure_latency(model_path: Path, tokens: int, runs: int = 300) -> float:
    """Median milliseconds of one forward pass of ``tokens`` tokens on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model_path), options)
    generator = np.random.default_rng(0)
    spent = []
    for _ in range(runs):
        ids = generator.integers(1000, 20_000, (1, tokens))
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        started = time.perf_counter()
        session.run(list(RUNTIME_OUTPUTS), feeds)
        spent.append(time.perf_counter() - started)
    return round(float(np.median(spent)) * 1000, 2)


def _batch(tokenizer, text: str) -> tuple[np.ndarray, np.ndarray]:
    ids = np.array([encode_ids(tokenizer, text, MAX_TEXT_TOKENS)], dtype=np.int64)
    return ids, np.ones_like(ids)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


if __name__ == "__main__":
    main()
