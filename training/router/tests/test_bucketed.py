"""Bucketing changes the cost, not the result."""

import torch

from lilux_router.bucketed import bucketed_hidden_states
from lilux_router.encoder import RouterEncoder


def test_bucketed_rows_equal_the_padded_pass() -> None:
    torch.manual_seed(0)
    encoder = RouterEncoder(vocabulary=50).eval()
    ids = torch.randint(1, 50, (9, 12))
    lengths = torch.tensor([3, 12, 5, 7, 4, 9, 12, 2, 6])
    mask = (torch.arange(12) < lengths[:, None]).long()
    with torch.no_grad():
        whole = encoder.hidden_states(ids, mask) * mask[..., None]
        found = bucketed_hidden_states(encoder, ids, mask) * mask[..., None]
    assert torch.allclose(whole, found, atol=1e-5)
