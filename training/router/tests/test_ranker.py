"""Ranker fitting on synthetic features with a known answer."""

import json
from pathlib import Path

import numpy as np

from lilux_router.ranker import figures, fit_temperatures, fit_weights, leading, read_moments

NAMES = ("a", "b", "noise", "constant")
TRUE_WEIGHTS = np.array([2.0, -1.5, 0.0, 0.0])


def write_dump(path: Path, rows: int, seed: int, miss_rate: float = 0.0) -> None:
    """Candidates drawn by the true weights; some moments miss the wanted call altogether."""
    generator = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8") as out:
        for number in range(rows):
            features = generator.normal(size=(5, 4))
            features[:, 3] = 1.0
            utility = features @ TRUE_WEIGHTS
            chances = np.exp(utility) / np.exp(utility).sum()
            chosen = generator.choice(5, p=chances)
            missed = generator.random() < miss_rate
            candidates = [
                {"features": list(f), "correct": bool(i == chosen and not missed)}
                for i, f in enumerate(features)
            ]
            row = {
                "lineId": f"l{number}",
                "split": "x",
                "characters": 1 + number % 6,
                "candidates": candidates,
            }
            if number == 0:
                row["featureNames"] = list(NAMES)
            out.write(json.dumps(row) + "\n")


def test_the_weights_that_made_the_choices_are_found(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.jsonl", 4000, 1)
    names, moments = read_moments(tmp_path / "dump.jsonl")
    weights = fit_weights(moments, names, penalty=1e-5)
    assert np.allclose(weights, TRUE_WEIGHTS, atol=0.2)


def test_confidence_is_lowered_when_the_wanted_call_is_often_missing(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.jsonl", 4000, 2, miss_rate=0.3)
    names, moments = read_moments(tmp_path / "dump.jsonl")
    weights = fit_weights(moments, names, penalty=1e-5)
    temperatures = fit_temperatures(moments, weights, [2, 4])
    assert all(band["temperature"] > 1.1 for band in temperatures)
    confidence, right = leading(moments, weights, temperatures)
    assert abs(confidence.mean() - right.mean()) < 0.08


def test_the_last_band_has_no_bound_and_figures_are_measured(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.jsonl", 600, 3)
    names, moments = read_moments(tmp_path / "dump.jsonl")
    weights = fit_weights(moments, names)
    temperatures = fit_temperatures(moments, weights, [1, 3])
    assert [band.get("maxCharacters") for band in temperatures] == [1, 3, None]
    found = figures(moments, weights, temperatures)["wholeLines"]
    assert found["moments"] == 600
    assert 0.5 < found["top1"] < 1.0
