"""Split an amount of money over named shares without losing a cent, or by the 50/30/20 rule for a monthly budget.

Cents left over by rounding go to the shares with the largest remainder.
"""

import argparse
import json
import re
from decimal import Decimal, InvalidOperation

__version__ = "1.0.0"
__category__ = "finance"
__tool_description__ = "Split an amount of money over named shares without losing a cent, or by the 50/30/20 rule for a monthly budget."
__tags__ = ["budget", "split", "allocate", "shares", "money"]
__examples__ = [
    "divide 1000 euros among three people",
    "split the rent fairly",
    "share the bill by percentages",
    "50/30/20 for my salary",
    "how much does each get",
    "distribute an amount over shares",
    "split costs to the cent",
    "divvy up 250",
    "allocate 4000 to needs, wants and savings",
    "break the sum into parts",
    "calculate everybody's share",
    "split money",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "amount",
        "type": "string",
        "required": False,
        "default": "2750.00",
        "description": "Amount to split, in the currency's main unit.",
    },
    {
        "name": "shares",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Shares as \"name=weight\"; repeat the flag. Default needs=50, wants=30, savings=20.",
    },
]

def run(parameters):
    total = number_of("amount", parameters["amount"]) * 100
    if total != int(total) or total < 0:
        fail("amount", "must not be negative or have more than two decimals")
    weights = {}
    for share in parameters["shares"] or ["needs=50", "wants=30", "savings=20"]:
        name, equals, weight = share.rpartition("=")
        if not equals or not name.strip() or name.strip() in weights:
            fail("shares", f"{share!r} must be name=weight with a name of its own")
        weights[name.strip()] = number_of("shares", weight)
        if weights[name.strip()] < 0:
            fail("shares", f"{share!r} has a negative weight")
    whole = sum(weights.values())
    if whole == 0:
        fail("shares", "at least one weight must be above 0")
    exact = {name: total * weight / whole for name, weight in weights.items()}
    cents = {name: int(value) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: cents[name] - exact[name])
    for name in order[: int(total) - sum(cents.values())]:
        cents[name] += 1
    return {
        "amount": f"{total / 100:.2f}",
        "shares": [
            {"name": n, "weight": str(weights[n]), "amount": f"{Decimal(c) / 100:.2f}"} for n, c in cents.items()
        ],
    }


def number_of(field, text):
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12:
        fail(field, f"{text!r} is not a number below a trillion")
    return value


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
