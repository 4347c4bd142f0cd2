"""Conditional logit with one hidden layer over candidate calls, and temperatures that make it true.

A moment has C candidates with F features each. The utility of a candidate x is
``w.x + sum_j o_j tanh(b_j + W_j [x; n])`` where n are the features of the candidate "no call", which
tell of the line as a whole; p = softmax(utility / temperature). A moment may have several right
candidates, or none at all when the wanted call was not proposed: weights learn from the former,
temperatures from both.

Several nets from different starts are averaged, which is one wider net. Temperatures are fitted on
moments of libraries that the weights at hand were not fitted on (cross-fitting).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

TEMPERATURES = np.exp(np.linspace(np.log(0.3), np.log(6.0), 121))
# A band with fewer moments than this takes the temperature of all moments together.
SMALLEST_BAND = 120
RELIABILITY_BINS = 15
BATCH = 128


@dataclass
class Moment:
    """One line at one moment of typing; features [C,F], correct [C]."""

    line_id: str
    state: str
    fraction: float
    characters: int
    features: np.ndarray
    correct: np.ndarray
    whole: bool = False


@dataclass
class Options:
    """How the weights are fitted."""

    units: int = 12
    nets: int = 4
    epochs: int = 30
    rate: float = 3e-3
    decay: float = 1e-2
    seed: int = 7
    # Begins with these weights instead of none: features they do not know begin at nothing.
    start: "Ranker | None" = None
    # Features of these names are weighed, and no hidden unit sees them: what they say is the same for every line.
    apart: tuple[str, ...] = ()


@dataclass
class Ranker:
    """Weights on features as they come; ``hidden`` [U, F + context] is empty for a linear ranker."""

    names: tuple[str, ...]
    context: tuple[str, ...]
    weights: np.ndarray
    hidden: np.ndarray
    biases: np.ndarray
    outputs: np.ndarray
    typing: list[dict] = field(default_factory=lambda: [{"temperature": 1.0}])
    submitted: list[dict] = field(default_factory=lambda: [{"temperature": 1.0}])
    # While typing, where a search or a creation leads: its words are still being typed.
    growing: list[dict] = field(default_factory=lambda: [{"temperature": 1.0}])

    def utilities(self, features: np.ndarray) -> np.ndarray:
        """Utilities [C] of one moment's candidates, features [C,F], before any temperature."""
        utility = features @ self.weights
        if len(self.outputs) == 0:
            return utility
        none = features[features[:, self.names.index("is_none")].argmax()]
        seen = [self.names.index(name) for name in self.context]
        width = len(self.names)
        inner = features @ self.hidden[:, :width].T + none[seen] @ self.hidden[:, width:].T + self.biases
        return utility + np.tanh(inner) @ self.outputs

    def manifest(self) -> dict:
        """As the runtime reads it from the model's manifest."""
        plain = lambda values: [round(float(v), 5) for v in values]  # noqa: E731
        return {
            "featureNames": list(self.names),
            "weights": plain(self.weights),
            "hidden": {
                "contextNames": list(self.context),
                "weights": [plain(row) for row in self.hidden],
                "biases": plain(self.biases),
                "outputs": plain(self.outputs),
            },
            "temperatures": self.typing,
            "submittedTemperatures": self.submitted,
            "growingTemperatures": self.growing,
        }


def read_moments(path: Path, left_out: Sequence[str] = ()) -> tuple[tuple[str, ...], list[Moment]]:
    """Feature names and all moments of a dump, without the features left out."""
    names: tuple[str, ...] = ()
    places: list[int] = []
    moments = []
    with path.open(encoding="utf-8") as rows:
        for number, row in enumerate(rows, start=1):
            if not row.strip():
                continue
            value = json.loads(row)
            if value.get("featureNames"):
                given = value["featureNames"]
                places = [at for at, name in enumerate(given) if name not in left_out]
                names = tuple(given[at] for at in places)
            if not value["candidates"]:
                continue
            features = np.array([c["features"] for c in value["candidates"]], dtype=np.float32)
            if features.shape[1] < len(names):
                raise ValueError(f"{path}:{number}: {features.shape[1]} features, {len(names)} names")
            features = features[:, places]
            correct = np.array([bool(c["correct"]) for c in value["candidates"]])
            fraction = float(value.get("prefixFraction", 1.0))
            moments.append(
                Moment(
                    str(value["lineId"]),
                    str(value.get("state", "")),
                    fraction,
                    int(value.get("characters", 0)),
                    features,
                    correct,
                    whole=fraction >= 1.0,
                )
            )
    return names, moments


def read_ranker(manifest: dict) -> Ranker:
    """The ranker of a model's manifest."""
    given = manifest["ranker"]
    hidden = given["hidden"]
    return Ranker(
        tuple(given["featureNames"]),
        tuple(hidden["contextNames"]),
        *(np.array(v, dtype=np.float64) for v in (given["weights"], hidden["weights"], hidden["biases"], hidden["outputs"])),
        typing=given["temperatures"],
        submitted=given["submittedTemperatures"],
        growing=given.get("growingTemperatures", given["temperatures"]),
    )


