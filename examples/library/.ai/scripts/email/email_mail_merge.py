"""Fill an email template with one row of a CSV per recipient and list every placeholder left without a value.

Produces drafts only; placeholders look like {{first_name}} and a fallback like {{first_name|there}}.
"""

import argparse
import csv
import io
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "email"
__tool_description__ = "Fill an email template with one row of a CSV per recipient and list every placeholder left without a value."
__tags__ = ["email", "merge", "template", "personalise", "outreach", "csv"]
__examples__ = [
    "fill the template for every row",
    "make personal mails from template and csv",
    "merge contacts into the letter",
    "serial letter",
    "which placeholders are empty",
    "generate mails from the spreadsheet",
    "one mail per recipient from the template",
    "put the csv data into the email text",
    "render the template for all contacts",
    "mail merge",
    "preview merged mails",
    "combine template and list",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "template",
        "type": "string",
        "required": False,
        "default": "Hello {{first_name|there}},\n\nthank you for trying {{product}}.",
        "description": "Template text with placeholders in double braces.",
    },
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "CSV text with a header row, one recipient a row.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a CSV file with a header row.",
    },
    {
        "name": "limit",
        "type": "integer",
        "required": False,
        "default": 20,
        "description": "Most drafts to return.",
    },
]

SAMPLE = "email,first_name,product\nada@example.com,Ada,Lilux\nbob@example.com,,\n"
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*(?:\|([^}]*))?\}\}")


def run(parameters):
    if parameters["limit"] < 1:
        fail("limit", "must be at least 1")
    rows = list(csv.DictReader(io.StringIO(text_of(parameters, SAMPLE))))
    if not rows:
        fail("file" if parameters["file"] else "text", "needs a header row and at least one recipient")
    drafts = [draft(parameters["template"].replace("\\n", "\n"), row) for row in rows]
    unready = [item["to"] for item in drafts if item["missing"]]
    return {
        "recipients": len(drafts), "ready": len(drafts) - len(unready), "unready": unready,
        "drafts": drafts[: parameters["limit"]],
    }


def draft(template, row):
    missing = []

    def fill(match):
        value = (row.get(match.group(1)) or "").strip() or match.group(2)
        if value is None:
            missing.append(match.group(1))
            return match.group(0)
        return value

    body = PLACEHOLDER.sub(fill, template)
    return {"to": row.get("email"), "body": body, "missing": missing}


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
