"""Keeps the embeddings near the pretrained ones, so that general meaning is not unlearned.

A frozen copy of the base model reads the clean, identifying part of a line ("validate the emails"
of "hey, could you vaildate the emails asap"), or an item's text; the trained model must give the
whole noisy line, as far as it is typed, an embedding close to that.
"""

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .base_weights import load_base_encoder
from .bucketed import bucketed_hidden_states
from .examples import IDENTITY_SHOWN, token_batch
from .generation.lines import Line
from .labels import MAX_TEXT_TOKENS

TEXT_WEIGHT = 0.7
ITEM_WEIGHT = 0.7
# A few of each per step are enough to hold the whole space, and the frozen model costs time.
ANCHORED_LINES = 28
ANCHORED_ITEMS = 8


class Anchor:
    def __init__(self, tokenizer: Tokenizer, device: torch.device) -> None:
        self.tokenizer = tokenizer
        self.device = device
        self.base = load_base_encoder().to(device).eval()
        for parameter in self.base.parameters():
            parameter.requires_grad_(False)

    @torch.no_grad()
    def embed(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Base sentence embeddings [N,D]."""
        hidden = bucketed_hidden_states(self.base, input_ids, attention_mask).float()
        return self.base.embed(hidden, attention_mask, "text")

    def loss(
        self, lines: list[tuple[Line, int, int]], texts: Tensor, items: Tensor, ids: Tensor, mask: Tensor
    ) -> Tensor:
        """Weighted mean cosine distance of line and item embeddings to what the base makes of them."""
        places, clean = [], []
        for place in torch.randperm(len(lines)).tolist():
            line, typed, _ = lines[place]
            content = clean_content(line, typed)
            if content and len(places) < ANCHORED_LINES:
                places.append(place)
                clean.append(content)
        chosen = torch.randperm(len(ids))[:ANCHORED_ITEMS]
        wanted_items = self.embed(ids[chosen], mask[chosen])
        distance = ITEM_WEIGHT * (1 - (items[chosen] * wanted_items).sum(-1)).mean()
        if clean:
            tokens = token_batch(clean, self.tokenizer, MAX_TEXT_TOKENS)
            wanted = self.embed(*(tensor.to(self.device) for tensor in tokens))
            distance = distance + TEXT_WEIGHT * (1 - (texts[places] * wanted).sum(-1)).mean()
        return distance


def clean_content(line: Line, typed: int) -> str:
    """The identifying words typed so far, without typos; empty while they say too little.

    Lines without identifying words (talk) are taken whole; lines in context mean more than they say.
    """
    if line.context_length > 0:
        return ""
    whole = line.clean_content
    identity = [identity for _, _, identity in line.chars]
    total = sum(identity)
    if total == 0:
        return line.text if typed == len(line.chars) and line.matches_nothing else ""
    share = sum(identity[:typed]) / total
    if share < IDENTITY_SHOWN:
        return ""
    return whole if share == 1 else whole[: max(1, round(len(whole) * share))]
