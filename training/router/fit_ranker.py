"""Fits the ranker on features dumped by the TypeScript runtime.

``python training/router/fit_ranker.py generated.jsonl [--natural handwritten-calibration.jsonl]
[--test other.jsonl] [--manifest models/router-encoder/manifest.json]``

The dump is written by ``lilux eval router --dump-features``. Each row is one line at one moment of
typing: ``{"lineId","split","characters","words","state","featureNames",
"candidates":[{"features":[...],"correct":bool}, ...]}``. Weights of a conditional logit are fitted
on rows of the split "fit", one temperature per band of characters typed on those of "calibration", and
figures are measured on the ``--test`` dumps, which should come from other libraries. Lines written
by hand are few and closer to life than generated ones, so each of them counts several times.
"""

import argparse
import json
from pathlib import Path

from lilux_router.manifest import write_json
from lilux_router.ranker import figures, fit_temperatures, fit_weights, read_moments


def main() -> None:
    options = parse_options()
    names, moments = read_moments(options.dump)
    for path in options.natural:
        moments += read_moments(path)[1] * options.natural_weight
    fit = [
        m for m in moments if m.split != "calibration" and m.fraction >= options.weights_from
    ]
    calibrate = [
        m
        for m in moments
        if m.split == "calibration"
        and (m.fraction >= options.temperatures_from or m.characters <= options.begun_from)
    ]
    weights = fit_weights(fit, names, penalty=options.penalty)
    temperatures = fit_temperatures(calibrate, weights, options.bands)
    measured = {"calibration": figures(calibrate, weights, temperatures)}
    for path in options.test:
        measured[path.stem] = figures(read_moments(path)[1], weights, temperatures)
    ranker = {
        "featureNames": list(names),
        "weights": [round(float(w), 6) for w in weights],
        "temperatures": temperatures,
        "fittedOn": {
            "dumps": [path.name for path in (options.dump, *options.natural)],
            "naturalWeight": options.natural_weight,
            "weightsFrom": options.weights_from,
            "temperaturesFrom": options.temperatures_from,
            "begunFrom": options.begun_from,
            "fitMoments": len(fit),
            "calibrationMoments": len(calibrate),
        },
        "figures": measured,
    }
    print(json.dumps(ranker, indent=2))
    if options.manifest:
        manifest = json.loads(options.manifest.read_text(encoding="utf-8"))
        manifest["ranker"] = ranker
        write_json(options.manifest, manifest)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--natural", type=Path, nargs="*", default=[], help="dumps of lines by hand")
    parser.add_argument("--natural-weight", type=int, default=4, help="how often each counts")
    parser.add_argument("--test", type=Path, nargs="*", default=[], help="dumps to measure on")
    parser.add_argument("--manifest", type=Path, help="write the ranker into this manifest")
    parser.add_argument("--penalty", type=float, default=1e-3, help="L2 on standardised weights")
    parser.add_argument(
        "--bands", type=int, nargs="*", default=[5, 9, 18, 36], help="characters typed"
    )
    parser.add_argument(
        "--weights-from", type=float, default=0.75, help="weights from moments typed so far or more"
    )
    parser.add_argument(
        "--temperatures-from", type=float, default=0.6, help="the same for temperatures"
    )
    parser.add_argument(
        "--begun-from", type=int, default=9, help="up to so many characters all moments count"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
