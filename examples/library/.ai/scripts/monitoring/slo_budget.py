"""Calculate the error budget of a service objective, how much is spent, and the burn rate with the time left.

The burn rate is the observed bad share divided by the allowed bad share; 1 spends the budget exactly in the window.
"""

import argparse
import json
import re

__version__ = "1.0.0"
__category__ = "monitoring"
__tool_description__ = "Calculate the error budget of a service objective, how much is spent, and the burn rate with the time left."
__tags__ = ["slo", "error", "budget", "burn", "rate", "reliability"]
__examples__ = [
    "how much error budget is left",
    "burn rate of our slo",
    "budget spent this month",
    "are we within the 99.9 objective",
    "compute error budget from failures",
    "when will the budget run out",
    "remaining budget for the service",
    "how many failed requests may we still have",
    "slo calculation",
    "burn rate",
    "error budget",
    "is our objective in danger",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "objective",
        "type": "number",
        "required": False,
        "default": 99.9,
        "description": "Objective in percent of good events, below 100.",
    },
    {
        "name": "window_days",
        "type": "integer",
        "required": False,
        "default": 30,
        "description": "Length of the objective's window in days.",
    },
    {
        "name": "elapsed_days",
        "type": "number",
        "required": False,
        "default": 10,
        "description": "Days of the window already gone.",
    },
    {
        "name": "total",
        "type": "integer",
        "required": False,
        "default": 1000000,
        "description": "Events counted so far.",
    },
    {
        "name": "bad",
        "type": "integer",
        "required": False,
        "default": 420,
        "description": "Bad events counted so far.",
    },
]

def run(parameters):
    p = parameters
    if not 0 < p["objective"] < 100:
        fail("objective", "must be between 0 and 100, both excluded")
    if p["window_days"] < 1:
        fail("window_days", "must be at least 1")
    if not 0 < p["elapsed_days"] <= p["window_days"]:
        fail("elapsed_days", "must be above 0 and not beyond window_days")
    if p["total"] < 1:
        fail("total", "must be at least 1")
    if not 0 <= p["bad"] <= p["total"]:
        fail("bad", "must be between 0 and total")
    allowed = 1 - p["objective"] / 100
    burn = p["bad"] / p["total"] / allowed
    spent = burn * p["elapsed_days"] / p["window_days"]
    left = (1 - spent) * p["window_days"] / burn if burn else None
    return {
        "allowed_bad_share": round(allowed, 8), "observed_bad_share": round(p["bad"] / p["total"], 8),
        "burn_rate": round(burn, 3), "budget_spent": round(spent, 4),
        "budget_minutes": round(allowed * p["window_days"] * 1440, 1),
        "days_until_empty": None if left is None else round(max(0, left), 2),
        "verdict": "empty" if spent >= 1 else "at risk" if burn > 1 else "healthy",
    }


def fail(field, message):
    """Report a bad parameter by name and stop with exit code 1."""
    error = {"code": "bad_parameter", "field": field, "message": message}
    print(json.dumps({"status": "error", "error": error}, ensure_ascii=False))
    raise SystemExit(1)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are JSON, like every other answer."""

    def error(self, message):
        named = re.search(r"--([a-z][a-z0-9-]*)", message)
        fail(named.group(1).replace("-", "_") if named else "arguments", message)


def read_parameters():
    """Read the flags that __inputs__ declares: snake_case names become --kebab-case."""
    parser = Parser(description=__tool_description__, allow_abbrev=False)
    kinds = {"string": str, "integer": int, "number": float, "array": str}
    for item in __inputs__:
        flag = "--" + item["name"].replace("_", "-")
        if item["type"] == "boolean":
            parser.add_argument(flag, action="store_true", help=item["description"])
        else:
            many = "append" if item["type"] == "array" else "store"
            parser.add_argument(
                flag,
                action=many,
                type=kinds[item["type"]],
                default=item["default"],
                required=item["required"],
                help=item["description"],
            )
    return vars(parser.parse_args())


if __name__ == "__main__":
    print(json.dumps({"status": "success", "data": run(read_parameters())}, ensure_ascii=False))
