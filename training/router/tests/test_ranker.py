"""Ranker fitting on synthetic features with a known answer."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from lilux_router.ranker import (
    Options,
    figures,
    fit_temperatures,
    fit_weights,
    leading,
    read_moments,
    score,
)

NAMES = ("is_none", "a", "b", "constant")
QUICK = Options(units=4, nets=2, epochs=10, rate=1e-2, decay=1e-4)


def true_utility(features: np.ndarray, bent: bool) -> np.ndarray:
    first = np.tanh(2 * features[:, 1]) * 2 if bent else 2 * features[:, 1]
    return first - 1.5 * features[:, 2]


def write_dump(path: Path, rows: int, seed: int, miss_rate: float = 0.0, bent: bool = False) -> None:
    """Candidates drawn by the true utility; some moments miss the wanted call altogether."""
    generator = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8") as out:
        for number in range(rows):
            features = generator.normal(size=(5, 4)) * (2 if bent else 1)
            features[:, 0] = np.arange(5) == 0
            features[:, 3] = 1.0
            utility = true_utility(features, bent)
            chances = np.exp(utility) / np.exp(utility).sum()
            chosen = generator.choice(5, p=chances)
            missed = generator.random() < miss_rate
            candidates = [
                {"features": list(f), "correct": bool(i == chosen and not missed)}
                for i, f in enumerate(features)
            ]
            row = {"lineId": f"l{number}", "characters": 1 + number % 6, "candidates": candidates}
            if number == 0:
                row["featureNames"] = list(NAMES)
            out.write(json.dumps(row) + "\n")


def fitted(path: Path, options: Options = QUICK):
    names, moments = read_moments(path)
    return moments, fit_weights(moments, [1.0] * len(moments), names, options)


def test_what_is_apart_is_weighed_and_no_unit_sees_it(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.jsonl", 800, 3, bent=True)
    options = replace(QUICK, apart=("b",))
    _, ranker = fitted(tmp_path / "dump.jsonl", options)
    assert ranker.weights[NAMES.index("b")] < 0
    assert (ranker.hidden[:, NAMES.index("b")] == 0).all()
    assert (ranker.hidden[:, NAMES.index("a")] != 0).any()


def test_utilities_order_candidates_as_the_true_ones_do(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.jsonl", 2000, 1, bent=True)
    moments, ranker = fitted(tmp_path / "dump.jsonl")
    agree = np.mean(
        [ranker.utilities(m.features).argmax() == true_utility(m.features, True).argmax() for m in moments]
    )
    assert agree > 0.75, agree


def test_the_hidden_layer_learns_what_a_linear_ranker_cannot(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.jsonl", 2000, 4, bent=True)
    moments, ranker = fitted(tmp_path / "dump.jsonl")
    _, flat = fitted(tmp_path / "dump.jsonl", Options(units=0, nets=1, epochs=12, decay=1e-4))
    loss = lambda r: -np.mean(  # noqa: E731
        [np.log(softmax(s.utilities)[s.moment.correct].sum()) for s in score(moments, r)]
    )
    assert loss(ranker) < loss(flat) - 0.01


def test_confidence_is_lowered_when_the_wanted_call_is_often_missing(tmp_path: Path) -> None:
    write_dump(tmp_path / "whole.jsonl", 2000, 2)
    write_dump(tmp_path / "missing.jsonl", 2000, 2, miss_rate=0.3)
    moments, ranker = fitted(tmp_path / "whole.jsonl")
    before = fit_temperatures(score(moments, ranker), [2, 4])
    scored = score(read_moments(tmp_path / "missing.jsonl")[1], ranker)
    temperatures = fit_temperatures(scored, [2, 4])
    assert all(b["temperature"] > 1.1 * a["temperature"] for a, b in zip(before, temperatures, strict=True))
    confidence, right = leading(scored, temperatures)
    assert abs(confidence.mean() - right.mean()) < 0.08


def test_the_last_band_has_no_bound_and_figures_are_measured(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.jsonl", 600, 3)
    moments, ranker = fitted(tmp_path / "dump.jsonl")
    scored = score(moments, ranker)
    ranker.submitted = fit_temperatures(scored, [1, 3])
    assert [band.get("maxCharacters") for band in ranker.submitted] == [1, 3, None]
    found = figures(scored, ranker)
    assert found["wholeLines"]["moments"] == 600
    assert 0.5 < found["wholeLines"]["top1"] < 1.0
    assert found["typing"] is None


def softmax(utility: np.ndarray) -> np.ndarray:
    powers = np.exp(utility - utility.max())
    return powers / powers.sum()
