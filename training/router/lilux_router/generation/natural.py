"""Reads libraries and lines that were written by hand, line by line: ``lexicon/natural/*.txt``.

One library after another: ``= id``, its items ``- type id | description | inputs | tags``, below each
item the lines that ask for it, and after ``--`` the library's other lines. Files below ``more`` add
lines to these libraries; ``@ id`` there says which item the next lines are for. The first word of a
line says what it asks for; ``lexicon/natural/README.md`` has the whole table. Descriptions and lines
are by people, so nothing marks which characters name the item: all of them may.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .items import Item, Library
from .lexicon import LEXICON, Idiom
from .lines import Line, load_call
from .noise import Char

FOLDER = LEXICON / "natural"

_ACTIONS = {"r": "run", "u": "update", "d": "delete", "p": "publish"}
_LOADS = {"l": "project", "lu": "user", "lr": "registry"}
_NONE = {"q": "none_about", "n": "none_negation", "m": "none_multi", "t": "none_talk"}
_TYPES = ("directive", "script", "knowledge")
_LINE = re.compile(r"(?P<kind>[a-z]+)(?P<words>(?: [a-z]+)*): (?P<text>.+)")
_REFERENCE = re.compile(r"(?P<before>.+?) => (?P<text>.+?) :: (?P<kind>[a-z]+)(?P<words>( [a-z0-9_]+)+)")
Row = tuple[str, int, str]


class NaturalError(ValueError):
    """A line that does not follow the format; the message has file and line number."""


@dataclass
class NaturalLibrary:
    """A library with the lines people typed at it; ``Line.item`` indexes ``library.items``."""

    id: str
    library: Library
    lines: list[Line] = field(default_factory=list)


def read_natural(folder: Path = FOLDER) -> list[NaturalLibrary]:
    """Every library of the folder's files, in the order of their names, with the lines of ``more``."""
    blocks: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.txt")):
        for name, rows in _read_blocks(path):
            if name in blocks:
                raise NaturalError(f"{path.name}: there are two libraries {name}")
            blocks[name] = rows
    for path in sorted((folder / "more").glob("*.txt")):
        for name, rows in _read_blocks(path):
            if name not in blocks:
                raise NaturalError(f"{path.name}: there is no library {name}")
            blocks[name].extend(rows)
    return [_LibraryReader(name, rows).read() for name, rows in blocks.items()]


def _read_blocks(path: Path) -> list[tuple[str, list[Row]]]:
    blocks: list[tuple[str, list[Row]]] = []
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if row.startswith("= "):
            blocks.append((row[2:].strip(), []))
        elif row.strip() and not row.startswith("#"):
            if not blocks:
                raise NaturalError(f"{path.name}:{number}: a line before the first library")
            blocks[-1][1].append((path.name, number, row))
    return blocks


