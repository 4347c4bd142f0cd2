"""Writes evaluation sets of the held-out splits: ``python training/router/generate.py``.

Libraries and lines that training never sees, in the format of ``lilux_router/evaluation_set.py``,
below ``training/router/data/generated``: ``<split>`` from the generator, ``natural-<split>`` from the
libraries written by hand (those of calibration in several sets, so that confidence can be
cross-fitted). Also counts near-duplicates of training lines, as they are trained on, in the sets
measured on too.
"""

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

from lilux_router.evaluation_set import EvaluationSet, from_natural, from_shelf, read_set, write_set
from lilux_router.generation.corpus import CorpusBuilder, Shelf
from lilux_router.generation.near_duplicates import share_seen_in_training, without_measured_lines
from lilux_router.training_data import MEASURED

HERE = Path(__file__).resolve().parent


# Never trained on: four to measure on, one for the ranker.
HAND_WRITTEN = ("handwritten", "demo", "roastery", "blind", "handwritten-calibration")
LIBRARIES_PER_CALIBRATION_SET = 3
# Requests of other libraries are as far from all items as most of what people ask of the wrong tool.
STRANGERS_EVERY = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--lines", type=int, default=2000, help="lines per split")
    parser.add_argument("--training-libraries", type=int, default=160, help="compared for duplicates")
    parser.add_argument("--training-lines", type=int, default=1200)
    parser.add_argument("--out", type=Path, default=HERE / "data" / "generated")
    options = parser.parse_args()
    builder = CorpusBuilder(options.seed)
    trained = [
        builder.training_shelf(i, options.training_lines) for i in range(options.training_libraries)
    ]
    trained += [Shelf(natural.library, natural.lines) for natural in builder.natural["train"]]
    measured = [read_set(HERE / "data" / name) for name in MEASURED]
    for shelf in trained:
        shelf.lines = without_measured_lines(shelf.lines, measured)
    report = {}
    for split in ("validation", "calibration", "test"):
        shelf = builder.held_out_shelf(split, options.lines)
        sets = {split: from_shelf(shelf, split[0]), **natural_sets(builder, split)}
        if split == "calibration":
            sets["calibration-type-last"] = half_typed_types(builder, options.lines)
        for name, data in sets.items():
            write_set(data, options.out / name)
            report[name] = counted(data, trained)
    for name in HAND_WRITTEN:
        report[name] = counted(read_set(HERE / "data" / name), trained)
    (options.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


def natural_sets(builder: CorpusBuilder, split: str) -> dict[str, EvaluationSet]:
    """The split's libraries written by hand; every third of those for calibration together."""
    libraries = builder.natural[split]
    if split != "calibration":
        return {f"natural-{split}": from_natural(libraries, f"n{split[0]}")}
    count = max(1, len(libraries) // LIBRARIES_PER_CALIBRATION_SET)
    sets = [from_natural(libraries[place::count], f"nc{place}") for place in range(count)]
    strangers = [_for_others(data) for data in sets]
    for place, data in enumerate(sets):
        data.labels += strangers[(place + 1) % count]
    return {f"natural-calibration-{place}": data for place, data in enumerate(sets)}


def _for_others(data: EvaluationSet) -> list[dict]:
    """Some of the lines as intent data of another library, in which nothing fits them."""
    about_items = [row for row in data.labels if row["label"] is not None]
    return [{**row, "label": None} for row in about_items[::STRANGERS_EVERY]]


def half_typed_types(builder: CorpusBuilder, lines: int) -> EvaluationSet:
    """Searches that stop inside the word that names their type ("find email scr").

    They say what they want, but are rare among lines and their random beginnings.
    """
    shelf = builder.held_out_shelf("calibration", 3 * lines)
    rng = random.Random(f"{builder.seed}/type-last")
    kept = []
    for line in shelf.lines:
        last_word = line.text.rfind(" ") + 1
        names_type = not any(in_query for _, in_query, _ in line.chars[last_word:])
        if line.stratum != "search_typed" or not names_type or line.search_source != "local":
            continue
        if 0 < last_word < len(line.text) - 3:
            typed = rng.randrange(last_word + 2, len(line.text))
            kept.append(replace(line, chars=line.chars[:typed], stratum="type_last"))
    return from_shelf(Shelf(shelf.library, kept), "t")


def counted(data: EvaluationSet, trained: list[Shelf]) -> dict:
    return {
        "items": len(data.items),
        "lines": len(data.lines),
        **share_seen_in_training(data, trained),
    }


if __name__ == "__main__":
    main()
