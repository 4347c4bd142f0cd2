"""Tell when a bike is ready, from the day it came in and the length of the queue."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "desk"
__tool_description__ = "Tell when a bike is ready, from the day it came in and the length of the queue."
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {"name": "received", "type": "string", "required": True, "description": "Day as YYYY-MM-DD."},
    {"name": "queue_hours", "type": "number", "required": True, "description": "Hours of work before it."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--received")
parser.add_argument("--queue-hours", type=float)
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


from datetime import date, timedelta

try:
    day = date.fromisoformat(given.received)
except ValueError:
    refuse(f"{given.received} is no day.")
left = given.queue_hours
while left > 0:
    day += timedelta(days=1)
    if day.weekday() not in (0, 6):
        left -= 7
while day.weekday() in (0, 6):
    day += timedelta(days=1)
answer({"ready": day.isoformat(), "weekday": day.strftime("%A")})
