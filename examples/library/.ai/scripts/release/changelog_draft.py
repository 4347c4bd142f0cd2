"""Draft a changelog section from commit messages, grouped into breaking changes, features, fixes and the rest.

Feed it the output of: git log --format='%h %s' LAST_TAG..HEAD
"""

import argparse
import datetime
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "release"
__tool_description__ = "Draft a changelog section from commit messages, grouped into breaking changes, features, fixes and the rest."
__tags__ = ["changelog", "release", "notes", "commits", "draft"]
__examples__ = [
    "changelog from these commits",
    "group commits into features and fixes",
    "draft the changes since the last tag",
    "write a changelog section",
    "list breaking changes from the commits",
    "turn git log into a changelog",
    "what goes in the changelog",
    "generate changelog entries",
    "changes for CHANGELOG.md",
    "sort commit messages into sections",
    "changelog",
    "new changelog part",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Commit messages, one a line.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a file with commit messages.",
    },
    {
        "name": "version",
        "type": "string",
        "required": False,
        "default": "Unreleased",
        "description": "Heading of the section.",
    },
    {
        "name": "date",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Release date as YYYY-MM-DD, added to the heading.",
    },
    {
        "name": "all",
        "type": "boolean",
        "required": False,
        "default": False,
        "description": "Also list chores, tests, build and style commits.",
    },
]

SAMPLE = """a1b2c3d feat(router): rank calls by calibrated confidence
b2c3d4e fix: accept an empty query string (#41)
c3d4e5f feat!: rename tool to script
d4e5f6a chore: update lockfile
e5f6a7b Improve the docs
"""
COMMIT = re.compile(r"(?:([0-9a-f]{7,40}) )?(?:(\w+)(?:\(([^)]*)\))?(!?): )?(.*)")
GROUPS = ["Breaking changes", "Added", "Fixed", "Faster", "Other"]
KINDS = {"feat": "Added", "fix": "Fixed", "perf": "Faster"}
QUIET = {"build", "chore", "ci", "refactor", "style", "test"}


def run(parameters):
    if parameters["date"] is not None:
        try:
            datetime.date.fromisoformat(parameters["date"])
        except ValueError:
            fail("date", "must be a date such as 2026-03-06")
    groups, hidden = {name: [] for name in GROUPS}, 0
    for line in filter(None, map(str.strip, text_of(parameters, SAMPLE).splitlines())):
        commit, kind, scope, breaking, subject = COMMIT.fullmatch(line).groups()
        if kind in QUIET and not breaking and not parameters["all"]:
            hidden += 1
            continue
        entry = f"{f'**{scope}:** ' if scope else ''}{subject[:1].upper()}{subject[1:]}"
        groups["Breaking changes" if breaking else KINDS.get(kind, "Other")].append(
            f"- {entry}{f' ({commit})' if commit else ''}"
        )
    heading = f"## {parameters['version']}" + (f" ({parameters['date']})" if parameters["date"] else "")
    sections = [heading] + [f"### {name}\n" + "\n".join(rows) for name, rows in groups.items() if rows]
    counts = {name: len(rows) for name, rows in groups.items() if rows}
    return {"markdown": "\n\n".join(sections) + "\n", "counts": counts, "hidden": hidden}


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
