"""Fits what phrasings and lessons add to a ranker, and nothing else of it.

``python training/router/fit_learnt.py dump.jsonl … --manifest models/router-encoder/manifest.json``

The dumps are written with ``lilux eval router --dump-features … --learnt``. The manifest's ranker stays
as it is: its utilities are what is begun with, and only features it does not know get a linear weight.
Where nothing was learnt all of them are 0, so that such a library is ranked exactly as before. A weight
of each, by maximum likelihood of the right candidates with a little decay; whole lines count double,
lines by hand (``--by-hand``) three times.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from lilux_router.manifest import write_json
from lilux_router.ranker import Moment, read_moments, read_ranker

# Those that neither say the same as another one nor tell apart only how the dumps were made.
LEARNT = (
    "phrase_margin",
    "phrase_share_lift",
    "none_phrase_nearest",
    "search_phrase_nearest",
    "lesson_same",
    "lesson_same_wording",
    "lesson_item",
    "lesson_other",
    "lesson_other_wording",
    "lesson_wrong",
    "none_lesson_nearest",
)
STEPS = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dumps", type=Path, nargs="*", help="of generated lines")
    parser.add_argument("--by-hand", type=Path, nargs="*", default=[])
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--from-fraction", type=float, default=0.4, help="of a line typed")
    parser.add_argument("--candidates", type=int, default=24, help="kept of each moment, the likeliest")
    parser.add_argument("--decay", type=float, default=1e-4)
    options = parser.parse_args()
    manifest = json.loads(options.manifest.read_text(encoding="utf-8"))
    shipped = read_ranker(manifest)
    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray, float]] = []
    added: tuple[str, ...] = ()
    for weight, paths in ((1.0, options.dumps), (3.0, options.by_hand)):
        for path in paths:
            names, moments = read_moments(path)
            added = tuple(name for name in names if name in LEARNT)
            known = [names.index(name) for name in shipped.names]
            new = [names.index(name) for name in added]
            for moment in moments:
                row = decisive(moment, known, new, shipped, options)
                if row is not None:
                    rows.append((*row, weight * (2.0 if moment.whole else 1.0)))
    weights, before, after = fit(rows, len(added), options.decay)
    kept = {name: round(float(w), 4) for name, w in zip(added, weights, strict=True)}
    print(json.dumps({"moments": len(rows), "lossBefore": before, "lossAfter": after, "weights": kept}, indent=1))
    ranker = manifest["ranker"]
    ranker["featureNames"] = [*shipped.names, *added]
    ranker["weights"] = [*ranker["weights"], *kept.values()]
    # Hidden units do not see them.
    nothing = [0.0] * len(added)
    width = len(shipped.names)
    ranker["hidden"]["weights"] = [[*row[:width], *nothing, *row[width:]] for row in ranker["hidden"]["weights"]]
    ranker["learntFittedOn"] = {
        "dumps": [path.name for path in (*options.dumps, *options.by_hand)],
        "moments": len(rows),
        "decay": options.decay,
        "lossBefore": before,
        "lossAfter": after,
    }
    write_json(options.manifest, manifest)


def decisive(moment: Moment, known: list[int], new: list[int], shipped, options) -> tuple | None:
    """New features [C,K], utilities [C] and right [C] of a moment that something was learnt for."""
    if moment.fraction < options.from_fraction or not moment.correct.any() or moment.correct.all():
        return None
    learnt = moment.features[:, new]
    if not learnt.any():
        return None
    utility = shipped.utilities(moment.features[:, known].astype(np.float64))
    keep = moment.correct | (np.argsort(np.argsort(-utility)) < options.candidates)
    keep |= np.argsort(np.argsort(-np.abs(learnt).sum(1), kind="stable"), kind="stable") < options.candidates // 2
    return learnt[keep], utility[keep], moment.correct[keep]


def fit(rows: list, width: int, decay: float) -> tuple[np.ndarray, float, float]:
    """Weights of the new features; losses before and after."""
    largest = max(len(utility) for _, utility, _, _ in rows)
    features = torch.zeros(len(rows), largest, width)
    utilities = torch.full((len(rows), largest), -1e30)
    right = torch.zeros(len(rows), largest, dtype=torch.bool)
    counts = torch.tensor([count for *_, count in rows])
    for at, (learnt, utility, correct, _) in enumerate(rows):
        features[at, : len(utility)] = torch.from_numpy(learnt)
        utilities[at, : len(utility)] = torch.from_numpy(utility)
        right[at, : len(utility)] = torch.from_numpy(correct)
    weights = torch.zeros(width, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        total = utilities + features @ weights
        lost = torch.logsumexp(total, 1) - torch.logsumexp(total.masked_fill(~right, -1e30), 1)
        return (lost * counts).sum() / counts.sum() + decay * (weights**2).sum()

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    before = round(loss().item(), 5)
    optimizer.step(step)
    return weights.detach().numpy(), before, round(loss().item(), 5)


if __name__ == "__main__":
    main()
