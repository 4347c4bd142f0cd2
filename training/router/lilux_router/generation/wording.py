"""Small English: gerunds and third persons of imperative phrases, and determiners."""

import random

_DOUBLE = frozenset("get put cut set stop shut split scan plan ship drop chop strip swap run dig spin".split())
_NO_VERB = frozenset(("i", "there", "tl;dr", "is", "someone", "we"))


def starts_with_verb(phrase: str) -> bool:
    """Whether the phrase can follow "please", "to" or become a gerund."""
    first = phrase.split(" ", 1)[0]
    return first not in _NO_VERB and "," not in phrase


def gerund(phrase: str) -> str:
    """validate emails -> validating emails."""
    first, _, rest = phrase.partition(" ")
    if first in _DOUBLE:
        changed = first + first[-1] + "ing"
    elif first.endswith("ie"):
        changed = first[:-2] + "ying"
    elif first.endswith("e") and not first.endswith("ee"):
        changed = first[:-1] + "ing"
    else:
        changed = first + "ing"
    return f"{changed} {rest}".strip()


def third_person(phrase: str) -> str:
    """validate emails -> validates emails."""
    first, _, rest = phrase.partition(" ")
    if first.endswith(("s", "sh", "ch", "x", "o")):
        changed = first + "es"
    elif first.endswith("y") and first[-2:-1] not in "aeiou":
        changed = first[:-1] + "ies"
    else:
        changed = first + "s"
    return f"{changed} {rest}".strip()


def with_determiner(surface: str, rng: random.Random) -> str:
    """Put an article or pronoun before a plural or mass noun, or make it singular."""
    draw = rng.random()
    if draw < 0.35:
        return surface
    if draw < 0.65:
        return f"the {surface}"
    if draw < 0.75:
        return f"our {surface}"
    if draw < 0.82:
        return f"my {surface}"
    plural = surface.endswith("s") and not surface.endswith("ss") and " " not in surface
    if plural and draw < 0.9:
        return f"these {surface}"
    if plural and draw < 0.94:
        return f"all {surface}"
    if plural:
        return f"this {surface[:-1]}"
    return f"the {surface}"
