"""The models of one run's table, and how each is served: by llama.cpp where the base came as its file, else by transformers."""

from collections.abc import Callable
from http.server import HTTPServer
from pathlib import Path

from . import relay, serve
from .bases import Base
from .gguf_file import write_weights
from .load_base import weights_file
from .quantise import spread_weights

Start = Callable[[str], tuple[HTTPServer, dict]]


def by_transformers(folder: Path, shown: list[dict], threads: int) -> Start:
    return lambda name: serve.start(str(folder), name, threads, shown)


def by_llama(file: Path, adapter: Path | None, template: str, shown: list[dict], threads: int) -> Start:
    return lambda name: relay.start(file, adapter, template, name, threads, shown)


def candidates(base: Base, folder: Path, base_folder: Callable[[], Path], template: str | None, shots: list[dict], methods: list[str], threads: int) -> dict[str, Start]:
    """Base, base with examples, tuned, and tuned by each way of quantising, in this order."""
    if base.package is None or template is None:
        plain = {"base": by_transformers(base_folder(), [], threads)}
        if shots:
            plain["base-3"] = by_transformers(base_folder(), shots, threads)
        plain["tuned"] = by_transformers(folder / "merged", [], threads)
        return plain | {f"tuned-{method}": by_transformers(folder / method, [], threads) for method in methods}
    file = weights_file(base.package)
    found = {"base": by_llama(file, None, template, [], threads)}
    if shots:
        found["base-3"] = by_llama(file, None, template, shots, threads)
    adapter = folder / "adapter.gguf"
    found["tuned"] = by_llama(file, adapter, template, [], threads) if adapter.exists() else by_llama(spread(file, folder, "merged", template), None, template, [], threads)
    for method in methods:
        found[f"tuned-{method}"] = by_llama(spread(file, folder, method, template), None, template, [], threads)
    return found


def spread(base_file: Path, folder: Path, name: str, template: str) -> Path:
    """What four bits came to, as numbers of sixteen: the processor of this machine counts with nothing less of that format."""
    out = folder / f"spread-{name}.gguf"
    if not out.exists() or out.stat().st_mtime < (folder / name / "model.safetensors").stat().st_mtime:
        write_weights(base_file, spread_weights(folder / name, folder / "merged"), "f16", template, out)
    return out
