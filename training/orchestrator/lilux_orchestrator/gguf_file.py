"""Files for llama.cpp: an adapter to lay over the base's own file, and the merged model as one file.

Only bases of the llama architecture that come as GGUF: names and turned heads are theirs, and whatever
else a file needs (tokenizer, shape) is taken over from the base's.
"""

import json
from pathlib import Path

import gguf
import numpy as np
from safetensors.torch import load_file

from .refused import Refused

ARCHITECTURE = "llama"
KINDS = {"f16": gguf.GGMLQuantizationType.F16, "q8_0": gguf.GGMLQuantizationType.Q8_0, "q4_1": gguf.GGMLQuantizationType.Q4_1}
FILE_TYPES = {"f16": gguf.LlamaFileType.MOSTLY_F16, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0, "q4_1": gguf.LlamaFileType.MOSTLY_Q4_1}
# Written anew, or by the writer itself.
NOT_TAKEN = ("GGUF.", "general.architecture", "general.file_type", "tokenizer.chat_template")


def write_adapter(base_file: Path, adapter: Path, out: Path) -> dict:
    """What llama.cpp lays over the base with `--lora`: the low-rank parts by the base's names."""
    reader = gguf.GGUFReader(base_file)
    heads = Heads(reader)
    settings = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(out, ARCHITECTURE)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(settings["lora_alpha"]))
    names = names_of(reader)
    parts = load_file(adapter / "adapter_model.safetensors")
    for key, value in sorted(parts.items()):
        module, part = place_of(key)
        array = value.float().numpy()
        if part == "lora_b":
            array = heads.turned(module, array)
        writer.add_tensor(f"{known(names, module)}.weight.{part}", array.astype(np.float16))
    finish(writer)
    return {"tensors": len(parts), "bytes": out.stat().st_size}


def write_merged(base_file: Path, merged: Path, kind: str, template: str | None, out: Path) -> dict:
    return write_weights(base_file, load_file(merged / "model.safetensors"), kind, template, out)


def write_weights(base_file: Path, weights: dict, kind: str, template: str | None, out: Path) -> dict:
    """These weights in the base's file: same tokenizer, same shape, other numbers."""
    reader = gguf.GGUFReader(base_file)
    heads = Heads(reader)
    writer = gguf.GGUFWriter(out, ARCHITECTURE)
    for field in reader.fields.values():
        if not field.name.startswith(NOT_TAKEN):
            writer.add_key_value(field.name, field.contents(), field.types[0], field.types[-1] if len(field.types) > 1 else None)
    writer.add_file_type(FILE_TYPES[kind])
    if template is not None:
        writer.add_chat_template(template)
    names = names_of(reader)
    for key, value in sorted(weights.items()):
        module = key.removesuffix(".weight")
        array = heads.turned(module, value.float().numpy())
        name = f"{known(names, module)}.weight"
        if array.ndim == 1:
            writer.add_tensor(name, array.astype(np.float32))
            continue
        packed = gguf.quants.quantize(array, KINDS[kind])
        writer.add_tensor(name, packed, raw_dtype=KINDS[kind])
    finish(writer)
    return {"kind": kind, "bytes": out.stat().st_size}


class Heads:
    """llama.cpp turns pairs that lie beside each other where transformers turns halves: rows change places."""

    def __init__(self, reader: gguf.GGUFReader) -> None:
        self.queries = number_of(reader, gguf.Keys.Attention.HEAD_COUNT)
        self.keys = number_of(reader, gguf.Keys.Attention.HEAD_COUNT_KV)

    def turned(self, module: str, array: np.ndarray) -> np.ndarray:
        count = self.queries if module.endswith("q_proj") else self.keys if module.endswith("k_proj") else 0
        if count == 0:
            return array
        half = array.shape[0] // count // 2
        return array.reshape(count, 2, half, *array.shape[1:]).swapaxes(1, 2).reshape(array.shape)


def number_of(reader: gguf.GGUFReader, key: str) -> int:
    field = reader.get_field(key.format(arch=ARCHITECTURE))
    if field is None:
        raise Refused(f"The base's file lacks {key.format(arch=ARCHITECTURE)}: only models of the llama architecture can be written as GGUF.")
    return int(field.contents())


def names_of(reader: gguf.GGUFReader) -> gguf.TensorNameMap:
    return gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, number_of(reader, gguf.Keys.LLM.BLOCK_COUNT))


def place_of(key: str) -> tuple[str, str]:
    """`base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight` is two things: which part, and of what."""
    module, _, part = key.removesuffix(".weight").rpartition(".")
    if part not in ("lora_A", "lora_B"):
        raise Refused(f"{key}: only plain LoRA can be written as GGUF.")
    return module.removeprefix("base_model.model."), part.lower()


def known(names: gguf.TensorNameMap, module: str) -> str:
    name = names.get_name(module)
    if name is None:
        raise Refused(f"{module} has no name in a file of llama.cpp.")
    return name


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
