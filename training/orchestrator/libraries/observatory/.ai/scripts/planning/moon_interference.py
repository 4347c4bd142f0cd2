"""Judge moonlight for a night from phase and distance to the target."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "planning"
__tool_description__ = "Judge moonlight for a night from phase and distance to the target."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "phase_percent", "type": "number", "required": True, "description": "Lit part in percent."},
    {"name": "distance_degrees", "type": "number", "required": True, "description": "Distance from the target."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--phase-percent", type=float)
parser.add_argument("--distance-degrees", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


if not 0 <= given.phase_percent <= 100:
    refuse("The phase is between 0 and 100 percent.")
score = given.phase_percent * max(0, 1 - given.distance_degrees / 120)
answer({"score": round(score, 1), "verdict": "fine" if score < 15 else "narrowband only" if score < 45 else "do something else"})
