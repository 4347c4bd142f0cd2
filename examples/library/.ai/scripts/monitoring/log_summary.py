"""Summarise a log file: counts by level, the most frequent error messages grouped by pattern, and the busiest minute.

Numbers, identifiers and quoted values are masked so that the same error counts once.
"""

import argparse
import json
import re
import sys
from collections import Counter

__version__ = "1.0.0"
__category__ = "monitoring"
__tool_description__ = "Summarise a log file: counts by level, the most frequent error messages grouped by pattern, and the busiest minute."
__tags__ = ["logs", "errors", "summary", "incident", "triage"]
__examples__ = [
    "summarise app.log",
    "how many errors and warnings are in the log",
    "most frequent messages in the log file",
    "what's in this log",
    "overview of the log",
    "busiest minutes in the log",
    "count log levels",
    "give me the gist of the logfile",
    "top errors of server.log",
    "condense this log",
    "log statistics",
    "summary of the logs",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Log text.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a log file.",
    },
    {
        "name": "top",
        "type": "integer",
        "required": False,
        "default": 5,
        "description": "How many message patterns to list.",
    },
]

SAMPLE = """2026-03-06T09:00:01Z INFO started port=8080
2026-03-06T09:00:07Z ERROR timeout after 3000 ms for order 1841
2026-03-06T09:00:09Z ERROR timeout after 3000 ms for order 1907
2026-03-06T09:01:12Z WARN retrying connection to "cache-1"
2026-03-06T09:01:13Z ERROR connection refused by "cache-1"
"""
LEVEL = re.compile(r"\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\b", re.I)
MINUTE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def run(parameters):
    if parameters["top"] < 1:
        fail("top", "must be at least 1")
    lines = [line for line in text_of(parameters, SAMPLE).splitlines() if line.strip()]
    levels, patterns, minutes, example = Counter(), Counter(), Counter(), {}
    for line in lines:
        found = LEVEL.search(line)
        level = found.group(1).upper().replace("WARNING", "WARN") if found else "NONE"
        levels[level] += 1
        if level in ("WARN", "ERROR", "CRITICAL", "FATAL"):
            pattern = mask(line[found.end():])
            patterns[level, pattern] += 1
            example.setdefault((level, pattern), line)
        minute = MINUTE.search(line)
        if minute:
            minutes[minute.group(0)] += 1
    busiest = minutes.most_common(1)
    return {
        "lines": len(lines), "levels": dict(levels), "first_minute": min(minutes, default=None),
        "last_minute": max(minutes, default=None),
        "busiest_minute": {"minute": busiest[0][0], "lines": busiest[0][1]} if busiest else None,
        "patterns": [
            {"level": k[0], "pattern": k[1], "count": n, "example": example[k]}
            for k, n in patterns.most_common(parameters["top"])
        ],
    }


def mask(message):
    message = re.sub(r"\"[^\"]*\"|'[^']*'", "<text>", message)
    message = re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b0x[0-9a-f]+\b", "<id>", message, flags=re.I)
    return re.sub(r"\d+", "<n>", message).strip(" :-\t]")


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
