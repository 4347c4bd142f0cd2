"""Turns a public intent set into what ``lilux eval router --labels`` reads.

``python training/router/public_set.py clinc150 data_full.json --out DIR`` and
``… banking77 test.csv --out DIR`` write ``DIR/items.json`` and ``DIR/data.jsonl``. The sets themselves
are not part of this repository: CLINC150 (CC BY 3.0) is at github.com/clinc/oos-eval, BANKING77
(CC BY 4.0) at github.com/PolyAI-LDN/task-specific-datasets. ``data/public`` holds a name and a
description of every intent, written from the names of the intents alone.
"""

import argparse
import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

LABELS = Path(__file__).resolve().parent / "data" / "public"
Row = tuple[str, str | None]


class PublicSetError(ValueError):
    """The file is not the set it was said to be; the message says what is missing."""


def read_clinc150(path: Path) -> Iterator[Row]:
    """The test lines, with the out-of-scope ones under no label."""
    data = json.loads(path.read_text(encoding="utf-8"))
    for part in ("test", "oos_test"):
        if part not in data:
            raise PublicSetError(f"{path.name} has no {part}; take data_full.json or data_small.json")
    for text, label in data["test"]:
        yield text, label
    for text, _ in data["oos_test"]:
        yield text, None


def read_banking77(path: Path) -> Iterator[Row]:
    """Every line of a CSV file with the columns text and category."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"text", "category"} <= set(rows.fieldnames or ()):
            raise PublicSetError(f"{path.name} has no columns text and category; take test.csv")
        for row in rows:
            yield row["text"], row["category"]


READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "clinc150": read_clinc150,
    "banking77": read_banking77,
}


def convert(name: str, path: Path, out: Path) -> int:
    """Writes both files; returns the number of lines. Fails on a label without a description."""
    labels = (LABELS / f"{name}.json").read_text(encoding="utf-8")
    known = {item["item_id"] for item in json.loads(labels)}
    rows = list(READERS[name](path))
    unknown = sorted({label for _, label in rows if label is not None} - known)
    if unknown:
        raise PublicSetError(f"{path.name} has labels that {name} has not: {', '.join(unknown[:5])}")
    out.mkdir(parents=True, exist_ok=True)
    (out / "items.json").write_text(labels, encoding="utf-8")
    lines = (json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows)
    (out / "data.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", choices=sorted(READERS))
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    print(f"{convert(options.set, options.file, options.out)} lines in {options.out}")


if __name__ == "__main__":
    main()
