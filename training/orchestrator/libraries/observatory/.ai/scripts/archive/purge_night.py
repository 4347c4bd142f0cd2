"""Delete all raw frames of a night from the archive."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "archive"
__tool_description__ = "Delete all raw frames of a night from the archive."
__effect__ = "destructive"
__dependencies__ = []
__inputs__ = [
    {"name": "night", "type": "string", "required": True, "description": "Night as YYYY-MM-DD."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--night")
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


answer({"night": given.night, "deleted": True})
