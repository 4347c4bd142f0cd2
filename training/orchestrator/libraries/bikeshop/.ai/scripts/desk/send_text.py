"""Send a text message to a customer."""

import argparse
import json

__version__ = "1.0.0"
__category__ = "desk"
__tool_description__ = "Send a text message to a customer."
__effect__ = "destructive"
__dependencies__ = []
__inputs__ = [
    {"name": "order", "type": "string", "required": True, "description": "Number of the order."},
    {"name": "text", "type": "string", "required": True, "description": "What to send."},
]

parser = argparse.ArgumentParser()
parser.add_argument("--order")
parser.add_argument("--text")
given = parser.parse_args()


def answer(data: dict) -> None:
    print(json.dumps({"status": "success", "data": data}))


def refuse(message: str) -> None:
    print(json.dumps({"status": "error", "error": message}))
    raise SystemExit(0)


answer({"order": given.order, "characters": len(given.text), "sent": True})
