"""Blending moves the encoder towards MiniLM and leaves the heads alone."""

import torch
from lilux_router.base_weights import load_base_encoder
from lilux_router.blend import blend_with_pretrained


def trained():
    torch.manual_seed(1)
    encoder = load_base_encoder()
    with torch.no_grad():
        for parameter in encoder.parameters():
            parameter.add_(0.01)
    return encoder


def test_the_whole_share_changes_nothing_and_none_is_the_pretrained_encoder() -> None:
    pretrained = load_base_encoder().state_dict()
    kept, given_back = trained(), trained()
    blend_with_pretrained(kept, 1.0)
    blend_with_pretrained(given_back, 0.0)
    name = "layers.3.feed_forward_in.weight"
    assert torch.allclose(kept.state_dict()[name], trained().state_dict()[name], atol=1e-6)
    assert torch.equal(given_back.state_dict()[name], pretrained[name])


def test_heads_stay_as_trained() -> None:
    before, after = trained(), trained()
    after.load_state_dict(before.state_dict())
    blend_with_pretrained(after, 0.5)
    heads = [name for name in before.state_dict() if name.startswith(("heads.", "query_"))]
    assert heads
    assert all(torch.equal(before.state_dict()[name], after.state_dict()[name]) for name in heads)
    assert not torch.equal(before.layers[0].query_key_value.weight, after.layers[0].query_key_value.weight)
