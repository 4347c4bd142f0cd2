"""Exports the encoder to one int8 ONNX file and checks it against PyTorch.

Word embeddings are stored as int8 rows with one scale each; the linear layers of the transformer
become dynamically quantised integer products with per-channel weights. Heads' last layers, norms
and pooling stay in float.
"""

import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from .encoder import RouterEncoder
from .labels import BINARY_HEADS, HEADS

OUTPUTS = (
    "text_embedding",
    "item_embedding",
    *(f"{name}_logits" for name in HEADS),
    *(f"{name}_logit" for name in BINARY_HEADS),
    "query_logits",
)


class Int8Rows(nn.Module):
    """An embedding table as int8 rows [V,D] with one float scale per row [V,1]."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(dim=1, keepdim=True).clamp_min(1e-8) / 127.0
        self.register_buffer("rows", torch.round(table / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, input_ids: Tensor) -> Tensor:
        """input_ids [B,T] -> [B,T,D] float."""
        rows = nn.functional.embedding(input_ids, self.rows)
        return rows.to(torch.float32) * nn.functional.embedding(input_ids, self.scale)


class ExportedEncoder(nn.Module):
    """The encoder with its int8 lookup and a tuple of outputs in the order of OUTPUTS."""

    def __init__(self, encoder: RouterEncoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.encoder.word_embedding = Int8Rows(encoder.word_embedding.weight.detach())

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        outputs = self.encoder(input_ids, attention_mask)
        return tuple(outputs[name] for name in OUTPUTS)


def export_float(encoder: RouterEncoder, path: Path) -> None:
    """Write the graph with float linear layers and int8 word embeddings."""
    copy = RouterEncoder()
    copy.load_state_dict(encoder.state_dict())
    exported = ExportedEncoder(copy).eval()
    example = torch.tensor([[101, 2424, 10373, 5896, 102]] * 2)
    axes = {0: "batch", 1: "sequence"}
    dynamic = {"input_ids": axes, "attention_mask": axes}
    for name in OUTPUTS:
        dynamic[name] = axes if name == "query_logits" else {0: "batch"}
    torch.onnx.export(
        exported,
        (example, torch.ones_like(example)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=list(OUTPUTS),
        dynamic_axes=dynamic,
        opset_version=17,
        dynamo=False,
    )


def export_int8(encoder: RouterEncoder, path: Path, weight_type: QuantType = QuantType.QInt8) -> None:
    """Write the int8 model that ships."""
    with tempfile.TemporaryDirectory() as folder:
        float_path = Path(folder) / "float.onnx"
        export_float(encoder, float_path)
        model = onnx.load(float_path)
        # Small outputs (pool weights, head logits) gain nothing from int8 and lose precision.
        small = [n.name for n in model.graph.node if n.op_type in ("MatMul", "Gemm") and _is_small(model, n)]
        quantize_dynamic(
            float_path,
            path,
            op_types_to_quantize=["MatMul", "Gemm"],
            per_channel=True,
            weight_type=weight_type,
            nodes_to_exclude=small,
        )


def _is_small(model: onnx.ModelProto, node: onnx.NodeProto) -> bool:
    shapes = {i.name: list(i.dims) for i in model.graph.initializer}
    shape = next((shapes[name] for name in node.input if name in shapes and len(shapes[name]) == 2), None)
    return shape is not None and min(shape) < 16


def largest_difference(
    encoder: RouterEncoder, path: Path, batches: list[tuple[np.ndarray, np.ndarray]]
) -> dict[str, float]:
    """Largest absolute difference between PyTorch and the ONNX file, per output."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = dict.fromkeys(OUTPUTS, 0.0)
    encoder.eval()
    for ids, mask in batches:
        with torch.no_grad():
            expected = encoder(torch.from_numpy(ids), torch.from_numpy(mask))
        found = session.run(list(OUTPUTS), {"input_ids": ids, "attention_mask": mask})
        for name, value in zip(OUTPUTS, found, strict=True):
            worst[name] = max(worst[name], float(np.abs(expected[name].numpy() - value).max()))
    return worst
