"""Generate a batch of random UUIDs, or repeatable ones derived from names, for tests and imports.

Names give version 5 identifiers in the DNS namespace; without names the identifiers are version 4.
"""

import argparse
import json
import re
import uuid

__version__ = "1.0.0"
__category__ = "data"
__tool_description__ = "Generate a batch of random UUIDs, or repeatable ones derived from names, for tests and imports."
__tags__ = ["uuid", "identifiers", "random", "generate"]
__examples__ = [
    "give me 20 uuids",
    "generate random ids",
    "i need unique identifiers for a test",
    "make a hundred guids",
    "create uuids from these names",
    "batch of ids",
    "new uuid",
    "repeatable uuids for import",
    "produce some uuid v4",
    "random identifiers",
    "deterministic ids from names",
    "uuids please",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "count",
        "type": "integer",
        "required": False,
        "default": 5,
        "description": "How many random identifiers to make, 1 to 1000.",
    },
    {
        "name": "names",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Names to derive repeatable identifiers from; repeat the flag.",
    },
]

def run(parameters):
    if not 1 <= parameters["count"] <= 1000:
        fail("count", "must be between 1 and 1000")
    if parameters["names"]:
        rows = [{"name": n, "uuid": str(uuid.uuid5(uuid.NAMESPACE_DNS, n))} for n in parameters["names"]]
        return {"version": 5, "identifiers": rows}
    return {"version": 4, "identifiers": [str(uuid.uuid4()) for _ in range(parameters["count"])]}


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
