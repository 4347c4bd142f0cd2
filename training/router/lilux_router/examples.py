"""Turns lines and their typed prefixes into tensors. L lines, T tokens, heads as in labels."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from tokenizers import Tokenizer
from torch import Tensor

from .generation.lines import Line
from .labels import HEADS, MAX_TEXT_TOKENS
from .prefixes import PrefixStatistics

# A prefix names its item once this share of the identifying characters is typed.
IDENTITY_SHOWN = 0.5
# What says so mostly stands at the end: before, these labels cannot be known from the line.
SAID_LATE = {"none_multi": ("primitive", 0.6), "load_source": ("load_source", 0.75)}


@dataclass
class TextBatch:
    """Targets are probabilities [L,n] and a weight [L]; zero weight means nothing is known."""

    input_ids: Tensor
    attention_mask: Tensor
    targets: dict[str, Tensor]
    weights: dict[str, Tensor]
    query: Tensor
    query_weight: Tensor
    reference: Tensor
    item: Tensor
    matches_nothing: Tensor

    def to(self, device: torch.device) -> "TextBatch":
        """The same batch on another device."""
        move = lambda value: value.to(device) if isinstance(value, Tensor) else {k: v.to(device) for k, v in value.items()}  # noqa: E731
        return TextBatch(**{f.name: move(getattr(self, f.name)) for f in fields(self)})


def text_batch(
    lines: Sequence[tuple[Line, int, int]],
    tokenizer: Tokenizer,
    statistics: PrefixStatistics,
) -> TextBatch:
    """Batch of (line, characters typed, index of its item in the item batch or -1)."""
    rows = [_row(line, typed, item, tokenizer, statistics) for line, typed, item in lines]
    longest = max(len(row["ids"]) for row in rows)
    pad = lambda key, fill: torch.tensor([r[key] + [fill] * (longest - len(r["ids"])) for r in rows])  # noqa: E731
    column = lambda key: torch.tensor([row[key] for row in rows])  # noqa: E731
    return TextBatch(
        input_ids=pad("ids", 0),
        attention_mask=pad("mask", 0),
        targets={h: torch.tensor([row["targets"][h] for row in rows]) for h in HEADS},
        weights={h: torch.tensor([row["weights"][h] for row in rows]) for h in HEADS},
        query=pad("query", 0.0),
        query_weight=pad("query_weight", 0.0),
        reference=column("reference"),
        item=column("item"),
        matches_nothing=column("matches_nothing"),
    )


def _row(
    line: Line, typed: int, item: int, tokenizer: Tokenizer, statistics: PrefixStatistics
) -> dict:
    chars = line.chars[:typed]
    text = line.text[:typed]
    encoded = tokenizer.encode(text)
    ids, offsets = encoded.ids, encoded.offsets
    if len(ids) > MAX_TEXT_TOKENS:
        ids = [*ids[: MAX_TEXT_TOKENS - 1], ids[-1]]
        offsets = [*offsets[: MAX_TEXT_TOKENS - 1], offsets[-1]]
    query, query_weight = [], []
    for start, end in offsets:
        inside = [chars[i][1] for i in range(start, min(end, len(chars)))]
        query.append(float(sum(inside) * 2 > len(inside)) if inside else 0.0)
        query_weight.append(float(bool(inside) and line.has_query))
    named = _names_item(line, typed)
    share = (typed - line.context_length) / max(1, len(line.chars) - line.context_length)
    late_head, late_share = SAID_LATE.get(line.stratum, ("", 0.0))
    targets, weights = {}, {}
    for head, labels in HEADS.items():
        label = getattr(line, head)
        weights[head] = float(label is not None and not (head == late_head and share < late_share))
        if label is None:
            targets[head] = [0.0] * len(labels)
        elif typed == len(line.chars):
            targets[head] = [float(name == label) for name in labels]
        else:
            targets[head] = statistics.target(head, line, typed)
    return {
        "ids": ids,
        "mask": [1] * len(ids),
        "query": query,
        "query_weight": query_weight,
        "targets": targets,
        "weights": weights,
        "reference": float(line.reference),
        "item": item if named and (line.context_length > 0 or not line.reference) else -1,
        "matches_nothing": line.matches_nothing and (named or line.primitive == "none"),
    }


def _names_item(line: Line, typed: int) -> bool:
    """Whether enough is typed to tell the item; in context any part of the line may tell it."""
    flags = [identity for _, _, identity in line.chars]
    if line.context_length > 0 and not any(flags):
        flags = [place >= line.context_length for place in range(len(flags))]
    whole = sum(flags)
    return whole > 0 and sum(flags[:typed]) / whole >= IDENTITY_SHOWN


def token_batch(texts: Sequence[str], tokenizer: Tokenizer, limit: int) -> tuple[Tensor, Tensor]:
    """Padded ids and mask [N,T] of plain texts."""
    encoded = [tokenizer.encode(text).ids for text in texts]
    encoded = [ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]] for ids in encoded]
    longest = max(map(len, encoded))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in encoded])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in encoded])
    return ids, mask
