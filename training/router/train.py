"""Trains the router encoder: ``python training/router/train.py``.

Writes checkpoints and a log below ``training/router/checkpoints``; ``export.py`` turns a checkpoint
into the model that ships. ``--smoke`` runs a few steps on a little data.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch

from lilux_router.anchor import Anchor
from lilux_router.base_weights import load_base_encoder
from lilux_router.batches import BatchSampler
from lilux_router.bucketed import bucketed_hidden_states
from lilux_router.evaluate import TorchModel, measure
from lilux_router.evaluation_set import from_natural, from_shelf, read_set
from lilux_router.examples import PrefixStatistics, cut, text_batch, token_batch
from lilux_router.generation.corpus import CorpusBuilder
from lilux_router.generation.near_duplicates import without_measured_lines
from lilux_router.item_text import item_text
from lilux_router.labels import MAX_ITEM_TOKENS
from lilux_router.losses import RouterLoss
from lilux_router.tokenizer import load_tokenizer

HERE = Path(__file__).resolve().parent
# Lines by hand are few but half of what is trained on; what follows a prefix is counted that way.
NATURAL_LINE_COUNTS = 10
MEASURED = ("handwritten", "demo")


def main() -> None:
    options = parse_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    builder = CorpusBuilder(options.seed)
    shelves = [builder.training_shelf(i, options.lines) for i in range(options.libraries)]
    # Simple lines ("deploy to staging") come to more than one mind; what is measured on is not trained on.
    measured = [read_set(folder) for name in MEASURED if (folder := HERE / "data" / name).exists()]
    statistics = PrefixStatistics()
    for shelf in shelves:
        shelf.lines = without_measured_lines(shelf.lines, measured)
        ends_in_type = [
            line
            for line in shelf.lines
            if line.primitive == "search" and line.has_query and not line.chars[-1][1]
        ]
        shelf.lines.extend(ends_in_type * options.repeat_type_last)
        for line in shelf.lines:
            statistics.add(line)
    natural = builder.natural_shelves("train")
    for library, framed in natural:
        library.lines = without_measured_lines(library.lines, measured)
        framed.lines = without_measured_lines(framed.lines, measured)
        for line in library.lines * NATURAL_LINE_COUNTS:
            statistics.add(line)
    counts = {
        "naturalLibraries": len(natural),
        "naturalItems": sum(len(library.library.items) for library, _ in natural),
        "naturalLines": sum(len(library.lines) for library, _ in natural),
        "trainLibraries": len(shelves),
        "trainItems": sum(len(s.library.items) for s in shelves),
        "trainLines": sum(len(s.lines) for s in shelves),
    }
    print(json.dumps(counts), flush=True)
    validation = {
        "generated": from_shelf(builder.held_out_shelf("validation", options.validation_lines)),
        "natural": from_natural(builder.natural["validation"]),
    }
    tokenizer = load_tokenizer()
    encoder = load_base_encoder()
    if options.resume:
        encoder.load_state_dict(torch.load(options.resume)["encoder"])
    loss = RouterLoss()
    anchor = None if options.no_anchor else Anchor(tokenizer)
    optimizer = make_optimizer(encoder, loss, options)
    sampler = iter(BatchSampler(shelves, natural, options.seed))
    rng = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    log = (options.out / "log.jsonl").open("a", encoding="utf-8")
    sums: dict[str, float] = {}
    started = time.monotonic()
    for step in range(1, options.steps + 1):
        last = set_rate(optimizer, step, time.monotonic() - started, options)
        batch = next(sampler)
        lines = [(line, cut(line, rng), item) for line, item in batch.lines]
        text = text_batch(lines, tokenizer, statistics)
        item_ids, item_mask = token_batch([item_text(i) for i in batch.items], tokenizer, MAX_ITEM_TOKENS)
        encoder.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=not options.float32):
            hidden = bucketed_hidden_states(encoder, text.input_ids, text.attention_mask)
            item_hidden = bucketed_hidden_states(encoder, item_ids, item_mask)
        hidden, item_hidden = hidden.float(), item_hidden.float()
        outputs = encoder.classify(hidden, text.attention_mask)
        outputs["text_embedding"] = encoder.embed(hidden, text.attention_mask, "text")
        items = encoder.embed(item_hidden, item_mask, "item")
        total, parts = loss(text, outputs, items)
        if anchor:
            with torch.autocast("cpu", torch.bfloat16, enabled=not options.float32):
                near = anchor.loss(lines, outputs["text_embedding"], items, item_ids, item_mask)
            total, parts["anchor"] = total + near, near.item()
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + value
        if step % options.report == 0 or last:
            spent = time.monotonic() - started
            row = {"step": step, "seconds": round(spent), "secondsPerStep": round(spent / step, 3)}
            row |= {name: round(value / options.report, 4) for name, value in sums.items()}
            sums = {}
            write_row(log, row)
        if step % options.evaluate == 0 or last:
            encoder.eval()
            for name, data in validation.items():
                figures = measure(TorchModel(encoder, tokenizer), data, fractions=(0.5, 1.0))
                write_row(log, {"step": step, "validation": name, **figures})
            torch.save(
                {"encoder": encoder.state_dict(), "step": step, "options": plain(options), "counts": counts},
                options.out / "latest.pt",
            )
        if last:
            break


def make_optimizer(encoder, loss, options):
    """AdamW with a higher rate for fresh parts; the lowest parts stay as pretrained."""
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


def set_rate(optimizer, step: int, seconds: float, options) -> bool:
    """Warm up, then fall linearly to the end; tells whether this is the last step.

    The end is the last step or, with --minutes, the moment the time is up, whichever comes first.
    """
    progress = step / options.steps
    if options.minutes:
        progress = max(progress, seconds / (60 * options.minutes))
    warmup = min(1.0, step / options.warmup)
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * warmup * max(0.03, 1.0 - progress)
    return progress >= 1.0


def write_row(log, row: dict) -> None:
    text = json.dumps(row)
    print(text, flush=True)
    log.write(text + "\n")
    log.flush()


def plain(options: argparse.Namespace) -> dict:
    return {k: str(v) if isinstance(v, Path) else v for k, v in vars(options).items()}


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--libraries", type=int, default=160)
    parser.add_argument("--lines", type=int, default=1200, help="lines per training library")
    parser.add_argument("--validation-lines", type=int, default=600)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--frozen-layers", type=int, default=2, help="lowest layers kept as pretrained")
    parser.add_argument("--no-anchor", action="store_true", help="do not stay near the base model")
    parser.add_argument("--minutes", type=float, help="end after so long, whatever the steps")
    parser.add_argument("--warmup", type=int, default=60, help="steps")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--report", type=int, default=50)
    parser.add_argument("--evaluate", type=int, default=400)
    parser.add_argument("--float32", action="store_true", help="no bfloat16 arithmetic")
    parser.add_argument("--resume", type=Path, help="start from a checkpoint's weights")
    parser.add_argument("--out", type=Path, default=HERE / "checkpoints")
    parser.add_argument(
        "--repeat-type-last",
        type=int,
        default=0,
        help="so many more copies of searches that do not end in their query",
    )
    parser.add_argument("--smoke", action="store_true", help="a few steps on a little data")
    options = parser.parse_args()
    if options.smoke:
        options.steps, options.libraries, options.lines = 3, 4, 120
        options.validation_lines, options.report, options.evaluate, options.warmup = 40, 1, 3, 1
    return options


if __name__ == "__main__":
    main()
