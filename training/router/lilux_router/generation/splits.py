"""Divides domains, idioms, sentence frames and phrasings over four disjoint splits."""

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

from .lexicon import Lexicon, Operation

SPLITS = ("train", "validation", "calibration", "test")
DOMAIN_COUNTS = {"validation": 4, "calibration": 7, "test": 8}
SHARES = {"validation": 0.05, "calibration": 0.12, "test": 0.14}
# Lists shorter than this are shared by all splits: too little would remain of them.
SMALLEST_DIVIDED_LIST = 7

T = TypeVar("T")


def divide(values: Sequence[T], seed: str) -> dict[str, tuple[T, ...]]:
    """Assign each value to exactly one split, at least one to each; short lists are shared.

    A value's place depends on the seed and itself, hardly on the rest of the list, so that adding
    to a list moves few values from one split to another.
    """
    if len(values) < SMALLEST_DIVIDED_LIST:
        return dict.fromkeys(SPLITS, tuple(values))
    ordered = sorted(values, key=lambda value: hashlib.sha256(f"{seed}/{value}".encode()).digest())
    parts: dict[str, tuple[T, ...]] = {}
    for split, share in SHARES.items():
        size = max(1, round(len(values) * share))
        parts[split], ordered = tuple(ordered[:size]), ordered[size:]
    return {"train": tuple(ordered), **parts}


def divide_domains(lexicon: Lexicon, seed: str) -> dict[str, tuple]:
    """Whole domains go to one split, so no item of a held-out split resembles a training item."""
    shuffled = list(lexicon.domains)
    random.Random(seed).shuffle(shuffled)
    parts = {}
    for split, size in DOMAIN_COUNTS.items():
        parts[split], shuffled = tuple(shuffled[:size]), shuffled[size:]
    return {"train": tuple(shuffled), **parts}


def divide_imperatives(operation: Operation, seed: str) -> dict[str, tuple[str, ...]]:
    """The literal wording is common to all; one paraphrase each is kept for calibration and test."""
    literal, *others = operation.imperatives
    random.Random(f"{seed}/{operation.verb}").shuffle(others)
    return {
        "train": (literal, *others[2:]),
        "validation": (literal, others[0]),
        "calibration": (literal, others[0]),
        "test": (literal, others[1]),
    }
