"""Work out ratio and metres per turn of a chainring and sprocket."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "workshop"
__tool_description__ = "Work out ratio and metres per turn of a chainring and sprocket."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "chainring", "type": "integer", "required": True, "description": "Teeth in front."},
    {"name": "sprocket", "type": "integer", "required": True, "description": "Teeth behind."},
    {"name": "wheel_mm", "type": "integer", "required": False, "description": "Circumference in millimetres; 2100 when absent."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--chainring", type=int)
parser.add_argument("--sprocket", type=int)
parser.add_argument("--wheel-mm", type=int)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


wheel = given.wheel_mm or 2100
if given.sprocket < 9 or given.chainring < 20:
    refuse("No such gear: a chainring has at least 20 teeth and a sprocket at least 9.")
ratio = given.chainring / given.sprocket
answer({"ratio": round(ratio, 2), "metres_per_turn": round(ratio * wheel / 1000, 2)})
