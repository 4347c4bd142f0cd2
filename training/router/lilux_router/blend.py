"""Blends trained weights with the pretrained ones.

Fine-tuning gains on lines like those it saw and loses on others (customers' questions, say). A point
between both sets of weights keeps most of the gain and gives back most of the loss: Wortsman et al.,
"Robust fine-tuning of zero-shot models", CVPR 2022 (https://arxiv.org/abs/2109.01903).
"""

import torch

from .base_weights import load_base_encoder
from .encoder import RouterEncoder

# Heads have no pretrained counterpart and stay as trained.
HEADS = ("heads.", "binary_heads.", "query_inner.", "query_output.")


def blend_with_pretrained(encoder: RouterEncoder, share: float) -> None:
    """In place: ``share`` (0 to 1) of the trained weights, the rest as MiniLM has them."""
    pretrained = load_base_encoder().state_dict()
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if not name.startswith(HEADS):
                given = pretrained[name].to(parameter.device)
                parameter.copy_(share * parameter + (1 - share) * given)
