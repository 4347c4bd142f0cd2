"""One step of training after another."""

import argparse
import random

import torch
from torch import Tensor

from .anchor import Anchor
from .batches import BatchSampler
from .bucketed import bucketed_hidden_states
from .encoder import RouterEncoder
from .examples import text_batch, token_batch
from .item_text import item_text
from .labels import MAX_ITEM_TOKENS
from .losses import RouterLoss
from .prefixes import cut
from .training_data import TrainingData


class Trainer:
    def __init__(self, encoder: RouterEncoder, data: TrainingData, options: argparse.Namespace) -> None:
        """``options`` are those of train.py."""
        self.encoder = encoder
        self.data = data
        self.options = options
        self.device = next(encoder.parameters()).device
        self.loss = RouterLoss().to(self.device)
        is_anchored = not (options.no_anchor or options.heads_only)
        self.anchor = Anchor(data.tokenizer, self.device) if is_anchored else None
        self.optimizer = make_optimizer(encoder, self.loss, options)
        self.batches = iter(BatchSampler(data.shelves, data.natural, options.seed))
        self.rng = random.Random(options.seed)

    def step(self) -> dict[str, float]:
        """Takes the next batch; returns the parts of its loss by name."""
        batch = next(self.batches)
        lines = [(line, cut(line, self.rng), item) for line, item in batch.lines]
        text = text_batch(lines, self.data.tokenizer, self.data.statistics).to(self.device)
        texts = [item_text(item) for item in batch.items]
        tokens = token_batch(texts, self.data.tokenizer, MAX_ITEM_TOKENS)
        item_ids, item_mask = (tensor.to(self.device) for tensor in tokens)
        self.encoder.train(not self.options.heads_only)
        with self._arithmetic(), torch.set_grad_enabled(not self.options.heads_only):
            hidden = bucketed_hidden_states(self.encoder, text.input_ids, text.attention_mask)
            item_hidden = bucketed_hidden_states(self.encoder, item_ids, item_mask)
        outputs = self.encoder.classify(hidden.float(), text.attention_mask)
        outputs["text_embedding"] = self.encoder.embed(hidden.float(), text.attention_mask, "text")
        items = self.encoder.embed(item_hidden.float(), item_mask, "item")
        total, parts = self.loss(text, outputs, items)
        if self.anchor:
            with self._arithmetic():
                near = self.anchor.loss(lines, outputs["text_embedding"], items, item_ids, item_mask)
            total, parts["anchor"] = total + near, near.item()
        self._descend(total)
        return parts

    def _descend(self, total: Tensor) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        self.optimizer.step()

    def _arithmetic(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=not self.options.float32)


def make_optimizer(encoder, loss, options):
    """AdamW with a higher rate for fresh parts; the lowest parts stay as pretrained."""
    if options.heads_only:
        encoder.requires_grad_(False)
        heads = [encoder.heads, encoder.binary_heads, encoder.query_inner, encoder.query_output]
        parameters = [p for head in heads for p in head.requires_grad_(True).parameters()]
        return torch.optim.AdamW([{"params": parameters, "lr": options.rate, "peak": options.rate}], weight_decay=0.01)
    lowest = [encoder.word_embedding, encoder.position_embedding, encoder.embedding_norm]
    for module in [*lowest, *encoder.layers[: options.frozen_layers]]:
        module.requires_grad_(False)
    pretrained = list(encoder.layers[options.frozen_layers :].parameters())
    known = {id(p) for p in pretrained}
    fresh = [p for p in encoder.parameters() if p.requires_grad and id(p) not in known]
    groups = [
        {"params": pretrained, "lr": options.rate},
        {"params": [*fresh, *loss.parameters()], "lr": options.rate * 6, "weight_decay": 0.0},
    ]
    for group in groups:
        group["peak"] = group["lr"]
    return torch.optim.AdamW(groups, weight_decay=0.01)
