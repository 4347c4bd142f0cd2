"""Rows that begin alike are trained together, and what they share is computed once.

Every row begins with the same rules, tools and library: four of five tokens here. A pack is some rows of one
beginning; the beginning runs once, with its gradient, and each row goes on from it as if it stood alone. Rows
do not see each other, so loss and gradients are those of rows one by one (a test holds that).
"""

import random

import torch
from trl import SFTTrainer

from .tokens import NOT_TRAINED

# Rows with the same so many first tokens share a pack: about as long as rules, tools and a library's summary.
ALIKE = 512


def packs_of(rows: list[dict], size: int, tokens_max: int, seed: int) -> list[dict]:
    """At most `size` rows a pack, of one beginning and about one length, and no more tokens than that."""
    groups: dict[tuple, list[dict]] = {}
    for row in rows:
        groups.setdefault(tuple(row["input_ids"][:ALIKE]), []).append(row)
    chance = random.Random(seed)
    packs = []
    for group in groups.values():
        # Roughly by length: little padding, and yet not the same neighbours for every seed.
        group = sorted(group, key=lambda row: (len(row["input_ids"]) - ALIKE) * chance.uniform(0.9, 1.1))
        pack: list[dict] = []
        for row in group:
            longest = max(len(one["input_ids"]) for one in [*pack, row]) - ALIKE
            if pack and (len(pack) == size or longest * (len(pack) + 1) > tokens_max):
                packs.append(pack)
                pack = []
            pack.append(row)
        packs.append(pack)
    chance.shuffle(packs)
    return [{"ids": [row["input_ids"] for row in pack], "labels": [row["labels"] for row in pack]} for pack in packs]


def shared_length(ids: list[list[int]], labels: list[list[int]]) -> int:
    """How many first tokens all have, short of the one that the first trained token follows from."""
    first_trained = min(next(at for at, token in enumerate(row) if token != NOT_TRAINED) for row in labels)
    least = min(first_trained - 1, min(map(len, ids)) - 1)
    for at in range(least):
        if any(row[at] != ids[0][at] for row in ids):
            return at
    return least


def collate(packs: list[dict]) -> dict[str, torch.Tensor]:
    """One pack as the beginning, and the rest of each row filled up to the longest."""
    (pack,) = packs
    ids, labels = pack["ids"], pack["labels"]
    shared = shared_length(ids, labels)
    width = max(map(len, ids)) - shared
    # What is filled in stands behind everything that counts, so that nothing sees it.
    rest = [[*row[shared:], *[0] * (width - len(row) + shared)] for row in ids]
    wanted = [[*row[shared:], *[NOT_TRAINED] * (width - len(row) + shared)] for row in labels]
    return {"shared_ids": torch.tensor([ids[0][:shared]]), "input_ids": torch.tensor(rest), "labels": torch.tensor(wanted)}


def trained_states(model, shared_ids: torch.Tensor, input_ids: torch.Tensor, labels: torch.Tensor):
    """Logits where a trained token follows, and those tokens."""
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    cache = None
    if shared_ids.shape[1] > 0:
        cache = base.model(input_ids=shared_ids, use_cache=True).past_key_values
        cache.batch_repeat_interleave(input_ids.shape[0])
    hidden = base.model(input_ids=input_ids, past_key_values=cache, use_cache=cache is not None).last_hidden_state
    follows = labels[:, 1:] != NOT_TRAINED
    return base.lm_head(hidden[:, :-1][follows]), labels[:, 1:][follows]


class SharedPrefixTrainer(SFTTrainer):
    """TRL's trainer with packs for batches. One process: whoever has several shares rows among them instead."""

    teacher = None

    def learn_from(self, teacher, alpha: float, temperature: float) -> None:
        """Soft answers beside the written ones: how likely another model with the same tokens holds each next token."""
        self.teacher, self.alpha, self.temperature = teacher.eval().requires_grad_(False), alpha, temperature

    def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
        logits, wanted = trained_states(self.accelerator.unwrap_model(model), **inputs)
        losses = torch.nn.functional.cross_entropy(logits.float(), wanted, reduction="sum")
        if self.teacher is not None and self.model.training:
            losses = (1 - self.alpha) * losses + self.alpha * self.soft_losses(logits, inputs)
        loss = losses / (wanted.numel() if num_items_in_batch is None else num_items_in_batch)
        return (loss, {"logits": logits}) if return_outputs else loss

    def soft_losses(self, logits: torch.Tensor, inputs: dict) -> torch.Tensor:
        with torch.no_grad():
            soft, _ = trained_states(self.teacher, **inputs)
        own, theirs = (torch.log_softmax(each.float() / self.temperature, -1) for each in (logits, soft))
        divergence = torch.nn.functional.kl_div(own, theirs, log_target=True, reduction="sum")
        # Gradients of softened answers are smaller by the square of the temperature.
        return divergence * self.temperature**2
