"""Total an invoice from line items with discount and VAT per rate, rounded half up to cents as accountants expect.

Lines are "description; quantity; unit price; tax percent". Decimal arithmetic, never floats.
"""

import argparse
import json
import re
from decimal import Decimal, InvalidOperation, ROUND_HALF_UP

__version__ = "1.0.0"
__category__ = "finance"
__tool_description__ = "Total an invoice from line items with discount and VAT per rate, rounded half up to cents as accountants expect."
__tags__ = ["invoice", "total", "vat", "tax", "discount", "billing"]
__examples__ = [
    "add up the invoice",
    "total with vat for these items",
    "calculate gross and net",
    "what does the bill come to",
    "sum of line items with discount",
    "how much vat is on it",
    "compute the invoice amount",
    "final amount incl. tax",
    "work out the total of the bill",
    "price with 19% tax",
    "invoice sum",
    "total it",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "lines",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Line items as \"description; quantity; unit price; tax percent\"; repeat the flag.",
    },
    {
        "name": "discount_percent",
        "type": "string",
        "required": False,
        "default": "0",
        "description": "Discount on the whole invoice in percent, before tax.",
    },
    {
        "name": "currency",
        "type": "string",
        "required": False,
        "default": "EUR",
        "description": "Three-letter currency code.",
    },
]

SAMPLE = ["Consulting; 12.5; 110.00; 20", "Travel; 1; 86.40; 10", "Licence; 3; 19.99; 20"]


def run(parameters):
    if not re.fullmatch(r"[A-Z]{3}", parameters["currency"]):
        fail("currency", "must be three capital letters, such as EUR")
    discount = decimal_of("discount_percent", parameters["discount_percent"])
    if not 0 <= discount <= 100:
        fail("discount_percent", "must be between 0 and 100")
    rows, by_rate = [], {}
    for line in parameters["lines"] or SAMPLE:
        cells = [cell.strip() for cell in line.split(";")]
        if len(cells) != 4:
            fail("lines", f"{line!r} needs four cells: description; quantity; unit price; tax percent")
        quantity, price, rate = (decimal_of("lines", cell) for cell in cells[1:])
        if rate < 0:
            fail("lines", f"{line!r} has a negative tax percent")
        net = cents(quantity * price)
        rows.append({"description": cells[0], "quantity": str(quantity), "net": str(net), "tax_percent": str(rate)})
        by_rate[rate] = by_rate.get(rate, Decimal(0)) + net
    taxes, net_total, tax_total = [], Decimal(0), Decimal(0)
    for rate, net in sorted(by_rate.items()):
        net = cents(net * (100 - discount) / 100)
        tax = cents(net * rate / 100)
        taxes.append({"tax_percent": str(rate), "net": str(net), "tax": str(tax)})
        net_total, tax_total = net_total + net, tax_total + tax
    return {
        "currency": parameters["currency"], "lines": rows, "subtotal": str(sum(by_rate.values())),
        "discount": str(sum(by_rate.values()) - net_total), "net": str(net_total), "taxes": taxes,
        "tax": str(tax_total), "total": str(net_total + tax_total),
    }


def decimal_of(field, text):
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12:
        fail(field, f"{text!r} is not a number below a trillion")
    return value


def cents(value):
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


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
