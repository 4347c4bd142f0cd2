"""LoRA or full fine-tuning with TRL on rows whose answers alone are trained, also after a teacher's soft answers."""

import json
import os
import resource
import time
from pathlib import Path

import torch
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from transformers import EarlyStoppingCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer

from .bases import Base, base_named
from .curves import draw
from .load_base import load_model, load_tokenizer
from .refused import Refused
from .shared_prefix import SharedPrefixTrainer, collate, packs_of
from .tokens import encode, labels_of

PACK_TOKENS_MAX = 4_096


def encoded(rows: list[dict], settings: dict, tokenizer) -> tuple[list[dict], list[dict]]:
    """Rows as tokens, and those left out for their length, by name."""
    template = settings["chat_template_jinja"]
    text = Path(template).read_text(encoding="utf-8") if template else None
    kept, left = [], []
    for row in rows:
        made = encode(row, tokenizer, text)
        (kept if len(made["input_ids"]) <= settings["sequence_len"] else left).append(made)
    return kept, left


def train(settings: dict, base: Base, rows: tuple[list[dict], list[dict]], folder: Path, checkpoints: Path) -> dict:
    if processes() > 1 and (settings["share_prefix"] or settings["teacher_model"]):
        raise Refused("share_prefix and teacher_model are for one process; leave them out under torchrun.")
    torch.manual_seed(settings["seed"])
    tokenizer = load_tokenizer(base)
    model = load_model(base, torch.bfloat16 if settings["bf16"] else torch.float32)
    (kept, left), (held, held_left) = (encoded(each, settings, tokenizer) for each in rows)
    if not kept:
        raise Refused(f"All {len(left)} rows are longer than sequence_len {settings['sequence_len']}.")
    reports = [row["report"] for row in kept + held]
    if is_first():
        (folder / "tokens.jsonl").write_text("".join(json.dumps(one) + "\n" for one in reports), encoding="utf-8")
    trainer = trainer_of(settings, checkpoints, model, tokenizer, kept, held)
    before = trainer.evaluate()["eval_loss"] if held else float("nan")
    started = time.process_time()
    steps = trainer.train(resume_from_checkpoint=last_checkpoint(checkpoints))
    spent = time.process_time() - started
    after = trainer.evaluate()["eval_loss"] if held else float("nan")
    trainer.save_model(str(folder / "adapter"))
    if is_first():
        (folder / "log.json").write_text(json.dumps(trainer.state.log_history, indent=1), encoding="utf-8")
        draw(trainer.state.log_history, folder / "curves.svg")
    return {
        "steps": trainer.state.global_step,
        "rows": len(kept),
        "held_out_rows": len(held),
        "left_out": [one["report"]["id"] for one in left + held_left],
        "tokens_trained": sum(report["trained"] for report in reports),
        "losses": {"held-out before": before, "held-out after": after, "train": steps.training_loss},
        "cpu_seconds": round(spent, 1),
        "memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }


def trainer_of(settings: dict, checkpoints: Path, model, tokenizer, kept: list[dict], held: list[dict]) -> SFTTrainer:
    if settings["adapter"] == "lora":
        # Sharding takes weights of one kind together, so there the adapter stays in the base's.
        model = get_peft_model(model, lora(settings), autocast_adapter_dtype=not settings["fsdp"])
    common = {
        "model": model,
        "args": arguments(settings, checkpoints, has_validation=bool(held)),
        "processing_class": tokenizer,
        "callbacks": callbacks(settings),
    }
    if not settings["share_prefix"] and not settings["teacher_model"]:
        sides = {"train_dataset": as_dataset(kept), "eval_dataset": as_dataset(held) if held else None}
        return SFTTrainer(**common, **sides)
    size, seed = settings["share_prefix"] or 1, settings["seed"]
    packed = [Dataset.from_list(packs_of(labelled(side), size, PACK_TOKENS_MAX, seed)) if side else None for side in (kept, held)]
    trainer = SharedPrefixTrainer(**common, train_dataset=packed[0], eval_dataset=packed[1], data_collator=collate)
    if settings["teacher_model"]:
        teacher = load_model(base_named(settings["teacher_model"], settings), torch.bfloat16)
        trainer.learn_from(teacher, settings["kd_alpha"], settings["kd_temperature"])
    return trainer


def labelled(rows: list[dict]) -> list[dict]:
    return [{"input_ids": row["input_ids"], "labels": labels_of(row)} for row in rows]


def as_dataset(rows: list[dict]) -> Dataset:
    return Dataset.from_list(labelled(rows))


def processes() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Of several processes one writes what all know."""
    return int(os.environ.get("RANK", "0")) == 0


def arguments(settings: dict, checkpoints: Path, has_validation: bool) -> SFTConfig:
    on_cpu = settings["gpus"] == 0
    looks = has_validation and evaluates(settings)
    return SFTConfig(
        output_dir=str(checkpoints),
        use_cpu=on_cpu,
        dataloader_pin_memory=not on_cpu,
        remove_unused_columns=False,
        prediction_loss_only=True,
        max_length=settings["sequence_len"],
        packing=settings["sample_packing"],
        dataset_kwargs={"skip_prepare_dataset": True},
        per_device_train_batch_size=settings["micro_batch_size"],
        per_device_eval_batch_size=1,
        gradient_accumulation_steps=settings["gradient_accumulation_steps"],
        num_train_epochs=settings["num_epochs"],
        max_steps=settings["max_steps"] or -1,
        learning_rate=settings["learning_rate"],
        lr_scheduler_type=settings["lr_scheduler"],
        warmup_steps=settings["warmup_steps"],
        weight_decay=settings["weight_decay"],
        optim="adamw_bnb_8bit" if settings["optimizer"] == "adamw_8bit" else settings["optimizer"],
        bf16=settings["bf16"] and not on_cpu,
        gradient_checkpointing=settings["gradient_checkpointing"] and not settings["fsdp"],
        **sharding(settings),
        eval_strategy="steps" if looks else "no",
        eval_steps=settings["eval_steps"],
        save_steps=settings["save_steps"] or settings["eval_steps"],
        save_total_limit=2,
        load_best_model_at_end=looks and settings["early_stopping_patience"] > 0,
        metric_for_best_model="eval_loss" if looks else None,
        greater_is_better=False if looks else None,
        logging_steps=1,
        report_to=[],
        seed=settings["seed"],
    )


def sharding(settings: dict) -> dict:
    """FSDP2: weights, gradients and optimizer lie in parts on all cards."""
    if not settings["fsdp"]:
        return {}
    how = {
        "version": 2,
        "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
        "reshard_after_forward": True,
        # Here and not as gradient_checkpointing, which would gather the weights once more on the way back.
        "activation_checkpointing": settings["gradient_checkpointing"],
        "cpu_ram_efficient_loading": True,
        "state_dict_type": "FULL_STATE_DICT",
    }
    return {"fsdp": True, "fsdp_config": how}


class StopInTime(TrainerCallback):
    """For a machine that is free for so long: what was learnt by then is kept."""

    def __init__(self, minutes: float) -> None:
        self.until = time.monotonic() + minutes * 60

    def on_step_end(self, _args, _state, control, **_rest) -> None:
        if time.monotonic() >= self.until:
            control.should_training_stop = control.should_save = True


def callbacks(settings: dict) -> list[TrainerCallback]:
    patience, minutes = settings["early_stopping_patience"], settings["max_minutes"]
    stops = [EarlyStoppingCallback(patience)] if patience and evaluates(settings) else []
    return [*stops, StopInTime(minutes)] if minutes else stops


def evaluates(settings: dict) -> bool:
    """Whether what is held out is looked at while it trains."""
    return settings["val_set_size"] > 0 and settings["eval_steps"] < (settings["max_steps"] or 10**9)


def lora(settings: dict) -> LoraConfig:
    return LoraConfig(
        r=settings["lora_r"],
        lora_alpha=settings["lora_alpha"],
        lora_dropout=settings["lora_dropout"],
        target_modules=settings["lora_target_modules"],
        task_type="CAUSAL_LM",
    )


def last_checkpoint(checkpoints: Path) -> str | None:
    """A run that was killed goes on from what it had kept."""
    kept = sorted(checkpoints.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    return str(kept[-1]) if kept else None
