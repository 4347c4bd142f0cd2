"""The file format of evaluation sets, shared with the TypeScript evaluator.

``items.json`` is a list of items; ``lines.jsonl`` has one object per line:
``{"id","text","history"?,"stratum","call":{"name","arguments"}|{"name":null},"acceptable"?}``.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .generation.corpus import Shelf
from .generation.lines import Line
from .generation.natural import NaturalLibrary


@dataclass
class EvaluationSet:
    items: list[dict]
    lines: list[dict]
    # The same as intent data, see ``labels_of``.
    labels: list[dict] = field(default_factory=list)


def from_shelf(shelf: Shelf, prefix: str = "g") -> EvaluationSet:
    """The generated shelf as an evaluation set."""
    lines = [_row(line, f"{prefix}{number:05d}") for number, line in enumerate(shelf.lines)]
    return EvaluationSet([item.public() for item in shelf.library.items], lines)


def from_natural(libraries: Sequence[NaturalLibrary], prefix: str = "n") -> EvaluationSet:
    """Libraries written by hand as one library; items that share an id are left out with their lines."""
    counts = Counter(item.item_id for natural in libraries for item in natural.library.items)
    data = EvaluationSet([], [], labels_of(libraries))
    for natural in libraries:
        items = natural.library.items
        data.items += [item.public() for item in items if counts[item.item_id] == 1]
        for line in natural.lines:
            names_item = line.item is not None and line.primitive != "none"
            if not names_item or counts[items[line.item].item_id] == 1:
                data.lines.append(_row(line, f"{prefix}{len(data.lines):05d}"))
    return data


def labels_of(libraries: Sequence[NaturalLibrary]) -> list[dict]:
    """The same as intent data: what each line is about, whatever it wants; null for nothing here.

    Searches, creations, references and lines of several steps are about no one item and left out.
    """
    counts = Counter(item.item_id for natural in libraries for item in natural.library.items)
    rows = []
    for natural in libraries:
        for line in natural.lines:
            if line.reference:
                continue
            if line.item is not None:
                label = natural.library.items[line.item].item_id
                if counts[label] == 1:
                    rows.append({"text": line.text, "label": label})
            elif line.matches_nothing:
                rows.append({"text": line.text, "label": None})
    return rows


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
    for name, lines in (("lines", data.lines), ("labels", data.labels)):
        if lines:
            rows = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            (folder / f"{name}.jsonl").write_text(rows, encoding="utf-8")


def read_set(folder: Path) -> EvaluationSet:
    items = json.loads((folder / "items.json").read_text(encoding="utf-8"))
    rows = (folder / "lines.jsonl").read_text(encoding="utf-8").splitlines()
    return EvaluationSet(items, [json.loads(row) for row in rows if row.strip()])
