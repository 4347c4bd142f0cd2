"""Score an email subject line for length, shouting, spam words and clarity, with a reason for every deduction.

The score starts at 100; the rules are editorial habits, not any provider's filter.
"""

import argparse
import json
import re

__version__ = "1.0.0"
__category__ = "email"
__tool_description__ = "Score an email subject line for length, shouting, spam words and clarity, with a reason for every deduction."
__tags__ = ["email", "subject", "line", "score", "outreach", "newsletter"]
__examples__ = [
    "is this subject line any good",
    "rate my subject",
    "does the subject sound spammy",
    "score \"big sale today\"",
    "check the headline of my mail",
    "how good is this email subject",
    "improve my subject line rating",
    "too long a subject?",
    "evaluate the subject line",
    "will the subject trigger spam filters",
    "grade the subject",
    "subject line check",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "subjects",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Subject lines to score; repeat the flag to compare several.",
    },
]

SAMPLE = ["Your March invoice is ready", "FREE!!! Act now, limited time offer just for you $$$"]
SPAM = ["act now", "buy now", "cash", "click here", "free", "guaranteed", "limited time", "no risk",
        "offer", "urgent", "winner", "100%", "$$$"]


def run(parameters):
    scored = [score(subject) for subject in parameters["subjects"] or SAMPLE]
    return {"best": max(scored, key=lambda row: row["score"])["subject"], "subjects": scored}


def score(subject):
    subject = subject.strip()
    if not subject:
        fail("subjects", "a subject line is empty")
    lowered, letters = subject.lower(), [c for c in subject if c.isalpha()]
    reasons = []
    if len(subject) > 60:
        reasons.append((15, f"{len(subject)} characters: phones cut after about 40 to 60"))
    if len(subject.split()) < 2:
        reasons.append((10, "one word says too little to be opened with confidence"))
    if letters and sum(c.isupper() for c in letters) / len(letters) > 0.5 and len(letters) > 4:
        reasons.append((20, "mostly capitals read as shouting"))
    if "!!" in subject or subject.count("!") > 1:
        reasons.append((15, "more than one exclamation mark"))
    hits = [word for word in SPAM if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lowered)]
    reasons.extend((8, f"contains {word!r}, common in unwanted mail") for word in hits)
    if re.match(r"(re|fwd?):", lowered):
        reasons.append((25, "pretends to be a reply or a forward"))
    return {
        "subject": subject, "score": max(0, 100 - sum(points for points, _ in reasons)),
        "characters": len(subject), "deductions": [{"points": p, "why": why} for p, why in reasons],
    }


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
