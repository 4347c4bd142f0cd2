"""Typing noise on annotated text: each character carries what it belongs to."""

import random

# One character of a line: (character, belongs to the query, belongs to the item's identity).
Char = tuple[str, bool, bool]

_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: row[max(0, i - 1) : i] + row[i + 1 : i + 2] for row in _KEYBOARD for i, key in enumerate(row)
}


def add_noise(chars: list[Char], rng: random.Random) -> list[Char]:
    """Return the line as a hasty person types it; often unchanged."""
    draw = rng.random()
    if draw < 0.72:
        return chars
    if draw < 0.78:
        return _without_a_space(chars, rng)
    edits = 1 if draw < 0.95 else 2
    for _ in range(edits):
        chars = _typo(chars, rng)
    return chars


def _typo(chars: list[Char], rng: random.Random) -> list[Char]:
    places = [i for i, (c, _, _) in enumerate(chars) if c.isalpha() and i > 0]
    if len(places) < 4:
        return chars
    place = rng.choice(places)
    char, query, identity = chars[place]
    kind = rng.randrange(4)
    if kind == 0:
        return chars[:place] + chars[place + 1 :]
    if kind == 1:
        return [*chars[: place + 1], chars[place], *chars[place + 1 :]]
    if kind == 2 and place + 1 < len(chars) and chars[place + 1][0].isalpha():
        return [*chars[:place], chars[place + 1], chars[place], *chars[place + 2 :]]
    other = rng.choice(_NEIGHBOURS.get(char.lower()) or char)
    return [*chars[:place], (other, query, identity), *chars[place + 1 :]]


def _without_a_space(chars: list[Char], rng: random.Random) -> list[Char]:
    places = [i for i, (c, _, _) in enumerate(chars) if c == " "]
    if not places:
        return chars
    # Never glue a query word to a word outside the query: the label of the word would be unclear.
    same = [i for i in places if chars[i - 1][1] == chars[min(i + 1, len(chars) - 1)][1]]
    if not same:
        return chars
    place = rng.choice(same)
    return chars[:place] + chars[place + 1 :]
