"""The whole chain, or one step of it: ``python training/orchestrator/train_orchestrator.py --config FILE``.

augment -> render -> prepare -> train -> merge -> quantise -> export -> evaluate -> card. A step that is done is
not done again; ``--step NAME`` does one once more. ``--smoke`` takes the smallest settings. With several GPUs the
training itself runs in as many processes, which this one starts.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lilux_orchestrator.bases import base_of, require_terms  # noqa: E402
from lilux_orchestrator.card import card_text  # noqa: E402
from lilux_orchestrator.memory import require_memory  # noqa: E402
from lilux_orchestrator.refused import Refused  # noqa: E402
from lilux_orchestrator.rows import hash_of, of_role, read_rows, some, split  # noqa: E402
from lilux_orchestrator.settings import read_settings  # noqa: E402
from lilux_orchestrator.state import RunState  # noqa: E402

HERE = Path(__file__).resolve().parent
# What a person decides on, with the card before them, is no step that goes by itself.
BY_HAND = ("ship",)
STEPS = ("augment", "render", "prepare", "train", "merge", "quantise", "export", "evaluate", "card")
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
    parser.add_argument("--config", type=Path, default=HERE / "configs" / "smollm2.yaml")
    parser.add_argument("--smoke", action="store_true", help="the smallest settings")
    parser.add_argument("--step", choices=STEPS + BY_HAND, action="append", help="only this one, also where it is done")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--processes", type=int, help="for training (default: one, or one for each GPU)")
    parser.add_argument("--to", type=Path, help="where `--step ship` puts the adapter")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
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
    if options.worker:
        work.train_here()
        return
    for step in options.step or STEPS:
        inputs = work.inputs(step)
        if state.is_done(step, inputs) and not options.step:
            print(f"{step}: done before", flush=True)
            continue
        print(f"{step} …", flush=True)
        began = time.monotonic()
        result = getattr(work, step)()
        state.finish(step, result, inputs)
        print(f"{step}: {time.monotonic() - began:.0f} s, {json.dumps(result)[:600]}", flush=True)


class Work:
    def __init__(self, settings, base, folder, state, options) -> None:
        self.settings, self.base, self.folder, self.state, self.options = settings, base, folder, state, options
        self.config = HERE / "configs" / "smoke-smollm2.yaml" if options.smoke else options.config
        self.lilux = os.environ.get("LILUX_COMMAND", "npm run --silent lilux --").split()

    def inputs(self, step: str) -> str:
        files = self.files()
        if step not in ("augment", "render"):
            return ""
        return hash_of([{"file": str(file), "size": file.stat().st_size, "at": file.stat().st_mtime_ns} for file in files])

    def files(self) -> list[Path]:
        found = []
        for each in self.settings["datasets"]:
            path = Path(each["path"] if isinstance(each, dict) else each)
            found += sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]
        if not found:
            raise Refused("datasets: there are no files of examples there.")
        return found

    def augment(self) -> dict:
        if not self.settings["augment_url"]:
            return {"augment": "off: no augment_url is set"}
        from lilux_orchestrator.augment import augment

        return augment(self.files(), self.settings, self.lilux, self.folder / "augmented.jsonl")

    def render(self) -> dict:
        from lilux_orchestrator.commands import run_command

        own = [str(file) for file in self.files()]
        added = [str(file) for file in [self.folder / "augmented.jsonl"] if self.settings["augment_url"] and file.exists()]
        files = added if added and self.settings["augment_answers"] == "teacher" else own + added
        run_command([*self.lilux, "examples", "check", *files], "Nothing is trained on examples that break a rule; what is wrong stands above.")
        run_command([*self.lilux, "examples", "render", *files, "--out", str(self.folder / "rows.jsonl")], "The examples could not be rendered; why stands above.")
        rows = read_rows(self.folder / "rows.jsonl")
        return {"rows": len(rows), "sha256": hash_of(rows), "licences": sorted({row["licence"] for row in rows})}

    def sides(self) -> tuple[list[dict], list[dict]]:
        rows = read_rows(self.folder / "rows.jsonl")
        seed = self.settings["seed"]
        rows = of_role(rows, self.settings["role"])
        return split(some(rows, self.settings["limit_rows"], seed), self.settings["val_set_size"], seed)

    def prepare(self) -> dict:
        train, held = self.sides()
        return {"train": len(train), "held-out": len(held), "sha256": hash_of(train + held)}

    def train(self) -> dict:
        count = self.options.processes or max(1, self.settings["gpus"])
        if count == 1:
            return self.train_here()
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
        options = ["--config", str(self.config), "--threads", str(self.options.threads), "--worker"]
        done = subprocess.run([*command, str(HERE / "train_orchestrator.py"), *options], check=False)
        if done.returncode != 0:
            raise Refused(f"One of {count} processes failed; what it said stands above. A run goes on from its last checkpoint.")
        return json.loads(self.result_file().read_text(encoding="utf-8"))

    def train_here(self) -> dict:
        import torch

        from lilux_orchestrator.train import is_first, train

        torch.set_num_threads(self.options.threads)
        # Named by what it is trained with and on: a checkpoint of anything else is nothing to go on from.
        made_of = hash_of([self.state.key("train"), self.state.result("prepare")["sha256"]])
        checkpoints = self.folder / f"checkpoints-{made_of[:12]}"
        result = train(self.settings, self.base, self.sides(), self.folder, checkpoints)
        if is_first():
            self.result_file().write_text(json.dumps(result), encoding="utf-8")
        return result

    def result_file(self) -> Path:
        return self.folder / "train.json"

    def merge(self) -> dict:
        from lilux_orchestrator.merge import adopt, merge

        template = self.settings["chat_template_jinja"]
        if self.settings["adapter"] == "none":
            return adopt(self.base, self.folder / "adapter", self.folder / "merged", template)
        return merge(self.base, self.folder / "adapter", self.folder / "merged", template)

    def quantise(self) -> dict:
        if not self.settings["quantise"]:
            return {"methods": {}, "kept": None}
        from lilux_orchestrator.load_base import load_tokenizer
        from lilux_orchestrator.quantise import quantise_all
        from lilux_orchestrator.train import encoded

        train, held = (encoded(side, self.settings, load_tokenizer(self.base))[0] for side in self.sides())
        calibration = train[: self.settings["calibration_rows"]]
        return quantise_all(self.folder / "merged", self.settings["quantise"], calibration, held or calibration, self.folder)

    def export(self) -> dict:
        """Files for llama.cpp, where the base came as one."""
        if self.base.package is None:
            return {"gguf": "none: the base did not come as a file of llama.cpp"}
        from lilux_orchestrator.gguf_file import write_adapter, write_merged
        from lilux_orchestrator.load_base import weights_file

        base, made = weights_file(self.base.package), {}
        if self.settings["adapter"] == "lora":
            made["adapter"] = write_adapter(base, self.folder / "adapter", self.folder / "adapter.gguf")
        for kind in self.settings["gguf"]:
            made[kind] = write_merged(base, self.folder / "merged", kind, self.template(), self.folder / f"merged-{kind}.gguf")
        return made

    def template(self) -> str | None:
        file = self.settings["chat_template_jinja"]
        return Path(file).read_text(encoding="utf-8") if file else None

    def evaluate(self) -> dict:
        from lilux_orchestrator.candidates import candidates
        from lilux_orchestrator.evaluate import evaluate, score_of, table
        from lilux_orchestrator.quantise import kept_of, reason
        from lilux_orchestrator.shots import shots_of

        methods = self.state.result("quantise")["methods"]
        shots = shots_of(self.sides()[0]) if self.settings["eval_examples"] else []
        models = candidates(self.base, self.folder, self.base_folder, self.template(), shots, list(methods), self.options.threads)
        found = evaluate(models, self.folder / "evaluation", self.settings["eval_cases"], self.lilux, self.settings["role"])
        (self.folder / "evaluation" / "table.md").write_text(table(found["reports"]), encoding="utf-8")
        figures = {name: part for name, part in found["reports"]["tuned"]["parts"].items() if part is not None}
        scores = {name: round(score_of(report), 4) for name, report in found["reports"].items()}
        told = {"stop_rates": found["stop_rates"], "cpu_seconds": found["cpu_seconds"], "scores": scores, "figures": figures}
        if methods:
            by_method = {method: (scores[f"tuned-{method}"], one["nll"]) for method, one in methods.items()}
            kept = kept_of(by_method)
            told |= {"kept": kept, "why": reason(kept, scores["tuned"], by_method)}
        return told

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

    def ship(self) -> dict:
        from lilux_orchestrator.load_base import weights_file
        from lilux_orchestrator.ship import sha256_of, ship

        if self.options.to is None or self.base.package is None:
            raise Refused("--step ship needs --to FOLDER, and a base that came as a file of llama.cpp.")
        if not self.state.is_done("card"):
            raise Refused("The card is not made, or of another run: nothing is shipped without one.")
        file = weights_file(self.base.package)
        template = self.settings["chat_template_jinja"]
        base = {"file": file.name, "sha256": sha256_of(file)}
        return ship(self.folder, self.options.to, base, self.base.licence, self.settings["role"], Path(template) if template else None)


if __name__ == "__main__":
    main()
