"""Public intent sets become the evaluator's files."""

import json
from pathlib import Path

import pytest
from public_set import LABELS, PublicSetError, convert


def lines_of(out: Path) -> list[dict]:
    return [json.loads(row) for row in (out / "data.jsonl").read_text(encoding="utf-8").splitlines()]


def test_out_of_scope_lines_have_no_label(tmp_path: Path) -> None:
    file = tmp_path / "data_small.json"
    data = {"train": [["x", "balance"]], "test": [["how much is left", "balance"]], "oos_test": [["hm", "oos"]]}
    file.write_text(json.dumps(data))
    assert convert("clinc150", file, tmp_path / "out") == 2
    assert lines_of(tmp_path / "out") == [
        {"text": "how much is left", "label": "balance"},
        {"text": "hm", "label": None},
    ]
    assert len(json.loads((tmp_path / "out" / "items.json").read_text())) == 150


def test_a_csv_keeps_commas_inside_quotes(tmp_path: Path) -> None:
    file = tmp_path / "test.csv"
    file.write_text('text,category\n"Hello, where is it?",card_arrival\n')
    convert("banking77", file, tmp_path / "out")
    assert lines_of(tmp_path / "out") == [{"text": "Hello, where is it?", "label": "card_arrival"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [("a,b\n1,2\n", "no columns text and category"), ("text,category\nx,flying\n", "flying")],
)
def test_a_file_that_is_no_such_set_is_refused(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "test.csv"
    file.write_text(content)
    with pytest.raises(PublicSetError, match=message):
        convert("banking77", file, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("name", "count"), [("clinc150", 150), ("banking77", 77)])
def test_every_intent_has_a_name_and_a_sentence(name: str, count: int) -> None:
    items = json.loads((LABELS / f"{name}.json").read_text(encoding="utf-8"))
    assert len({item["item_id"] for item in items}) == count
    assert all(item["name"] and 6 <= len(item["description"].split()) <= 20 for item in items)
