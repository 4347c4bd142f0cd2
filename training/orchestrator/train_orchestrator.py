"""The whole chain, or one step of it: ``python training/orchestrator/train_orchestrator.py --config FILE``.

check -> render -> prepare -> train -> merge -> quantise -> evaluate -> card. A step that is done is not done
again; ``--step NAME`` does one once more. ``--smoke`` takes the smallest settings.
"""

import argparse
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lilux_orchestrator.bases import base_of, require_terms  # noqa: E402
from lilux_orchestrator.card import card_text  # noqa: E402
from lilux_orchestrator.memory import require_memory  # noqa: E402
from lilux_orchestrator.refused import Refused  # noqa: E402
from lilux_orchestrator.rows import hash_of, read_rows, some, split  # noqa: E402
from lilux_orchestrator.settings import read_settings  # noqa: E402
from lilux_orchestrator.state import RunState  # noqa: E402

HERE = Path(__file__).resolve().parent
STEPS = ("render", "prepare", "train", "merge", "quantise", "evaluate", "card")
LIMITS = (
    "It was made for the three calls of Lilux and its messages. Nothing that it says is checked for truth, and "
    "whatever it proposes passes the same confirms as anybody's call."
)


def main() -> None:
    options = parse_options()
    try:
        run(options)
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, default=HERE / "configs" / "smoke-smollm2.yaml")
    parser.add_argument("--smoke", action="store_true", help="the smallest settings")
    parser.add_argument("--step", choices=STEPS, action="append", help="only this one, also where it is done")
    parser.add_argument("--limit", type=int, default=0, help="evaluate on at most so many cases")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def run(options: argparse.Namespace) -> None:
    config = HERE / "configs" / "smoke-smollm2.yaml" if options.smoke else options.config
    settings = read_settings(config)
    base = base_of(settings)
    require_terms(base, settings)
    memory = require_memory(base, settings)
    print(f"{base.name} ({base.licence}): about {memory['all cards']:.1f} GB, {memory['a card']:.1f} GB a card", flush=True)
    folder = Path(settings["output_dir"])
    folder.mkdir(parents=True, exist_ok=True)
    state = RunState(folder, settings)
    work = Work(settings, base, folder, state, options)
    for step in options.step or STEPS:
        inputs = work.inputs(step)
        if state.is_done(step, inputs) and not options.step:
            print(f"{step}: done before", flush=True)
            continue
        print(f"{step} …", flush=True)
        result = getattr(work, step)()
        state.finish(step, result, inputs)
        print(f"{step}: {json.dumps(result)[:600]}", flush=True)


class Work:
    def __init__(self, settings, base, folder, state, options) -> None:
        self.settings, self.base, self.folder, self.state, self.options = settings, base, folder, state, options
        self.lilux = os.environ.get("LILUX_COMMAND", "npm run --silent lilux --").split()

    def inputs(self, step: str) -> str:
        files = self.files()
        return hash_of([{"file": str(file), "size": file.stat().st_size, "at": file.stat().st_mtime_ns} for file in files]) if step == "render" else ""

    def files(self) -> list[Path]:
        found = []
        for each in self.settings["datasets"]:
            path = Path(each["path"] if isinstance(each, dict) else each)
            found += sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
        if not found:
            raise Refused("datasets: there are no files of examples there.")
        return found

    def render(self) -> dict:
        files = [str(file) for file in self.files()]
        subprocess.run([*self.lilux, "examples", "check", *files], check=True)
        subprocess.run([*self.lilux, "examples", "render", *files, "--out", str(self.folder / "rows.jsonl")], check=True)
        rows = read_rows(self.folder / "rows.jsonl")
        return {"rows": len(rows), "sha256": hash_of(rows), "licences": sorted({row["licence"] for row in rows})}

    def sides(self) -> tuple[list[dict], list[dict]]:
        rows = read_rows(self.folder / "rows.jsonl")
        seed = self.settings["seed"]
        return split(some(rows, self.settings["limit_rows"], seed), self.settings["val_set_size"], seed)

    def prepare(self) -> dict:
        train, held = self.sides()
        return {"train": len(train), "held-out": len(held), "sha256": hash_of(train + held)}

    def train(self) -> dict:
        import torch

        from lilux_orchestrator.train import train

        torch.set_num_threads(self.options.threads)
        return train(self.settings, self.base, self.sides(), self.folder)

    def merge(self) -> dict:
        from lilux_orchestrator.merge import merge

        template = self.settings["chat_template_jinja"]
        return merge(self.base, self.folder / "adapter", self.folder / "merged", template)

    def quantise(self) -> dict:
        if not self.settings["quantise"]:
            return {"methods": "none asked for"}
        from lilux_orchestrator.load_base import load_tokenizer
        from lilux_orchestrator.quantise import quantise
        from lilux_orchestrator.train import encoded

        kept, _ = encoded(self.sides()[0], self.settings, load_tokenizer(self.base))
        rows = [row["input_ids"] for row in kept[: self.settings["calibration_rows"]]]
        return {m: quantise(self.folder / "merged", m, rows, self.folder / m) for m in self.settings["quantise"]}

    def evaluate(self) -> dict:
        from lilux_orchestrator.evaluate import evaluate

        models = {"base": self.base_folder(), "tuned": self.folder / "merged"}
        models |= {method: self.folder / method for method in self.settings["quantise"]}
        found = evaluate(models, self.folder / "evaluation", self.options.limit, self.lilux, self.options.threads)
        parts = found["reports"]["tuned"]["parts"]
        figures = {name: part for name, part in parts.items() if part is not None}
        return {"stop_rates": found["stop_rates"], "figures": figures}

    def base_folder(self) -> Path:
        """The base as it would be served: with the template, and nothing learnt."""
        import torch

        from lilux_orchestrator.load_base import load_model, load_tokenizer

        folder = self.folder / "base"
        if (folder / "config.json").exists():
            return folder
        tokenizer = load_tokenizer(self.base)
        template = self.settings["chat_template_jinja"]
        if template:
            tokenizer.chat_template = Path(template).read_text(encoding="utf-8")
        load_model(self.base, torch.bfloat16).save_pretrained(str(folder))
        tokenizer.save_pretrained(str(folder))
        return folder

    def card(self) -> dict:
        from lilux_orchestrator.load_base import base_hash

        result = self.state.result
        text = card_text({
            "name": self.folder.name,
            "base": self.base.name,
            "base_licence": self.base.licence,
            "base_sha256": base_hash(self.base),
            "licence": self.base.licence,
            "data_rows": result("train")["rows"],
            "data_sha256": result("prepare")["sha256"],
            "data_licences": result("render")["licences"],
            "settings": json.dumps(self.settings, indent=1),
            "versions": {name: version(name) for name in ("torch", "transformers", "trl", "peft")},
            "losses": result("train")["losses"],
            "stop_rate": result("evaluate")["stop_rates"].get("tuned"),
            "figures": result("evaluate")["figures"],
            "limits": LIMITS,
        })
        (self.folder / "README.md").write_text(text, encoding="utf-8")
        return {"card": str(self.folder / "README.md")}


if __name__ == "__main__":
    main()
