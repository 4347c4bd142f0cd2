"""Suggest tyre pressures in bar from weight and tyre width."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "workshop"
__tool_description__ = "Suggest tyre pressures in bar from weight and tyre width."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "total_kg", "type": "number", "required": True, "description": "Rider, bike and load together."},
    {"name": "width_mm", "type": "number", "required": True, "description": "Width of the tyre."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--total-kg", type=float)
parser.add_argument("--width-mm", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


if not 20 <= given.width_mm <= 75:
    refuse("The table goes from 20 to 75 mm.")
rear = given.total_kg * 0.55 / (given.width_mm**1.5) * 15
answer({"front_bar": round(rear * 0.85, 1), "rear_bar": round(rear, 1)})
