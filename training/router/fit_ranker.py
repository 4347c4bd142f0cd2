"""Fits the ranker on features dumped by the TypeScript runtime.

``python training/router/fit_ranker.py dump.jsonl [--manifest models/router-encoder/manifest.json]``

Each row of the dump is one line at one moment of typing:
``{"lineId","split","prefixFraction","state","words","characters","featureNames"?,
"candidates":[{"features":[...],"correct":bool}, ...]}``; ``featureNames`` is needed once, on the first
row. Weights of a conditional logit are fitted on ``--fit-split``, one temperature per band of words
typed on ``--calibrate-split``, and figures are measured on ``--test-split``. When only one split is
there, lines are divided by their id, all moments of a line staying together.
"""

import argparse
import json
import zlib
from pathlib import Path

from lilux_router.manifest import write_json
from lilux_router.ranker import Moment, figures, fit_temperatures, fit_weights, read_moments


def main() -> None:
    options = parse_options()
    names, moments = read_moments(options.dump)
    fit, calibrate, test = divide(moments, options)
    weights = fit_weights(fit, names, penalty=options.penalty)
    temperatures = fit_temperatures(calibrate, weights, options.bands)
    ranker = {
        "featureNames": list(names),
        "weights": [round(float(w), 6) for w in weights],
        "temperatures": temperatures,
        "fittedOn": {
            "dump": options.dump.name,
            "fitMoments": len(fit),
            "calibrateMoments": len(calibrate),
            "testMoments": len(test),
        },
        "figures": figures(test, weights, temperatures),
    }
    print(json.dumps(ranker, indent=2))
    if options.manifest:
        manifest = json.loads(options.manifest.read_text(encoding="utf-8"))
        manifest["ranker"] = ranker
        write_json(options.manifest, manifest)


def divide(
    moments: list[Moment], options: argparse.Namespace
) -> tuple[list[Moment], list[Moment], list[Moment]]:
    """Moments to fit weights on, to fit temperatures on, and to measure on."""
    names = (options.fit_split, options.calibrate_split, options.test_split)
    parts = [[m for m in moments if m.split == name] for name in names]
    if len(set(names)) == 3 and all(parts):
        return parts[0], parts[1], parts[2]
    buckets: list[list[Moment]] = [[], [], []]
    for moment in moments:
        draw = zlib.crc32(moment.line_id.encode()) % 10
        buckets[0 if draw < 5 else 1 if draw < 8 else 2].append(moment)
    return buckets[0], buckets[1], buckets[2]


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--manifest", type=Path, help="write the ranker into this manifest")
    parser.add_argument("--fit-split", default="validation")
    parser.add_argument("--calibrate-split", default="calibration")
    parser.add_argument("--test-split", default="test")
    parser.add_argument("--penalty", type=float, default=1e-3, help="L2 on standardised weights")
    parser.add_argument("--bands", type=int, nargs="*", default=[1, 2, 3, 5, 8], help="words typed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
