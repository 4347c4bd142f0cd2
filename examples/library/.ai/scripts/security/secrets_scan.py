"""Scan text or a source folder for leaked secrets such as API keys, private keys, tokens and passwords in code.

Findings are masked. Folders are walked without hidden folders, at most 2000 files of 1 MB.
"""

import argparse
import json
import math
import os
import re
import sys

__version__ = "1.0.0"
__category__ = "security"
__tool_description__ = "Scan text or a source folder for leaked secrets such as API keys, private keys, tokens and passwords in code."
__tags__ = ["secrets", "scan", "api", "keys", "tokens", "leak", "security"]
__examples__ = [
    "scan this folder for keys",
    "find api keys in the text",
    "grep for tokens and passwords",
    "are there private keys in src",
    "run the secret scanner",
    "detect credentials in this file",
    "leaked keys in the snippet",
    "scan code for secrets",
    "look for tokens in config.yml",
    "does this text contain a secret",
    "secret scanner",
    "check the source for passwords",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Text to scan.",
    },
    {
        "name": "path",
        "type": "string",
        "required": False,
        "default": None,
        "description": "File or folder to scan instead of text.",
    },
]

SAMPLE = 'region = "eu"\naws_key = "AKIA' + "IOSFODNN7EXAMPLE" + '"\npassword = "hunter2-but-longer"\n'
RULES = [
    ("private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----")),
    ("AWS access key id", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})")),
    ("Slack token", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}")),
    ("Stripe live key", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,}")),
    ("JSON web token", re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}")),
    ("password in URL", re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@]+:[^\s:/@]{3,}@")),
    ("assigned secret", re.compile(
        r"(?i)\b[\w-]*(?:passwd|password|secret|token|api[_-]?key)[\w-]*[\"']?\s*[:=]\s*[\"']([^\"'\s]{8,})[\"']")),
]
PLACEHOLDER = re.compile(r"(?i)^(x+|\*+|\.+|<.*>|\$\{.*\}|change.?me.*|example.*|your.*|dummy.*)$")


def run(parameters):
    if not parameters["path"]:
        findings, files = scan("<text>", parameters["text"] or SAMPLE), 1
    else:
        findings, files = [], 0
        for name in files_of(parameters["path"]):
            try:
                with open(name, encoding="utf-8") as handle:
                    content = handle.read()
            except (OSError, UnicodeDecodeError):
                print(f"skipped {name}: not readable text", file=sys.stderr)
                continue
            files += 1
            findings.extend(scan(name, content))
    return {"clean": not findings, "files": files, "count": len(findings), "findings": findings[:200]}


def files_of(path):
    if os.path.isfile(path):
        return [path]
    if not os.path.isdir(path):
        fail("path", f"{path} does not exist")
    names = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "node_modules")
        for name in sorted(files):
            full = os.path.join(folder, name)
            if not os.path.islink(full) and os.path.getsize(full) <= 1_000_000:
                names.append(full)
        if len(names) > 2000:
            print("stopped after 2000 files", file=sys.stderr)
            break
    return names[:2000]


def scan(name, content):
    findings = []
    for number, line in enumerate(content.splitlines(), 1):
        for rule, pattern in RULES:
            found = pattern.search(line)
            if not found:
                continue
            value = found.group(found.lastindex or 0)
            if rule == "assigned secret" and PLACEHOLDER.match(value):
                continue
            findings.append({
                "file": name, "line": number, "rule": rule, "masked": value[:4] + "…" + value[-2:],
                "entropy": round(entropy(value), 2),
            })
            break
    return findings


def entropy(value):
    shares = [value.count(c) / len(value) for c in set(value)]
    return -sum(share * math.log2(share) for share in shares)


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
