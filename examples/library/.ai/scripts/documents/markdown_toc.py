"""Build a table of contents from the headings of a markdown file and report skipped levels and duplicate titles.

Anchors follow the GitHub habit: lower case, spaces to hyphens, punctuation dropped, repeats numbered.
"""

import argparse
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "documents"
__tool_description__ = "Build a table of contents from the headings of a markdown file and report skipped levels and duplicate titles."
__tags__ = ["markdown", "table", "of", "contents", "headings", "links"]
__examples__ = [
    "make a table of contents for readme.md",
    "toc for this markdown",
    "list the headings",
    "build an index of the document",
    "add contents to the markdown file",
    "outline of the md file",
    "which headings are duplicated",
    "heading structure of guide.md",
    "generate a contents list",
    "skipped heading levels in the doc",
    "toc",
    "table of contents",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Markdown text.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of a markdown file.",
    },
    {
        "name": "max_depth",
        "type": "integer",
        "required": False,
        "default": 3,
        "description": "Deepest heading level to include, 1 to 6.",
    },
]

SAMPLE = "# Guide\n\n## Install\n\n#### Linux\n\n## Use\n\n```\n# not a heading\n```\n\n## Use\n"


def run(parameters):
    if not 1 <= parameters["max_depth"] <= 6:
        fail("max_depth", "must be between 1 and 6")
    headings, warnings, seen, fence = [], [], {}, None
    for number, line in enumerate(text_of(parameters, SAMPLE).splitlines(), 1):
        mark = re.match(r" {0,3}(`{3,}|~{3,})", line)
        if mark and (fence is None or mark.group(1).startswith(fence)):
            fence = mark.group(1) if fence is None else None
        found = None if fence or mark else re.match(r"(#{1,6})\s+(.*?)\s*#*\s*$", line)
        if not found:
            continue
        level, title = len(found.group(1)), found.group(2)
        if headings and level > headings[-1]["level"] + 1:
            warnings.append(f"line {number}: level {headings[-1]['level']} is followed by level {level}")
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        repeats = seen.get(slug, 0)
        seen[slug] = repeats + 1
        if repeats:
            warnings.append(f"line {number}: the title {title!r} occurs more than once")
        anchor = f"{slug}-{repeats}" if repeats else slug
        headings.append({"level": level, "title": title, "anchor": anchor, "line": number})
    shown = [heading for heading in headings if heading["level"] <= parameters["max_depth"]]
    base = min((heading["level"] for heading in shown), default=1)
    toc = "\n".join(f"{'  ' * (h['level'] - base)}- [{h['title']}](#{h['anchor']})" for h in shown)
    return {"toc": toc, "headings": headings, "warnings": warnings}


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
