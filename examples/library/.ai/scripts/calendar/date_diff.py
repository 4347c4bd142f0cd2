"""Count the days, weeks and working days between two dates, or find the date a number of working days ahead.

Weekends are Saturday and Sunday; holidays are given by the caller. The end date is not counted.
"""

import argparse
import json
import re
from datetime import date, timedelta

__version__ = "1.0.0"
__category__ = "calendar"
__tool_description__ = "Count the days, weeks and working days between two dates, or find the date a number of working days ahead."
__tags__ = ["dates", "difference", "working", "days", "deadline", "calendar"]
__examples__ = [
    "how many days until christmas",
    "days between the 3rd of may and today",
    "how many working days in march",
    "what date is 30 business days from now",
    "weeks from january 5 to june 1",
    "how long ago was 2023-11-02",
    "number of days between two dates",
    "when is ten working days after monday",
    "time span between dates",
    "count the days to the deadline",
    "date in 45 working days",
    "difference between dates",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "start",
        "type": "string",
        "required": False,
        "default": "2026-03-02",
        "description": "First date as YYYY-MM-DD.",
    },
    {
        "name": "end",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Second date as YYYY-MM-DD.",
    },
    {
        "name": "add_working_days",
        "type": "integer",
        "required": False,
        "default": None,
        "description": "Instead of end: how many working days to add, 0 to 5000.",
    },
    {
        "name": "holidays",
        "type": "array",
        "required": False,
        "default": None,
        "description": "Dates that are not working days; repeat the flag.",
    },
]

def run(parameters):
    start = date_of("start", parameters["start"])
    holidays = {date_of("holidays", text) for text in parameters["holidays"] or []}
    add = parameters["add_working_days"]
    if add is not None and parameters["end"]:
        fail("add_working_days", "cannot be combined with end")
    if add is not None:
        if not 0 <= add <= 5000:
            fail("add_working_days", "must be between 0 and 5000")
        day = start
        while add:
            day += timedelta(days=1)
            add -= works(day, holidays)
        return {"start": start.isoformat(), "date": day.isoformat(), "weekday": day.strftime("%A")}
    end = date_of("end", parameters["end"]) if parameters["end"] else start + timedelta(days=30)
    first, last = min(start, end), max(start, end)
    if (last - first).days > 200_000:
        fail("end", "is more than 200,000 days away")
    working = sum(works(first + timedelta(days=n), holidays) for n in range((last - first).days))
    return {
        "start": start.isoformat(), "end": end.isoformat(), "days": (end - start).days,
        "weeks": (last - first).days // 7, "days_beyond_weeks": (last - first).days % 7,
        "working_days": working if end >= start else -working,
    }


def works(day, holidays):
    return day.weekday() < 5 and day not in holidays


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
