"""The table of costs in the README is what its own arithmetic gives."""

import re
from pathlib import Path

import pytest
from lilux_orchestrator.bases import KNOWN
from lilux_orchestrator.costs import H100_OPERATIONS, SHARE, cost_of

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
BASES = {"Llama 3.3 70B": "meta-llama/Llama-3.3-70B-Instruct", "Qwen 2.5 72B": "Qwen/Qwen2.5-72B-Instruct"}
ROWS = [row for row in README.splitlines() if re.match(r"\| (Llama|Qwen)[^|]* cards,", row)]
TOKENS = 2_500 * 1_200 * 2


def test_the_table_is_there():
    assert len(ROWS) == 3
    assert f"{H100_OPERATIONS / 1e12:.0f} × 10¹²" in README and f"{SHARE:.0%}".replace("%", " %") in README


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_line_of_the_table_of_costs_adds_up(row):
    run, tokens, operations, minutes, card_hours, usd = (cell.strip() for cell in row.strip("| ").split("|"))
    base = KNOWN[next(name for told, name in BASES.items() if run.startswith(told))]
    gpus = int(re.search(r"(\d) cards", run)[1])
    found = cost_of(base, "lora" if "LoRA" in run else "none", gpus, TOKENS, 2.5)
    assert tokens == f"{TOKENS / 1e6:.1f} million"
    assert operations == f"{found['operations'] / 1e18:.2f} × 10¹⁸"
    assert minutes == f"{found['minutes']:.0f} min"
    assert card_hours == f"{found['card_hours']:.1f}"
    assert usd == f"{found['usd']:.0f}"


def test_weights_of_a_70b_lie_in_parts_on_the_cards():
    whole = KNOWN["meta-llama/Llama-3.3-70B-Instruct"].parameters * 2 / 1e9
    assert f"{whole:.0f} GB in bf16" in README
    assert f"{whole / 8:.0f} GB a card of eight, {whole / 4:.0f} GB a card of four" in README
