"""The models of one run's table, and how each is served: by llama.cpp where the base came as its file, else by transformers."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from http.server import HTTPServer
from pathlib import Path

from . import relay, serve
from .bases import Base
from .gguf_file import write_weights
from .load_base import weights_file
from .quantise import spread_weights


@dataclass(frozen=True)
class Candidate:
    """How one model is served by its name, and a hash of what it is made of."""

    start: Callable[[str], tuple[HTTPServer, dict]]
    made_of: str


def by_transformers(folder: Path, shown: list[dict], threads: int) -> Candidate:
    files = sorted(folder.glob("*.safetensors"))
    return Candidate(lambda name: serve.start(str(folder), name, threads, shown), hash_of(files, shown))


def by_llama(file: Path, adapter: Path | None, template: str, shown: list[dict], threads: int) -> Candidate:
    files = [file] if adapter is None else [file, adapter]
    return Candidate(lambda name: relay.start(file, adapter, template, name, threads, shown), hash_of(files, [template, *shown]))


def hash_of(files: list[Path], more: list) -> str:
    digest = hashlib.sha256(json.dumps(more, sort_keys=True).encode())
    for file in files:
        with file.open("rb") as read:
            digest.update(hashlib.file_digest(read, "sha256").digest())
    return digest.hexdigest()


def candidates(base: Base, folder: Path, base_folder: Callable[[], Path], template: str | None, shots: list[dict], methods: list[str], threads: int) -> dict[str, Candidate]:
    """Tuned, base, base with examples, and tuned by each way of quantising, in this order."""
    if base.package is None or template is None:
        found = {"tuned": by_transformers(folder / "merged", [], threads), "base": by_transformers(base_folder(), [], threads)}
        if shots:
            found["base-3"] = by_transformers(base_folder(), shots, threads)
        return found | {f"tuned-{method}": by_transformers(folder / method, [], threads) for method in methods}
    file, adapter = weights_file(base.package), folder / "adapter.gguf"
    tuned = (file, adapter) if adapter.exists() else (spread(file, folder, "merged", template), None)
    found = {"tuned": by_llama(*tuned, template, [], threads), "base": by_llama(file, None, template, [], threads)}
    if shots:
        found["base-3"] = by_llama(file, None, template, shots, threads)
    for method in methods:
        found[f"tuned-{method}"] = by_llama(spread(file, folder, method, template), None, template, [], threads)
    return found


def spread(base_file: Path, folder: Path, name: str, template: str) -> Path:
    """What four bits came to, as numbers of sixteen: the processor of this machine counts with nothing less of that format."""
    out = folder / f"spread-{name}.gguf"
    if not out.exists() or out.stat().st_mtime < (folder / name / "model.safetensors").stat().st_mtime:
        write_weights(base_file, spread_weights(folder / name, folder / "merged"), "f16", template, out)
    return out
