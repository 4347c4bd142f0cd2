"""Profile a CSV file: rows, column types, missing values, distinct counts, ranges and the most frequent values.

The delimiter is detected from the text unless one is given.
"""

import argparse
import csv
import io
import json
import re
import statistics
import sys
from collections import Counter
from datetime import date

__version__ = "1.0.0"
__category__ = "data"
__tool_description__ = "Profile a CSV file: rows, column types, missing values, distinct counts, ranges and the most frequent values."
__tags__ = ["csv", "profile", "columns", "types", "missing", "data", "quality"]
__examples__ = [
    "stats of the csv columns",
    "count missing values in data.csv",
    "how many rows and distinct values",
    "column types of this csv",
    "most frequent values per column",
    "profile users.csv",
    "min and max of each column",
    "numbers about the csv file",
    "row count of export.csv",
    "value distribution in the table",
    "run a profile on the csv",
    "csv statistics",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "CSV text with a header row.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a CSV file.",
    },
    {
        "name": "delimiter",
        "type": "string",
        "required": False,
        "default": None,
        "description": "One-character delimiter; detected when absent.",
    },
    {
        "name": "top",
        "type": "integer",
        "required": False,
        "default": 3,
        "description": "How many frequent values to list per column.",
    },
]

SAMPLE = "id,city,amount,paid\n1,Bern,12.50,2026-01-03\n2,,8.00,2026-01-05\n3,Bern,,2026-02-11\n4,Oslo,99.10,\n"


def run(parameters):
    delimiter = parameters["delimiter"]
    if delimiter is not None and len(delimiter) != 1:
        fail("delimiter", "must be exactly one character")
    if parameters["top"] < 0:
        fail("top", "must not be negative")
    content = text_of(parameters, SAMPLE)
    delimiter = delimiter or guess_delimiter(content)
    rows = list(csv.reader(io.StringIO(content), delimiter=delimiter))
    if not rows:
        fail("file" if parameters["file"] else "text", "is empty")
    header, body = rows[0], [row for row in rows[1:] if row]
    ragged = [number for number, row in enumerate(rows[1:], 2) if row and len(row) != len(header)]
    columns = [
        profile(name, [row[i].strip() if i < len(row) else "" for row in body], parameters["top"])
        for i, name in enumerate(header)
    ]
    return {
        "rows": len(body), "delimiter": delimiter, "columns": columns,
        "duplicate_rows": len(body) - len({tuple(row) for row in body}),
        "ragged_rows": ragged[:20],
        "repeated_headers": [name for name, n in Counter(header).items() if n > 1],
    }


def guess_delimiter(content):
    try:
        return csv.Sniffer().sniff(content[:4096], ",;\t|").delimiter
    except csv.Error:
        return ","


def profile(name, values, top):
    filled = [value for value in values if value]
    kind = kind_of(filled)
    result = {
        "name": name, "type": kind, "missing": len(values) - len(filled), "distinct": len(set(filled)),
        "top": [{"value": value, "count": n} for value, n in Counter(filled).most_common(top)],
    }
    if kind in ("integer", "number"):
        numbers = [float(value) for value in filled]
        result.update(min=min(numbers), max=max(numbers), mean=round(statistics.fmean(numbers), 4),
                      median=statistics.median(numbers))
    elif kind == "date":
        result.update(min=min(filled), max=max(filled))
    return result


def kind_of(values):
    if not values:
        return "empty"
    if all(re.fullmatch(r"[+-]?\d+", value) for value in values):
        return "integer"
    if all(re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value) for value in values):
        return "number"
    if all(is_date(value) for value in values):
        return "date"
    return "boolean" if {value.lower() for value in values} <= {"true", "false", "yes", "no"} else "text"


def is_date(value):
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10


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