class _LibraryReader:
    def __init__(self, name: str, rows: list[Row]) -> None:
        self.name = name
        self.rows = rows
        self.at = ""
        self.items = [item for row in rows if (item := self._item(row))]
        self.by_id = {item.item_id: item for item in self.items}
        if len(self.by_id) != len(self.items):
            raise NaturalError(f"{name}: an item id occurs twice")

    def read(self) -> NaturalLibrary:
        lines = []
        item: Item | None = None
        for file, number, row in self.rows:
            self.at = f"{file}:{number}"
            if row.startswith("- "):
                item = self.by_id[row[2:].split("|")[0].split()[1]]
            elif row.startswith("@ "):
                item = self._named(row[2:].strip())
            elif row.strip() == "--":
                item = None
            else:
                lines.append(self._line(row, item))
        return NaturalLibrary(self.name, Library(self._with_lines_as_idioms(lines)), lines)

    def _with_lines_as_idioms(self, lines: list[Line]) -> list[Item]:
        """Items that know their own run lines, so that sentence frames can quote them."""
        said: dict[int, list[str]] = {}
        for line in lines:
            if line.item is not None and line.action == "run" and not line.reference:
                said.setdefault(line.item, []).append(line.text)
        items = []
        for place, item in enumerate(self.items):
            name = item.item_id.replace("_", " ")
            idiom = Idiom(
                item.item_type, item.item_id, item.description, item.inputs, item.tags,
                tuple(text for text in said.get(place, []) if len(text.split()) <= 7) or (name,),
            )  # fmt: skip
            items.append(
                Item(item.item_type, item.item_id, item.description, item.category, item.inputs, item.tags, idiom=idiom)
            )
        return items

    def _item(self, at: Row) -> Item | None:
        file, number, row = at
        if not row.startswith("- "):
            return None
        self.at = f"{file}:{number}"
        cells = [cell.strip() for cell in row[2:].split("|")]
        head = cells[0].split()
        if len(cells) != 4 or len(head) != 2 or head[0] not in _TYPES:
            raise self._error("an item is `- type id | description | inputs | tags`")
        split = lambda text: tuple(c.strip() for c in text.split(",") if c.strip())  # noqa: E731
        return Item(head[0], head[1], cells[1], self.name, split(cells[2]), split(cells[3]))

    def _line(self, row: str, item: Item | None) -> Line:
        match = _LINE.fullmatch(row.strip())
        if not match:
            raise self._error("a line is `kind: text`")
        kind, words, text = match["kind"], match["words"].split(), match["text"]
        if kind in _NONE:
            line = Line(plain(text), "", "none", has_query=False, matches_nothing=kind == "t")
            line.stratum = _NONE[kind]
            # It asks for nothing, and yet is about the item: what it is about is learned from it too.
            line.item = None if item is None else self.items.index(item)
            return line
        if item is not None:
            return self._about(kind, text, item)
        if kind == "o":
            line = Line(plain(text), "", "execute", None, "run", has_query=False, matches_nothing=True)
            line.stratum = "out_of_library"
            return line
        if kind == "s":
            return self._search(words, text)
        if kind == "c":
            line = Line(bracketed(text), "create", "execute", words[-1], "create")
            line.arguments = {"item_type": words[-1], "item_id": "", "action": "create"}
            line.settle_query()
            return line
        if kind == "h":
            return self._reference(text)
        raise self._error(f"`{kind}:` is no kind of line")

    def _about(self, kind: str, text: str, item: Item) -> Line:
        text, *others = [part.strip() for part in text.split(" || ")]
        line = self._asks_for(kind, plain(text), item)
        for other in others:
            if other == "none":
                line.acceptable.append({"name": None})
            elif other in self.by_id:
                line.acceptable.append(self._asks_for(kind, [], self.by_id[other]).call())
            else:
                raise self._error(f"there is no item {other}")
        return line

    def _asks_for(self, kind: str, chars: list[Char], item: Item) -> Line:
        place = self.items.index(item)
        if kind in _LOADS:
            arguments = load_call(item, _LOADS[kind])["arguments"]
            stratum = "load" if kind == "l" else "load_source"
            return Line(
                chars, stratum, "load", item.item_type, load_source=_LOADS[kind], item=place,
                has_query=False, arguments=arguments,
            )  # fmt: skip
        if kind not in _ACTIONS:
            raise self._error(f"`{kind}:` is no kind of line below an item")
        arguments = {"item_type": item.item_type, "item_id": item.item_id, "action": _ACTIONS[kind]}
        stratum = "run_paraphrase" if kind == "r" else _ACTIONS[kind]
        return Line(
            chars, stratum, "execute", item.item_type, _ACTIONS[kind], item=place, has_query=False,
            arguments=arguments,
        )  # fmt: skip

    def _search(self, words: list[str], text: str, before: str = "") -> Line:
        if not words or words[-1] not in (*_TYPES, "any"):
            raise self._error("a search is `s [registry|all] type: text with [query]`")
        source = words[0] if len(words) > 1 else "local"
        item_type = None if words[-1] == "any" else words[-1]
        line = Line(bracketed(text), "search", "search", item_type, search_source=source)
        line.history_chars = bracketed(before)
        line.arguments = {"item_type": item_type or _TYPES[0], "query": ""}
        if source != "local":
            line.arguments["source"] = source
        if item_type is None:
            line.acceptable = [
                {"name": "search", "arguments": {**line.arguments, "item_type": other}} for other in _TYPES[1:]
            ]
        line.settle_query()
        return line

    def _reference(self, text: str) -> Line:
        match = _REFERENCE.fullmatch(text)
        if not match:
            raise self._error("a reference is `h: line before => text :: kind item_id`")
        words = match["words"].split()
        if match["kind"] == "s":
            line = self._search(words, match["text"], match["before"])
        else:
            line = self._asks_for(match["kind"], plain(match["text"]), self._named(words[-1]))
            line.history_chars = plain(match["before"])
        line.stratum, line.reference = "reference", True
        line.history = ["".join(char for char, _, _ in line.history_chars)]
        return line

    def _named(self, item_id: str) -> Item:
        if item_id not in self.by_id:
            raise self._error(f"there is no item {item_id}")
        return self.by_id[item_id]

    def _error(self, message: str) -> NaturalError:
        return NaturalError(f"{self.at}: {message}")


def plain(text: str) -> list[Char]:
    """A line of which any word may name the item."""
    return [(char, False, True) for char in text]


def bracketed(text: str) -> list[Char]:
    """A line whose query stands in brackets."""
    chars: list[Char] = []
    inside = False
    for char in text:
        if char in "[]":
            inside = char == "["
        else:
            chars.append((char, inside, inside))
    return chars

