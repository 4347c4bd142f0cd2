"""Explain a cron expression in words and list its next run times, to catch schedules that fire too often.

Five fields in UTC; when both day fields are restricted either may match, as in classic cron.
"""

import argparse
import json
import re
from datetime import datetime, timedelta, timezone

__version__ = "1.0.0"
__category__ = "monitoring"
__tool_description__ = "Explain a cron expression in words and list its next run times, to catch schedules that fire too often."
__tags__ = ["cron", "schedule", "explain", "next", "runs"]
__examples__ = [
    "what does */15 * * * * mean",
    "explain this cron expression",
    "when does 0 9 * * 1-5 run",
    "translate the crontab line",
    "next run times of this expression",
    "read this cron for me",
    "cron in plain words",
    "decode 30 2 1 * *",
    "how often does that schedule fire",
    "meaning of a cron string",
    "say in words what the cron does",
    "explain cron",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "expression",
        "type": "string",
        "required": False,
        "default": "30 6 * * 1-5",
        "description": "Cron expression with five fields, or @hourly, @daily, @weekly, @monthly, @yearly.",
    },
    {
        "name": "count",
        "type": "integer",
        "required": False,
        "default": 5,
        "description": "How many next run times to list, 1 to 50.",
    },
    {
        "name": "start",
        "type": "string",
        "required": False,
        "default": None,
        "description": "ISO time to start from, in UTC; now when absent.",
    },
]

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "sun mon tue wed thu fri sat".split()
FIELDS = [("minute", 0, 59, []), ("hour", 0, 23, []), ("day of month", 1, 31, []),
          ("month", 1, 12, MONTHS), ("day of week", 0, 7, DAYS)]
ALIASES = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
           "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
           "@annually": "0 0 1 1 *"}


def run(parameters):
    if not 1 <= parameters["count"] <= 50:
        fail("count", "must be between 1 and 50")
    given = parameters["expression"].strip().lower()
    parts = ALIASES.get(given, given).split()
    if len(parts) != 5:
        fail("expression", f"needs five fields, has {len(parts)}")
    fields = [values_of(part, *spec) for part, spec in zip(parts, FIELDS)]
    fields[4] = {day % 7 for day in fields[4]}
    times = next_times(fields, parts, start_of(parameters["start"]), parameters["count"])
    return {
        "expression": " ".join(parts), "explanation": explain(parts, fields),
        "next": [moment.isoformat() for moment in times],
        "note": None if times else "no matching date in the next eight years",
    }


def start_of(text):
    if text is None:
        return datetime.now(timezone.utc)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        fail("start", "is not an ISO time such as 2026-03-06T09:00")
    return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)


def values_of(part, name, low, high, words):
    values = set()
    for piece in part.split(","):
        span, _, step = piece.partition("/")
        if step and (not step.isdigit() or int(step) == 0):
            fail("expression", f"{name}: the step in {piece!r} is not a positive number")
        first, dash, last = span.partition("-")
        if span == "*":
            first, last = low, high
        else:
            first = number_of(first, name, low, words)
            last = number_of(last, name, low, words) if dash else high if step else first
        if not low <= first <= last <= high:
            fail("expression", f"{name}: {piece!r} is outside {low} to {high}")
        values.update(range(first, last + 1, int(step or 1)))
    return values


def number_of(text, name, low, words):
    if text in words:
        return words.index(text) + low
    if not text.isdigit():
        fail("expression", f"{name}: {text!r} is not a number")
    return int(text)


def explain(parts, fields):
    if parts[0].isdigit() and parts[1].isdigit():
        words = f"at {int(parts[1]):02}:{int(parts[0]):02} UTC"
    else:
        words = ", ".join(
            f"every {name}" if part == "*" else f"{name} {' '.join(map(str, sorted(values)))}"
            for part, (name, *_), values in zip(parts[:2], FIELDS, fields)
        )
    days = []
    if parts[2] != "*":
        days.append("on day " + ", ".join(map(str, sorted(fields[2]))) + " of the month")
    if parts[4] != "*":
        days.append("on " + ", ".join(DAYS[day].capitalize() for day in sorted(fields[4])))
    words += " " + (" or ".join(days) or "every day")
    if parts[3] != "*":
        words += " in " + ", ".join(MONTHS[month - 1].capitalize() for month in sorted(fields[3]))
    return words


def next_times(fields, parts, start, count):
    minutes, hours, month_days, months, week_days = fields
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for _ in range(366 * 8):
        by_month_day, by_week_day = day.day in month_days, day.isoweekday() % 7 in week_days
        either = parts[2] != "*" and parts[4] != "*"
        fits = (by_month_day or by_week_day) if either else (by_month_day and by_week_day)
        if day.month in months and fits:
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    moment = day.replace(hour=hour, minute=minute)
                    if moment > start:
                        found.append(moment)
                        if len(found) == count:
                            return found
        day += timedelta(days=1)
    return found


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
