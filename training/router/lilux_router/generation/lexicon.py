"""Reads the authored word lists in ``training/router/lexicon``. Standard library only."""

from dataclasses import dataclass, field
from pathlib import Path

LEXICON = Path(__file__).resolve().parents[2] / "lexicon"


@dataclass(frozen=True)
class Thing:
    """Something items work on: ``id`` for names, ``surfaces`` for lines and descriptions."""

    id: str
    surfaces: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Domain:
    id: str
    labels: tuple[str, ...]
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Operation:
    """What an item does. ``imperatives`` and ``descriptions`` hold ``{o}`` for the thing."""

    verb: str
    agent: str
    noun: str
    kinds: frozenset[str]
    qualifiers: tuple[str, ...]
    imperatives: tuple[str, ...]
    descriptions: tuple[str, ...]


@dataclass(frozen=True)
class Qualifier:
    """Tells confusable neighbours apart: deploy_site_prod, deploy_site_staging."""

    kind: str
    id: str
    surfaces: tuple[str, ...]


@dataclass(frozen=True)
class KnowledgeKind:
    id: str
    words: tuple[str, ...]
    descriptions: tuple[str, ...]


@dataclass(frozen=True)
class Idiom:
    """A hand-authored item with paraphrases that mostly share no word with its name."""

    item_type: str
    id: str
    description: str
    inputs: tuple[str, ...]
    tags: tuple[str, ...]
    paraphrases: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    domains: tuple[Domain, ...]
    operations: tuple[Operation, ...]
    qualifiers: dict[str, tuple[Qualifier, ...]]
    knowledge_kinds: tuple[KnowledgeKind, ...]
    idioms: tuple[Idiom, ...]
    frames: dict[str, tuple[str, ...]]
    none_lines: tuple[str, ...] = field(default=())
    concepts: tuple[str, ...] = field(default=())
    requests: tuple[str, ...] = field(default=())


def read_lexicon() -> Lexicon:
    return Lexicon(
        domains=_domains(),
        operations=tuple(_operation(line) for line in _lines("operations.txt")),
        qualifiers=_qualifiers(),
        knowledge_kinds=tuple(_knowledge(line) for line in _lines("knowledge_kinds.txt")),
        idioms=tuple(_idiom(line) for line in _lines("idioms.txt")),
        frames=_frames(),
        none_lines=tuple(dict.fromkeys(_lines("none_lines.txt"))),
        concepts=tuple(dict.fromkeys(_lines("concepts.txt"))),
        requests=tuple(dict.fromkeys(_lines("requests.txt"))),
    )


def _lines(name: str) -> list[str]:
    rows = (LEXICON / name).read_text(encoding="utf-8").splitlines()
    return [row.strip() for row in rows if row.strip() and not row.startswith("#")]


def _cells(text: str, separator: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in text.split(separator) if cell.strip())


def _domains() -> tuple[Domain, ...]:
    domains: list[Domain] = []
    for line in _lines("domains.txt"):
        if line.startswith("@"):
            name, labels = line[1:].split("|")
            domains.append(Domain(name.strip(), _cells(labels, ","), ()))
            continue
        identity, rest = line.split(" = ")
        surfaces, kind = rest.rsplit(" : ", 1)
        thing = Thing(identity.strip(), _cells(surfaces, " / "), kind.strip())
        last = domains[-1]
        domains[-1] = Domain(last.id, last.labels, (*last.things, thing))
    return tuple(domains)


def _operation(line: str) -> Operation:
    verb, agent, noun, kinds, qualifiers, imperatives, descriptions = line.split(" | ")
    return Operation(
        verb.strip(),
        agent.strip(),
        noun.strip(),
        frozenset(kinds.split()),
        tuple(qualifiers.split()),
        _cells(imperatives, " ; "),
        _cells(descriptions, " ; "),
    )


def _qualifiers() -> dict[str, tuple[Qualifier, ...]]:
    found: dict[str, list[Qualifier]] = {}
    for line in _lines("qualifiers.txt"):
        kind, rest = line.split(": ", 1)
        identity, surfaces = rest.split(" = ")
        found.setdefault(kind, []).append(Qualifier(kind, identity.strip(), _cells(surfaces, " / ")))
    return {kind: tuple(values) for kind, values in found.items()}


def _knowledge(line: str) -> KnowledgeKind:
    identity, words, descriptions = line.split(" | ")
    return KnowledgeKind(identity.strip(), _cells(words, " ; "), _cells(descriptions, " ; "))


def _idiom(line: str) -> Idiom:
    item_type, identity, description, inputs, tags, paraphrases = (c.strip() for c in line.split("|"))
    return Idiom(
        item_type, identity, description, _cells(inputs, ","), _cells(tags, ","), _cells(paraphrases, ";")
    )


def _frames() -> dict[str, tuple[str, ...]]:
    frames: dict[str, list[str]] = {}
    current = ""
    for line in _lines("frames.txt"):
        if line.startswith("@ "):
            current = line[2:]
            frames[current] = []
        else:
            frames[current].append(line)
    return {kind: tuple(dict.fromkeys(lines)) for kind, lines in frames.items()}
