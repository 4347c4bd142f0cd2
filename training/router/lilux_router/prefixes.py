"""Lines as they are typed: where to cut them, and what follows a short prefix. Needs no tensors."""

import random
from collections import Counter, defaultdict

from .generation.lines import Line
from .labels import HEADS

# Prefixes up to this many characters, with whatever names an item as one character, get the
# distribution of what followed them as target.
SHARED_PREFIX_CHARS = 24
# A line that ends where another goes on counts more: people look up when they have finished.
ENDING_COUNTS = 3
IDENTITY_MARK = "§"
FULL_LINE_SHARE = 0.5
# Of the cut lines, how many end inside their last word: that is where the kind of item often
# stands ("find email scr"), and where a person waits to see whether they may stop typing.
LAST_WORD_SHARE = 0.4


class PrefixStatistics:
    """How often each label followed a short prefix, over the training lines."""

    def __init__(self) -> None:
        self.counts: dict[str, defaultdict[str, Counter]] = {h: defaultdict(Counter) for h in HEADS}

    def add(self, line: Line) -> None:
        masked = mask_identity(line, len(line.chars))
        labels = [(head, label) for head in HEADS if (label := getattr(line, head)) is not None]
        for length in range(1, min(len(masked), SHARED_PREFIX_CHARS) + 1):
            for head, label in labels:
                self.counts[head][masked[:length]][label] += ENDING_COUNTS if length == len(masked) else 1

    def target(self, head: str, line: Line, typed: int) -> list[float]:
        """Probabilities over the head's labels given what is typed; one-hot when it is long or rare."""
        labels = HEADS[head]
        label = getattr(line, head)
        prefix = mask_identity(line, typed)
        seen = self.counts[head].get(prefix) if len(prefix) <= SHARED_PREFIX_CHARS else None
        if not seen or sum(seen.values()) < 3:
            return [float(name == label) for name in labels]
        total = sum(seen.values())
        return [seen[name] / total for name in labels]


def mask_identity(line: Line, typed: int) -> str:
    """What is typed of the line itself, each run of characters that name an item as one mark.

    A line all of which may name the item, as people write them, stays as it is.
    """
    own = line.chars[line.context_length :]
    is_plain = all(identity for _, _, identity in own)
    parts: list[str] = []
    for char, _, identity in own[: typed - line.context_length]:
        if is_plain or not identity:
            parts.append(char)
        elif not parts or parts[-1] != IDENTITY_MARK:
            parts.append(IDENTITY_MARK)
    return "".join(parts)


def cut(line: Line, rng: random.Random) -> int:
    """How many characters of the line are typed: all, or a random number of at least one."""
    length, context = len(line.chars), line.context_length
    if length - context < 3 or rng.random() < FULL_LINE_SHARE:
        return length
    last_word = line.text.rstrip().rfind(" ") + 1
    if context < last_word < length - 2 and rng.random() < LAST_WORD_SHARE:
        return rng.randrange(last_word + 1, length)
    return rng.randrange(context + 1, length)
