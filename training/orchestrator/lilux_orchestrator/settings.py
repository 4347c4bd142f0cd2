"""Settings as one YAML file, with axolotl's names where they mean the same. Nothing unknown passes."""

from difflib import get_close_matches
from pathlib import Path

import yaml

from .refused import Refused

TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# name: (type, default, least, most)
FIELDS: dict[str, tuple] = {
    "base_model": (str, None, None, None),
    "base_licence": (str, None, None, None),
    "base_parameters": (float, None, 1, 1e13),
    "accept_licence": (str, None, None, None),
    "datasets": (list, None, None, None),
    "role": (str, "all", None, None),
    "chat_template_jinja": (str, None, None, None),
    "sequence_len": (int, 4_096, 128, 131_072),
    "adapter": (str, "lora", None, None),
    "lora_r": (int, 16, 1, 512),
    "lora_alpha": (int, 32, 1, 1_024),
    "lora_dropout": (float, 0.05, 0, 0.9),
    "lora_target_modules": (list, TARGETS, None, None),
    "micro_batch_size": (int, 1, 1, 1_024),
    "gradient_accumulation_steps": (int, 4, 1, 4_096),
    "num_epochs": (float, 2, 0.01, 100),
    "max_steps": (int, 0, 0, 1_000_000),
    "max_minutes": (float, 0, 0, 100_000),
    "learning_rate": (float, 1e-4, 1e-8, 1),
    "lr_scheduler": (str, "cosine", None, None),
    "warmup_steps": (int, 5, 0, 100_000),
    "weight_decay": (float, 0.0, 0, 1),
    "optimizer": (str, "adamw_torch", None, None),
    "bf16": (bool, True, None, None),
    "gradient_checkpointing": (bool, False, None, None),
    "sample_packing": (bool, False, None, None),
    "share_prefix": (int, 0, 0, 64),
    "early_stopping_patience": (int, 0, 0, 1_000),
    "teacher_model": (str, None, None, None),
    "kd_alpha": (float, 0.5, 0, 1),
    "kd_temperature": (float, 1.0, 0.1, 20),
    "fsdp": (bool, False, None, None),
    "gpus": (int, 0, 0, 1_024),
    "gpu_memory_gb": (float, 0, 0, 1_000),
    "val_set_size": (float, 0.1, 0, 0.5),
    "eval_steps": (int, 50, 1, 100_000),
    "save_steps": (int, 0, 0, 100_000),
    "seed": (int, 7, 0, 2**31),
    "limit_rows": (int, 0, 0, 10_000_000),
    "quantise": (list, [], None, None),
    "gguf": (list, [], None, None),
    "eval_cases": (int, 0, 0, 100_000),
    "eval_examples": (bool, True, None, None),
    "augment_url": (str, None, None, None),
    "augment_model": (str, None, None, None),
    "augment_key_variable": (str, None, None, None),
    "augment_per_example": (int, 1, 1, 20),
    "augment_answers": (str, "both", None, None),
    "calibration_rows": (int, 64, 1, 4_096),
    "output_dir": (str, "training/orchestrator/runs/default", None, None),
}
CHOICES = {
    "adapter": ("lora", "none"),
    "lr_scheduler": ("cosine", "linear", "constant", "constant_with_warmup"),
    "optimizer": ("adamw_torch", "adamw_8bit", "adafactor"),
    "augment_answers": ("both", "teacher"),
    "role": ("all", "decide"),
}
LISTS = {"quantise": ("gptq", "awq", "rtn"), "gguf": ("f16", "q8_0", "q4_1")}


def read_settings(path: Path) -> dict:
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Refused(f"{path} cannot be read: {error}") from error
    if not isinstance(given, dict):
        raise Refused(f"{path} must hold names with values.")
    return checked(given)


def checked(given: dict) -> dict:
    """All settings, those left out by their defaults; every problem at once, each by its name."""
    problems = [unknown(name) for name in given if name not in FIELDS]
    settings = {}
    for name, (kind, default, least, most) in FIELDS.items():
        value = given.get(name, default)
        settings[name] = value
        if value is None:
            continue
        if kind is float and isinstance(value, str):
            value = settings[name] = number(value)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = settings[name] = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            problems.append(f"{name}: {value!r} is not of the kind {kind.__name__}")
        elif least is not None and not least <= value <= most:
            problems.append(f"{name}: {value} is outside {least} to {most}")
        elif name in CHOICES and value not in CHOICES[name]:
            problems.append(f"{name}: {value} is none of {', '.join(CHOICES[name])}")
    problems += [f"{name}: is missing" for name in ("base_model", "datasets") if settings[name] is None]
    for name, known in LISTS.items():
        problems += [f"{name}: {one} is none of {', '.join(known)}" for one in settings[name] or [] if one not in known]
    problems += together(settings)
    if problems:
        raise Refused("\n".join(problems))
    return settings


def together(settings: dict) -> list[str]:
    problems = []
    if settings["fsdp"] and settings["gpus"] == 0:
        problems.append("fsdp: is silently not used without GPUs; leave it out, or say gpus")
    if settings["gpus"] and not settings["gpu_memory_gb"]:
        problems.append("gpu_memory_gb: is missing beside gpus; without it nobody can say whether it fits")
    if settings["sample_packing"] and settings["gpus"] == 0:
        problems.append("sample_packing: samples would see each other without flash attention, which needs a GPU; share_prefix: 8 does no such thing")
    if settings["optimizer"] == "adamw_8bit" and settings["gpus"] == 0:
        problems.append("optimizer: adamw_8bit needs a GPU")
    for name in ("share_prefix", "teacher_model"):
        problems += one_process_only(name, settings) if settings[name] else []
    if settings["augment_url"] and not settings["augment_model"]:
        problems.append("augment_model: is missing beside augment_url")
    if settings["early_stopping_patience"] and not settings["val_set_size"]:
        problems.append("early_stopping_patience: there is nothing to stop by without val_set_size")
    if settings["early_stopping_patience"] and settings["save_steps"] and settings["save_steps"] % settings["eval_steps"]:
        problems.append("save_steps: is a multiple of eval_steps where early_stopping_patience keeps the best, or what was best may not be kept")
    return problems


def one_process_only(name: str, settings: dict) -> list[str]:
    """Both run the model in their own way, past what shares gradients among processes or drops activations."""
    problems = []
    if settings["gpus"] > 1:
        problems.append(f"{name}: is for one process; leave it out with {settings['gpus']} gpus")
    if settings["micro_batch_size"] != 1:
        problems.append(f"{name}: takes micro_batch_size: 1, each a pack of rows")
    if settings["gradient_checkpointing"]:
        problems.append(f"{name}: does not go with gradient_checkpointing, which keeps no beginnings")
    return problems


def number(text: str) -> float | str:
    """YAML takes 1e-4 for text."""
    try:
        return float(text)
    except ValueError:
        return text


def unknown(name: str) -> str:
    near = get_close_matches(str(name), FIELDS, n=1)
    return f"{name}: is not a setting" + (f"; did you mean {near[0]}?" if near else "")
