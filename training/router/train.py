"""Trains the router encoder: ``python training/router/train.py``.

Writes checkpoints and a log below ``training/router/checkpoints``; ``export.py`` turns a checkpoint
into the model that ships. ``--smoke`` runs a few steps on a little data.
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path

import torch

from lilux_router.base_weights import load_base_encoder
from lilux_router.blend import blend_with_pretrained
from lilux_router.encoder import RouterEncoder
from lilux_router.evaluate import TorchModel, measure
from lilux_router.trainer import Trainer
from lilux_router.training_data import TrainingData

HERE = Path(__file__).resolve().parent


def main() -> None:
    options = parse_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    data = TrainingData(options, HERE / "data")
    print(json.dumps(data.counts), flush=True)
    encoder = first_encoder(options)
    trainer = Trainer(encoder, data, options)
    options.out.mkdir(parents=True, exist_ok=True)
    log = (options.out / "log.jsonl").open("a", encoding="utf-8")
    sums: Counter[str] = Counter()
    started = time.monotonic()
    for step in range(1, options.steps + 1):
        last = set_rate(trainer.optimizer, step, time.monotonic() - started, options)
        sums.update(trainer.step())
        if step % options.report == 0 or last:
            spent = time.monotonic() - started
            row = {"step": step, "seconds": round(spent), "secondsPerStep": round(spent / step, 3)}
            write_row(log, row | {name: round(value / options.report, 4) for name, value in sums.items()})
            sums.clear()
        if step % options.evaluate == 0 or last:
            encoder.eval()
            for name, held_out in data.validation.items():
                figures = measure(TorchModel(encoder, data.tokenizer), held_out, fractions=(0.5, 1.0))
                write_row(log, {"step": step, "validation": name, **figures})
            weights = {name: weight.cpu() for name, weight in encoder.state_dict().items()}
            state = {"encoder": weights, "step": step, "counts": data.counts}
            torch.save({**state, "options": plain(options)}, options.out / "latest.pt")
        if last:
            break


def first_encoder(options: argparse.Namespace) -> RouterEncoder:
    """Where training begins: the pretrained weights, a checkpoint's, or a point between both."""
    encoder = load_base_encoder()
    if options.resume:
        encoder.load_state_dict(torch.load(options.resume, map_location="cpu")["encoder"])
    if options.blend < 1:
        blend_with_pretrained(encoder, options.blend)
    return encoder.to(options.device)


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
    parser.add_argument(
        "--device", default="cuda" if torch.cuda.is_available() else "cpu", help="a GPU if there is one"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--report", type=int, default=50)
    parser.add_argument("--evaluate", type=int, default=400)
    parser.add_argument("--float32", action="store_true", help="no bfloat16 arithmetic")
    parser.add_argument("--resume", type=Path, help="start from a checkpoint's weights")
    parser.add_argument(
        "--blend", type=float, default=1.0, help="begin with so much of the weights, the rest as pretrained"
    )
    parser.add_argument("--heads-only", action="store_true", help="leave encoder and embeddings alone")
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
