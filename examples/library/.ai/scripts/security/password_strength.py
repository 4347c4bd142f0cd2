"""Rate the strength of a password by length, common words and patterns, and say what would improve it.

A rough estimate to teach with; it never prints the password. Do not try real passwords on shared machines.
"""

import argparse
import json
import math
import re

__version__ = "1.0.0"
__category__ = "security"
__tool_description__ = "Rate the strength of a password by length, common words and patterns, and say what would improve it."
__tags__ = ["password", "strength", "entropy", "passphrase", "security"]
__examples__ = [
    "is this password good",
    "how strong is hunter2",
    "rate my password",
    "would that passphrase be cracked",
    "check password quality",
    "how secure is this pw",
    "improve my password",
    "test the strength of a passphrase",
    "is correct horse battery staple strong",
    "weak password?",
    "score the password",
    "password check",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "password",
        "type": "string",
        "required": False,
        "default": "correct horse battery staple",
        "description": "Password or passphrase to rate.",
    },
]

COMMON = {"123456", "123456789", "abc123", "admin", "dragon", "football", "iloveyou", "letmein", "login",
          "monkey", "password", "qwerty", "secret", "welcome"}
RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def run(parameters):
    password = parameters["password"]
    if not password:
        fail("password", "must not be empty")
    advice = []
    plain = password.lower().translate(str.maketrans("@$013", "asoie"))
    words = [word for word in COMMON if word in password.lower() or word in plain]
    bits = entropy(password)
    if words:
        advice.append("leave out common words and keyboard walks")
        bits -= sum(len(w) * 4 for w in words)
    runs = sum(password.lower()[i:i + 4] in row for row in RUNS for i in range(len(password) - 3))
    if runs:
        advice.append("avoid sequences such as 1234 or asdf")
        bits -= runs * 4
    if re.search(r"(.)\1\1", password):
        advice.append("avoid the same character three times in a row")
        bits -= 6
    if len(password) < 15:
        advice.append("make it longer: four or five random words beat special characters")
    bits = max(0.0, bits)
    levels = [(28, "very weak"), (40, "weak"), (60, "fair"), (80, "strong")]
    rating = next((name for limit, name in levels if bits < limit), "very strong")
    return {"length": len(password), "bits": round(bits, 1), "rating": rating, "advice": advice}


def entropy(password):
    words = re.split(r"[\s._-]+", password.strip())
    if len(words) >= 3 and all(word.isalpha() and len(word) > 2 for word in words):
        return len(words) * math.log2(7776)
    pools = [(r"[a-z]", 26), (r"[A-Z]", 26), (r"\d", 10), (r"[^A-Za-z0-9]", 33)]
    pool = sum(size for pattern, size in pools if re.search(pattern, password))
    distinct = len(set(password))
    return (distinct + (len(password) - distinct) * 0.5) * math.log2(pool)


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
