"""Base and adapter as one model: merged in float32, and compared with what was trained before it is kept."""

import hashlib
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

from .bases import Base
from .load_base import load_model, load_tokenizer
from .refused import Refused

DIFFERENCE_MAX = 1e-3


def merge(base: Base, adapter: Path, out: Path, template: str | None) -> dict:
    tokenizer = load_tokenizer(base)
    model = load_model(base, torch.float32)
    if getattr(model, "is_quantized", False):
        raise Refused("A quantised base cannot be merged with: what was trained would be lost in rounding.")
    adapted = PeftModel.from_pretrained(model, str(adapter)).eval()
    sample = tokenizer("Which script raises the version of a package?", return_tensors="pt")
    with torch.no_grad():
        before = adapted(**sample).logits
        merged = adapted.merge_and_unload().eval()
        difference = (merged(**sample).logits - before).abs().max().item()
    if difference > DIFFERENCE_MAX:
        raise Refused(f"The merged model's logits differ by {difference:.2e}, more than {DIFFERENCE_MAX}: it is not what was trained.")
    out.mkdir(parents=True, exist_ok=True)
    if template is not None:
        tokenizer.chat_template = Path(template).read_text(encoding="utf-8")
    merged.to(torch.bfloat16).save_pretrained(str(out))
    tokenizer.save_pretrained(str(out))
    return {"difference": difference, "adapter_sha256": file_hash(adapter / "adapter_model.safetensors")}


def adopt(base: Base, trained: Path, out: Path, template: str | None) -> dict:
    """Where all weights were trained there is nothing to merge: they are kept as they would be served."""
    tokenizer = load_tokenizer(base)
    if template is not None:
        tokenizer.chat_template = Path(template).read_text(encoding="utf-8")
    AutoModelForCausalLM.from_pretrained(str(trained), dtype=torch.bfloat16).save_pretrained(str(out))
    tokenizer.save_pretrained(str(out))
    return {"difference": 0.0, "weights_sha256": file_hash(out / "model.safetensors")}


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
