"""Parse a raw email message into sender, recipients, subject, date, plain text, links and attachment names.

Reads RFC 5322 text such as an .eml file; attachments are listed, never written.
"""

import argparse
import email
import email.policy
import html
import json
import re
import sys

__version__ = "1.0.0"
__category__ = "email"
__tool_description__ = "Parse a raw email message into sender, recipients, subject, date, plain text, links and attachment names."
__tags__ = ["email", "parse", "headers", "eml", "message", "attachments"]
__examples__ = [
    "take this raw email apart",
    "who sent this .eml",
    "extract the text and attachments of a message",
    "read the headers of the mail",
    "get subject and date out of the raw message",
    "parse the eml file",
    "links in this email",
    "which attachments does the mail have",
    "turn the message source into fields",
    "decode this email",
    "parse email",
    "sender and recipients of the raw mail",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "The raw message, headers first.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of an .eml file.",
    },
    {
        "name": "body_limit",
        "type": "integer",
        "required": False,
        "default": 2000,
        "description": "Longest plain text to return, in characters.",
    },
]

SAMPLE = """From: Ada Lovelace <ada@example.com>
To: team@example.org
Subject: =?utf-8?q?Caf=C3=A9_on_Friday=3F?=
Date: Fri, 06 Mar 2026 09:30:00 +0100
Message-ID: <1@example.com>
Received: from mx.example.com by mail.example.org; Fri, 06 Mar 2026 08:30:04 +0000
Content-Type: text/plain; charset=utf-8

Shall we meet at ten? The menu is at https://example.com/menu
"""


def run(parameters):
    if parameters["body_limit"] < 0:
        fail("body_limit", "must not be negative")
    raw = text_of(parameters, SAMPLE)
    message = email.message_from_string(raw, policy=email.policy.default)
    if not message.keys():
        fail("file" if parameters["file"] else "text", "has no headers, so it is not an email message")
    part = message.get_body(preferencelist=("plain", "html"))
    body = content_of(part) if part else ""
    return {
        "from": people(message, "from"), "to": people(message, "to"), "cc": people(message, "cc"),
        "reply_to": people(message, "reply-to"),
        "subject": str(message["subject"] or ""), "date": iso_date(message),
        "message_id": str(message["message-id"] or "") or None,
        "hops": len(message.get_all("received", [])),
        "links": sorted(set(re.findall(r"https?://[^\s<>\"')]+", body))),
        "attachments": [
            {"name": item.get_filename(), "type": item.get_content_type()}
            for item in message.iter_attachments()
        ],
        "body": body[: parameters["body_limit"]], "body_cut": len(body) > parameters["body_limit"],
    }


def people(message, header):
    found = message[header]
    if found is None:
        return []
    return [{"name": person.display_name, "address": person.addr_spec} for person in found.addresses]


def iso_date(message):
    moment = getattr(message["date"], "datetime", None)
    return moment.isoformat() if moment else None


def content_of(part):
    try:
        body = part.get_content()
    except (LookupError, KeyError):
        body = part.get_payload(decode=True).decode("utf-8", "replace")
    if part.get_content_subtype() == "html":
        body = html.unescape(re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", body))
    return body.strip()


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
