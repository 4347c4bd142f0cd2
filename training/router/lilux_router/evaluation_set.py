"""The file format of evaluation sets, shared with the TypeScript evaluator.

``items.json`` is a list of items; ``lines.jsonl`` has one object per line:
``{"id","text","history"?,"stratum","call":{"name","arguments"}|{"name":null},"acceptable"?}``.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .generation.corpus import Shelf
from .generation.lines import Line
from .generation.natural import NaturalLibrary


@dataclass
class EvaluationSet:
    items: list[dict]
    lines: list[dict]


def from_shelf(shelf: Shelf, prefix: str = "g") -> EvaluationSet:
    """The generated shelf as an evaluation set."""
    lines = [_row(line, f"{prefix}{number:05d}") for number, line in enumerate(shelf.lines)]
    return EvaluationSet([item.public() for item in shelf.library.items], lines)


def from_natural(libraries: Sequence[NaturalLibrary], prefix: str = "n") -> EvaluationSet:
    """Libraries written by hand as one library; items that share an id are left out with their lines."""
    counts = Counter(item.item_id for natural in libraries for item in natural.library.items)
    data = EvaluationSet([], [])
    for natural in libraries:
        items = natural.library.items
        data.items += [item.public() for item in items if counts[item.item_id] == 1]
        for line in natural.lines:
            if line.item is None or counts[items[line.item].item_id] == 1:
                data.lines.append(_row(line, f"{prefix}{len(data.lines):05d}"))
    return data


def _row(line: Line, identity: str) -> dict:
    row: dict = {"id": identity, "text": line.text}
    if line.history:
        row["history"] = line.history
    row |= {"stratum": line.stratum, "call": line.call()}
    if line.acceptable:
        row["acceptable"] = line.acceptable
    return row


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
