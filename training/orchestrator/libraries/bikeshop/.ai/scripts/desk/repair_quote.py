"""Add up a repair from minutes of work and parts, with tax in it."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "desk"
__tool_description__ = "Add up a repair from minutes of work and parts, with tax in it."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "minutes", "type": "integer", "required": True, "description": "Minutes of work."},
    {"name": "parts", "type": "array", "required": False, "description": "Parts as name=price; repeat the flag."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--minutes", type=int)
parser.add_argument("--parts", action="append", default=[])
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


rows = []
for part in given.parts:
    name, sign, price = part.partition("=")
    try:
        rows.append((name, float(price)))
    except ValueError:
        refuse(f'"{part}" is not name=price.')
work = -(-given.minutes // 15) * 15
total = work * 0.95 + sum(price for _, price in rows)
answer({"billed_minutes": work, "work": round(work * 0.95, 2), "parts": round(sum(p for _, p in rows), 2), "total": round(total, 2), "currency": "EUR"})
