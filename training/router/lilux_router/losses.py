"""The joint loss: heads, query tokens, references and the match of lines to items."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .examples import TextBatch

HEAD_WEIGHTS = {
    "primitive": 1.0,
    "item_type": 0.5,
    "action": 0.5,
    "search_source": 0.3,
    "load_source": 0.3,
}
QUERY_WEIGHT = 0.6
REFERENCE_WEIGHT = 0.5
CONTRASTIVE_WEIGHT = 1.0
PAIR_WEIGHT = 0.5


class RouterLoss(nn.Module):
    """Holds the two learned scales of the cosine; both are thrown away after training."""

    def __init__(self) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(3.0))
        self.pair_scale = nn.Parameter(torch.tensor(12.0))
        self.pair_bias = nn.Parameter(torch.tensor(-6.0))

    def forward(
        self, batch: TextBatch, outputs: dict[str, Tensor], items: Tensor
    ) -> tuple[Tensor, dict[str, float]]:
        """outputs of the text pass, item embeddings [I,D] -> total loss and its parts."""
        parts: dict[str, Tensor] = {}
        for head, weight in HEAD_WEIGHTS.items():
            parts[head] = weight * _soft_cross_entropy(
                outputs[f"{head}_logits"], batch.targets[head], batch.weights[head]
            )
        query = functional.binary_cross_entropy_with_logits(
            outputs["query_logits"], batch.query, reduction="none"
        )
        parts["query"] = QUERY_WEIGHT * _mean(query, batch.query_weight)
        parts["reference"] = REFERENCE_WEIGHT * functional.binary_cross_entropy_with_logits(
            outputs["reference_logit"], batch.reference
        )
        cosine = outputs["text_embedding"] @ items.T
        attached = batch.item >= 0
        if attached.any():
            scale = self.log_scale.exp().clamp(max=60.0)
            parts["contrast"] = CONTRASTIVE_WEIGHT * functional.cross_entropy(
                cosine[attached] * scale, batch.item[attached]
            )
        parts["pairs"] = PAIR_WEIGHT * self._pairs(cosine, batch)
        total = torch.stack(list(parts.values())).sum()
        return total, {name: value.item() for name, value in parts.items()}

    def _pairs(self, cosine: Tensor, batch: TextBatch) -> Tensor:
        """Absolute match of each line and item, so that one threshold works for every line."""
        known = (batch.item >= 0) | batch.matches_nothing
        wanted = functional.one_hot(batch.item.clamp_min(0), cosine.shape[1]).to(cosine.dtype)
        wanted = wanted * (batch.item >= 0).to(cosine.dtype)[:, None]
        loss = functional.binary_cross_entropy_with_logits(
            cosine * self.pair_scale + self.pair_bias, wanted, reduction="none"
        )
        known = known.to(cosine.dtype)[:, None]
        # Matches and mismatches count the same, although mismatches are many more.
        return 0.5 * _mean(loss, wanted * known) + 0.5 * _mean(loss, (1 - wanted) * known)


def _soft_cross_entropy(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    return _mean(-(target * torch.log_softmax(logits, dim=-1)).sum(-1), weight)


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / weight.sum().clamp_min(1.0)
