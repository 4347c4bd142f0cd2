"""Remove duplicate email addresses from a list, treating case, plus tags and Gmail dots as the same mailbox.

The first spelling of every mailbox is kept, in the order given.
"""

import argparse
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "email"
__tool_description__ = "Remove duplicate email addresses from a list, treating case, plus tags and Gmail dots as the same mailbox."
__tags__ = ["email", "deduplicate", "merge", "list", "contacts"]
__examples__ = [
    "remove double addresses from the list",
    "same mailbox twice, drop it",
    "unique emails only",
    "dedupe these addresses",
    "gmail dots and plus tags are the same person",
    "find duplicate emails",
    "eliminate repeated addresses",
    "make the recipients unique",
    "strip duplicates from emails.txt",
    "which addresses are the same mailbox",
    "deduplicate emails",
    "collapse equal addresses",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "emails",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Addresses to compare; repeat the flag for more than one.",
    },
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Text with one address per line, instead of emails.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a text file with one address per line.",
    },
    {
        "name": "keep_tags",
        "type": "boolean",
        "required": False,
        "default": False,
        "description": "Treat name+tag@ and name@ as different mailboxes.",
    },
]

SAMPLE = "Ada@Example.com\nada@example.com\na.d.a+news@gmail.com\nada@googlemail.com\nbob@example.com\n"


def run(parameters):
    given = parameters["emails"] or text_of(parameters, SAMPLE).splitlines()
    groups = {}
    for address in filter(None, map(str.strip, given)):
        groups.setdefault(mailbox_of(address, parameters["keep_tags"]), []).append(address)
    total = sum(map(len, groups.values()))
    return {
        "total": total, "unique": len(groups), "removed": total - len(groups),
        "emails": [same[0] for same in groups.values()],
        "duplicates": [{"kept": same[0], "dropped": same[1:]} for same in groups.values() if len(same) > 1],
    }


def mailbox_of(address, keep_tags):
    local, _, domain = address.lower().rpartition("@")
    domain = "gmail.com" if domain == "googlemail.com" else domain
    if not keep_tags:
        local = local.split("+")[0]
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}@{domain}"


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
