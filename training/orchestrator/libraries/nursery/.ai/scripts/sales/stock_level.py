"""Tell how many plants of a kind are left and when to reorder."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "sales"
__tool_description__ = "Tell how many plants of a kind are left and when to reorder."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "kind", "type": "string", "required": True, "description": "Kind of plant."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--kind")
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


stock = {"lavender": (140, 60), "thyme": (22, 40), "hosta": (35, 20), "rosemary": (0, 30), "sedum": (300, 80)}
if given.kind not in stock:
    refuse(f"No kind called {given.kind} is kept. Kept are: {', '.join(stock)}.")
left, floor = stock[given.kind]
answer({"kind": given.kind, "left": left, "reorder_at": floor, "reorder": left < floor})
