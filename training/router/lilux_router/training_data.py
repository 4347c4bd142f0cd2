"""Everything a training run reads: libraries, lines, what follows which prefix, and validation sets."""

import argparse
from pathlib import Path

from .evaluation_set import EvaluationSet, from_natural, from_shelf, read_set
from .generation.corpus import CorpusBuilder, Shelf
from .generation.near_duplicates import without_measured_lines
from .prefixes import PrefixStatistics
from .tokenizer import load_tokenizer

# Lines by hand are few but half of what is trained on; what follows a prefix is counted that way.
NATURAL_LINE_COUNTS = 10
# Simple lines ("deploy to staging") come to more than one mind; what is measured on is not trained on.
MEASURED = ("handwritten", "demo", "roastery", "blind")


class TrainingData:
    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        """``options`` are those of train.py; ``folder`` holds the sets that are measured on."""
        self.tokenizer = load_tokenizer()
        builder = CorpusBuilder(options.seed)
        self.shelves = [builder.training_shelf(i, options.lines) for i in range(options.libraries)]
        self.natural = builder.natural_shelves("train")
        self._leave_out([read_set(folder / name) for name in MEASURED if (folder / name).exists()])
        for shelf in self.shelves:
            _repeat_searches_that_end_in_their_type(shelf, options.repeat_type_last)
        self.statistics = self._prefix_statistics()
        self.counts = {
            "naturalLibraries": len(self.natural),
            "naturalItems": sum(len(library.library.items) for library, _ in self.natural),
            "naturalLines": sum(len(library.lines) for library, _ in self.natural),
            "trainLibraries": len(self.shelves),
            "trainItems": sum(len(s.library.items) for s in self.shelves),
            "trainLines": sum(len(s.lines) for s in self.shelves),
        }
        self.validation = {
            "generated": from_shelf(builder.held_out_shelf("validation", options.validation_lines)),
            "natural": from_natural(builder.natural["validation"]),
        }

    def _leave_out(self, measured: list[EvaluationSet]) -> None:
        framed = [shelf for _, shelf in self.natural]
        for source in [*self.shelves, *framed, *(library for library, _ in self.natural)]:
            source.lines = without_measured_lines(source.lines, measured)

    def _prefix_statistics(self) -> PrefixStatistics:
        statistics = PrefixStatistics()
        for shelf in self.shelves:
            for line in shelf.lines:
                statistics.add(line)
        for library, _ in self.natural:
            for line in library.lines * NATURAL_LINE_COUNTS:
                statistics.add(line)
        return statistics


def _repeat_searches_that_end_in_their_type(shelf: Shelf, times: int) -> None:
    shelf.lines += [
        line
        for line in shelf.lines
        if line.primitive == "search" and line.has_query and not line.chars[-1][1]
    ] * times
