"""The folder that `lilux model add` takes: an adapter with its card, and a manifest that says for which weights and for what part."""

import hashlib
import json
import shutil
from pathlib import Path

from .refused import Refused

ADAPTER, TEMPLATE, CARD = "adapter.gguf", "chat-template.jinja", "README.md"
BYTES_MAX = 25 * 1024 * 1024


def ship(run: Path, to: Path, base: dict, licence: str, role: str, template: Path | None) -> dict:
    """`base` is the file of llama.cpp that the adapter is laid over: its name and sha256."""
    missing = [name for name in (ADAPTER, CARD) if not (run / name).exists()]
    if missing:
        raise Refused(f"{run} has no {' and no '.join(missing)}: nothing is shipped without. Run the steps before.")
    size = (run / ADAPTER).stat().st_size
    if size > BYTES_MAX:
        raise Refused(f"{run / ADAPTER} has {size} bytes; a repository takes {BYTES_MAX}. Train with a smaller lora_r.")
    to.mkdir(parents=True, exist_ok=True)
    for name in (ADAPTER, CARD):
        shutil.copyfile(run / name, to / name)
    manifest = {"licence": licence, "base": base, "adapter": {"file": ADAPTER, "sha256": sha256_of(to / ADAPTER)}, "role": role}
    if template is not None:
        shutil.copyfile(template, to / TEMPLATE)
        manifest["chatTemplate"] = TEMPLATE
    (to / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return {"to": str(to), "bytes": size, "sha256": manifest["adapter"]["sha256"]}


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
