"""Work out a selling price from cost, markup and tax, rounded up to the next 0.50."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "sales"
__tool_description__ = "Work out a selling price from cost, markup and tax, rounded up to the next 0.50."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "cost", "type": "number", "required": True, "description": "What the plant cost us."},
    {"name": "markup_percent", "type": "number", "required": True, "description": "Markup in percent."},
    {"name": "tax_percent", "type": "number", "required": False, "description": "Tax in percent; 7 when absent."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--cost", type=float)
parser.add_argument("--markup-percent", type=float)
parser.add_argument("--tax-percent", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


tax = 7.0 if given.tax_percent is None else given.tax_percent
if given.cost <= 0:
    refuse("The cost must be above zero.")
net = given.cost * (1 + given.markup_percent / 100)
exact = net * (1 + tax / 100)
shown = -(-exact * 2 // 1) / 2
answer({"net": round(net, 2), "exact": round(exact, 2), "tag": shown, "tax_percent": tax})
