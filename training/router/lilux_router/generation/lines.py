"""Writes the lines people type at a library, with the call each of them asks for."""

import random
import re
from dataclasses import dataclass, field

from .items import Item, Library
from .lexicon import Lexicon, Thing
from .noise import Char, add_noise
from .wording import gerund, starts_with_verb, third_person, with_determiner

TYPE_WORDS = {
    "directive": ("directive", "workflow", "process", "playbook", "procedure"),
    "script": ("script", "tool", "utility", "script", "program"),
    "knowledge": ("knowledge entry", "note", "doc", "article", "page"),
}
TYPE_PLURALS = {
    "directive": ("directives", "workflows", "processes", "playbooks", "procedures"),
    "script": ("scripts", "tools", "utilities", "scripts", "programs"),
    "knowledge": ("knowledge", "notes", "docs", "articles", "knowledge entries"),
}
# Share of each kind of line in a generated set.
STRATA = {
    "run_paraphrase": 20,
    "run_mention": 12,
    "run_bare": 3,
    "run_value": 4,
    "search_typed": 9,
    "search_untyped": 6,
    "load": 9,
    "load_source": 4,
    "create": 4,
    "update": 3,
    "delete": 3,
    "publish": 3,
    "none_about": 6,
    "none_negation": 4,
    "none_hypothetical": 6,
    "none_multi": 5,
    "none_talk": 6,
    "none_code": 1,
    "none_general": 4,
    "out_of_library": 4,
    "out_of_world": 4,
    "reference": 2,
}
# "find email scripts": how often a search names its type last, the commonest order in short ones.
TYPE_LAST_SHARE = 0.4
_SLOT = re.compile(r"\{(\w+)\}|(\[)|(\])")


@dataclass
class Line:
    """One typed line. ``None`` targets carry no loss; ``item`` indexes the library's items."""

    chars: list[Char]
    stratum: str
    primitive: str
    item_type: str | None = None
    action: str | None = None
    search_source: str | None = None
    load_source: str | None = None
    item: int | None = None
    matches_nothing: bool = False
    reference: bool = False
    has_query: bool = True
    arguments: dict = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    # The line before, in which a search may have its query.
    history_chars: list[Char] = field(default_factory=list)
    # So many characters at the front are the line before, joined to this one.
    context_length: int = 0
    acceptable: list[dict] = field(default_factory=list)
    clean_content: str = ""

    @property
    def text(self) -> str:
        return "".join(char for char, _, _ in self.chars)

    def query(self) -> str:
        """The words whose characters belong to the query, joined in order."""
        chars = [*self.history_chars, (" ", False, False), *self.chars]
        marked = "".join(char if query or char == " " else " " for char, query, _ in chars)
        return " ".join(marked.split())

    def settle_query(self) -> None:
        """Make the wanted call quote the line as it was finally typed."""
        wanted = [self.arguments, *(call["arguments"] for call in self.acceptable)]
        if self.primitive == "search":
            for arguments in wanted:
                arguments["query"] = self.query()
        elif self.action == "create":
            identity = re.sub(r"[^a-z0-9]+", "_", self.query().lower()).strip("_")
            self.arguments["item_id"] = identity

    def call(self) -> dict:
        """The wanted call; out-of-library requests want none, whatever their form."""
        if self.primitive == "none" or (self.matches_nothing and self.item is None):
            return {"name": None}
        return {"name": self.primitive, "arguments": self.arguments}


