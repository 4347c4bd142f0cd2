"""Samples training batches: confusable items of a few libraries with lines for each.

Half of a batch is a generated library, half a library written by hand: the former knows forms, the
latter how people really put things.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .generation.corpus import Shelf
from .generation.lines import Line
from .generation.natural import NaturalLibrary
from .generation.noise import add_noise

ITEMS_PER_SHELF = 14
LINES_PER_ITEM = 2
OTHER_LINES_PER_SHELF = 26
NATURAL_OTHER_LINES = 22
# Of the lines about an item of a library written by hand, how many are by hand and not in a frame.
BY_HAND_SHARE = 0.8


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
        others = rng.sample(self.others, min(len(self.others), OTHER_LINES_PER_SHELF))
        batch.lines += [(line, -1) for line in others]


class _PreparedNatural:
    def __init__(self, natural: NaturalLibrary, framed: Shelf) -> None:
        self.items = natural.library.items
        self.by_hand = _by_item(natural.lines)
        self.framed = _by_item(framed.lines)
        self.others = _others(natural.lines)
        self.framed_others = _others(framed.lines)

    def add_to(self, batch: Batch, rng: random.Random) -> None:
        """Every item of the library, so that each line is told from all its neighbours."""
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
        batch.lines += [(_typed_again(line, rng), -1) for line in others]
        framed = rng.sample(self.framed_others, min(len(self.framed_others), NATURAL_OTHER_LINES // 3))
        batch.lines += [(line, -1) for line in framed]


def _by_item(lines: list[Line]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.item is not None and not line.reference:
            found[line.item].append(line)
    return found


def _others(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.item is None or line.reference]


def _typed_again(line: Line, rng: random.Random) -> Line:
    """The same line with other slips of the finger."""
    return replace(line, chars=add_noise(line.chars, rng))
