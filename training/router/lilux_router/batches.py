"""Samples training batches: confusable items of a few libraries with lines for each.

Half of a batch is a generated library, half a library written by hand: the former knows forms, the
latter how people really put things.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .generation.corpus import Shelf
from .context import in_context
from .generation.lines import Line
from .generation.natural import NaturalLibrary
from .generation.noise import add_noise

ITEMS_PER_SHELF = 14
LINES_PER_ITEM = 2
OTHER_LINES_PER_SHELF = 26
NATURAL_OTHER_LINES = 22
# Of the lines about an item of a library written by hand, how many are by hand and not in a frame.
BY_HAND_SHARE = 0.7
# Of the lines that point back, how many are read with the line before, as the runtime does once it
# noticed; and of all others, which the runtime may have taken for such.
REFERENCES_IN_CONTEXT = 0.65
OTHERS_IN_CONTEXT = 0.04


@dataclass
class Batch:
    """``lines`` are (line, index into ``items`` or -1); ``items`` are public item dictionaries."""

    lines: list[tuple[Line, int]]
    items: list[dict]


class BatchSampler:
    """Endless batches, reproducible from the seed."""

    def __init__(
        self, shelves: list[Shelf], natural: list[tuple[NaturalLibrary, Shelf]], seed: int
    ) -> None:
        self.shelves = [_PreparedShelf(shelf) for shelf in shelves]
        self.natural = [_PreparedNatural(library, shelf) for library, shelf in natural]
        self.rng = random.Random(seed)

    def __iter__(self) -> Iterator[Batch]:
        generated, natural = self._endless(self.shelves), self._endless(self.natural)
        while True:
            batch = Batch([], [])
            for shelf in (next(generated), next(natural)):
                shelf.add_to(batch, self.rng)
            batch.lines = [(_maybe_after(line, batch, self.rng), item) for line, item in batch.lines]
            yield batch

    def _endless(self, shelves: list) -> Iterator:
        while True:
            yield from self.rng.sample(shelves, len(shelves))


class _PreparedShelf:
    def __init__(self, shelf: Shelf) -> None:
        self.items = shelf.library.items
        self.by_item = _by_item(shelf.lines)
        self.others = _others(shelf.lines)
        clusters: dict[object, list[int]] = defaultdict(list)
        for index, item in enumerate(self.items):
            clusters[item.thing.id if item.thing else index % 4].append(index)
        self.clusters = list(clusters.values())

    def add_to(self, batch: Batch, rng: random.Random) -> None:
        chosen: list[int] = []
        for cluster in rng.sample(self.clusters, len(self.clusters)):
            chosen += rng.sample(cluster, min(len(cluster), 6))
            if len(chosen) >= ITEMS_PER_SHELF:
                break
        for index in chosen[:ITEMS_PER_SHELF]:
            place = len(batch.items)
            batch.items.append(self.items[index].public())
            lines = self.by_item.get(index, [])
            for line in rng.sample(lines, min(len(lines), LINES_PER_ITEM)):
                batch.lines.append((line, place))
        places = {index: len(batch.items) - len(chosen[:ITEMS_PER_SHELF]) + at for at, index in enumerate(chosen[:ITEMS_PER_SHELF])}
        others = rng.sample(self.others, min(len(self.others), OTHER_LINES_PER_SHELF))
        batch.lines += [(_pointing_back(line, rng), places.get(line.item, -1)) for line in others]


class _PreparedNatural:
    def __init__(self, natural: NaturalLibrary, framed: Shelf) -> None:
        self.items = natural.library.items
        self.by_hand = _by_item(natural.lines)
        self.framed = _by_item(framed.lines)
        self.others = _others(natural.lines)
        self.framed_others = _others(framed.lines)

    def add_to(self, batch: Batch, rng: random.Random) -> None:
        """Every item of the library, so that each line is told from all its neighbours."""
        first = len(batch.items)
        for index, item in enumerate(self.items):
            place = len(batch.items)
            batch.items.append(item.public())
            count = rng.choice((1, 2, 2))
            for _ in range(count):
                by_hand = self.by_hand.get(index)
                if by_hand and (rng.random() < BY_HAND_SHARE or index not in self.framed):
                    batch.lines.append((_typed_again(rng.choice(by_hand), rng), place))
                elif index in self.framed:
                    batch.lines.append((rng.choice(self.framed[index]), place))
        others = rng.sample(self.others, min(len(self.others), NATURAL_OTHER_LINES))
        framed = rng.sample(self.framed_others, min(len(self.framed_others), NATURAL_OTHER_LINES // 3))
        for line in [*(_typed_again(line, rng) for line in others), *framed]:
            place = -1 if line.item is None else first + line.item
            batch.lines.append((_pointing_back(line, rng), place))


def _by_item(lines: list[Line]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.item is not None and not _is_apart(line):
            found[line.item].append(line)
    return found


def _others(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.item is None or _is_apart(line)]


def _is_apart(line: Line) -> bool:
    """It is about an item and yet no plain request for it: it points back, or asks for nothing."""
    return line.reference or line.primitive == "none"


def _pointing_back(line: Line, rng: random.Random) -> Line:
    """A line that points back, often with what it points to."""
    if line.reference and rng.random() < REFERENCES_IN_CONTEXT:
        return in_context(line, line.history_chars)
    return line


def _maybe_after(line: Line, batch: Batch, rng: random.Random) -> Line:
    """Sometimes after another line that has nothing to do with it."""
    if line.reference or rng.random() >= OTHERS_IN_CONTEXT:
        return line
    before, _ = rng.choice(batch.lines)
    chars = before.chars[before.context_length :]
    return in_context(line, [(char, False, False) for char, _, _ in chars])


def _typed_again(line: Line, rng: random.Random) -> Line:
    """The same line with other slips of the finger."""
    return replace(line, chars=add_noise(line.chars, rng))
