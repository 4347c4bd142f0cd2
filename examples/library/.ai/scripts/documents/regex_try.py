"""Try a regular expression on sample text and show every match with its position, groups and optional replacement.

Python syntax; patterns with nested repeats are warned about because they can run for a very long time.
"""

import argparse
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "documents"
__tool_description__ = "Try a regular expression on sample text and show every match with its position, groups and optional replacement."
__tags__ = ["regex", "test", "pattern", "match", "groups", "replace"]
__examples__ = [
    "test this regex on some text",
    "does my pattern match",
    "try \\d+ on this line",
    "show what the expression captures",
    "check the groups of this regexp",
    "run my regular expression against a sample",
    "replace with regex and show the result",
    "where does the pattern match",
    "see matches of this regex",
    "experiment with a pattern",
    "does ^a.*z$ match abcz",
    "try a regex",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "pattern",
        "type": "string",
        "required": False,
        "default": "(?P<year>\\d{4})-(?P<month>\\d\\d)",
        "description": "Regular expression in Python syntax.",
    },
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Text to search.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a text file to search.",
    },
    {
        "name": "replacement",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Replacement text, with \\1 or \\g<name> for groups.",
    },
    {
        "name": "ignore_case",
        "type": "boolean",
        "required": False,
        "default": False,
        "description": "Match upper and lower case alike.",
    },
]

SAMPLE = "Shipped 2026-03-06, paid 2026-04-01."


def run(parameters):
    flags = re.M | (re.I if parameters["ignore_case"] else 0)
    try:
        pattern = re.compile(parameters["pattern"], flags)
    except re.error as problem:
        fail("pattern", f"{problem}")
    content = text_of(parameters, SAMPLE)
    matches = []
    for found in pattern.finditer(content):
        matches.append({
            "text": found.group(0), "start": found.start(), "end": found.end(),
            "groups": list(found.groups()), "named": found.groupdict(),
        })
        if len(matches) == 200:
            break
    result = {"count": len(matches), "matches": matches, "warnings": []}
    if re.search(r"\([^()]*[*+][^()]*\)[*+{]", parameters["pattern"]):
        result["warnings"].append("a repeat inside a repeat can take exponential time on text that does not match")
    if parameters["replacement"] is not None:
        try:
            result["replaced"] = pattern.sub(parameters["replacement"], content)
        except (re.error, IndexError) as problem:
            fail("replacement", f"{problem}")
    return result


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