class LineWriter:
    """Writes lines for one library with the frames and phrasings of one split."""

    def __init__(
        self,
        lexicon: Lexicon,
        library: Library,
        strangers: Library,
        frames: dict[str, tuple[str, ...]],
        imperatives: dict[str, tuple[str, ...]],
        none_lines: tuple[str, ...],
        requests: tuple[str, ...],
        rng: random.Random,
    ) -> None:
        self.lexicon = lexicon
        self.library = library
        self.strangers = strangers
        self.frames = frames
        self.imperatives = imperatives
        self.none_lines = none_lines
        self.requests = requests
        self.rng = rng
        self.doers = [i for i in library.items if i.item_type != "knowledge"]

    def write(self, count: int) -> list[Line]:
        """``count`` lines, strata by their shares, with typing noise."""
        kinds = self.rng.choices(list(STRATA), weights=list(STRATA.values()), k=count)
        lines = [getattr(self, f"_{kind}")() for kind in kinds]
        for line, kind in zip(lines, kinds, strict=True):
            line.stratum = kind
            identifying = "".join(char for char, _, identity in line.chars if identity)
            line.clean_content = identifying.replace("_", " ").replace("-", " ")
            line.chars = add_noise(line.chars, self.rng)
            line.settle_query()
        return lines

    # --- what is said about an item -------------------------------------------------------------

    def mention(self, item: Item) -> str:
        """A way to name the item: its id in some spelling, or what it is, or what it does."""
        rng = self.rng
        words = item.item_id.split("_")
        kind = self.rng.random()
        if kind < 0.36:
            return item.item_id
        if kind < 0.58:
            return " ".join(words)
        if kind < 0.66:
            return "-".join(words)
        if kind < 0.70:
            return "".join(words)
        if kind < 0.80:
            return f"{' '.join(words)} {rng.choice(TYPE_WORDS[item.item_type])}"
        if kind < 0.84:
            return f"{item.item_id} {rng.choice(TYPE_WORDS[item.item_type])}"
        return self.described(item)

    def described(self, item: Item) -> str:
        """A mention in other words than the id."""
        rng = self.rng
        type_word = rng.choice(TYPE_WORDS[item.item_type])
        if item.idiom:
            if item.item_type == "knowledge":
                return rng.choice(item.idiom.paraphrases)
            return item.item_id.replace("_", " ")
        surface = rng.choice(item.thing.surfaces)
        if item.knowledge:
            word = rng.choice(item.knowledge.words)
            return rng.choice((f"{surface} {word}", f"{word} about {surface}", f"{word} on {surface}"))
        qualifier = f" {rng.choice(item.qualifier.surfaces)}" if item.qualifier else ""
        if rng.random() < 0.5:
            name = rng.choice((item.operation.noun, item.operation.agent.replace("_", " ")))
            return f"{surface} {name}{qualifier}"
        phrase = self.imperative(item, verbs_only=True)
        if rng.random() < 0.5:
            return f"{type_word} that {third_person(phrase)}"
        return f"{type_word} for {gerund(phrase)}"

    def imperative(self, item: Item, verbs_only: bool = False) -> str:
        """What a person says to have the item's work done."""
        rng = self.rng
        if item.idiom:
            options = [p for p in item.idiom.paraphrases if not verbs_only or starts_with_verb(p)]
            return rng.choice(options) if options else item.item_id.replace("_", " ")
        options = self.imperatives[item.operation.verb]
        if verbs_only:
            options = [p for p in options if starts_with_verb(p)]
        surface = rng.choice(item.thing.surfaces)
        pattern = rng.choice(options)
        if item.qualifier and rng.random() < 0.18:
            return pattern.replace("{o}", f"{item.qualifier.id.replace('_', ' ')} {surface}")
        phrase = pattern.replace("{o}", with_determiner(surface, rng))
        return f"{phrase} {rng.choice(item.qualifier.surfaces)}" if item.qualifier else phrase

    def topic(self, item: Item) -> str:
        """What one searches for to meet the item."""
        rng = self.rng
        if item.idiom:
            return rng.choice((*item.tags, item.item_id.replace("_", " "))) or item.item_id
        surface = rng.choice(item.thing.surfaces)
        draw = rng.random()
        if draw < 0.35:
            return surface
        if draw < 0.5:
            return item.thing.id.replace("_", " ")
        if draw < 0.62 and item.domain:
            return rng.choice(item.domain.labels)
        if item.knowledge:
            return f"{surface} {rng.choice(item.knowledge.words)}"
        if draw < 0.82:
            return f"{item.thing.id.replace('_', ' ')} {item.operation.noun}"
        return gerund(self.imperative(item, verbs_only=True))

    # --- frames ---------------------------------------------------------------------------------

    def fill(self, kind: str, slots: dict[str, str], query_is_identity: bool = True) -> list[Char]:
        """Fill a frame of ``kind``; brackets mark the query, slots the identity."""
        return fill_frame(self.rng.choice(self.frames[kind]), slots, query_is_identity)

    def _slots(self, item: Item, other: Item | None = None) -> dict[str, str]:
        other = other or self.rng.choice(self.doers)
        doer = item if item.item_type != "knowledge" else self.rng.choice(self.doers)
        phrase, phrase2 = self.imperative(doer, True), self.imperative(other, True)
        return {
            "imp": phrase,
            "imp2": phrase2,
            "imp3": third_person(phrase),
            "imp3x": self.imperative(self.rng.choice(self.doers), True),
            "ger": gerund(phrase),
            "m": self.mention(item),
            "m2": self.mention(other),
            "topic": self.topic(item),
            "t": self.rng.choice(TYPE_WORDS[item.item_type]),
            "ts": self.rng.choice(TYPE_PLURALS[item.item_type]),
            "new": self.topic(item),
            "v": self._value(),
            "c": self.rng.choice(self.lexicon.concepts),
            "c2": self.rng.choice(self.lexicon.concepts),
        }

    def _value(self) -> str:
        rng = self.rng
        name = rng.choice(("anna", "joe.smith", "li", "maria", "sales", "k.meyer", "info"))
        host = rng.choice(("acme.com", "example.org", "shop.io", "uni.edu", "mail.de"))
        return rng.choice(
            (
                f"{name}@{host}",
                f"{name}@{host}, {name}2@{host}",
                f"https://{host}/{rng.choice(('pricing', 'docs', 'cart', 'a/b?id=7'))}",
                f"{rng.choice(('data', 'leads', 'report_final', 'export2'))}.{rng.choice(('csv', 'json', 'xlsx', 'pdf'))}",
                f"/tmp/{rng.choice(('in', 'upload', 'data'))}/{rng.randrange(1, 99)}.txt",
                str(rng.randrange(2, 5000)),
                f"#{rng.randrange(100, 9999)}",
                f"v{rng.randrange(1, 9)}.{rng.randrange(0, 20)}.{rng.randrange(0, 9)}",
                f"2026-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
                "this list",
                "the last batch",
            )
        )

    def _index(self, item: Item) -> int:
        return self.library.items.index(item)

    def _execute(self, item: Item, chars: list[Char], action: str) -> Line:
        return Line(
            chars,
            "",
            "execute",
            item.item_type,
            action,
            item=self._index(item),
            arguments={"item_type": item.item_type, "item_id": item.item_id, "action": action},
        )

    # --- one method per stratum -----------------------------------------------------------------

    def _run_paraphrase(self) -> Line:
        item = self.rng.choice(self.doers)
        phrase = self.imperative(item)
        if not starts_with_verb(phrase):
            frame = self.rng.choice(("{imp}", "{imp}", "{imp} please", "hey {imp}", "ok {imp}"))
            return self._execute(item, fill_frame(frame, {"imp": phrase}, True), "run")
        slots = {"imp": phrase, "ger": gerund(phrase)}
        return self._execute(item, self.fill("run_imperative", slots), "run")

    def _run_mention(self) -> Line:
        item = self.rng.choice(self.doers)
        return self._execute(item, self.fill("run_mention", {"m": self.mention(item)}), "run")

    def _run_bare(self) -> Line:
        item = self.rng.choice(self.doers)
        line = self._execute(item, self.fill("run_bare", {"m": self.mention(item)}), "run")
        line.acceptable = [load_call(item)]
        return line

    def _run_value(self) -> Line:
        item = self.rng.choice(self.doers)
        return self._execute(item, self.fill("run_value", self._slots(item)), "run")

    def _search(self, kind: str, item: Item, types: tuple[str, ...]) -> Line:
        frames = self.frames[kind]
        if kind == "search_typed" and self.rng.random() < TYPE_LAST_SHARE:
            frames = [f for f in frames if f.endswith(("{t}", "{ts}"))] or frames
        chars = fill_frame(self.rng.choice(frames), self._slots(item), False)
        source = self.rng.choices(("local", "registry", "all"), weights=(80, 13, 7))[0]
        stated = source != "local" or self.rng.random() < 0.06
        if stated:
            phrase = self.rng.choice(self.frames[f"source_{source}"])
            chars = [*chars, *((c, False, False) for c in f" {phrase}")]
        line = Line(chars, "", "search", item.item_type, search_source=source)
        line.arguments = {"item_type": item.item_type, "query": line.query()}
        # "local" is what a search means when it names no source, so the call leaves it out.
        if source != "local":
            line.arguments["source"] = source
        for other in types:
            if other != item.item_type:
                line.acceptable.append(
                    {"name": "search", "arguments": {**line.arguments, "item_type": other}}
                )
        return line

    def _search_typed(self) -> Line:
        return self._search("search_typed", self.rng.choice(self.library.items), ())

    def _search_untyped(self) -> Line:
        item = self.rng.choice(self.library.items)
        return self._search("search_untyped", item, tuple(TYPE_WORDS))

    def _load(self) -> Line:
        knowledge = [i for i in self.library.items if i.item_type == "knowledge"]
        item = self.rng.choice(knowledge if knowledge and self.rng.random() < 0.4 else self.library.items)
        if item.item_type == "knowledge" and self.rng.random() < 0.4:
            chars = self.fill("load_knowledge", {"m": self.described(item)})
        else:
            chars = self.fill("load", {"m": self.mention(item)})
        return self._loading(item, chars, "project")

    def _loading(self, item: Item, chars: list[Char], source: str) -> Line:
        call = load_call(item, source)
        return Line(
            chars,
            "",
            "load",
            item.item_type,
            load_source=source,
            item=self._index(item),
            arguments=call["arguments"],
        )

    def _load_source(self) -> Line:
        item = self.rng.choice(self.library.items)
        if self.rng.random() < 0.35:
            frame = self.rng.choice(self.frames["load_copy"])
            line = self._loading(item, fill_frame(frame, {"m": self.mention(item)}, True), "registry")
            if "from user" in frame:
                line.load_source = line.arguments["source"] = "user"
            to_user = "to user" in frame or "my user folder" in frame
            line.acceptable.append({"name": "load", "arguments": dict(line.arguments)})
            line.arguments["destination"] = "user" if to_user else "project"
            return line
        source = self.rng.choice(("registry", "registry", "user", "project"))
        chars = self.fill("load", {"m": self.mention(item)})
        phrase = self.rng.choice(self.frames[f"load_{source}"])
        return self._loading(item, [*chars, *((c, False, False) for c in f" {phrase}")], source)

    def _create(self) -> Line:
        model = self.rng.choice(self.library.items)
        phrase = self.imperative(model, True) if model.item_type != "knowledge" else "explain things"
        words = re.sub(r"[^a-z0-9 ]", "", self.topic(model).lower()).split()[:4]
        slots = {
            **self._slots(model if model.item_type != "knowledge" else self.rng.choice(self.doers)),
            "t": self.rng.choice(TYPE_WORDS[model.item_type]),
            "new": self.topic(model),
            "new3": third_person(phrase),
            "newimp": phrase,
            "newid": "_".join(words),
        }
        chars = self.fill("create", slots, False)
        line = Line(chars, "", "execute", model.item_type, "create")
        line.arguments = {"item_type": model.item_type, "item_id": "", "action": "create"}
        return line

    def _update(self) -> Line:
        item = self.rng.choice(self.library.items)
        return self._execute(item, self.fill("update", {"m": self.mention(item)}), "update")

    def _delete(self) -> Line:
        item = self.rng.choice(self.library.items)
        return self._execute(item, self.fill("delete", {"m": self.mention(item)}), "delete")

    def _publish(self) -> Line:
        item = self.rng.choice(self.library.items)
        return self._execute(item, self.fill("publish", {"m": self.mention(item)}), "publish")

    def _none(self, kind: str) -> Line:
        item = self.rng.choice(self.doers)
        near = self.library.neighbours(item)
        other = self.rng.choice(near) if near and self.rng.random() < 0.5 else None
        if other and other.item_type == "knowledge":
            other = None
        return Line(self.fill(kind, self._slots(item, other)), "", "none", has_query=False)

    def _none_about(self) -> Line:
        return self._none("none_about")

    def _none_negation(self) -> Line:
        return self._none("none_negation")

    def _none_hypothetical(self) -> Line:
        return self._none("none_hypothetical")

    def _none_multi(self) -> Line:
        return self._none("none_multi")

    def _none_code(self) -> Line:
        return self._none("none_request_code")

    def _none_talk(self) -> Line:
        text = self.rng.choice(self.none_lines)
        chars = [(char, False, False) for char in text]
        return Line(chars, "", "none", has_query=False, matches_nothing=True)

    def _none_general(self) -> Line:
        line = self._none("none_general")
        line.matches_nothing = True
        return line

    def _out_of_library(self) -> Line:
        """Asks for something that no item here does: its form is a call, its answer is none."""
        item = self.rng.choice([i for i in self.strangers.items if i.item_type != "knowledge"])
        kind = "run_imperative" if self.rng.random() < 0.75 else "run_mention"
        slots = self._slots(item)
        return Line(
            self.fill(kind, slots), "", "execute", None, "run", has_query=True, matches_nothing=True
        )

    def _out_of_world(self) -> Line:
        """A request in verbs and things that no library of the generator knows."""
        phrase = self.rng.choice(self.requests)
        chars = self.fill("run_imperative", {"imp": phrase, "ger": gerund(phrase)})
        return Line(chars, "", "execute", None, "run", matches_nothing=True)

    def _reference(self) -> Line:
        """Means the item of the turn before."""
        rng = self.rng
        item = rng.choice(self.doers)
        history = [fill_text(self.rng.choice(self.frames["run_mention"]), {"m": item.item_id})]
        kind = rng.choice(("reference", "reference", "reference_load", "reference_other"))
        frame = rng.choice(self.frames[kind])
        target = item
        qualifier = ""
        if "{qual}" in frame:
            siblings = [
                o
                for o in self.library.neighbours(item)
                if o.operation is item.operation and o.qualifier and o.qualifier is not item.qualifier
            ]
            if not siblings:
                frame = "run it again"
            else:
                target = rng.choice(siblings)
                qualifier = rng.choice(target.qualifier.surfaces)
        chars = fill_frame(frame, {"qual": qualifier}, False)
        if kind == "reference_load":
            line = self._loading(target, chars, "project")
        else:
            first = frame.split(" ", 1)[0]
            action = {"delete": "delete", "remove": "delete", "publish": "publish"}.get(
                first, "update" if kind == "reference_other" else "run"
            )
            line = self._execute(target, chars, action)
        line.reference, line.history, line.has_query = True, history, False
        line.history_chars = [(char, False, False) for char in history[0]]
        return line


