"""Work out spoke lengths of a wheel from rim, hub and crossings."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "workshop"
__tool_description__ = "Work out spoke lengths of a wheel from rim, hub and crossings."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "erd_mm", "type": "number", "required": True, "description": "Effective rim diameter."},
    {"name": "flange_mm", "type": "number", "required": True, "description": "Diameter of the flange circle."},
    {"name": "offset_mm", "type": "number", "required": True, "description": "From the hub centre to the flange."},
    {"name": "spokes", "type": "integer", "required": True, "description": "Spokes of the wheel."},
    {"name": "crossings", "type": "integer", "required": False, "description": "Crossings; 3 when absent."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--erd-mm", type=float)
parser.add_argument("--flange-mm", type=float)
parser.add_argument("--offset-mm", type=float)
parser.add_argument("--spokes", type=int)
parser.add_argument("--crossings", type=int)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


import math

crossings = 3 if given.crossings is None else given.crossings
if given.spokes % 4:
    refuse(f"{given.spokes} spokes cannot be laced alike on both sides; take a number that 4 divides.")
angle = 4 * math.pi * crossings / given.spokes
rim, hub = given.erd_mm / 2, given.flange_mm / 2
length = math.sqrt(rim**2 + hub**2 - 2 * rim * hub * math.cos(angle) + given.offset_mm**2) - 1.2
answer({"millimetres": round(length, 1), "crossings": crossings})
