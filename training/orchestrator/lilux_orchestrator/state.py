"""How far a run is: steps that are done are not done again, unless what they depend on has changed."""

import hashlib
import json
from pathlib import Path

# What no step before it looks at: judging more cases makes no other model.
FIRST_LOOKED_AT = {
    "quantise": ("quantise", "calibration_rows"),
    "export": ("gguf",),
    "evaluate": ("eval_cases", "eval_examples"),
    "card": (),
}
# When to stop and what to keep of it make no other model of the same steps.
NEVER = ("max_minutes", "output_dir")


class RunState:
    def __init__(self, folder: Path, settings: dict) -> None:
        self.file = folder / "state.json"
        self.settings = settings
        self.done: dict[str, dict] = {}
        if self.file.exists():
            self.done = json.loads(self.file.read_text(encoding="utf-8"))["done"]

    def key(self, step: str) -> str:
        """A hash of the settings that this step or one before it looks at."""
        later = list(FIRST_LOOKED_AT)
        after = later[later.index(step) + 1 :] if step in later else later
        ignored = {name for one in after for name in FIRST_LOOKED_AT[one]} | set(NEVER)
        looked_at = {name: value for name, value in self.settings.items() if name not in ignored}
        return hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()

    def is_done(self, step: str, inputs: str = "") -> bool:
        kept = self.done.get(step)
        return kept is not None and (kept["inputs"], kept.get("settings")) == (inputs, self.key(step))

    def result(self, step: str) -> dict:
        return self.done[step]["result"]

    def finish(self, step: str, result: dict, inputs: str = "") -> None:
        """What came after the step is to be done again: it was made of something else."""
        names = list(self.done)
        later = names[names.index(step) + 1 :] if step in self.done else []
        for name in later:
            del self.done[name]
        self.done[step] = {"inputs": inputs, "settings": self.key(step), "result": result}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".part")
        fresh.write_text(json.dumps({"done": self.done}, indent=2), encoding="utf-8")
        fresh.replace(self.file)
