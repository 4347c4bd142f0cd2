"""Take plants that are past sale out of the stock list for good."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "sales"
__tool_description__ = "Take plants that are past sale out of the stock list for good."
__effect__ = "destructive"
__dependencies__ = []
__inputs__ = [
    {"name": "batch", "type": "string", "required": True, "description": "Number of the batch."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--batch")
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


answer({"batch": given.batch, "removed": True})
