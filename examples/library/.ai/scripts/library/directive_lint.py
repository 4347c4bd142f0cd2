"""Check directive files for well-formed XML, a name equal to the file name, permissions, model tier, inputs and steps.

Give a file or a folder; every problem names the file, the cause and, for XML, the line within the file.
"""

import argparse
import json
import os
import re
import xml.etree.ElementTree

__version__ = "1.0.0"
__category__ = "library"
__tool_description__ = "Check directive files for well-formed XML, a name equal to the file name, permissions, model tier, inputs and steps."
__tags__ = ["directive", "validate", "lint", "xml", "library", "check"]
__examples__ = [
    "check my directive file",
    "is the xml of the directive ok",
    "lint the directives",
    "does this directive have errors",
    "verify the format of deploy.md",
    "find mistakes in a directive",
    "test directive syntax",
    "are inputs and permissions well formed",
    "lint",
    "check xml of a workflow",
    "directive format check",
    "run the linter on directives",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Text of one directive.",
    },
    {
        "name": "path",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Directive file, or folder to check with everything below it.",
    },
]

ET = xml.etree.ElementTree
SAMPLE = """# Greet

```xml
<directive name="greet" version="1.0">
  <metadata>
    <description>Greet somebody by name.</description>
  </metadata>
  <process><step name="greet"><action>Say hello.</action></step></process>
</directive>
```
"""
TYPES = {"string", "integer", "number", "boolean", "array", "object"}


def run(parameters):
    if not parameters["path"]:
        files = [("<text>", None, parameters["text"] or SAMPLE)]
    else:
        files = list(files_of(parameters["path"]))
    problems = [
        {"file": name, **problem} for name, stem, content in files for problem in problems_of(content, stem)
    ]
    broken = {problem["file"] for problem in problems}
    return {"ok": not problems, "files": len(files), "files_with_problems": len(broken), "problems": problems[:200]}


def files_of(path):
    if not os.path.exists(path):
        fail("path", f"{path} does not exist")
    names = [path] if os.path.isfile(path) else [
        os.path.join(folder, name) for folder, _, found in os.walk(path) for name in found if name.endswith(".md")
    ]
    for name in sorted(names):
        try:
            with open(name, encoding="utf-8") as handle:
                yield name, os.path.splitext(os.path.basename(name))[0], handle.read()
        except (OSError, UnicodeDecodeError) as problem:
            fail("path", f"cannot read {name}: {problem}")


def problems_of(content, stem):
    found = re.search(r"<directive\s.*</directive>", content, re.S)
    if not found:
        return [problem("there is no <directive …> … </directive>")]
    line = content.count("\n", 0, found.start())
    if "<!DOCTYPE" in found.group(0):
        return [problem("a document type declaration is not allowed")]
    try:
        root = ET.fromstring(found.group(0))
    except ET.ParseError as error:
        cause = f"the XML is not well-formed ({error.msg}): put < and & in CDATA or write &lt; and &amp;"
        return [problem(cause, line + error.position[0])]
    return list(checks(root, stem, content[found.end():]))


def problem(cause, line=None):
    return {"cause": cause, "line": line}


def checks(root, stem, after):
    name = root.get("name") or ""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield problem(f"the name {name!r} is not snake_case")
    if stem and name != stem:
        yield problem(f"the name {name!r} differs from the file name {stem!r}")
    if not re.fullmatch(r"\d+\.\d+\.\d+", root.get("version") or ""):
        yield problem("the version is not of the form 1.0.0")
    if not (root.findtext("metadata/description") or "").strip():
        yield problem("there is no description")
    grants = root.find("metadata/permissions")
    if grants is None or not any(grant.attrib for grant in grants):
        yield problem("there is no permission with an attribute")
    model = root.find("metadata/model_class")
    model = root.find("metadata/model") if model is None else model
    if model is None or not model.get("tier"):
        yield problem("there is no model_class with a tier")
    for item in root.iterfind("inputs/input"):
        if item.get("type", "string") not in TYPES:
            yield problem(f"the input {item.get('name')!r} has the unknown type {item.get('type')!r}")
    steps = root.findall("process/step")
    if not steps and "<step" not in after:
        yield problem("there are no steps")
    for step in steps:
        if not any((step.findtext(tag) or "").strip() for tag in ("action", "instruction", "description")):
            yield problem(f"the step {step.get('name')!r} says nothing to do")


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
