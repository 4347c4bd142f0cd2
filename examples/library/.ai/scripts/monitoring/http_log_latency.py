"""Compute request latency percentiles, error rate and slowest routes from an HTTP access log or a list of durations.

Expects METHOD /path … status … duration per line; durations end in ms or s. Nearest-rank percentiles.
"""

import argparse
import json
import math
import re
import sys

__version__ = "1.0.0"
__category__ = "monitoring"
__tool_description__ = "Compute request latency percentiles, error rate and slowest routes from an HTTP access log or a list of durations."
__tags__ = ["latency", "percentiles", "http", "access", "log", "slow"]
__examples__ = [
    "percentiles from the access log",
    "p95 of our requests",
    "slowest routes in access.log",
    "error rate from the http log",
    "how fast were the requests",
    "compute latency from these durations",
    "p99 from the nginx log",
    "response time stats of the log",
    "which urls are slowest",
    "latency distribution",
    "analyse the access log",
    "median request time",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Access log text.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of an access log.",
    },
    {
        "name": "objective_ms",
        "type": "number",
        "required": False,
        "default": 80,
        "description": "Latency objective in milliseconds; slower requests are counted as bad.",
    },
]

SAMPLE = """GET /v1/items 200 12ms
GET /v1/items 200 15ms
POST /v1/predict 200 41ms
POST /v1/predict 200 212ms
GET /v1/items/7 500 1.2s
GET /v1/items/9 200 18ms
"""
LINE = re.compile(
    r"(?P<method>GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?P<path>/\S*).*?\s(?P<status>[1-5]\d\d)\b"
    r".*?\b(?P<time>\d+(?:\.\d+)?)\s?(?P<unit>ms|s)\b"
)


def run(parameters):
    if not (0 < parameters["objective_ms"] < math.inf):
        fail("objective_ms", "must be a number above 0")
    requests, skipped = [], 0
    for line in text_of(parameters, SAMPLE).splitlines():
        found = LINE.search(line)
        if found:
            requests.append(found)
        elif line.strip():
            skipped += 1
    if not requests:
        fail("file" if parameters["file"] else "text", "has no line like 'GET /path 200 12ms'")
    routes, times, errors = {}, [], 0
    for found in requests:
        ms = round(float(found["time"]) * (1000 if found["unit"] == "s" else 1), 3)
        path = re.sub(r"/(\d+|[0-9a-f-]{36})(?=/|$)", "/:id", found["path"].split("?")[0])
        routes.setdefault(f"{found['method']} {path}", []).append(ms)
        times.append(ms)
        errors += found["status"][0] == "5"
    bad = sum(ms > parameters["objective_ms"] for ms in times)
    rows = [{"route": route, **figures(values)} for route, values in routes.items()]
    return {
        "requests": len(times), "lines_skipped": skipped, "error_rate": round(errors / len(times), 4),
        "within_objective": round(1 - bad / len(times), 4), "overall": figures(times),
        "routes": sorted(rows, key=lambda row: -row["p99_ms"]),
    }


def figures(values):
    ordered = sorted(values)
    ranks = {f"p{p}_ms": ordered[math.ceil(p / 100 * len(ordered)) - 1] for p in (50, 90, 95, 99)}
    return {"count": len(ordered), **ranks, "max_ms": ordered[-1]}


def text_of(parameters, sample):
    """Return the text to work on: the parameter, else the file, else the built-in sample."""
    if parameters.get("text"):
        return parameters["text"].replace("\\n", "\n")
    if parameters.get("file"):
        try:
            with open(parameters["file"], encoding="utf-8-sig", newline="") as handle:
                return handle.read()
        except (OSError, UnicodeDecodeError) as problem:
            fail("file", f"cannot read {parameters['file']}: {problem}")
    print("no input given: using the built-in sample", file=sys.stderr)
    return sample


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
