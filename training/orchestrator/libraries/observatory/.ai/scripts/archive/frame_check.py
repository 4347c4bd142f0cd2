"""Sort frames into kept and rejected by star width and count."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "archive"
__tool_description__ = "Sort frames into kept and rejected by star width and count."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "widths", "type": "array", "required": True, "description": "Star width of each frame in pixels."},
    {"name": "limit", "type": "number", "required": True, "description": "Widest that is kept."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--widths", action="append", default=[])
parser.add_argument("--limit", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


values = [float(width) for width in given.widths]
kept = [at + 1 for at, width in enumerate(values) if width <= given.limit]
answer({"frames": len(values), "kept": kept, "rejected": len(values) - len(kept), "best": min(values)})
