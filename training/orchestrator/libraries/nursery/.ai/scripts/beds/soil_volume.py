"""Work out litres and bags of soil for a bed or for pots."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "beds"
__tool_description__ = "Work out litres and bags of soil for a bed or for pots."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "length_cm", "type": "integer", "required": True, "description": "Length in centimetres."},
    {"name": "width_cm", "type": "integer", "required": True, "description": "Width in centimetres."},
    {"name": "depth_cm", "type": "integer", "required": True, "description": "Depth of the soil in centimetres."},
    {"name": "bag_litres", "type": "integer", "required": False, "description": "Litres in a bag; 40 when absent."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--length-cm", type=int)
parser.add_argument("--width-cm", type=int)
parser.add_argument("--depth-cm", type=int)
parser.add_argument("--bag-litres", type=int)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


bag = given.bag_litres or 40
if min(given.length_cm, given.width_cm, given.depth_cm, bag) <= 0:
    refuse("All measures must be above zero.")
litres = given.length_cm * given.width_cm * given.depth_cm / 1000
answer({"litres": round(litres, 1), "bag_litres": bag, "bags": int(-(-litres // bag))})
