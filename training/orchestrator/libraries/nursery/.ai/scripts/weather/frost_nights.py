"""Tell on which of the coming nights tender plants need cover, from forecast lows."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "weather"
__tool_description__ = "Tell on which of the coming nights tender plants need cover, from forecast lows."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "lows", "type": "array", "required": True, "description": "Lowest temperature of each night in degrees Celsius, tonight first."},
    {"name": "limit", "type": "number", "required": False, "description": "Cover at or below this; 2 when absent."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--lows", action="append", default=[])
parser.add_argument("--limit", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


limit = 2.0 if given.limit is None else given.limit
try:
    lows = [float(low) for low in given.lows]
except ValueError as problem:
    refuse(f"A low is no number: {problem}.")
nights = [at + 1 for at, low in enumerate(lows) if low <= limit]
answer({"limit": limit, "nights": len(lows), "cover_nights": nights, "coldest": min(lows)})
