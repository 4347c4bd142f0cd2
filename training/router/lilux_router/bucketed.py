"""Runs the encoder over rows of unequal length without paying for the padding."""

import torch
from torch import Tensor
from torch.nn import functional

from .encoder import RouterEncoder


def bucketed_hidden_states(
    encoder: RouterEncoder, input_ids: Tensor, attention_mask: Tensor, buckets: int = 4
) -> Tensor:
    """Hidden states [B,T,D] as ``encoder.hidden_states`` gives them, zero where padded.

    Rows are sorted by length and cut into ``buckets`` passes, each only as long as its longest row.
    """
    lengths = attention_mask.sum(1)
    order = torch.argsort(lengths)
    longest = input_ids.shape[1]
    passes = []
    for rows in torch.tensor_split(order, min(buckets, len(order))):
        width = int(lengths[rows].max())
        hidden = encoder.hidden_states(input_ids[rows, :width], attention_mask[rows, :width])
        passes.append(functional.pad(hidden, (0, 0, 0, longest - width)))
    return torch.cat(passes)[torch.argsort(order)]
