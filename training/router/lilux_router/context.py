"""Lines read together with the one before them: ``run csv_profile → now clean it``.

A line that points back is read a second time in this form, so that the match to items and the
query can draw on both. The runtime joins them the same way (services/router, read-in-context.ts).
"""

from dataclasses import replace

from .generation.lines import Line
from .generation.noise import Char

SEPARATOR = " → "
# Words of the line before that are read; the rest would crowd out the line itself.
WORDS_BEFORE = 16


def join_context(before: str, text: str) -> str:
    """What the model reads for ``text`` after ``before``."""
    return " ".join(before.split()[:WORDS_BEFORE]) + SEPARATOR + text


def in_context(line: Line, before: list[Char]) -> Line:
    """The line after ``before``, whose characters name no item of their own."""
    head = _first_words(before)
    chars = [(char, query, False) for char, query, _ in head] + [(c, False, False) for c in SEPARATOR]
    return replace(line, chars=chars + line.chars, context_length=len(chars))


def _first_words(chars: list[Char]) -> list[Char]:
    words = 0
    for place, (char, _, _) in enumerate(chars):
        words += char == " "
        if words == WORDS_BEFORE:
            return chars[:place]
    return chars
