import json

import pytest

from lilux_orchestrator.refused import Refused
from lilux_orchestrator.ship import BYTES_MAX, sha256_of, ship

BASE = {"file": "base.gguf", "sha256": "ab" * 32}


def run_of(folder, *names):
    run = folder / "run"
    run.mkdir()
    for name in names:
        (run / name).write_text(name, encoding="utf-8")
    return run


def test_an_adapter_is_shipped_with_its_card_its_template_and_what_it_is_for(tmp_path):
    run = run_of(tmp_path, "adapter.gguf", "README.md", "template.jinja")
    ship(run, tmp_path / "to", BASE, "Apache-2.0", "decide", run / "template.jinja")
    manifest = json.loads((tmp_path / "to" / "manifest.json").read_text())
    assert manifest == {
        "licence": "Apache-2.0", "base": BASE, "role": "decide", "chatTemplate": "chat-template.jinja",
        "adapter": {"file": "adapter.gguf", "sha256": sha256_of(run / "adapter.gguf")},
    }
    assert sorted(path.name for path in (tmp_path / "to").iterdir()) == ["README.md", "adapter.gguf", "chat-template.jinja", "manifest.json"]


def test_nothing_is_shipped_without_a_card_or_too_large(tmp_path):
    run = run_of(tmp_path, "adapter.gguf")
    with pytest.raises(Refused, match="no README.md"):
        ship(run, tmp_path / "to", BASE, "Apache-2.0", "all", None)
    (run / "README.md").write_text("card", encoding="utf-8")
    with (run / "adapter.gguf").open("wb") as file:
        file.truncate(BYTES_MAX + 1)
    with pytest.raises(Refused, match="smaller lora_r"):
        ship(run, tmp_path / "to", BASE, "Apache-2.0", "all", None)