def without_hopeless(moments: Sequence[Moment], names: tuple[str, ...], ranker: Ranker, count: int) -> list[Moment]:
    """Each moment with the candidates that decide it: the right ones, "no call", the ``count``
    likeliest by another ranker, and those that phrasings or lessons speak for or against."""
    place = [names.index(name) for name in ranker.names]
    spoken = [names.index(name) for name in ("lesson_same", "lesson_wrong") if name in names]
    three = names.index("phrase_three") if "phrase_three" in names else None
    none = names.index("is_none")
    kept = []
    for moment in moments:
        utility = ranker.utilities(moment.features[:, place].astype(np.float64))
        keep = moment.correct | (moment.features[:, none] == 1)
        keep |= (moment.features[:, spoken] > 0).any(1)
        keep[np.argsort(-utility)[:count]] = True
        if three is not None and moment.features[:, three].any():
            keep[np.argsort(-moment.features[:, three], kind="stable")[: count // 2]] = True
        kept.append(replace(moment, features=moment.features[keep], correct=moment.correct[keep]))
    return kept


def fit_weights(
    moments: Sequence[Moment], counts: Sequence[float], names: tuple[str, ...], options: Options
) -> Ranker:
    """Weights that maximise the likelihood of the right candidates; ``counts`` [N] weigh moments."""
    usable = [i for i, m in enumerate(moments) if m.correct.any() and not m.correct.all()]
    if not usable:
        raise ValueError("No moment has both a right and a wrong candidate.")
    features, correct, present = _pad([moments[i] for i in usable])
    weights = torch.tensor([counts[i] for i in usable], dtype=torch.float32)
    seen = features[present]
    spread = seen.std(0)
    scale = torch.where(spread > 1e-6, spread, torch.ones_like(spread))
    varies = (spread > 1e-6).float()
    features = features / scale * varies
    context = tuple(name for name in names if name.startswith("none_"))
    place = [names.index(name) for name in context]
    none_at = features[:, :, names.index("is_none")].argmax(1)
    none = features[torch.arange(len(features)), none_at][:, place]
    seen_by_units = torch.tensor([name not in options.apart for name in (*names, *context)]).float()
    nets = []
    for number in range(options.nets):
        torch.manual_seed(options.seed + number)
        net = _Net(len(names), len(context), options.units, seen_by_units)
        if options.start is not None:
            _begin_with(net, options.start, number, (names, context, scale, scale[place]))
        _train(net, (features, none, correct, present, weights), options)
        nets.append(net)
    share = 1 / len(nets)
    width = torch.cat([scale, scale[place]])
    kept = torch.cat([varies, varies[place]]) * seen_by_units
    linear = sum(net.linear.weight.detach()[0] for net in nets) * share / scale * varies
    hidden = torch.cat([net.inner.weight.detach() / width * kept for net in nets])
    biases = torch.cat([net.inner.bias.detach() for net in nets])
    outputs = torch.cat([net.outer.weight.detach()[0] * share for net in nets])
    return Ranker(names, context, *(t.double().numpy() for t in (linear, hidden, biases, outputs)))


class _Net(nn.Module):
    def __init__(self, width: int, context: int, units: int, seen_by_units: Tensor) -> None:
        super().__init__()
        self.seen_by_units = seen_by_units
        self.linear = nn.Linear(width, 1, bias=False)
        self.inner = nn.Linear(width + context, units)
        self.outer = nn.Linear(units, 1, bias=False)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.outer.weight)

    def forward(self, features: Tensor, none: Tensor) -> Tensor:
        """features [N,C,F], none [N,K] -> utilities [N,C]."""
        line = none[:, None, :].expand(-1, features.shape[1], -1)
        seen = self.inner.weight * self.seen_by_units
        inner = torch.tanh(nn.functional.linear(torch.cat([features, line], -1), seen, self.inner.bias))
        return (self.linear(features) + self.outer(inner)).squeeze(-1)


def _begin_with(net: _Net, start: Ranker, number: int, where: tuple) -> None:
    """One of the nets that a ranker is the average of, in the units of scaled features."""
    names, context, scale, context_scale = where
    units = net.inner.out_features
    rows = slice(number * units, (number + 1) * units)
    nets = len(start.outputs) // units
    own = [names.index(name) for name in start.names]
    seen = [len(names) + context.index(name) for name in start.context]
    width = torch.cat([scale, context_scale]).double()
    hidden = torch.from_numpy(start.hidden[rows])
    with torch.no_grad():
        net.linear.weight[0, own] = (torch.from_numpy(start.weights) * scale[own]).float()
        net.inner.weight.zero_()
        net.inner.weight[:, own + seen] = (hidden * width[own + seen]).float()
        net.inner.bias.copy_(torch.from_numpy(start.biases[rows]).float())
        net.outer.weight[0] = torch.from_numpy(start.outputs[rows] * nets).float()


def _train(net: _Net, data: tuple[Tensor, ...], options: Options) -> None:
    features, none, correct, present, weights = data
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=options.decay)
    for epoch in range(options.epochs):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * (1 - epoch / options.epochs)
        order = torch.randperm(len(features))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            utility = net(features[rows], none[rows]).masked_fill(~present[rows], -1e30)
            right = utility.masked_fill(~correct[rows], -1e30)
            loss = torch.logsumexp(utility, 1) - torch.logsumexp(right, 1)
            optimizer.zero_grad()
            ((loss * weights[rows]).sum() / weights[rows].sum()).backward()
            optimizer.step()


