"""LoRA or full fine-tuning with TRL on rows whose answers alone are trained."""

import json
import time
from pathlib import Path

import torch
from datasets import Dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

from .bases import Base
from .load_base import load_model, load_tokenizer
from .refused import Refused
from .tokens import encode, labels_of


def encoded(rows: list[dict], settings: dict, tokenizer) -> tuple[list[dict], list[dict]]:
    """Rows as tokens, and those left out for their length, by name."""
    template = settings["chat_template_jinja"]
    text = Path(template).read_text(encoding="utf-8") if template else None
    kept, left = [], []
    for row in rows:
        made = encode(row, tokenizer, text)
        (kept if len(made["input_ids"]) <= settings["sequence_len"] else left).append(made)
    return kept, left


def train(settings: dict, base: Base, rows: tuple[list[dict], list[dict]], folder: Path) -> dict:
    torch.manual_seed(settings["seed"])
    tokenizer = load_tokenizer(base)
    dtype = torch.bfloat16 if settings["bf16"] else torch.float32
    model = load_model(base, dtype)
    (kept, left), (held, held_left) = (encoded(each, settings, tokenizer) for each in rows)
    if not kept:
        raise Refused(f"All {len(left)} rows are longer than sequence_len {settings['sequence_len']}.")
    reports = [row["report"] for row in kept + held]
    (folder / "tokens.jsonl").write_text("".join(json.dumps(one) + "\n" for one in reports), encoding="utf-8")
    trainer = SFTTrainer(
        model=model,
        args=arguments(settings, folder, has_validation=bool(held)),
        train_dataset=as_dataset(kept),
        eval_dataset=as_dataset(held) if held else None,
        processing_class=tokenizer,
        peft_config=lora(settings),
    )
    before = trainer.evaluate()["eval_loss"] if held else float("nan")
    started = time.process_time()
    steps = trainer.train(resume_from_checkpoint=last_checkpoint(folder))
    spent = time.process_time() - started
    after = trainer.evaluate()["eval_loss"] if held else float("nan")
    trainer.save_model(str(folder / "adapter"))
    (folder / "log.json").write_text(json.dumps(trainer.state.log_history, indent=1), encoding="utf-8")
    return {
        "steps": trainer.state.global_step,
        "rows": len(kept),
        "held_out_rows": len(held),
        "left_out": [one["report"]["id"] for one in left + held_left],
        "tokens_trained": sum(report["trained"] for report in reports),
        "losses": {"held-out before": before, "held-out after": after, "train": steps.training_loss},
        "cpu_seconds": round(spent, 1),
    }


def as_dataset(rows: list[dict]) -> Dataset:
    return Dataset.from_list([{"input_ids": row["input_ids"], "labels": labels_of(row)} for row in rows])


def arguments(settings: dict, folder: Path, has_validation: bool) -> SFTConfig:
    on_cpu = settings["gpus"] == 0
    return SFTConfig(
        output_dir=str(folder / "checkpoints"),
        use_cpu=on_cpu,
        dataloader_pin_memory=not on_cpu,
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
        gradient_checkpointing=settings["gradient_checkpointing"],
        fsdp="full_shard auto_wrap" if settings["fsdp"] else "",
        eval_strategy="steps" if has_validation and settings["eval_steps"] < (settings["max_steps"] or 10**9) else "no",
        eval_steps=settings["eval_steps"],
        save_steps=settings["eval_steps"],
        save_total_limit=2,
        logging_steps=1,
        report_to=[],
        seed=settings["seed"],
    )


def lora(settings: dict) -> LoraConfig | None:
    if settings["adapter"] == "none":
        return None
    return LoraConfig(
        r=settings["lora_r"],
        lora_alpha=settings["lora_alpha"],
        lora_dropout=settings["lora_dropout"],
        target_modules=settings["lora_target_modules"],
        task_type="CAUSAL_LM",
    )


def last_checkpoint(folder: Path) -> str | None:
    """A run that was killed goes on from what it had kept."""
    kept = sorted((folder / "checkpoints").glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    return str(kept[-1]) if kept else None
