"""Divides domains, idioms, sentence frames and phrasings over four disjoint splits.

``lexicon/held_out.tsv`` lists what is kept from training, by list and split, whatever the seed.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from .lexicon import LEXICON

SPLITS = ("train", "validation", "calibration", "test")

T = TypeVar("T")


class HeldOut:
    """The held-out values, read once."""

    def __init__(self) -> None:
        self.split_of: dict[str, dict[str, str]] = defaultdict(dict)
        for row in (LEXICON / "held_out.tsv").read_text(encoding="utf-8").splitlines():
            if row and not row.startswith("#"):
                name, split, value = row.split("\t")
                self.split_of[name][value] = split

    def divide(
        self, name: str, values: Sequence[T], key: Callable[[T], str] = str
    ) -> dict[str, tuple[T, ...]]:
        """Values of each split; a list of which nothing is held out is shared by all splits."""
        held = self.split_of.get(name)
        if not held:
            return dict.fromkeys(SPLITS, tuple(values))
        parts: dict[str, list[T]] = {split: [] for split in SPLITS}
        for value in values:
            parts[held.get(key(value), "train")].append(value)
        return {split: tuple(part) for split, part in parts.items()}

    def divide_imperatives(self, verb: str, imperatives: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The literal wording, the first one, is common to all splits; paraphrases are divided."""
        literal, *others = imperatives
        parts = self.divide(f"imperatives/{verb}", others)
        return {split: (literal, *part) for split, part in parts.items()}
