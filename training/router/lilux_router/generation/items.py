"""Builds libraries: items of several domains with confusable neighbours."""

import random
from dataclasses import dataclass, field

from .lexicon import Domain, Idiom, KnowledgeKind, Lexicon, Operation, Qualifier, Thing

INPUTS = {
    "d": ("file", "source", "output_path", "columns", "folder", "limit", "delimiter"),
    "s": ("target", "version", "environment", "region", "dry_run", "timeout"),
    "w": ("topic", "audience", "tone", "language", "length", "draft"),
    "p": ("name", "email", "team", "start_date", "list_id"),
    "m": ("amount", "currency", "period", "account", "due_date"),
    "e": ("id", "assignee", "priority", "deadline", "since"),
    "x": ("since", "until", "threshold", "interval", "unit"),
}
TAILS = (
    "Returns a summary as JSON",
    "Asks before anything is changed",
    "Needs the admin role",
    "Writes a report at the end",
    "Takes about a minute",
    "Safe to repeat",
    "Keeps a log of every change",
    "Works on batches of any size",
    "Meant for beginners as well",
    "Used by the night job",
)
ALL_THINGS_OF_A_LIBRARY = 7


@dataclass(frozen=True)
class Item:
    """One library item with what the line generator needs to talk about it."""

    item_type: str
    item_id: str
    description: str
    category: str
    inputs: tuple[str, ...]
    tags: tuple[str, ...]
    thing: Thing | None = None
    operation: Operation | None = None
    qualifier: Qualifier | None = None
    knowledge: KnowledgeKind | None = None
    idiom: Idiom | None = None
    domain: Domain | None = None

    def public(self) -> dict:
        """The item as the evaluator and the runtime know it."""
        return {
            "item_type": self.item_type,
            "item_id": self.item_id,
            "name": self.item_id,
            "description": self.description,
            "category": self.category,
            "inputs": list(self.inputs),
            "tags": list(self.tags),
        }


@dataclass
class Library:
    items: list[Item] = field(default_factory=list)

    def neighbours(self, item: Item) -> list[Item]:
        """Items about the same thing: the ones that are easily taken for it."""
        return [o for o in self.items if o is not item and o.thing is item.thing and o.thing]


def build_library(
    lexicon: Lexicon, domains: tuple[Domain, ...], idioms: tuple[Idiom, ...], rng: random.Random
) -> Library:
    """A library over ``domains`` and ``idioms``; ids are unique within it."""
    found: dict[str, Item] = {}
    for domain in domains:
        things = rng.sample(domain.things, min(len(domain.things), ALL_THINGS_OF_A_LIBRARY))
        for thing in things:
            for item in _items_of(lexicon, domain, thing, rng):
                found.setdefault(item.item_id, item)
    for idiom in idioms:
        found[idiom.id] = Item(
            idiom.item_type,
            idiom.id,
            idiom.description,
            idiom.tags[0] if idiom.tags else "general",
            idiom.inputs,
            idiom.tags,
            idiom=idiom,
        )
    return Library(list(found.values()))


def _items_of(lexicon: Lexicon, domain: Domain, thing: Thing, rng: random.Random) -> list[Item]:
    fitting = [o for o in lexicon.operations if thing.kind in o.kinds]
    items = []
    for operation in rng.sample(fitting, min(len(fitting), rng.choice((2, 3, 3, 4)))):
        qualifiers: list[Qualifier | None] = [None]
        if operation.qualifiers and rng.random() < 0.4:
            pool = lexicon.qualifiers[rng.choice(operation.qualifiers)]
            qualifiers = list(rng.sample(pool, rng.choice((1, 2, 2))))
            if rng.random() < 0.3:
                qualifiers.append(None)
        style = rng.randrange(4)
        item_type = rng.choice(("directive", "script"))
        for qualifier in qualifiers:
            items.append(_action_item(domain, thing, operation, qualifier, item_type, style, rng))
    if rng.random() < 0.75:
        for kind in rng.sample(lexicon.knowledge_kinds, rng.choice((1, 1, 2))):
            items.append(_knowledge_item(domain, thing, kind, rng))
    return items


def _action_item(domain, thing, operation, qualifier, item_type, style, rng) -> Item:
    words = {
        0: [operation.verb, thing.id],
        1: [thing.id, operation.agent],
        2: [operation.verb, _plural(thing.id)],
        3: [thing.id, operation.noun.replace(" ", "_")],
    }[style]
    if qualifier:
        words = [qualifier.id, *words] if rng.random() < 0.25 else [*words, qualifier.id]
    other = rng.choice(thing.surfaces[1:]) if rng.random() < 0.6 else thing.surfaces[0]
    description = rng.choice(operation.descriptions).replace("{o}", _determined(other, rng))
    if qualifier and rng.random() < 0.8:
        description += f" {rng.choice(qualifier.surfaces)}"
    if rng.random() < 0.35:
        description += f". {rng.choice(TAILS)}"
    inputs = rng.sample(INPUTS[thing.kind], rng.choice((0, 1, 2, 2, 3)))
    return Item(
        item_type,
        "_".join(words),
        description + ".",
        domain.id,
        tuple(inputs),
        _tags(domain, thing, operation.noun, rng),
        thing,
        operation,
        qualifier,
        domain=domain,
    )


def _knowledge_item(domain, thing, kind, rng) -> Item:
    other = rng.choice(thing.surfaces)
    description = rng.choice(kind.descriptions).replace("{o}", other)
    return Item(
        "knowledge",
        f"{thing.id}_{kind.id}",
        description + ".",
        domain.id,
        (),
        _tags(domain, thing, rng.choice(kind.words), rng),
        thing,
        knowledge=kind,
        domain=domain,
    )


def _tags(domain: Domain, thing: Thing, extra: str, rng: random.Random) -> tuple[str, ...]:
    pool = [*domain.labels, extra, thing.surfaces[-1]]
    return tuple(dict.fromkeys(rng.sample(pool, rng.choice((0, 1, 2, 3)))))


def _plural(identity: str) -> str:
    return identity if identity.endswith("s") else identity + "s"


def _determined(surface: str, rng: random.Random) -> str:
    return rng.choice(("{}", "{}", "the {}", "our {}")).format(surface)
