"""Four bits by GPTQ, AWQ and plain rounding, with llm-compressor; the evaluation says which is kept."""

import importlib
from pathlib import Path

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer


def quantise(merged: Path, method: str, token_rows: list[list[int]], out: Path) -> dict:
    """Calibrated on training rows alone. vLLM finds the format by itself: `--quantization` is not given."""
    llmcompressor = importlib.import_module("llmcompressor")
    if not torch.cuda.is_available():
        leave_memory_unpinned()
    model = AutoModelForCausalLM.from_pretrained(str(merged), dtype=torch.bfloat16)
    tokenizer = AutoTokenizer.from_pretrained(str(merged))
    rows = [{"input_ids": ids, "attention_mask": [1] * len(ids)} for ids in token_rows]
    llmcompressor.oneshot(
        model=model,
        dataset=Dataset.from_list(rows),
        recipe=recipe(method),
        max_seq_length=max(len(ids) for ids in token_rows),
        num_calibration_samples=len(rows),
    )
    model.save_pretrained(str(out), save_compressed=True)
    tokenizer.save_pretrained(str(out))
    return {"method": method, "bytes": sum(file.stat().st_size for file in out.glob("*.safetensors"))}


def recipe(method: str):
    scheme = {"targets": "Linear", "ignore": ["lm_head"]}
    if method == "gptq":
        return importlib.import_module("llmcompressor.modifiers.quantization").GPTQModifier(scheme="W4A16", **scheme)
    quantization = importlib.import_module("llmcompressor.modifiers.quantization").QuantizationModifier
    if method == "rtn":
        return quantization(scheme="W4A16", **scheme)
    awq = importlib.import_module("llmcompressor.modifiers.transform").AWQModifier
    return [awq(), quantization(scheme="W4A16_ASYM", **scheme)]


def leave_memory_unpinned() -> None:
    """Pinning asks for a CUDA driver, also where nothing is to be moved to a card."""
    cache = importlib.import_module("llmcompressor.pipelines.cache").IntermediatesCache
    if hasattr(cache, "pin_memory"):
        cache.pin_memory = lambda self, *_args, **_kwargs: None
