"""Teaches the likelihood model what people type for an item: ``python training/verifier/tune.py --out FOLDER``.

Pairs are the calls and lines of the hand-written training libraries (``lexicon/natural``), without those that are
measured on; a share of the lines stands for itself, so that log P(line) is of the same kind of text. Only the
last layers learn, on the line alone. About three and a half minutes of one processor for 70 steps.
"""

import argparse
import os
import random
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "router"))

import torch  # noqa: E402
from likelihood import Pair, described, encoded, load, padded  # noqa: E402
from lilux_router.evaluation_set import from_natural, read_set  # noqa: E402
from lilux_router.generation.corpus import CorpusBuilder  # noqa: E402
from lilux_router.generation.near_duplicates import without_measured_lines  # noqa: E402
from lilux_router.item_text import item_text  # noqa: E402
from lilux_router.training_data import MEASURED  # noqa: E402
from torch.nn import functional  # noqa: E402

LINES_A_STEP, LINES_A_PASS = 24, 12
ALONE = 0.15
RATE, WARM_UP = 1.5e-4, 8


def pairs_of_training(seed: int) -> list[tuple[str | None, str]]:
    """Every line of the training libraries with its call in words, or with nothing where it means none."""
    measured = [read_set(HERE.parent / "router" / "data" / name) for name in MEASURED]
    found: list[tuple[str | None, str]] = []
    for library in CorpusBuilder(7).natural["train"]:
        library.lines = without_measured_lines(library.lines, measured)
        data = from_natural([library], "v")
        items = {(item["item_type"], item["item_id"]): item for item in data.items}
        for row in data.lines:
            call = row["call"]
            if call["name"] is None:
                found.append((None, row["text"]))
                continue
            given = call["arguments"]
            item = items.get((given["item_type"], given.get("item_id")))
            if item is not None or call["name"] == "search" or given.get("action") == "create":
                found.append((described(call, None if item is None else item_text(item)), row["text"]))
    random.Random(seed).shuffle(found)
    return found


def loss_of(model: torch.nn.Module, pairs: list[Pair], count: int) -> torch.Tensor:
    """The mean surprise of the scored tokens, of which the whole step has ``count``."""
    ids, mask = padded(pairs)
    labels = torch.full_like(ids, -100)
    for row, (read, scored) in enumerate(pairs):
        labels[row, len(read) : len(read) + len(scored)] = torch.tensor(scored)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.model(input_ids=ids, attention_mask=mask).last_hidden_state
        chosen = labels[:, 1:] != -100
        logits = model.lm_head(hidden[:, :-1][chosen])
    return functional.cross_entropy(logits.float(), labels[:, 1:][chosen], reduction="sum") / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=70)
    parser.add_argument("--layers", type=int, default=8, help="how many of the last layers learn")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    torch.manual_seed(options.seed)
    model, tokenizer = load(None)
    model.requires_grad_(False)
    for layer in [*model.model.layers[-options.layers :], model.model.norm]:
        layer.requires_grad_(True)
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=RATE, weight_decay=0.0, betas=(0.9, 0.98))
    pairs, at = pairs_of_training(options.seed), 0
    for step in range(options.steps):
        rate = RATE * min(1, (step + 1) / WARM_UP) * max(0.05, 1 - step / options.steps)
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch: list[Pair] = []
        for _ in range(LINES_A_STEP):
            context, line = pairs[at % len(pairs)]
            at += 1
            batch.append(encoded(tokenizer, None if rng.random() < ALONE else context, line))
        batch.sort(key=lambda pair: sum(map(len, pair)))
        count, total = sum(len(scored) for _, scored in batch), 0.0
        for start in range(0, len(batch), LINES_A_PASS):
            loss = loss_of(model, batch[start : start + LINES_A_PASS], count)
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        print(f"step {step + 1}: {total:.3f}", flush=True)
    model.save_pretrained(options.out)
    tokenizer.save_pretrained(options.out)


if __name__ == "__main__":
    main()
