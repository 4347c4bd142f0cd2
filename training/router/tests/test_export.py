"""A few training steps, an export, and the ONNX file against PyTorch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lilux_router.base_weights import load_base_encoder
from lilux_router.encoder import RouterEncoder
from lilux_router.export_onnx import export_float, export_int8, largest_difference
from lilux_router.tokenizer import encode_ids, load_tokenizer

TRAINER = Path(__file__).resolve().parents[1] / "train.py"
TEXTS = ("find email scr", "push the site live", "knowledge: refund policy. When money goes back")
# int8 words only; and int8 words, weights and activations.
FLOAT_TOLERANCE = 0.02
INT8_EMBEDDING_TOLERANCE = 0.06


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> RouterEncoder:
    folder = tmp_path_factory.mktemp("smoke")
    command = [sys.executable, str(TRAINER), "--smoke", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    encoder = RouterEncoder()
    encoder.load_state_dict(torch.load(folder / "latest.pt")["encoder"])
    return encoder.eval()


def batches() -> list[tuple[np.ndarray, np.ndarray]]:
    tokenizer = load_tokenizer()
    rows = [np.array([encode_ids(tokenizer, text, 64)], dtype=np.int64) for text in TEXTS]
    return [(ids, np.ones_like(ids)) for ids in rows]


def test_a_few_steps_change_the_heads_and_keep_everything_finite(trained: RouterEncoder) -> None:
    base = load_base_encoder()
    assert not torch.equal(trained.layers[5].feed_forward_in.weight, base.layers[5].feed_forward_in.weight)
    assert all(torch.isfinite(value).all() for value in trained.state_dict().values())


def test_the_float_export_equals_torch_within_tolerance(trained: RouterEncoder, tmp_path: Path) -> None:
    export_float(trained, tmp_path / "float.onnx")
    worst = largest_difference(trained, tmp_path / "float.onnx", batches())
    assert max(worst.values()) < FLOAT_TOLERANCE, worst


def test_the_int8_export_is_close_and_small(trained: RouterEncoder, tmp_path: Path) -> None:
    export_int8(trained, tmp_path / "int8.onnx")
    worst = largest_difference(trained, tmp_path / "int8.onnx", batches())
    assert worst["text_embedding"] < INT8_EMBEDDING_TOLERANCE, worst
    assert (tmp_path / "int8.onnx").stat().st_size <= 25_000_000


def test_before_training_the_embedding_is_the_base_models(tmp_path: Path) -> None:
    """Zero-initialised projections: the baseline figures are really plain MiniLM."""
    encoder = load_base_encoder().eval()
    ids, mask = (torch.from_numpy(a) for a in batches()[0])
    with torch.no_grad():
        hidden = encoder.hidden_states(ids, mask)
        mean = hidden.mean(1)
        expected = mean / mean.norm(dim=-1, keepdim=True)
        assert torch.allclose(encoder.embed(hidden, mask, "text"), expected, atol=1e-5)
