"""Plan a fair on-call rota for a team by week, skipping people who are away and spreading the weeks evenly.

The person with the fewest weeks so far takes the next one, ties in the order given, nobody twice in a row.
"""

import argparse
import json
import re
from datetime import date, timedelta

__version__ = "1.0.0"
__category__ = "calendar"
__tool_description__ = "Plan a fair on-call rota for a team by week, skipping people who are away and spreading the weeks evenly."
__tags__ = ["rota", "on-call", "schedule", "fair", "rotation", "team"]
__examples__ = [
    "compute a rota for six people",
    "assign weeks to team members",
    "generate the on-call weeks",
    "spread the weeks over anna, ben and carl",
    "rota for 12 weeks without holidays",
    "who has which week",
    "calculate a fair rotation",
    "produce the weekly rotation table",
    "rotate duty among the team",
    "rotation with absences",
    "run the rota script",
    "weekly rota",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "people",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Names in rotation order; repeat the flag.",
    },
    {
        "name": "weeks",
        "type": "integer",
        "required": False,
        "default": 8,
        "description": "How many weeks to plan, 1 to 104.",
    },
    {
        "name": "start",
        "type": "string",
        "required": False,
        "default": "2026-03-02",
        "description": "First week, as the date of its first day.",
    },
    {
        "name": "away",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Absences as \"name=YYYY-MM-DD\", the first day of a planned week; repeat the flag.",
    },
]

def run(parameters):
    people = [name.strip() for name in parameters["people"] or ["Ada", "Grace", "Linus", "Radia"]]
    if len(set(people)) != len(people) or not all(people):
        fail("people", "names must be different and not empty")
    if not 1 <= parameters["weeks"] <= 104:
        fail("weeks", "must be between 1 and 104")
    first = date_of("start", parameters["start"])
    planned = [first + timedelta(weeks=n) for n in range(parameters["weeks"])]
    away = {absence(text, people, planned) for text in parameters["away"] or []}
    load, previous, rota = dict.fromkeys(people, 0), None, []
    for week in planned:
        able = [name for name in people if (name, week) not in away]
        rested = [name for name in able if name != previous] or able
        chosen = min(rested, key=lambda name: (load[name], people.index(name))) if rested else None
        if chosen:
            load[chosen] += 1
        rota.append({"week": week.isoformat(), "on_call": chosen})
        previous = chosen
    return {
        "rota": rota, "weeks_each": load,
        "uncovered": [row["week"] for row in rota if not row["on_call"]],
    }


def absence(text, people, planned):
    name, _, day = text.partition("=")
    if name.strip() not in people:
        fail("away", f"{name.strip()!r} is not one of the people")
    week = date_of("away", day.strip())
    if week not in planned:
        fail("away", f"{day.strip()} is not the first day of a planned week")
    return name.strip(), week


def date_of(field, text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(field, f"{text!r} is not a date such as 2026-03-02")


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
