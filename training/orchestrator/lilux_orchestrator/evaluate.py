"""Models side by side by `lilux eval orchestrator`, each served here one after another."""

import json
import threading
import time
from pathlib import Path

from .candidates import Start
from .commands import run_command

CATEGORIES = ("deference", "semantics", "steps", "hand-off", "errors", "tone", "injection")


def evaluate(models: dict[str, Start], folder: Path, limit: int, command: list[str]) -> dict:
    """Every model's report by its name; the built-in model beside them."""
    reports = {"built-in": asked(["built-in"], folder / "built-in", limit, command)}
    stops, spent = {}, {}
    for name, start in models.items():
        began = time.process_time()
        server, counts = start(name)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"{name}=http://127.0.0.1:{server.server_port}/v1#{name}"
        try:
            reports[name] = asked([address], folder / name, limit, command)
        finally:
            server.shutdown()
            server.server_close()
        stops[name] = counts["stopped"] / max(1, counts["answers"])
        spent[name] = round(time.process_time() - began, 1)
    return {"reports": reports, "stop_rates": stops, "cpu_seconds": spent}


def score_of(report: dict) -> float:
    """The share of all cases that went as they should."""
    parts = [part for name, part in report["parts"].items() if name in CATEGORIES and part is not None]
    return sum(part["share"] * part["of"] for part in parts) / max(1, sum(part["of"] for part in parts))


def asked(models: list[str], folder: Path, limit: int, command: list[str]) -> dict:
    more = ["--limit", str(limit)] if limit else []
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
