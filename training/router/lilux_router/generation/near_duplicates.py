"""Checks that held-out lines and items do not repeat training ones, and keeps training from theirs."""

import re
from collections.abc import Iterable

from ..evaluation_set import EvaluationSet
from .corpus import Shelf
from .lines import Line


def share_seen_in_training(data: EvaluationSet, trained: list[Shelf]) -> dict[str, float]:
    """Shares of held-out lines and item ids that also occur in training, exactly and nearly.

    Words are compared as sets first, so only lines with the same words in any order are measured.
    """
    known_lines = {_normal(line.text) for other in trained for line in other.lines}
    known_bags = {_bag(text) for text in known_lines}
    known_items = {item.item_id for other in trained for item in other.library.items}
    texts = [_normal(line["text"]) for line in data.lines]
    items = [item["item_id"] for item in data.items]
    return {
        "linesSeenExactly": _share(text in known_lines for text in texts),
        "linesWithTheSameWords": _share(_bag(text) in known_bags for text in texts),
        "itemIdsSeen": _share(item in known_items for item in items),
    }


def without_measured_lines(lines: list[Line], measured: Iterable[EvaluationSet]) -> list[Line]:
    """The lines that have other words than every line that is measured on."""
    bags = {_bag(_normal(line["text"])) for data in measured for line in data.lines}
    return [line for line in lines if _bag(_normal(line.text)) not in bags]


def _normal(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def _bag(text: str) -> str:
    return " ".join(sorted(set(text.split())))


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return round(sum(values) / max(1, len(values)), 4)
