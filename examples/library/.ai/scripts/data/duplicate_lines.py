"""Find duplicate lines in a text or list, count them and return the lines with repeats removed in order.

Useful for id lists, stack traces and exported columns.
"""

import argparse
import json
import re
import sys
from collections import Counter

__version__ = "1.0.0"
__category__ = "data"
__tool_description__ = "Find duplicate lines in a text or list, count them and return the lines with repeats removed in order."
__tags__ = ["text", "lines", "duplicates", "list", "cleanup"]
__examples__ = [
    "which lines are in there twice",
    "remove repeated lines",
    "find doubles in this list",
    "unique lines please",
    "how often does each line repeat",
    "dedupe lines of the text",
    "drop duplicate lines but keep the order",
    "list repeated entries",
    "strip duplicates from the list",
    "are there identical lines",
    "make the lines unique",
    "duplicate lines",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Text to examine, one record a line.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a text file.",
    },
    {
        "name": "ignore_case",
        "type": "boolean",
        "required": False,
        "default": False,
        "description": "Treat upper and lower case as equal.",
    },
]

SAMPLE = "alpha\nbeta\nalpha\nGamma\ngamma\n"


def run(parameters):
    lines = [line.strip() for line in text_of(parameters, SAMPLE).splitlines() if line.strip()]

    def key(line):
        return line.casefold() if parameters["ignore_case"] else line

    counts, first = Counter(map(key, lines)), {}
    for line in lines:
        first.setdefault(key(line), line)
    repeated = [{"line": first[k], "count": n} for k, n in counts.most_common() if n > 1]
    return {"lines": len(lines), "unique": len(first), "duplicates": repeated, "kept": list(first.values())}


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
