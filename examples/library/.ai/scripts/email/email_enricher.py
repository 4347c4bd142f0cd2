"""Enrich email addresses with a guessed first name, last name, company and whether the mailbox is personal.

Every field is derived from the address itself and carries a confidence; check before printing it in a letter.
"""

import argparse
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "email"
__tool_description__ = "Enrich email addresses with a guessed first name, last name, company and whether the mailbox is personal."
__tags__ = ["email", "enrich", "contacts", "names", "company", "leads"]
__examples__ = [
    "guess the names from these addresses",
    "who is behind jane.doe@acme.com",
    "add company and first name to the emails",
    "enrich the contacts",
    "what company is this address from",
    "is it a personal mailbox",
    "fill in names for emails",
    "derive name and firm from an address",
    "get more info from the emails",
    "complete my contact list with names",
    "enrich emails",
    "person behind the address",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "emails",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Addresses to enrich; repeat the flag for more than one.",
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
]

SAMPLE = "ada.lovelace@analytical-engines.co.uk\njsmith42@gmail.com\nsupport@example.com\n"
FREE = {
    "aol.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
    "icloud.com", "live.com", "mail.com", "me.com", "outlook.com", "proton.me", "protonmail.com",
    "web.de", "yahoo.com",
}
SECOND_LEVEL = {"ac", "co", "com", "edu", "gov", "net", "org"}
ROLES = {"admin", "billing", "contact", "hello", "help", "info", "jobs", "office", "sales", "support"}


def run(parameters):
    given = parameters["emails"] or text_of(parameters, SAMPLE).splitlines()
    contacts = []
    for line in filter(None, map(str.strip, given)):
        local, at, domain = line.rpartition("@")
        if not at or not local or "." not in domain:
            fail("emails" if parameters["emails"] else "text", f"{line!r} is not an email address")
        contacts.append(enrich(line, local.split("+")[0].lower(), domain.lower()))
    return {"total": len(contacts), "contacts": contacts}


def enrich(address, local, domain):
    personal = domain in FREE
    company = None if personal else company_of(domain)
    if local in ROLES:
        first, last, confidence, kind = None, None, 0.0, "role"
    else:
        first, last, confidence = name_of(local)
        kind = "personal" if personal else "work"
    return {
        "email": address, "kind": kind, "first_name": first, "last_name": last,
        "name_confidence": confidence, "company": company, "domain": domain,
        "greeting": f"Hello {first}," if first and confidence >= 0.6 else "Hello,",
    }


def name_of(local):
    parts = [part for part in re.split(r"[._-]+", re.sub(r"\d+", "", local)) if part]
    if len(parts) >= 2:
        confidence = 0.9 if len(parts[0]) > 1 else 0.5
        return parts[0].capitalize(), parts[-1].capitalize(), confidence
    if parts and len(parts[0]) > 2:
        return parts[0].capitalize(), None, 0.4
    return None, None, 0.0


def company_of(domain):
    labels = domain.split(".")
    index = -3 if len(labels) > 2 and labels[-2] in SECOND_LEVEL and len(labels[-1]) == 2 else -2
    return labels[index].replace("-", " ").title()


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
