"""Conditional logit over candidate calls, and temperatures that make its confidence true.

A moment has C candidates with F features each. p = softmax(features @ w / temperature). A moment
may have several right candidates, or none at all when the wanted call was not proposed: weights
learn from the former, temperatures from both.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(6.0), 121))
# A band with fewer moments than this takes the temperature of all moments together.
SMALLEST_BAND = 120
RELIABILITY_BINS = 15


@dataclass
class Moment:
    line_id: str
    split: str
    state: str
    fraction: float
    characters: int
    features: np.ndarray
    correct: np.ndarray


def read_moments(path: Path) -> tuple[tuple[str, ...], list[Moment]]:
    """Feature names and all moments of a dump."""
    names: tuple[str, ...] = ()
    moments = []
    with path.open(encoding="utf-8") as rows:
        for number, row in enumerate(rows, start=1):
            if not row.strip():
                continue
            value = json.loads(row)
            names = tuple(value.get("featureNames") or names)
            if not value["candidates"]:
                continue
            features = np.array([c["features"] for c in value["candidates"]], dtype=np.float64)
            if features.shape[1] != len(names):
                raise ValueError(f"{path}:{number}: {features.shape[1]} features, {len(names)} names")
            correct = np.array([bool(c["correct"]) for c in value["candidates"]])
            moments.append(
                Moment(
                    str(value["lineId"]),
                    value.get("split", ""),
                    str(value.get("state", "")),
                    float(value.get("prefixFraction", 1.0)),
                    int(value.get("characters", 0)),
                    features,
                    correct,
                )
            )
    return names, moments


def fit_weights(
    moments: Sequence[Moment], names: Sequence[str], penalty: float = 1e-3, iterations: int = 200
) -> np.ndarray:
    """Weights [F] that maximise the likelihood of the right candidates, by L-BFGS."""
    usable = [m for m in moments if m.correct.any() and not m.correct.all()]
    if not usable:
        raise ValueError("No moment has both a right and a wrong candidate.")
    features, correct, present = _pad(usable, len(names))
    seen = features[present]
    scale = seen.std(0).clamp_min(1e-6)
    varies = seen.std(0) > 1e-9
    scaled = torch.where(varies, features / scale, torch.zeros_like(features))
    weights = torch.zeros(len(names), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=iterations, line_search_fn="strong_wolfe")
    hidden = torch.where(present, 0.0, -1e30)
    wrong = torch.where(correct, 0.0, -1e30)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        utility = scaled @ weights + hidden
        likelihood = torch.logsumexp(utility + wrong, 1) - torch.logsumexp(utility, 1)
        loss = -likelihood.mean() + penalty * weights.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return (weights.detach() / scale).numpy() * varies.numpy()


def fit_temperatures(
    moments: Sequence[Moment], weights: np.ndarray, bands: Sequence[int]
) -> list[dict]:
    """One temperature per band of characters typed, narrowest first; the last has no bound."""
    everything = _best_temperature(moments, weights)
    fitted = []
    lower = 0
    for bound in [*bands, None]:
        inside = [
            m for m in moments if m.characters > lower and (bound is None or m.characters <= bound)
        ]
        best = _best_temperature(inside, weights) if len(inside) >= SMALLEST_BAND else everything
        row: dict = {"temperature": round(best, 4)}
        fitted.append(row if bound is None else {"maxCharacters": bound, **row})
        lower = bound or lower
    return fitted


def _best_temperature(moments: Sequence[Moment], weights: np.ndarray) -> float:
    """Temperature under which the leading confidence best predicts being right (log loss)."""
    if not moments:
        return 1.0
    losses = []
    for temperature in TEMPERATURES:
        confidence, right = leading(moments, weights, [{"temperature": temperature}])
        confidence = confidence.clip(1e-6, 1 - 1e-6)
        losses.append(-np.where(right, np.log(confidence), np.log(1 - confidence)).mean())
    return float(TEMPERATURES[int(np.argmin(losses))])


def leading(
    moments: Sequence[Moment], weights: np.ndarray, temperatures: Sequence[dict]
) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of each moment's leading candidate [N], and whether it is right [N]."""
    confidence, right = [], []
    for moment in moments:
        utility = moment.features @ weights / temperature_of(moment.characters, temperatures)
        powers = np.exp(utility - utility.max())
        first = int(powers.argmax())
        confidence.append(powers[first] / powers.sum())
        right.append(bool(moment.correct[first]))
    return np.array(confidence), np.array(right)


def temperature_of(characters: int, temperatures: Sequence[dict]) -> float:
    """The temperature of the first band that holds the line, as the runtime picks it."""
    for band in temperatures:
        if characters <= band.get("maxCharacters", float("inf")):
            return band["temperature"]
    return 1.0


def figures(moments: Sequence[Moment], weights: np.ndarray, temperatures: Sequence[dict]) -> dict:
    """What the fitted ranker achieves on moments it was not fitted on."""
    if not moments:
        return {}
    longest: dict[str, int] = {}
    for moment in moments:
        longest[moment.line_id] = max(longest.get(moment.line_id, 0), moment.characters)
    whole = [m for m in moments if m.characters == longest[m.line_id]]
    cold = [m for m in whole if m.state != "warm"]
    return {
        "everyMoment": _figures(moments, weights, temperatures),
        "wholeLines": _figures(whole, weights, temperatures),
        "wholeLinesCold": _figures(cold, weights, temperatures) if cold else None,
    }


def _figures(moments: Sequence[Moment], weights: np.ndarray, temperatures: Sequence[dict]) -> dict:
    confidence, right = leading(moments, weights, temperatures)
    acted = confidence > 0.85
    return {
        "moments": len(moments),
        "proposed": round(float(np.mean([m.correct.any() for m in moments])), 4),
        "top1": round(float(right.mean()), 4),
        "ece": round(expected_calibration_error(confidence, right), 4),
        "brier": round(float(np.mean((confidence - right) ** 2)), 4),
        "coverageAt085": round(float(acted.mean()), 4),
        "precisionAt085": round(float(right[acted].mean()), 4) if acted.any() else None,
    }


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by size."""
    places = np.minimum((confidence * RELIABILITY_BINS).astype(int), RELIABILITY_BINS - 1)
    gaps = 0.0
    for place in range(RELIABILITY_BINS):
        inside = places == place
        if inside.any():
            gaps += abs(confidence[inside].mean() - right[inside].mean()) * inside.mean()
    return float(gaps)


def _pad(
    moments: Sequence[Moment], width: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Features [N,C,F], right [N,C], present [N,C], padded to the longest candidate list."""
    most = max(len(m.correct) for m in moments)
    features = torch.zeros(len(moments), most, width, dtype=torch.float64)
    correct = torch.zeros(len(moments), most, dtype=torch.bool)
    present = torch.zeros(len(moments), most, dtype=torch.bool)
    for row, moment in enumerate(moments):
        count = len(moment.correct)
        features[row, :count] = torch.from_numpy(moment.features)
        correct[row, :count] = torch.from_numpy(moment.correct)
        present[row, :count] = True
    return features, correct, present