def load_call(item: Item, source: str = "project") -> dict:
    """The load call of an item."""
    arguments = {"item_type": item.item_type, "item_id": item.item_id, "source": source}
    return {"name": "load", "arguments": arguments}


def fill_text(frame: str, slots: dict[str, str]) -> str:
    """The filled frame as plain text."""
    return "".join(char for char, _, _ in fill_frame(frame, slots, True))


def fill_frame(frame: str, slots: dict[str, str], query_is_identity: bool) -> list[Char]:
    """Fill ``frame``. Characters in brackets are the query, or, without brackets, the slots are."""
    chars: list[Char] = []
    in_query = False
    position = 0
    for match in _SLOT.finditer(frame):
        chars += [(c, in_query, False) for c in frame[position : match.start()]]
        position = match.end()
        if match.group(2):
            in_query = True
        elif match.group(3):
            in_query = False
        else:
            identity = match.group(1) not in ("t", "ts", "v")
            marked = in_query or (query_is_identity and identity)
            chars += [(c, marked, identity) for c in slots[match.group(1)]]
    chars += [(c, in_query, False) for c in frame[position:]]
    return chars


def thing_names(thing: Thing) -> tuple[str, ...]:
    """Every surface of a thing, for near-duplicate checks."""
    return (thing.id.replace("_", " "), *thing.surfaces)
