"""Puts libraries and lines of every split together."""

import random
from dataclasses import dataclass

from .items import Library, build_library
from .lexicon import read_lexicon
from .lines import Line, LineWriter
from .natural import NaturalLibrary, read_natural
from .splits import SPLITS, HeldOut

DOMAINS_PER_TRAINING_LIBRARY = 2
IDIOMS_PER_TRAINING_LIBRARY = 30
# Beside the lines people wrote for a library: the same items named in sentence frames ("run x_y").
FRAMED_LINES_PER_NATURAL_LIBRARY = 240


@dataclass
class Shelf:
    """One library and the lines typed at it."""

    library: Library
    lines: list[Line]


class CorpusBuilder:
    """Builds shelves of any split; everything follows from ``seed``."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.lexicon = read_lexicon()
        held_out = HeldOut()
        self.domains = held_out.divide("domains", self.lexicon.domains, lambda d: d.id)
        self.idioms = held_out.divide("idioms", self.lexicon.idioms, lambda i: i.id)
        self.none_lines = held_out.divide("none_lines", self.lexicon.none_lines)
        self.requests = held_out.divide("requests", self.lexicon.requests)
        frames = {
            kind: held_out.divide(f"frames/{kind}", values)
            for kind, values in self.lexicon.frames.items()
        }
        self.natural = held_out.divide("natural", read_natural(), lambda n: n.id)
        self.frames = {s: {kind: parts[s] for kind, parts in frames.items()} for s in SPLITS}
        imperatives = {
            o.verb: held_out.divide_imperatives(o.verb, o.imperatives)
            for o in self.lexicon.operations
        }
        self.imperatives = {s: {v: parts[s] for v, parts in imperatives.items()} for s in SPLITS}

    def training_shelf(self, index: int, lines: int) -> Shelf:
        """The ``index``-th training library: a few random domains and idioms."""
        rng = random.Random(f"{self.seed}/train/{index}")
        domains = rng.sample(self.domains["train"], DOMAINS_PER_TRAINING_LIBRARY + 3)
        idioms = rng.sample(self.idioms["train"], min(len(self.idioms["train"]), IDIOMS_PER_TRAINING_LIBRARY + 6))
        here, there = domains[:DOMAINS_PER_TRAINING_LIBRARY], domains[DOMAINS_PER_TRAINING_LIBRARY:]
        library = build_library(
            self.lexicon, tuple(here), tuple(idioms[:IDIOMS_PER_TRAINING_LIBRARY]), rng
        )
        strangers = build_library(
            self.lexicon, tuple(there), tuple(idioms[IDIOMS_PER_TRAINING_LIBRARY:]), rng
        )
        return self._shelf("train", library, strangers, lines, rng)

    def held_out_shelf(self, split: str, lines: int) -> Shelf:
        """One library of the split's own domains, less two that play the stranger."""
        rng = random.Random(f"{self.seed}/{split}")
        domains, idioms = self.domains[split], self.idioms[split]
        library = build_library(self.lexicon, domains[2:], idioms[2:], rng)
        strangers = build_library(self.lexicon, domains[:2], idioms[:2], rng)
        return self._shelf(split, library, strangers, lines, rng)

    def natural_shelves(self, split: str) -> list[tuple[NaturalLibrary, Shelf]]:
        """The split's libraries written by hand, each with further lines in sentence frames."""
        libraries = self.natural[split]
        pairs = []
        for place, natural in enumerate(libraries):
            rng = random.Random(f"{self.seed}/natural/{natural.id}")
            stranger = libraries[(place + len(libraries) // 2) % len(libraries)].library
            count = FRAMED_LINES_PER_NATURAL_LIBRARY
            pairs.append((natural, self._shelf(split, natural.library, stranger, count, rng)))
        return pairs

    def _shelf(self, split, library, strangers, lines, rng) -> Shelf:
        writer = LineWriter(
            self.lexicon,
            library,
            strangers,
            self.frames[split],
            self.imperatives[split],
            self.none_lines[split],
            self.requests[split],
            rng,
        )
        return Shelf(library, writer.write(lines))
