"""Models side by side by `lilux eval orchestrator`, each served here one after another."""

import json
import threading
import time
from pathlib import Path

from .candidates import Candidate
from .commands import run_command

CATEGORIES = ("deference", "semantics", "steps", "hand-off", "errors", "tone", "injection")


def evaluate(models: dict[str, Candidate], folder: Path, limit: int, command: list[str], role: str = "all") -> dict:
    """Every model's report by its name; the built-in model beside them.

    Each in the part that it was trained for. What was judged before, and is made of the same, is not judged again: a run that was killed goes on.
    """
    reports = {"built-in": asked(["built-in"], folder / "built-in", limit, command)}
    stops, spent = {}, {}
    for name, model in models.items():
        note = folder / name / "judged.json"
        told = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
        if (told.get("made_of"), told.get("limit"), told.get("role", "all")) != (model.made_of, limit, role):
            told = {"made_of": model.made_of, "limit": limit, "role": role, **judged(name, model, folder, limit, command, role)}
            note.write_text(json.dumps(told), encoding="utf-8")
        reports[name] = json.loads((folder / name / "report.json").read_text(encoding="utf-8"))[0]
        stops[name], spent[name] = told["stop_rate"], told["cpu_seconds"]
    return {"reports": reports, "stop_rates": stops, "cpu_seconds": spent}


def judged(name: str, model: Candidate, folder: Path, limit: int, command: list[str], role: str) -> dict:
    began = time.process_time()
    server, counts = model.start(name)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        asked([f"{name}=http://127.0.0.1:{server.server_port}/v1#{name}"], folder / name, limit, command, role)
    finally:
        server.shutdown()
        server.server_close()
    return {"stop_rate": counts["stopped"] / max(1, counts["answers"]), "cpu_seconds": round(time.process_time() - began, 1)}


def score_of(report: dict) -> float:
    """The share of all cases that went as they should."""
    parts = [part for name, part in report["parts"].items() if name in CATEGORIES and part is not None]
    return sum(part["share"] * part["of"] for part in parts) / max(1, sum(part["of"] for part in parts))


def asked(models: list[str], folder: Path, limit: int, command: list[str], role: str = "all") -> dict:
    more = (["--limit", str(limit)] if limit else []) + ([] if role == "all" else ["--role", role])
    run_command([*command, "eval", "orchestrator", *models, *more, "--report", str(folder)], "The evaluation failed; what it said stands above.")
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))[0]


def table(reports: dict[str, dict]) -> str:
    """The models as columns, each part with its interval, as a person reads it."""
    parts = [part for part in next(iter(reports.values()))["parts"]]
    lines = [f"| | {' | '.join(reports)} |", f"|---|{'---|' * len(reports)}"]
    for part in parts:
        lines.append(f"| {part} | {' | '.join(cell(report['parts'].get(part)) for report in reports.values())} |")
    return "\n".join(lines) + "\n"


def cell(figure: dict | None) -> str:
    if figure is None:
        return "–"
    return f"{figure['share']:.1%} ({figure['low']:.1%} to {figure['high']:.1%}, n {figure['of']})"
