"""Adds the vectors of single tokens to an exported model: ``python training/router/add_token_vectors.py SET … --model DIR``.

Nothing is trained. The last hidden state of every token is normalised, projected to ``--width``
dimensions and normalised again; the projection is the principal components (uncentred, so that dot
products survive) of the tokens of the given evaluation sets, items and lines together. The graph gets
one output more, ``token_vectors``; all others stay as they were, to the bit. The manifest's hash, size
and ``tokenDimensions`` are written anew.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from lilux_router.item_text import item_text
from lilux_router.manifest import describe, write_json
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

OUTPUT = "token_vectors"
MAX_TOKENS = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path, nargs="+", help="folders with items.json and lines.jsonl")
    parser.add_argument("--model", type=Path, required=True, help="folder with model.onnx and manifest.json")
    parser.add_argument("--width", type=int, default=96, help="a multiple of 16")
    options = parser.parse_args()
    path = options.model / "model.onnx"
    plain = onnx.load(path)
    if any(output.name == OUTPUT for output in plain.graph.output):
        raise SystemExit(f"{path} has {OUTPUT} already")
    hidden = last_hidden(plain)
    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    tokens = np.concatenate([hidden_tokens(plain, hidden, tokenizer, text) for text in texts_of(options.sets)])
    components, kept = principal_components(tokens, options.width)
    session = onnxruntime.InferenceSession(plain.SerializeToString())
    add_output(plain, hidden, components)
    check_unchanged(session, plain, tokenizer)
    onnx.save(plain, path)
    manifest = json.loads((options.model / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["model.onnx"] = describe(path)
    order = list(manifest)
    order.insert(order.index("embeddingDimensions") + 1, "tokenDimensions")
    manifest["tokenDimensions"] = options.width
    write_json(options.model / "manifest.json", {name: manifest[name] for name in dict.fromkeys(order)})
    print(json.dumps({"tokens": len(tokens), "width": options.width, "energyKept": round(kept, 3)}))


def texts_of(folders: list[Path]) -> list[str]:
    """What items are embedded by and what is typed, of every set."""
    texts = []
    for folder in folders:
        for item in json.loads((folder / "items.json").read_text(encoding="utf-8")):
            names = [i if isinstance(i, str) else i["name"] for i in item.get("inputs") or []]
            texts.append(item_text({**item, "inputs": names}))
        rows = (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()
        texts += [json.loads(row)["text"] for row in rows if row.strip()]
    return texts


def last_hidden(model: onnx.ModelProto) -> str:
    """The tensor that the line's pooling reads: [B,T,D]."""
    node = next(n for n in model.graph.node if n.op_type == "MatMul" and "text_pool" in n.name)
    return node.input[0]


_SESSIONS: dict[int, onnxruntime.InferenceSession] = {}


def hidden_tokens(model: onnx.ModelProto, hidden: str, tokenizer: Tokenizer, text: str) -> np.ndarray:
    """Normalised hidden states [T,D] without the first and last special token."""
    if id(model) not in _SESSIONS:
        copy = onnx.ModelProto()
        copy.CopyFrom(model)
        copy.graph.output.append(helper.make_tensor_value_info(hidden, TensorProto.FLOAT, None))
        _SESSIONS[id(model)] = onnxruntime.InferenceSession(copy.SerializeToString())
    (state,) = _SESSIONS[id(model)].run([hidden], feeds_of(tokenizer, text))
    inner = state[0, 1:-1]
    return inner / np.linalg.norm(inner, axis=1, keepdims=True)


def feeds_of(tokenizer: Tokenizer, text: str) -> dict[str, np.ndarray]:
    tokenizer.no_padding()
    tokenizer.no_truncation()
    ids = tokenizer.encode(text).ids
    row = np.array([ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]], dtype=np.int64)
    return {"input_ids": row, "attention_mask": np.ones_like(row)}


def principal_components(tokens: np.ndarray, width: int) -> tuple[np.ndarray, float]:
    """[D,width], and the share of the squared lengths that they keep."""
    tokens = tokens.astype(np.float64)
    strengths, vectors = np.linalg.eigh(tokens.T @ tokens)
    return vectors[:, ::-1][:, :width].astype(np.float32), float(strengths[::-1][:width].sum() / strengths.sum())


def add_output(model: onnx.ModelProto, hidden: str, components: np.ndarray) -> None:
    graph = model.graph
    graph.initializer.append(numpy_helper.from_array(components, "token_components"))
    # Of a projection the length before it does not matter: one normalisation is enough.
    graph.node.append(helper.make_node("MatMul", [hidden, "token_components"], ["token_projected"], name="token_project"))
    graph.node.append(helper.make_node("ReduceL2", ["token_projected"], ["token_length"], name="token_length", axes=[-1], keepdims=1))
    graph.node.append(helper.make_node("Div", ["token_projected", "token_length"], [OUTPUT], name="token_normalise"))
    shape = ["batch", "sequence", components.shape[1]]
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape))
    onnx.checker.check_model(model)


def check_unchanged(before: onnxruntime.InferenceSession, after: onnx.ModelProto, tokenizer: Tokenizer) -> None:
    names = [output.name for output in before.get_outputs()]
    session = onnxruntime.InferenceSession(after.SerializeToString())
    for text in ("find email scr", "deploy the api to staging and tell the team", "script: email"):
        feeds = feeds_of(tokenizer, text)
        for name, old, new in zip(names, before.run(names, feeds), session.run(names, feeds), strict=True):
            if not np.array_equal(old, new):
                raise SystemExit(f"{name} changed for {text!r}")


if __name__ == "__main__":
    main()
