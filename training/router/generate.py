"""Writes evaluation sets of the held-out splits: ``python training/router/generate.py``.

Libraries and lines that training never sees, in the format of ``lilux_router/evaluation_set.py``,
below ``training/router/data/generated/<split>``; also counts near-duplicates across splits.
"""

import argparse
import json
from pathlib import Path

from lilux_router.evaluation_set import from_shelf, write_set
from lilux_router.generation.corpus import CorpusBuilder
from lilux_router.generation.near_duplicates import share_seen_in_training

HERE = Path(__file__).resolve().parent


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
    report = {}
    for split in ("validation", "calibration", "test"):
        shelf = builder.held_out_shelf(split, options.lines)
        write_set(from_shelf(shelf, split[0]), options.out / split)
        report[split] = {
            "items": len(shelf.library.items),
            "lines": len(shelf.lines),
            **share_seen_in_training(shelf, trained),
        }
    (options.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
