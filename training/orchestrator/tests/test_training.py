"""Every method of training runs to its end on a tiny model, and several processes learn what one does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lilux_orchestrator.bases import KNOWN
from lilux_orchestrator.load_base import load_tokenizer
from lilux_orchestrator.quantise import group_size, kept_of
from lilux_orchestrator.refused import Refused
from lilux_orchestrator.settings import checked, read_settings
from lilux_orchestrator.train import arguments, train

HERE = Path(__file__).resolve().parents[1]
TINY = KNOWN["tiny-random"]
SETTINGS = {
    "base_model": "tiny-random", "datasets": ["none"], "sequence_len": 1_024, "lora_r": 4, "bf16": False,
    "lora_dropout": 0, "gradient_accumulation_steps": 2, "max_steps": 4, "learning_rate": 1e-2, "eval_steps": 2, "warmup_steps": 0,
}


def rows(count):
    return [
        {
            "id": f"row-{at}", "round": 1, "kind": "answer", "splitKey": f"key-{at}", "category": "tone", "licence": "Apache-2.0", "tools": [],
            "messages": [{"role": "system", "content": "Rules. " * 20}, {"role": "user", "content": f"line {at}"}],
            "completion": {"role": "assistant", "content": f"answer number {at}"},
        }
        for at in range(count)
    ]


def trained(tmp_path, **changes):
    return train(checked({**SETTINGS, **changes}), TINY, (rows(8), rows(2)), tmp_path, tmp_path / "checkpoints")


@pytest.mark.parametrize(
    "changes",
    [{}, {"adapter": "none"}, {"share_prefix": 4, "gradient_accumulation_steps": 1}, {"teacher_model": "tiny-random", "share_prefix": 2}],
    ids=["adapter", "all weights", "packs", "a teacher's soft answers"],
)
def test_each_method_runs_to_its_end_learns_and_leaves_its_curves(tmp_path, changes):
    found = trained(tmp_path, **changes)
    assert found["steps"] == 4 and found["rows"] == 8
    assert found["losses"]["held-out after"] < found["losses"]["held-out before"]
    assert "<svg" in (tmp_path / "curves.svg").read_text()
    weights = "model.safetensors" if changes.get("adapter") == "none" else "adapter_model.safetensors"
    assert (tmp_path / "adapter" / weights).exists()
    report = [json.loads(line) for line in (tmp_path / "tokens.jsonl").read_text().splitlines()]
    assert all(one["trained"] > 0 and one["last"] == "<|im_end|>" for one in report)


def test_it_stops_early_when_what_was_held_out_gets_no_better(tmp_path):
    found = trained(tmp_path, max_steps=12, eval_steps=1, early_stopping_patience=2, learning_rate=1e-8)
    assert found["steps"] < 12


def test_a_run_that_was_ended_goes_on_from_its_checkpoint(tmp_path):
    trained(tmp_path, max_steps=2)
    log = json.loads((tmp_path / "log.json").read_text())
    trained(tmp_path, max_steps=4)
    again = json.loads((tmp_path / "log.json").read_text())
    assert [one["loss"] for one in again if "loss" in one][: len([one for one in log if "loss" in one])] == [one["loss"] for one in log if "loss" in one]


def test_two_processes_lose_at_every_step_what_one_does(tmp_path):
    """Mutant: without averaging over the tokens of all processes the losses part at the first step."""
    losses = {}
    for count, accumulation in ((1, 4), (2, 2)):
        folder = tmp_path / str(count)
        folder.mkdir()
        config = folder / "config.yaml"
        held = {"val_set_size": 0, "output_dir": str(folder), "gradient_accumulation_steps": accumulation}
        config.write_text(json.dumps({**SETTINGS, **held}))
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows(16)))
        command = [sys.executable, str(HERE / "train_orchestrator.py"), "--config", str(config), "--threads", "1"]
        subprocess.run([*command, "--processes", str(count), "--step", "prepare", "--step", "train"], check=True)
        losses[count] = [one["loss"] for one in json.loads((folder / "log.json").read_text()) if "loss" in one]
    assert len(losses[1]) == 4
    assert losses[2] == pytest.approx(losses[1], abs=1e-5)


@pytest.mark.parametrize("config", sorted(HERE.glob("configs/*gpu*.yaml")), ids=lambda path: path.name)
def test_settings_for_several_cards_shard_by_fsdp2(config, tmp_path):
    made = arguments({**read_settings(config), "bf16": False}, tmp_path, has_validation=True)
    assert made.fsdp is True
    assert made.fsdp_plugin_args["fsdp_version"] == 2 and made.fsdp_plugin_args["activation_checkpointing"]
    assert not made.gradient_checkpointing, "the weights would be gathered once more"


def test_packs_and_teachers_are_refused_among_several_processes(tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(Refused, match="for one process"):
        trained(tmp_path, share_prefix=2)


def test_the_base_that_ships_in_a_package_ends_its_turns_by_the_mark_that_its_file_names():
    """Mutant: as transformers 5.17 reads it, the mark that begins a turn would end it."""
    tokenizer = load_tokenizer(KNOWN["smollm2-135m-instruct"])
    assert (tokenizer.eos_token, tokenizer.eos_token_id, tokenizer.pad_token) == ("<|im_end|>", 2, "<|im_end|>")


def test_what_is_no_better_than_plain_rounding_is_not_kept():
    assert kept_of({"gptq": (0.5, 4.0), "awq": (0.4, 2.9), "rtn": (0.3, 2.3)}) == "gptq", "tasks count, not losses"
    assert kept_of({"gptq": (0.3, 2.0), "awq": (0.2, 2.0), "rtn": (0.3, 4.4)}) == "rtn"
    assert kept_of({"gptq": (0.4, 2.5), "awq": (0.4, 2.4), "rtn": (0.3, 2.0)}) == "awq", "losses where tasks are equal"
    assert kept_of({"gptq": (0.4, 4.5), "awq": (0.3, 4.1)}) == "gptq"


def test_weights_share_a_scale_in_groups_that_every_layer_can_be_cut_into():
    """Mutant: groups of 128 always, which llm-compressor refuses for the 576 columns of SmolLM2."""
    assert group_size({4_096, 14_336}) == 128
    assert group_size({576, 1_536}) == 64
    with pytest.raises(Refused, match="columns cannot be cut"):
        group_size({100})
