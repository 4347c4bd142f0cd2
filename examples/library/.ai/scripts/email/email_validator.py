"""Validate email addresses offline for syntax, domain shape, disposable providers, role accounts and likely typos.

Nothing is sent and no server is asked: a valid verdict means plausible, not deliverable.
"""

import argparse
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "email"
__tool_description__ = "Validate email addresses offline for syntax, domain shape, disposable providers, role accounts and likely typos."
__tags__ = ["email", "validate", "addresses", "syntax", "disposable", "hygiene"]
__examples__ = [
    "check the syntax of these addresses",
    "which emails in the list are invalid",
    "offline check of addresses",
    "find typos in email domains",
    "is it a disposable address",
    "validate list of emails",
    "run the validator on contacts",
    "are these addresses well formed",
    "detect role accounts",
    "test emails for errors",
    "verify address format",
    "email syntax check",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "emails",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Addresses to check; repeat the flag for more than one.",
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
        "name": "strict",
        "type": "boolean",
        "required": False,
        "default": False,
        "description": "Also count role accounts and disposable domains as invalid.",
    },
]

SAMPLE = "ada@example.com\nsales@example.org\nbob@gmial.com\nno-at-sign\nx@mailinator.com\n"
DISPOSABLE = {
    "10minutemail.com", "dispostable.com", "guerrillamail.com", "maildrop.cc", "mailinator.com",
    "sharklasers.com", "temp-mail.org", "throwawaymail.com", "trashmail.com", "yopmail.com",
}
ROLES = {
    "abuse", "admin", "billing", "contact", "help", "hello", "info", "jobs", "marketing", "no-reply",
    "noreply", "office", "postmaster", "privacy", "sales", "security", "support", "webmaster",
}
TYPOS = {
    "gmial.com": "gmail.com", "gmal.com": "gmail.com", "gmail.con": "gmail.com",
    "gamil.com": "gmail.com", "hotmial.com": "hotmail.com", "hotmail.con": "hotmail.com",
    "outlok.com": "outlook.com", "yaho.com": "yahoo.com", "yahooo.com": "yahoo.com",
    "iclod.com": "icloud.com",
}
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def run(parameters):
    given = parameters["emails"] or text_of(parameters, SAMPLE).splitlines()
    results = [check(line.strip(), parameters["strict"]) for line in given if line.strip()]
    valid = sum(result["valid"] for result in results)
    return {"total": len(results), "valid": valid, "invalid": len(results) - valid, "results": results}


def check(address, strict):
    errors, warnings = [], []
    local, at, domain = address.rpartition("@")
    if not at:
        errors.append("there is no @")
    else:
        if not LOCAL.fullmatch(local):
            errors.append("the part before @ has characters or dots that are not allowed")
        if len(local) > 64 or len(address) > 254:
            errors.append("it is longer than mail servers accept (64 before @, 254 in all)")
        errors.extend(domain_errors(domain))
    domain = domain.lower()
    (errors if strict else warnings).extend(
        [f"{domain} is a disposable mail provider"] * (domain in DISPOSABLE)
        + [f"{local.lower()} is a role, not a person"] * (local.lower() in ROLES)
    )
    result = {"email": address, "valid": not errors, "errors": errors, "warnings": warnings}
    if domain in TYPOS:
        warnings.append("the domain looks mistyped")
        result["suggestion"] = f"{local}@{TYPOS[domain]}"
    return result


def domain_errors(domain):
    try:
        labels = domain.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return ["the domain has an empty or overlong part"]
    if len(labels) < 2:
        return ["the domain has no dot"]
    if not all(LABEL.fullmatch(label) for label in labels):
        return ["the domain has a part with characters that are not allowed"]
    return ["the top-level domain is numeric"] if labels[-1].isdigit() else []


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
