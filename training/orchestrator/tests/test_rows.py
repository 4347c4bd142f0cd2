"""Rows are cut by their key, and of each answer exactly the answer is trained."""

import json

import pytest
from lilux_orchestrator.card import NEEDED, card_text
from lilux_orchestrator.refused import Refused
from lilux_orchestrator.rows import of_role, read_rows, some, split
from lilux_orchestrator.state import RunState
from lilux_orchestrator.tokens import NOT_TRAINED, encode, labels_of

STOP = "#"


def row(number=1, key="demo/a", **rest):
    return {
        "id": f"row-{number}", "round": 1, "kind": "answer", "splitKey": key, "category": "tone", "licence": "Apache-2.0",
        "messages": [{"role": "user", "content": "hello"}], "tools": [],
        "completion": {"role": "assistant", "content": "Good day."}, **rest,
    }


class Letters:
    """A tokenizer of single letters, with a template that a test can spoil."""

    eos_token, eos_token_id = STOP, ord(STOP)

    def __init__(self, spoil=None):
        self.spoil = spoil

    def __call__(self, text, add_special_tokens):
        return {"input_ids": [ord(letter) for letter in text]}

    def decode(self, ids):
        return "".join(map(chr, ids))

    def apply_chat_template(self, messages, tokenize, tools=None, add_generation_prompt=False, continue_final_message=False):
        parts = [f"<{m['role'][0]}>{m['content']}{STOP}\n" for m in messages]
        answers = messages[-1]["role"] == "assistant" and not continue_final_message
        if self.spoil == "no answer" and answers:
            parts[-1] = f"<a>{STOP}\n"
        if self.spoil == "no stop" and answers:
            parts = [part.replace(STOP, "") if at == len(parts) - 1 else part for at, part in enumerate(parts)]
        if self.spoil == "new prompt" and answers:
            parts[0] = "<u>HELLO#\n"
        text = "".join(parts)
        if continue_final_message:
            text = text.removesuffix(f"{STOP}\n")
        return text + ("<a>" if add_generation_prompt else "")


def trained(made):
    return "".join(chr(i) for i, on in zip(made["input_ids"], made["completion_mask"]) if on)


def test_the_answer_and_its_stop_are_trained_and_nothing_of_the_prompt():
    made = encode(row(), Letters(), None)
    assert trained(made) == f"Good day.{STOP}"
    assert labels_of(made) == [NOT_TRAINED] * 13 + [ord(letter) for letter in f"Good day.{STOP}"]
    assert made["report"] == {"id": "row-1", "round": 1, "prompt": 13, "trained": 10, "first": "G", "last": STOP}


def test_of_a_continuation_only_what_follows_is_trained():
    begun = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "Good"}]
    made = encode(row(kind="continuation", messages=begun, completion={"role": "assistant", "content": " day."}), Letters(), None)
    assert trained(made) == f" day.{STOP}"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [("no answer", "nothing would be trained"), ("no stop", "never learn to stop"), ("new prompt", "writes the prompt anew")],
)
def test_a_template_of_which_nothing_right_would_be_learnt_is_refused_with_the_row(spoil, says):
    with pytest.raises(Refused, match=f"row-1, answer 1.*{says}"):
        encode(row(), Letters(spoil), None)


def test_rows_that_share_a_key_are_never_on_two_sides():
    rows = [row(number, key=f"demo/{number % 40}") for number in range(400)]
    train, held = split(rows, 0.25, seed=3)
    assert {r["splitKey"] for r in train}.isdisjoint(r["splitKey"] for r in held)
    assert 40 < len(held) < 160
    assert split(rows, 0.25, seed=3) == (train, held)
    assert some(rows, 10, seed=3) == some(list(reversed(rows)), 10, seed=3)


def test_a_file_with_one_bad_row_is_refused_with_its_line(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row()) + "\n" + json.dumps({"id": "x"}) + "\n")
    with pytest.raises(Refused, match="line 2: round"):
        read_rows(file)
    file.write_text(json.dumps(row()) + "\n{")
    with pytest.raises(Refused, match="line 2"):
        read_rows(file)


def test_a_run_goes_on_where_it_was_and_begins_anew_with_other_settings(tmp_path):
    first = RunState(tmp_path, {"seed": 1})
    for step in ("render", "train", "merge"):
        first.finish(step, {"of": step})
    again = RunState(tmp_path, {"seed": 1})
    assert again.is_done("merge") and again.result("train") == {"of": "train"}
    assert not RunState(tmp_path, {"seed": 2}).is_done("render")
    again.finish("train", {"of": "more"})
    assert not again.is_done("merge"), "what was made of the old one is made again"


def test_judging_more_cases_trains_nothing_anew_and_other_settings_have_other_checkpoints(tmp_path):
    """Mutant: one hash of all settings for all steps."""
    settings = {"seed": 1, "eval_cases": 6, "gguf": [], "max_minutes": 5}
    first = RunState(tmp_path, settings)
    for step in ("train", "quantise", "export", "evaluate"):
        first.finish(step, {"of": step})
    more = RunState(tmp_path, {**settings, "eval_cases": 94, "max_minutes": 50})
    assert [step for step in first.done if more.is_done(step)] == ["train", "quantise", "export"]
    files = RunState(tmp_path, {**settings, "gguf": ["q8_0"]})
    assert [step for step in first.done if files.is_done(step)] == ["train", "quantise"]
    assert more.key("train") == first.key("train")
    assert RunState(tmp_path, {**settings, "seed": 2}).key("train") != first.key("train")


FIGURE = {"share": 0.5, "low": 0.4, "high": 0.6, "of": 10}
FACTS = {name: "known" for name in NEEDED} | {
    "figures": {"deference": FIGURE}, "losses": {"train": 1.0}, "stop_rate": 1.0,
    "versions": {"torch": "2"}, "data_licences": ["Apache-2.0"],
}


@pytest.mark.parametrize("name", NEEDED)
def test_a_card_without_one_of_its_facts_is_refused(name):
    card_text(FACTS)
    with pytest.raises(Refused, match=name):
        card_text({**FACTS, name: None})


def test_a_card_whose_figures_have_no_interval_is_refused():
    with pytest.raises(Refused, match="intervals: tone"):
        card_text({**FACTS, "figures": {"tone": {"share": 0.5, "of": 10}}})


@pytest.mark.parametrize(("roles", "follows"), [
    (["system", "user"], False),
    (["system", "user", "assistant", "tool"], True),
    # A note of Lilux's own behind a result is no line of a person's.
    (["system", "user", "assistant", "tool", "user"], True),
    (["system", "user", "assistant", "tool", "assistant"], True),
    (["system", "user", "assistant", "tool", "assistant", "user"], False),
])
def test_one_that_decides_learns_no_answer_that_follows_a_result(roles, follows):
    """Mutant: take the last message of a user for the line."""
    row = {"messages": [{"role": role} for role in roles]}
    assert of_role([row], "decide") == ([] if follows else [row])
    assert of_role([row], "all") == [row]
