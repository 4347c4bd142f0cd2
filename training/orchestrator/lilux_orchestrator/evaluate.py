"""Models side by side by `lilux eval orchestrator`, each served here one after another."""

import json
import subprocess
import threading
from pathlib import Path

from .serve import start


def evaluate(models: dict[str, Path], folder: Path, limit: int, command: list[str], threads: int) -> dict:
    """Every model's report by its name; the built-in model beside them."""
    reports = {"built-in": asked(["built-in"], folder / "built-in", limit, command)}
    stops = {}
    for name, place in models.items():
        server, counts = start(str(place), name, threads)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"{name}=http://127.0.0.1:{server.server_port}/v1#{name}"
        try:
            reports[name] = asked([address], folder / name, limit, command)
        finally:
            server.shutdown()
        stops[name] = counts["stopped"] / max(1, counts["answers"])
    return {"reports": reports, "stop_rates": stops}


def asked(models: list[str], folder: Path, limit: int, command: list[str]) -> dict:
    more = ["--limit", str(limit)] if limit else []
    subprocess.run([*command, "eval", "orchestrator", *models, *more, "--report", str(folder)], check=True)
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))[0]
