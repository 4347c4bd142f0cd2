"""The generator keeps its promises: reproducible, disjoint, answerable."""

from lilux_router.evaluation_set import from_shelf
from lilux_router.generation.corpus import CorpusBuilder
from lilux_router.generation.splits import SPLITS


def test_the_same_seed_gives_the_same_lines() -> None:
    first, second = (CorpusBuilder(3).held_out_shelf("test", 50) for _ in range(2))
    assert from_shelf(first) == from_shelf(second)


def test_no_domain_idiom_or_frame_belongs_to_two_splits() -> None:
    builder = CorpusBuilder(7)
    for parts in (builder.domains, builder.idioms, builder.none_lines):
        values = [value for split in SPLITS for value in parts[split]]
        assert len(values) == len(set(values))
    for kind, frames in builder.lexicon.frames.items():
        parts = [set(builder.frames[split][kind]) for split in SPLITS]
        shared = all(part == set(frames) for part in parts)
        assert shared or sum(map(len, parts)) == len(set(frames))
        assert all(parts), kind


def test_every_wanted_item_is_in_its_library() -> None:
    shelf = CorpusBuilder(7).held_out_shelf("calibration", 400)
    known = {(item.item_type, item.item_id) for item in shelf.library.items}
    for line in shelf.lines:
        call = line.call()
        if call["name"] in ("load", "execute") and call["arguments"].get("action") != "create":
            assert (call["arguments"]["item_type"], call["arguments"]["item_id"]) in known


def test_the_query_is_made_of_words_of_the_line() -> None:
    shelf = CorpusBuilder(7).held_out_shelf("test", 400)
    for line in shelf.lines:
        if line.primitive == "search":
            assert line.arguments["query"]
            assert all(word in line.text for word in line.arguments["query"].split())
