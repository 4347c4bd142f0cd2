"""Samples training batches: confusable items of a few libraries with lines for each."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .generation.corpus import Shelf
from .generation.lines import Line

ITEMS_PER_SHELF = 14
LINES_PER_ITEM = 2
OTHER_LINES_PER_SHELF = 26
SHELVES_PER_BATCH = 2


@dataclass
class Batch:
    """``lines`` are (line, index into ``items`` or -1); ``items`` are public item dictionaries."""

    lines: list[tuple[Line, int]]
    items: list[dict]


class BatchSampler:
    """Endless batches, reproducible from the seed."""

    def __init__(self, shelves: list[Shelf], seed: int) -> None:
        self.shelves = [_PreparedShelf(shelf) for shelf in shelves]
        self.rng = random.Random(seed)

    def __iter__(self) -> Iterator[Batch]:
        while True:
            order = list(self.shelves)
            self.rng.shuffle(order)
            for start in range(0, len(order) - SHELVES_PER_BATCH + 1, SHELVES_PER_BATCH):
                yield self._batch(order[start : start + SHELVES_PER_BATCH])

    def _batch(self, shelves: list["_PreparedShelf"]) -> Batch:
        batch = Batch([], [])
        for shelf in shelves:
            shelf.add_to(batch, self.rng)
        return batch


class _PreparedShelf:
    def __init__(self, shelf: Shelf) -> None:
        self.items = shelf.library.items
        self.by_item: dict[int, list[Line]] = defaultdict(list)
        self.others: list[Line] = []
        for line in shelf.lines:
            if line.item is not None and not line.reference:
                self.by_item[line.item].append(line)
            else:
                self.others.append(line)
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
