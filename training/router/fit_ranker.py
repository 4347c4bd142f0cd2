"""Fits the ranker on features dumped by the TypeScript runtime.

``python training/router/fit_ranker.py generated-calibration.jsonl --natural a.jsonl b.jsonl …
--everyday handwritten-calibration.jsonl [--test other.jsonl]
[--manifest models/router-encoder/manifest.json]``

The dumps are written by ``lilux eval router --dump-features``, one per library: each row is one line
at one moment of typing, ``{"lineId","characters","prefixFraction","state","featureNames",
"candidates":[{"features":[...],"correct":bool}, ...]}``. Weights are fitted on all of them.
Temperatures are fitted by cross-fitting over the dumps of lines by hand: the moments of each are
scored by weights fitted without it, so that confidence is true for libraries the ranker has not seen.
``--intents`` are the natural sets once more, without the form of their lines (``--labels``): what a line
is about then has to tell alone whether anything fits; weights learn from them, temperatures do not.
The natural sets are harder than life (most of their lines avoid the item's words), the everyday ones
are as people write without being asked to avoid anything; ``--everyday-share`` says how much of the
weight of all the latter have. Figures are measured on the ``--test`` dumps.
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

from lilux_router.manifest import write_json
from lilux_router.ranker import (
    Moment,
    Options,
    Ranker,
    Scored,
    figures,
    fit_temperatures,
    fit_weights,
    read_moments,
    read_ranker,
    score,
    without_hopeless,
)

# What tells apart only how the dumps were made, or says nearly the same as another one.
LEFT_OUT = (
    "phrase_known",
    "phrase_nearest",
    "phrase_three",
    "phrase_centroid",
    "phrase_count",
    "none_phrase_three",
    "none_phrase_known",
    "lesson_count",
)
# What somebody taught says the same whatever the line: an accepted call is the likelier for it, always.
LESSONS = (
    "lesson_same",
    "lesson_same_wording",
    "lesson_item",
    "lesson_other",
    "lesson_other_wording",
    "lesson_wrong",
    "none_lesson_nearest",
)
# What is rare among generated lines and matters all the same counts so often.
RARE_COUNTS = 4


def main() -> None:
    options = parse_options()
    net = Options(
        units=options.units,
        nets=options.nets,
        epochs=options.epochs,
        decay=options.decay,
        rate=options.rate,
        apart=() if options.lessons_in_units else LESSONS,
    )
    names, generated = read(options.dump)
    for path in options.rare:
        generated += [moment for moment in read(path)[1] if moment.whole] * RARE_COUNTS
    natural = [read(path)[1] for path in (*options.natural, *options.everyday)]
    intents = [read(path)[1] for path in options.intents]
    if options.start:
        shipped = read_ranker(json.loads(options.start.read_text(encoding="utf-8")))
        net = replace(net, start=shipped if options.nets * options.units == len(shipped.outputs) else None)
        pruned = lambda moments: without_hopeless(moments, names, shipped, options.candidates)  # noqa: E731
    else:
        pruned = lambda moments: moments  # noqa: E731
    learnt_from = [*map(pruned, natural)]
    generated, intents = pruned(generated), [*map(pruned, intents)]
    ranker = fit(generated, learnt_from, intents, names, net, options)
    unseen: list[Scored] = []
    hard = sum(len(moments) for moments in natural[: len(options.natural)])
    easy = sum(len(moments) for moments in natural[len(options.natural) :])
    odds = options.everyday_share / (1 - options.everyday_share)
    for place, held_out in enumerate(natural):
        apart = lambda sets, here=place: [moments for at, moments in enumerate(sets) if at != here]  # noqa: E731
        ranker_of_others = fit(
            generated, apart(learnt_from), apart(intents), names, replace(net, nets=options.fold_nets), options
        )
        is_everyday = easy > 0 and place >= len(options.natural)
        count = odds * hard / easy if is_everyday else 1.0
        unseen += score(held_out, ranker_of_others, count)
    # A line is submitted when it is whole; a pause at its end is a moment of typing too.
    ranker.submitted = fit_temperatures([s for s in unseen if s.moment.whole], options.bands)
    typed = [s for s in unseen if s.moment.fraction >= options.typing_from or s.moment.characters <= options.begun_from]
    ranker.typing = fit_temperatures([s for s in typed if not s.growing], options.bands)
    # Before that most of what is searched for is missing, and what leads is right by chance.
    grown = [s for s in typed if s.growing and s.moment.fraction >= options.growing_from]
    ranker.growing = fit_temperatures(grown, options.bands)
    measured = {"crossFitted": figures(unseen, ranker)}
    for path in options.test:
        measured[path.stem] = figures(score(read(path)[1], ranker), ranker)
    fitted = {
        **ranker.manifest(),
        "fittedOn": {
            "dumps": [path.name for path in (options.dump, *options.rare, *options.natural, *options.intents, *options.everyday)],
            "naturalWeight": options.natural_weight,
            "everydayShare": options.everyday_share,
            "weightsFrom": options.weights_from,
            "typingFrom": options.typing_from,
            "growingFrom": options.growing_from,
            "begunFrom": options.begun_from,
            "start": str(options.start) if options.start else None,
            "net": asdict(replace(net, start=None)),
            "moments": len(generated) + sum(map(len, natural)),
        },
        "figures": measured,
    }
    print(json.dumps({name: fitted[name] for name in ("temperatures", "submittedTemperatures", "growingTemperatures", "figures")}, indent=1))
    if options.manifest:
        manifest = json.loads(options.manifest.read_text(encoding="utf-8"))
        manifest["ranker"] = fitted
        write_json(options.manifest, manifest)


def read(path: Path) -> tuple[tuple[str, ...], list[Moment]]:
    """A dump without the features that no weight is wanted for."""
    return read_moments(path, LEFT_OUT)


def fit(
    generated: list[Moment],
    natural: list[list[Moment]],
    intents: list[list[Moment]],
    names: tuple[str, ...],
    net: Options,
    options: argparse.Namespace,
) -> Ranker:
    """Lines by hand count more than generated ones; whole lines, where people commit, double."""
    moments, counts = [], []
    by_hand = options.natural_weight
    sources = [(1.0, generated), *((by_hand, m) for m in natural), *((by_hand, m) for m in intents)]
    for weight, source in sources:
        for moment in source:
            if moment.fraction >= options.weights_from:
                moments.append(moment)
                counts.append(weight * (2.0 if moment.whole else 1.0))
    return fit_weights(moments, counts, names, net)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dump", type=Path, help="dump of generated lines")
    parser.add_argument("--natural", type=Path, nargs="*", default=[], help="dumps of lines by hand")
    parser.add_argument(
        "--intents",
        type=Path,
        nargs="*",
        default=[],
        help="dumps of the natural sets as intent data (--labels), in the same order",
    )
    parser.add_argument("--rare", type=Path, nargs="*", default=[], help="dumps of rare generated lines")
    parser.add_argument(
        "--everyday", type=Path, nargs="*", default=[], help="dumps of lines by hand that avoid nothing"
    )
    parser.add_argument(
        "--everyday-share", type=float, default=0.75, help="their share in what temperatures are fitted on"
    )
    parser.add_argument("--natural-weight", type=float, default=3, help="how much each of them counts")
    parser.add_argument("--test", type=Path, nargs="*", default=[], help="dumps to measure on")
    parser.add_argument("--manifest", type=Path, help="write the ranker into this manifest")
    parser.add_argument("--units", type=int, default=12, help="hidden units of each net")
    parser.add_argument("--fold-nets", type=int, default=2, help="enough to score what was held out")
    parser.add_argument("--lessons-in-units", action="store_true", help="hidden units see what was learnt too")
    parser.add_argument("--start", type=Path, help="a manifest whose ranker's weights are begun with")
    parser.add_argument("--candidates", type=int, default=16, help="with --start: candidates kept beside the decisive")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--nets", type=int, default=4, help="nets averaged")
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--decay", type=float, default=1e-2, help="weight decay")
    parser.add_argument("--bands", type=int, nargs="*", default=[5, 9, 18, 36], help="characters typed")
    parser.add_argument(
        "--weights-from", type=float, default=0.4, help="weights from moments typed so far or more"
    )
    parser.add_argument(
        "--typing-from", type=float, default=0.3, help="the same for temperatures while typing"
    )
    parser.add_argument(
        "--growing-from", type=float, default=0.75, help="the same where a search or a creation leads"
    )
    parser.add_argument(
        "--begun-from", type=int, default=9, help="up to so many characters all moments count"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
