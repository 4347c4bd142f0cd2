"""Split a total exposure into single frames by filter."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "planning"
__tool_description__ = "Split a total exposure into single frames by filter."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "minutes", "type": "integer", "required": True, "description": "Minutes in all."},
    {"name": "frame_seconds", "type": "integer", "required": True, "description": "Seconds of one frame."},
    {"name": "filters", "type": "array", "required": True, "description": "Filters, one flag each."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--minutes", type=int)
parser.add_argument("--frame-seconds", type=int)
parser.add_argument("--filters", action="append", default=[])
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


if given.frame_seconds <= 0 or given.minutes <= 0:
    refuse("Times must be above zero.")
frames = given.minutes * 60 // given.frame_seconds
each, rest = divmod(frames, len(given.filters))
answer({"frames": frames, "each": each, "left_over": rest, "filters": given.filters})
