"""Work out the next semantic version from the current one and the commits since, or bump a named part of it.

Reads conventional commits: feat raises minor, fix raises patch, an exclamation mark or BREAKING CHANGE raises major.
"""

import argparse
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "release"
__tool_description__ = "Work out the next semantic version from the current one and the commits since, or bump a named part of it."
__tags__ = ["semver", "version", "bump", "release"]
__examples__ = [
    "what is the next version",
    "bump the minor version",
    "is it a major or a patch",
    "next version after 1.4.2",
    "raise the version number",
    "compute version from commits",
    "increase patch level",
    "which number comes next",
    "bump 2.0.0 to the next",
    "version for these commits",
    "semver bump",
    "new version number",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "current",
        "type": "string",
        "required": False,
        "default": "1.4.2",
        "description": "Current version, with or without a leading v.",
    },
    {
        "name": "part",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Part to raise: major, minor, patch or prerelease. Taken from commits when absent.",
    },
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Commit messages since the last release, one a line, when part is absent.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a file with commit messages.",
    },
    {
        "name": "label",
        "type": "string",
        "required": False,
        "default": "rc",
        "description": "Label of a prerelease.",
    },
]

SAMPLE = "fix: keep the last event of a session\nfeat: resume a dropped session\nchore: tidy\n"
VERSION = re.compile(r"(v?)(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
COMMIT = re.compile(r"(?:[0-9a-f]{7,40} )?(\w+)(?:\([^)]*\))?(!?): ")


def run(parameters):
    found = VERSION.fullmatch(parameters["current"])
    if not found:
        fail("current", "is not a semantic version such as 1.4.2")
    if not re.fullmatch(r"[A-Za-z][0-9A-Za-z-]*", parameters["label"]):
        fail("label", "must start with a letter and hold letters, digits and hyphens")
    part, reasons = parameters["part"], []
    if part is None:
        part, reasons = part_of(text_of(parameters, SAMPLE).splitlines())
    if part not in ("major", "minor", "patch", "prerelease", "none"):
        fail("part", "must be major, minor, patch or prerelease")
    numbers = [int(number) for number in found.group(2, 3, 4)]
    version = found.group(1) + next_version(numbers, found.group(5), part, parameters["label"])
    if part == "none":
        version = parameters["current"]
    return {"current": parameters["current"], "next": version, "part": part, "reasons": reasons}


def part_of(lines):
    order, best, reasons = ["none", "patch", "minor", "major"], "none", []
    for line in lines:
        found = COMMIT.match(line)
        part = {"feat": "minor", "fix": "patch", "perf": "patch"}.get(found.group(1), "none") if found else "none"
        if (found and found.group(2)) or re.match(r"BREAKING[ -]CHANGE: ", line):
            part = "major"
        if part != "none":
            reasons.append({"part": part, "commit": line.strip()})
        best = max(best, part, key=order.index)
    return best, reasons


def next_version(numbers, pre, part, label):
    major, minor, patch = numbers
    if part == "prerelease":
        count = re.fullmatch(rf"{re.escape(label)}\.(\d+)", pre or "")
        if count:
            return f"{major}.{minor}.{patch}-{label}.{int(count.group(1)) + 1}"
        return f"{major}.{minor}.{patch if pre else patch + 1}-{label}.1"
    if part == "major" and not (pre and minor == patch == 0):
        return f"{major + 1}.0.0"
    if part == "minor" and not (pre and patch == 0):
        return f"{major}.{minor + 1}.0"
    if part == "patch" and not pre:
        return f"{major}.{minor}.{patch + 1}"
    return f"{major}.{minor}.{patch}"


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
