"""What a run leaves is what was trained: merged, and as files of llama.cpp."""

import gguf
import numpy as np
import pytest
import torch
from lilux_orchestrator.bases import KNOWN
from lilux_orchestrator.gguf_file import Heads, write_adapter, write_merged
from lilux_orchestrator.load_base import load_model
from lilux_orchestrator.merge import merge
from lilux_orchestrator.refused import Refused
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

TINY = KNOWN["tiny-random"]
HEADS, KEY_HEADS, HIDDEN = 4, 2, 64


@pytest.fixture
def adapter(tmp_path, monkeypatch):
    """An adapter that has learnt something, over a base that is the same at every load."""
    torch.manual_seed(3)
    base = load_model(TINY, torch.float32)
    state = {name: value.clone() for name, value in base.state_dict().items()}

    def same(_base, dtype):
        fresh = load_model(TINY, torch.float32)
        fresh.load_state_dict(state)
        return fresh.to(dtype)

    monkeypatch.setattr("lilux_orchestrator.merge.load_model", same)
    adapted = get_peft_model(base, LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "k_proj", "down_proj"], task_type="CAUSAL_LM"))
    for name, value in adapted.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(value, std=0.2)
    adapted.save_pretrained(str(tmp_path / "adapter"))
    return tmp_path / "adapter", adapted


def base_file(path):
    """As much of a base's file as names and heads need."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(2)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_token_list(["a", "b"])
    writer.add_eos_token_id(1)
    writer.add_tensor("token_embd.weight", np.zeros((2, 4), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def tensors(path):
    return {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}


def test_the_merged_file_says_what_base_and_adapter_say(adapter, tmp_path):
    folder, adapted = adapter
    found = merge(TINY, folder, tmp_path / "merged", None)
    assert found["difference"] < 1e-3 and len(found["adapter_sha256"]) == 64
    merged = AutoModelForCausalLM.from_pretrained(str(tmp_path / "merged"), dtype=torch.float32)
    ids = torch.tensor([[5, 9, 30, 7]])
    with torch.no_grad():
        torch.testing.assert_close(merged(ids).logits, adapted.eval()(ids).logits, atol=0.02, rtol=0.05)


def test_a_quantised_base_is_refused(adapter, tmp_path, monkeypatch):
    quantised = load_model(TINY, torch.float32)
    quantised.is_quantized = True
    monkeypatch.setattr("lilux_orchestrator.merge.load_model", lambda *_: quantised)
    with pytest.raises(Refused, match="A quantised base"):
        merge(TINY, adapter[0], tmp_path / "merged", None)


def test_an_adapter_for_llama_cpp_holds_the_same_change_with_its_heads_turned(adapter, tmp_path):
    """Mutant: without the turn of the heads queries and keys would be learnt for other places."""
    folder, _ = adapter
    base = base_file(tmp_path / "base.gguf")
    out = tmp_path / "adapter.gguf"
    write_adapter(base, folder, out)
    reader = gguf.GGUFReader(out)
    assert reader.get_field("adapter.type").contents() == "lora"
    assert reader.get_field("adapter.lora.alpha").contents() == 8
    held, own = tensors(out), load_file(folder / "adapter_model.safetensors")
    assert len(held) == len(own) == 2 * 3 * 2
    prefix = "base_model.model.model.layers.1.self_attn.q_proj"
    a, b = (own[f"{prefix}.lora_{part}.weight"].numpy() for part in "AB")
    change = held["blk.1.attn_q.weight.lora_b"].data.astype(np.float32) @ held["blk.1.attn_q.weight.lora_a"].data.astype(np.float32)
    np.testing.assert_allclose(change, turned(b @ a, HEADS), atol=2e-2)
    plain = own["base_model.model.model.layers.0.mlp.down_proj.lora_B.weight"].numpy()
    np.testing.assert_allclose(held["blk.0.ffn_down.weight.lora_b"].data, plain, atol=1e-3)


def turned(array, heads):
    """As llama.cpp's own converter does it, row by row."""
    size = array.shape[0] // heads
    rows = [head * size + half * (size // 2) + at for head in range(heads) for at in range(size // 2) for half in (0, 1)]
    return array[rows]


def test_the_merged_file_for_llama_cpp_keeps_the_bases_words_and_takes_the_template(adapter, tmp_path):
    folder, _ = adapter
    merge(TINY, folder, tmp_path / "merged", None)
    out = tmp_path / "merged.gguf"
    found = write_merged(base_file(tmp_path / "base.gguf"), tmp_path / "merged", "q8_0", "TEMPLATE", out)
    reader = gguf.GGUFReader(out)
    assert reader.get_field("tokenizer.chat_template").contents() == "TEMPLATE"
    assert reader.get_field("tokenizer.ggml.eos_token_id").contents() == 1
    assert reader.get_field("tokenizer.ggml.tokens").contents() == ["a", "b"]
    assert found["bytes"] == out.stat().st_size
    own, held = load_file(tmp_path / "merged" / "model.safetensors"), tensors(out)
    query = held["blk.0.attn_q.weight"]
    whole = gguf.quants.dequantize(query.data, query.tensor_type)
    np.testing.assert_allclose(whole, turned(own["model.layers.0.self_attn.q_proj.weight"].float().numpy(), HEADS), atol=0.02)
    assert held["blk.0.attn_norm.weight"].tensor_type == gguf.GGMLQuantizationType.F32


def test_a_base_of_another_architecture_is_refused(tmp_path):
    writer = gguf.GGUFWriter(tmp_path / "other.gguf", "gemma3")
    writer.add_tensor("token_embd.weight", np.zeros((2, 4), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(Refused, match="only models of the llama architecture"):
        Heads(gguf.GGUFReader(tmp_path / "other.gguf"))
