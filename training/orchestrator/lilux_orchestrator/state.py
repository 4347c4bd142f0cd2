"""How far a run is: steps that are done are not done again, unless what they depend on has changed."""

import hashlib
import json
from pathlib import Path


class RunState:
    def __init__(self, folder: Path, settings: dict) -> None:
        self.file = folder / "state.json"
        self.key = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
        self.done: dict[str, dict] = {}
        if self.file.exists():
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            if kept.get("settings") == self.key:
                self.done = kept["done"]

    def is_done(self, step: str, inputs: str = "") -> bool:
        return step in self.done and self.done[step]["inputs"] == inputs

    def result(self, step: str) -> dict:
        return self.done[step]["result"]

    def finish(self, step: str, result: dict, inputs: str = "") -> None:
        """What came after the step is to be done again: it was made of something else."""
        names = list(self.done)
        later = names[names.index(step) + 1 :] if step in self.done else []
        for name in later:
            del self.done[name]
        self.done[step] = {"inputs": inputs, "result": result}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".part")
        fresh.write_text(json.dumps({"settings": self.key, "done": self.done}, indent=2), encoding="utf-8")
        fresh.replace(self.file)
