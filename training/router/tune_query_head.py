"""Trains only the query head of a finished checkpoint: ``python training/router/tune_query_head.py``.

Nothing else of the model changes, so embeddings and all other heads stay as measured. Only searches
are used, most of them still being typed: whether "scr" of "find email scr" is searched for or the
beginning of a type is decided here.
"""

import argparse
import random
from pathlib import Path

import torch
from torch.nn import functional

from lilux_router.bucketed import bucketed_hidden_states
from lilux_router.encoder import RouterEncoder
from lilux_router.examples import PrefixStatistics, cut, text_batch
from lilux_router.generation.corpus import CorpusBuilder
from lilux_router.tokenizer import load_tokenizer

LINES_PER_STEP = 96


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--libraries", type=int, default=160)
    parser.add_argument("--rate", type=float, default=1e-3)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    builder = CorpusBuilder(options.seed)
    lines = [
        line
        for index in range(options.libraries)
        for line in builder.training_shelf(index, 1200).lines
        if line.primitive == "search" or (line.has_query and rng.random() < 0.1)
    ]
    saved = torch.load(options.checkpoint)
    encoder = RouterEncoder()
    encoder.load_state_dict(saved["encoder"])
    encoder.eval().requires_grad_(False)
    head = [*encoder.query_inner.parameters(), *encoder.query_output.parameters()]
    for parameter in head:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(head, lr=options.rate, weight_decay=0.01)
    tokenizer, statistics = load_tokenizer(), PrefixStatistics()
    losses = []
    for step in range(1, options.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * max(0.03, 1 - step / options.steps)
        chosen = rng.sample(lines, LINES_PER_STEP)
        batch = text_batch([(line, cut(line, rng), -1) for line in chosen], tokenizer, statistics)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            hidden = bucketed_hidden_states(encoder, batch.input_ids, batch.attention_mask)
        hidden = hidden.float()
        logits = encoder.classify(hidden, batch.attention_mask)["query_logits"]
        loss = functional.binary_cross_entropy_with_logits(logits, batch.query, reduction="none")
        loss = (loss * batch.query_weight).sum() / batch.query_weight.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step % 25 == 0:
            print(step, round(sum(losses[-25:]) / 25, 4), flush=True)
    saved["encoder"] = encoder.state_dict()
    torch.save(saved, options.out)


if __name__ == "__main__":
    main()
