"""Four bits by GPTQ, AWQ and plain rounding, with llm-compressor; what was held out says which is kept."""

import gc
import importlib
import time
from pathlib import Path

import torch
from datasets import Dataset
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer

from .refused import Refused

FLOOR = "rtn"
GROUPS = (128, 64, 32)


def quantise_all(merged: Path, methods: list[str], calibration: list[dict], held: list[dict], folder: Path) -> dict:
    """Every method, what each lost of what was held out, and which one is kept."""
    whole = {"nll": nll_of(merged, held), "bytes": size_of(merged)}
    found = {}
    for method in methods:
        started = time.process_time()
        quantise(merged, method, [row["input_ids"] for row in calibration], folder / method)
        spent = round(time.process_time() - started, 1)
        found[method] = {"nll": nll_of(folder / method, held), "bytes": size_of(folder / method), "cpu_seconds": spent}
        gc.collect()
    return {"whole": whole, "methods": found}


def kept_of(found: dict[str, tuple[float, float]]) -> str:
    """Of each method its score in the tasks and its held-out loss: the best by tasks, by loss where those are equal.

    One that does no better in the tasks than plain rounding has earned nothing.
    """
    floor = found.get(FLOOR, (-1.0, float("inf")))
    better = {method: one for method, one in found.items() if method == FLOOR or one[0] > floor[0]}
    return min(better, key=lambda method: (-better[method][0], better[method][1]))


def reason(kept: str, before: float, found: dict[str, tuple[float, float]]) -> str:
    others = ", ".join(f"{method} {score:.1%}" for method, (score, _) in found.items() if method != kept)
    told = f"{kept}: {found[kept][0]:.1%} of all cases, {before:.1%} before"
    return f"{told}; {others}" if others else told


def quantise(merged: Path, method: str, token_rows: list[list[int]], out: Path) -> None:
    """Calibrated on training rows alone. vLLM finds the format by itself: `--quantization` is not given."""
    llmcompressor = importlib.import_module("llmcompressor")
    if not torch.cuda.is_available():
        leave_memory_unpinned()
    model = AutoModelForCausalLM.from_pretrained(str(merged), dtype=torch.bfloat16)
    tokenizer = AutoTokenizer.from_pretrained(str(merged))
    widths = {part.in_features for name, part in model.named_modules() if isinstance(part, torch.nn.Linear) and name != "lm_head"}
    rows = [{"input_ids": ids, "attention_mask": [1] * len(ids)} for ids in token_rows]
    llmcompressor.oneshot(
        model=model,
        processor=tokenizer,
        dataset=Dataset.from_list(rows),
        recipe=recipe(method, widths),
        max_seq_length=max(len(ids) for ids in token_rows),
        num_calibration_samples=len(rows),
    )
    model.save_pretrained(str(out), save_compressed=True)
    tokenizer.save_pretrained(str(out))


def recipe(method: str, widths: set[int]):
    groups = {"group_0": {"targets": ["Linear"], "weights": weights_of(symmetric=method != "awq", size=group_size(widths))}}
    scheme = {"config_groups": groups, "ignore": ["lm_head"]}
    quantization = importlib.import_module("llmcompressor.modifiers.quantization")
    if method == "gptq":
        return quantization.GPTQModifier(**scheme)
    if method == FLOOR:
        return quantization.QuantizationModifier(**scheme)
    awq = importlib.import_module("llmcompressor.modifiers.transform").AWQModifier
    return [awq(), quantization.QuantizationModifier(**scheme)]


def weights_of(symmetric: bool, size: int) -> dict:
    return {"num_bits": 4, "type": "int", "symmetric": symmetric, "strategy": "group", "group_size": size}


def group_size(widths: set[int]) -> int:
    """Weights that share a scale: 128, as servers like best, or what every layer can be cut into. 576 cannot be by 128."""
    fitting = [size for size in GROUPS if all(width % size == 0 for width in widths)]
    if not fitting:
        raise Refused(f"quantise: layers of {sorted(widths)} columns cannot be cut into groups of {', '.join(map(str, GROUPS))}.")
    return fitting[0]


def leave_memory_unpinned() -> None:
    """Pinning asks for a CUDA driver, also where nothing is to be moved to a card."""
    cache = importlib.import_module("llmcompressor.pipelines.cache").IntermediatesCache
    if hasattr(cache, "pin_memory"):
        cache.pin_memory = lambda self, *_args, **_kwargs: None


def load_any(folder: Path):
    """A model as it lies there; four bits are spread out again, since transformers cannot count with them here."""
    config = importlib.import_module("transformers").AutoConfig.from_pretrained(str(folder))
    how = {}
    if getattr(config, "quantization_config", None):
        how["quantization_config"] = importlib.import_module("transformers").CompressedTensorsConfig(run_compressed=False)
    return AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.bfloat16, **how).eval()


def spread_weights(folder: Path, like: Path) -> dict[str, torch.Tensor]:
    """A quantised model's weights as plain numbers, by the names that the model before it has."""
    with safe_open(str(like / "model.safetensors"), "pt") as before:
        names = set(before.keys())
    return {name: value for name, value in load_any(folder).state_dict().items() if name in names}


@torch.no_grad()
def nll_of(folder: Path, held: list[dict]) -> float:
    """What each trained token of these rows cost, in nats."""
    model = load_any(folder)
    total = count = 0.0
    for row in held:
        answer = sum(row["completion_mask"])
        wanted = torch.tensor(row["input_ids"][-answer:])
        logits = model(torch.tensor([row["input_ids"]]), logits_to_keep=answer + 1).logits[0, :-1].float()
        total += torch.nn.functional.cross_entropy(logits, wanted, reduction="sum").item()
        count += answer
    return total / max(1, count)


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.safetensors"))
