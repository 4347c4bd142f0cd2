"""Libraries written by hand: the format, its errors, and what becomes of their lines."""

import random
from pathlib import Path

import pytest
from lilux_router.batches import BatchSampler
from lilux_router.context import in_context, join_context
from lilux_router.evaluation_set import from_natural
from lilux_router.generation.corpus import CorpusBuilder
from lilux_router.generation.lines import Line
from lilux_router.generation.natural import NaturalError, bracketed, plain, read_natural
from lilux_router.generation.near_duplicates import without_measured_lines
from lilux_router.prefixes import PrefixStatistics, cut

LIBRARY = """= practice
- directive recall_campaign | Invites patients who are overdue. | months | marketing
r: get everyone we haven't seen in ages back in the chair
q: how many people did the last recall bring in
- knowledge fluoride_dosage | Amounts of fluoride by age. | | clinical
l: how much fluoride can a child have || none
--
s script: got anything that handles [radiographs]?
h: see what we know about [fluoride] => and the scripts? :: s script
h: open the fluoride page => shorten it :: u fluoride_dosage
o: order mineral water
t: phew, long day
"""
MORE = """= practice
@ recall_campaign
r: recal campain for novmber
"""


def written(folder: Path, library: str = LIBRARY, more: str | None = None) -> Path:
    (folder / "one.txt").write_text(library, encoding="utf-8")
    if more is not None:
        (folder / "more").mkdir()
        (folder / "more" / "one.txt").write_text(more, encoding="utf-8")
    return folder


def lines_of(folder: Path) -> dict[str, Line]:
    [natural] = read_natural(folder)
    return {line.text: line for line in natural.lines}


def test_lines_ask_for_the_item_above(tmp_path: Path) -> None:
    lines = lines_of(written(tmp_path, more=MORE))
    run = {"name": "execute", "arguments": {"item_type": "directive", "item_id": "recall_campaign", "action": "run"}}
    assert lines["get everyone we haven't seen in ages back in the chair"].call() == run
    assert lines["recal campain for novmber"].call() == run
    fluoride = lines["how much fluoride can a child have"]
    assert fluoride.call()["name"] == "load"
    assert fluoride.acceptable == [{"name": None}]


def test_a_question_about_an_item_asks_for_nothing_and_is_about_it(tmp_path: Path) -> None:
    [natural] = read_natural(written(tmp_path))
    question = next(line for line in natural.lines if line.stratum == "none_about")
    assert question.call() == {"name": None}
    assert natural.library.items[question.item].item_id == "recall_campaign"
    labels = {row["text"]: row["label"] for row in from_natural([natural]).labels}
    assert labels[question.text] == "recall_campaign"
    assert labels["order mineral water"] is None
    assert "shorten it" not in labels


def test_a_search_that_goes_on_has_its_query_in_the_line_before(tmp_path: Path) -> None:
    line = lines_of(written(tmp_path))["and the scripts?"]
    assert line.history == ["see what we know about fluoride"]
    assert line.call()["arguments"] == {"item_type": "script", "query": "fluoride"}
    assert line.reference


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("- gadget x | A thing. | | ", "one.txt:2: an item is"),
        ("- script x | A thing. | |\nr run it", "one.txt:3: a line is"),
        ("- script x | A thing. | |\nr: go || y", "one.txt:3: there is no item y"),
        ("- script x | A thing. | |\n--\nh: a => b :: r y", "one.txt:4: there is no item y"),
        ("- script x | A thing. | |\n--\nz: hm", "one.txt:4: `z:` is no kind of line"),
    ],
)
def test_what_does_not_follow_the_format_is_named(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(NaturalError, match=message):
        read_natural(written(tmp_path, f"= practice\n{row}\n"))


def test_more_lines_need_their_library(tmp_path: Path) -> None:
    with pytest.raises(NaturalError, match="there is no library other"):
        read_natural(written(tmp_path, more="= other\n"))


def test_every_library_is_in_one_split_and_its_lines_name_its_items() -> None:
    builder = CorpusBuilder(7)
    names = [natural.id for split in builder.natural.values() for natural in split]
    assert len(names) == len(set(names)) == len(read_natural())
    assert len(builder.natural["train"]) > len(builder.natural["test"]) > 0
    for natural in read_natural():
        ids = {item.item_id for item in natural.library.items}
        for line in natural.lines:
            for call in (line.call(), *line.acceptable):
                arguments = call.get("arguments", {})
                if "item_id" in arguments and arguments.get("action") != "create":
                    assert arguments["item_id"] in ids, (natural.id, line.text)
                if call["name"] == "search":
                    assert arguments["query"], (natural.id, line.text)


def test_in_context_only_the_line_itself_is_cut_and_names_the_item() -> None:
    line = Line(plain("same for april"), "reference", "execute", "directive", "run", item=0, reference=True)
    joined = in_context(line, plain("run the campaign for march"))
    assert joined.text == join_context("run the campaign for march", "same for april")
    rng = random.Random(1)
    cuts = {cut(joined, rng) for _ in range(200)}
    assert min(cuts) > joined.context_length
    assert max(cuts) == len(joined.chars)
    assert not any(identity for _, _, identity in joined.chars[: joined.context_length])


def test_a_long_line_before_is_cut_to_its_first_words() -> None:
    before = " ".join(f"w{n}" for n in range(40))
    assert join_context(before, "again").split()[15:] == ["w15", "→", "again"]


def test_what_may_follow_a_prefix_counts_whatever_the_item_is_called() -> None:
    statistics = PrefixStatistics()
    named = lambda text, name: [(c, False, False) for c in text] + [(c, False, True) for c in name]  # noqa: E731
    for name in ("a_report", "b_report", "csv"):
        statistics.add(Line(named("load ", name), "load", "load"))
        statistics.add(Line([*named("load ", name), *plain_rest(" and run it")], "none_multi", "none"))
    typed = Line([*named("load ", "unseen"), *plain_rest(" and run it")], "none_multi", "none")
    target = dict(zip(("search", "load", "execute", "none"), statistics.target("primitive", typed, 11), strict=True))
    assert target["load"] > target["none"] > 0


def plain_rest(text: str) -> list[tuple[str, bool, bool]]:
    return [(char, False, False) for char in text]


def test_measured_lines_are_not_trained_on() -> None:
    natural = read_natural()[:1]
    data = from_natural(natural)
    lines = natural[0].lines
    kept = without_measured_lines(lines, [data])
    measured = {row["text"] for row in data.lines}
    assert len(kept) < len(lines)
    assert not any(line.text in measured for line in kept)


def test_batches_hold_references_with_and_without_the_line_before() -> None:
    builder = CorpusBuilder(7)
    sampler = BatchSampler([builder.training_shelf(0, 200)], builder.natural_shelves("train")[:3], 7)
    batches = iter(sampler)
    references = [pair for _ in range(12) for pair in next(batches).lines if pair[0].reference]
    joined = [pair for pair in references if pair[0].context_length > 0]
    assert 0 < len(joined) < len(references)
    assert any(item >= 0 for _, item in joined)
    assert bracketed("a [b]")[2] == ("b", True, True)
