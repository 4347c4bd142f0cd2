"""Plan litres of water a week from area, plant group and expected rain."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "weather"
__tool_description__ = "Plan litres of water a week from area, plant group and expected rain."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "area_m2", "type": "number", "required": True, "description": "Area in square metres."},
    {"name": "group", "type": "string", "required": True, "description": "One of: succulent, herb, perennial, vegetable."},
    {"name": "rain_mm", "type": "number", "required": False, "description": "Rain expected in the week; 0 when absent."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--area-m2", type=float)
parser.add_argument("--group")
parser.add_argument("--rain-mm", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


need = {"succulent": 5, "herb": 15, "perennial": 20, "vegetable": 30}
if given.group not in need:
    refuse(f"Unknown group {given.group}. Known are: {', '.join(need)}.")
millimetres = max(0, need[given.group] - (given.rain_mm or 0))
answer({"group": given.group, "millimetres": millimetres, "litres": round(millimetres * given.area_m2, 1), "waterings": 0 if millimetres == 0 else 1 if millimetres < 10 else 2})
