"""Settings that cannot work are refused by name before anything starts."""

from pathlib import Path

import pytest
from lilux_orchestrator.bases import base_of, require_terms
from lilux_orchestrator.memory import needs, require_memory
from lilux_orchestrator.refused import Refused
from lilux_orchestrator.settings import checked, read_settings

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
LEAST = {"base_model": "smollm2-135m-instruct", "datasets": [{"path": "data"}]}
LARGE = {
    "base_model": "meta-llama/Llama-3.3-70B-Instruct",
    "datasets": [{"path": "data"}],
    "gpus": 8,
    "gpu_memory_gb": 80,
    "fsdp": True,
    "gradient_checkpointing": True,
}


@pytest.mark.parametrize("config", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.name)
def test_every_config_that_ships_is_accepted_and_fits(config):
    settings = read_settings(config)
    base = base_of(settings)
    require_terms(base, settings)
    require_memory(base, settings)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lora_rank": 8}, "lora_rank: is not a setting; did you mean lora_r"),
        ({"lora_r": "eight"}, "lora_r: 'eight' is not of the kind int"),
        ({"micro_batch_size": 0}, "micro_batch_size: 0 is outside 1"),
        ({"adapter": "dora"}, "adapter: dora is none of lora, none"),
        ({"base_model": None}, "base_model: is missing"),
        ({"fsdp": True}, "fsdp: is silently not used without GPUs"),
        ({"gpus": 4}, "gpu_memory_gb: is missing"),
        ({"sample_packing": True}, "sample_packing: samples would see each other"),
        ({"quantise": ["awq", "int2"]}, "quantise: int2 is none of"),
        ({"save_steps": 25, "eval_steps": 100, "early_stopping_patience": 2, "val_set_size": 0.1}, "save_steps: is a multiple of eval_steps"),
        ({"bf16": "yes"}, "bf16: 'yes' is not of the kind bool"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(change, says):
    with pytest.raises(Refused, match="(?s).*" + says.replace("(", r"\(")):
        checked({**LEAST, **change})


def test_every_problem_is_told_at_once():
    with pytest.raises(Refused) as refused:
        checked({"lora_r": 0, "seeds": 3})
    assert len(str(refused.value).splitlines()) == 4


def test_a_rate_that_yaml_takes_for_text_is_a_number():
    assert checked({**LEAST, "learning_rate": "1e-4"})["learning_rate"] == 1e-4


def test_a_full_70b_on_eight_cards_of_80_gb_is_refused_with_its_arithmetic():
    settings = checked({**LARGE, "adapter": "none"})
    with pytest.raises(Refused) as refused:
        require_memory(base_of(settings), settings)
    text = str(refused.value)
    assert "70.6 billion trained parameters x 16 bytes" in text
    assert "1,130 GB" in text
    assert "adapter: lora" in text


def test_with_another_optimizer_the_same_fits():
    settings = checked({**LARGE, "adapter": "none", "optimizer": "adamw_8bit"})
    assert require_memory(base_of(settings), settings)["a card"] < 72


def test_without_sharding_every_card_holds_everything():
    base = base_of(LARGE | {"base_parameters": None, "base_licence": None})
    sharded = needs(base, checked(LARGE))["a card"]
    assert needs(base, checked({**LARGE, "fsdp": False}))["a card"] > 5 * sharded


def test_terms_are_accepted_by_their_own_name_or_nothing_is_loaded():
    settings = checked({**LEAST, "base_model": "gemma-3-270m"})
    with pytest.raises(Refused, match="Gemma Terms of Use"):
        require_terms(base_of(settings), settings)
    accepted = checked({**settings, "accept_licence": "Gemma Terms of Use"})
    require_terms(base_of(accepted), accepted)


def test_a_base_nobody_knows_has_to_say_its_size_and_licence():
    with pytest.raises(Refused, match="base_parameters"):
        base_of(checked({**LEAST, "base_model": "acme/large"}))
    known = checked({**LEAST, "base_model": "acme/large", "base_parameters": 7e9, "base_licence": "MIT"})
    assert base_of(known).licence == "MIT"
