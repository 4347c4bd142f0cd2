"""Compare two JSON documents and list every added, removed and changed value with its path.

Order of object keys never matters; order of arrays does unless ignore_order is set.
"""

import argparse
import json
import re

__version__ = "1.0.0"
__category__ = "data"
__tool_description__ = "Compare two JSON documents and list every added, removed and changed value with its path."
__tags__ = ["json", "diff", "compare", "payload", "api"]
__examples__ = [
    "compare a.json and b.json",
    "what changed between two json files",
    "list differences between the json documents",
    "diff these jsons",
    "which keys were added",
    "show changed values with path",
    "are both json files the same",
    "json comparison",
    "removed fields between old.json and new.json",
    "find the delta of two json",
    "difference of json files",
    "diff json",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "before",
        "type": "string",
        "required": False,
        "default": "{\"name\":\"ada\",\"tags\":[\"a\",\"b\"],\"limit\":10}",
        "description": "JSON text, or the path of a JSON file, before.",
    },
    {
        "name": "after",
        "type": "string",
        "required": False,
        "default": "{\"name\":\"Ada\",\"tags\":[\"b\",\"a\"],\"active\":true}",
        "description": "JSON text, or the path of a JSON file, after.",
    },
    {
        "name": "ignore_order",
        "type": "boolean",
        "required": False,
        "default": False,
        "description": "Compare arrays as collections without order.",
    },
]

def run(parameters):
    before, after = load("before", parameters), load("after", parameters)
    changes = list(compare(before, after, "$", parameters["ignore_order"]))
    counts = {kind: sum(c["kind"] == kind for c in changes) for kind in ("added", "removed", "changed")}
    return {"equal": not changes, **counts, "changes": changes}


def load(field, parameters):
    text = parameters[field].strip()
    if text[:1] not in tuple('{["') and not re.fullmatch(r"-?\d.*|true|false|null", text):
        try:
            with open(text, encoding="utf-8-sig") as handle:
                text = handle.read()
        except (OSError, UnicodeDecodeError) as problem:
            fail(field, f"is neither JSON nor a readable file: {problem}")
    try:
        return json.loads(text)
    except ValueError as problem:
        fail(field, f"is not valid JSON: {problem}")


def compare(before, after, path, ignore_order):
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from at(before, after, key, key in before, key in after, f"{path}.{key}", ignore_order)
    elif isinstance(before, list) and isinstance(after, list):
        if ignore_order:
            before, after = (sorted(x, key=lambda v: json.dumps(v, sort_keys=True)) for x in (before, after))
        for i in range(max(len(before), len(after))):
            yield from at(before, after, i, i < len(before), i < len(after), f"{path}[{i}]", ignore_order)
    elif type(before) is not type(after) or before != after:
        yield {"kind": "changed", "path": path, "before": before, "after": after}


def at(before, after, key, had, has, path, ignore_order):
    if not had:
        yield {"kind": "added", "path": path, "after": after[key]}
    elif not has:
        yield {"kind": "removed", "path": path, "before": before[key]}
    else:
        yield from compare(before[key], after[key], path, ignore_order)


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
