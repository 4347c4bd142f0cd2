"""Tell how high a star culminates at a latitude, and whether it sets."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "planning"
__tool_description__ = "Tell how high a star culminates at a latitude, and whether it sets."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "declination", "type": "number", "required": True, "description": "Declination in degrees."},
    {"name": "latitude", "type": "number", "required": True, "description": "Latitude in degrees, north positive."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--declination", type=float)
parser.add_argument("--latitude", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


if not -90 <= given.declination <= 90 or not -90 <= given.latitude <= 90:
    refuse("Declination and latitude lie between -90 and 90 degrees.")
high = 90 - abs(given.latitude - given.declination)
never_sets = given.latitude * given.declination > 0 and abs(given.declination) >= 90 - abs(given.latitude)
answer({"culmination_degrees": round(high, 1), "rises": high > 0, "never_sets": never_sets})
