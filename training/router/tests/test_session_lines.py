"""Sessions become lines that know the line before."""

from session_lines import lines_of


def test_each_turn_has_the_line_before_it_and_lines_stay_as_they_are() -> None:
    call = {"name": "load", "arguments": {"item_type": "knowledge", "item_id": "tides", "source": "project"}}
    turns = [{"text": "tides", "call": call, "acceptable": [None]}, {"text": "thanks", "call": None}]
    first, second = lines_of({"id": "s", "turns": turns})
    assert first == {"id": "s-0", "text": "tides", "stratum": "session", "call": call, "acceptable": [{"name": None}]}
    assert (second["history"], second["call"]) == (["tides"], {"name": None})
    assert list(lines_of(first)) == [first]


def test_the_day_of_a_session_and_what_is_partly_right_reach_its_lines() -> None:
    part = {"name": "load", "arguments": {"item_type": "knowledge", "item_id": "tides", "source": "project"}}
    turns = [{"text": "tides for friday, and mail them", "call": None, "partly": [part]}]
    (line,) = lines_of({"id": "s", "today": "2026-05-04", "turns": turns})
    assert (line["today"], line["call"], line["partly"]) == ("2026-05-04", {"name": None}, [part])
