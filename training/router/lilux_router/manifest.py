"""Writes the manifest that the runtime checks and configures itself from."""

import hashlib
import json
from pathlib import Path
from typing import Any

from .item_text import ITEM_TEXT_TEMPLATE
from .labels import EMBEDDING_DIMENSIONS, HEADS, MANIFEST_KEYS, MAX_ITEM_TOKENS, MAX_TEXT_TOKENS

FILES = ("model.onnx", "tokenizer.json", "tokenizer_config.json")
# Used until a ranker is fitted: the defaults of the confidence policy.
THRESHOLDS = {"show": 0.6, "act": 0.85}


def write_manifest(
    folder: Path, version: str, training: dict[str, Any], ranker: dict[str, Any] | None = None
) -> None:
    """Describe the files in ``folder``; ``training`` holds command, seed, counts and figures."""
    manifest = {
        "schemaVersion": 1,
        "name": "lilux-router-encoder",
        "version": version,
        "kind": "encoder",
        "licence": "Apache-2.0",
        "files": {name: describe(folder / name) for name in FILES},
        "labels": {MANIFEST_KEYS[head]: list(labels) for head, labels in HEADS.items()},
        "embeddingDimensions": EMBEDDING_DIMENSIONS,
        "maxTextTokens": MAX_TEXT_TOKENS,
        "maxItemTokens": MAX_ITEM_TOKENS,
        "itemTextTemplate": ITEM_TEXT_TEMPLATE,
        "joinsContext": True,
        "thresholds": THRESHOLDS,
        "ranker": ranker,
        "training": training,
    }
    write_json(folder / "manifest.json", manifest)


def write_json(path: Path, value: Any) -> None:
    """Pretty JSON with a final newline."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def describe(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
