"""Work out how many plants fit a bed at a spacing, in a grid or in offset rows."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "beds"
__tool_description__ = "Work out how many plants fit a bed at a spacing, in a grid or in offset rows."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "length_cm", "type": "integer", "required": True, "description": "Length of the bed in centimetres."},
    {"name": "width_cm", "type": "integer", "required": True, "description": "Width of the bed in centimetres."},
    {"name": "spacing_cm", "type": "integer", "required": True, "description": "Distance from plant to plant in centimetres."},
    {"name": "offset", "type": "boolean", "required": False, "description": "Rows set off by half a spacing."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--length-cm", type=int)
parser.add_argument("--width-cm", type=int)
parser.add_argument("--spacing-cm", type=int)
parser.add_argument("--offset", action="store_true")
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


if min(given.length_cm, given.width_cm, given.spacing_cm) <= 0:
    refuse("Lengths must be above zero.")
if given.spacing_cm > min(given.length_cm, given.width_cm):
    refuse(f"A spacing of {given.spacing_cm} cm does not fit a bed of {given.length_cm} by {given.width_cm} cm.")
across = given.length_cm // given.spacing_cm
rows = given.width_cm // given.spacing_cm
if given.offset:
    rows = 1 + int((given.width_cm - given.spacing_cm) / (given.spacing_cm * 0.866))
lost = rows // 2 if given.offset else 0
answer({"plants": across * rows - lost, "rows": rows, "per_row": across, "layout": "offset" if given.offset else "grid"})