@dataclass
class Scored:
    """A moment's utilities [C] by some ranker."""

    moment: Moment
    utilities: np.ndarray
    count: float = 1.0
    # A search or a creation leads.
    growing: bool = False


def score(moments: Sequence[Moment], ranker: Ranker, count: float = 1.0) -> list[Scored]:
    """Every moment with its utilities; ``count`` is how much each weighs in a fit."""
    kinds = [ranker.names.index(name) for name in ("is_search", "is_create") if name in ranker.names]
    scored = []
    for moment in moments:
        utilities = ranker.utilities(moment.features.astype(np.float64))
        leader = moment.features[int(utilities.argmax())]
        scored.append(Scored(moment, utilities, count, bool(leader[kinds].any())))
    return scored


def fit_temperatures(scored: Sequence[Scored], bands: Sequence[int]) -> list[dict]:
    """One temperature per band of characters typed, narrowest first; the last has no bound."""
    everything = _best_temperature(scored)
    fitted = []
    lower = 0
    for bound in [*bands, None]:
        inside = [
            s for s in scored
            if s.moment.characters > lower and (bound is None or s.moment.characters <= bound)
        ]  # fmt: skip
        best = _best_temperature(inside) if len(inside) >= SMALLEST_BAND else everything
        row: dict = {"temperature": round(best, 4)}
        fitted.append(row if bound is None else {"maxCharacters": bound, **row})
        lower = bound or lower
    return fitted


def _best_temperature(scored: Sequence[Scored]) -> float:
    """Temperature under which the leading confidence best predicts being right (log loss)."""
    if not scored:
        return 1.0
    losses = []
    counts = np.array([s.count for s in scored])
    for temperature in TEMPERATURES:
        confidence, right = leading(scored, [{"temperature": temperature}])
        confidence = confidence.clip(1e-6, 1 - 1e-6)
        loss = -np.where(right, np.log(confidence), np.log(1 - confidence))
        losses.append((loss * counts).sum() / counts.sum())
    return float(TEMPERATURES[int(np.argmin(losses))])


def leading(
    scored: Sequence[Scored], temperatures: Sequence[dict], growing: Sequence[dict] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of each moment's leading candidate [N], and whether it is right [N]."""
    confidence, right = [], []
    for entry in scored:
        bands = growing if growing is not None and entry.growing else temperatures
        utility = entry.utilities / temperature_of(entry.moment.characters, bands)
        powers = np.exp(utility - utility.max())
        first = int(powers.argmax())
        confidence.append(powers[first] / powers.sum())
        right.append(bool(entry.moment.correct[first]))
    return np.array(confidence), np.array(right)


def temperature_of(characters: int, temperatures: Sequence[dict]) -> float:
    """The temperature of the first band that holds the line, as the runtime picks it."""
    for band in temperatures:
        if characters <= band.get("maxCharacters", float("inf")):
            return band["temperature"]
    return 1.0


def figures(scored: Sequence[Scored], ranker: Ranker) -> dict:
    """What the ranker achieves while lines are typed and when they are finished."""
    whole = [s for s in scored if s.moment.whole]
    cold = [s for s in whole if s.moment.state != "warm"]
    typing = [s for s in scored if not s.moment.whole]
    return {
        "typing": _figures(typing, ranker.typing, ranker.growing) if typing else None,
        "wholeLines": _figures(whole, ranker.submitted) if whole else None,
        "wholeLinesCold": _figures(cold, ranker.submitted) if cold else None,
    }


def _figures(
    scored: Sequence[Scored], temperatures: Sequence[dict], growing: Sequence[dict] | None = None
) -> dict:
    confidence, right = leading(scored, temperatures, growing)
    acted = confidence > 0.85
    return {
        "moments": len(scored),
        "proposed": round(float(np.mean([s.moment.correct.any() for s in scored])), 4),
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


def _pad(moments: Sequence[Moment]) -> tuple[Tensor, Tensor, Tensor]:
    """Features [N,C,F], right [N,C], present [N,C], padded to the longest candidate list."""
    most = max(len(m.correct) for m in moments)
    features = torch.zeros(len(moments), most, moments[0].features.shape[1])
    correct = torch.zeros(len(moments), most, dtype=torch.bool)
    present = torch.zeros(len(moments), most, dtype=torch.bool)
    for row, moment in enumerate(moments):
        count = len(moment.correct)
        features[row, :count] = torch.from_numpy(moment.features)
        correct[row, :count] = torch.from_numpy(moment.correct)
        present[row, :count] = True
    return features, correct, present
