"""The file format of evaluation sets, shared with the TypeScript evaluator.

``items.json`` is a list of items; ``lines.jsonl`` has one object per line:
``{"id","text","history"?,"stratum","call":{"name","arguments"}|{"name":null},"acceptable"?}``.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from .generation.corpus import Shelf


@dataclass
class EvaluationSet:
    items: list[dict]
    lines: list[dict]


def from_shelf(shelf: Shelf, prefix: str = "g") -> EvaluationSet:
    """The generated shelf as an evaluation set."""
    lines = []
    for number, line in enumerate(shelf.lines):
        row = {"id": f"{prefix}{number:05d}", "text": line.text}
        if line.history:
            row["history"] = line.history
        row |= {"stratum": line.stratum, "call": line.call()}
        if line.acceptable:
            row["acceptable"] = line.acceptable
        lines.append(row)
    return EvaluationSet([item.public() for item in shelf.library.items], lines)


def write_set(data: EvaluationSet, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    items = ",\n".join(json.dumps(item, ensure_ascii=False) for item in data.items)
    (folder / "items.json").write_text(f"[\n{items}\n]\n", encoding="utf-8")
    rows = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in data.lines)
    (folder / "lines.jsonl").write_text(rows, encoding="utf-8")


def read_set(folder: Path) -> EvaluationSet:
    items = json.loads((folder / "items.json").read_text(encoding="utf-8"))
    rows = (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()
    return EvaluationSet(items, [json.loads(row) for row in rows if row.strip()])
