"""List the events of an iCalendar file as an agenda in time order, with durations, overlaps and free gaps.

Reads VEVENT start, end, summary and location; recurring events are listed once and marked.
"""

import argparse
import json
import re
import sys
from datetime import date, datetime, timedelta

__version__ = "1.0.0"
__category__ = "calendar"
__tool_description__ = "List the events of an iCalendar file as an agenda in time order, with durations, overlaps and free gaps."
__tags__ = ["calendar", "ical", "ics", "agenda", "events"]
__examples__ = [
    "what's in my ics file",
    "list the events in the calendar file",
    "show agenda from calendar.ics",
    "any overlapping meetings in the ical",
    "free slots in my calendar export",
    "print upcoming events",
    "read the ics",
    "when am i free according to the calendar file",
    "events of this week from the ics",
    "make an agenda from the ical export",
    "what meetings are in team.ics",
    "agenda",
]
__effect__ = "read"
__dependencies__ = []
__inputs__ = [
    {
        "name": "text",
        "type": "string",
        "required": False,
        "default": None,
        "description": "iCalendar text.",
    },
    {
        "name": "file",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Path of an .ics file.",
    },
    {
        "name": "day",
        "type": "string",
        "required": False,
        "default": None,
        "description": "Only this day, as YYYY-MM-DD.",
    },
]

SAMPLE = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART:20260309T090000Z
DTEND:20260309T093000Z
SUMMARY:Stand-up
RRULE:FREQ=DAILY
END:VEVENT
BEGIN:VEVENT
DTSTART:20260309T091500Z
DTEND:20260309T100000Z
SUMMARY:Customer call
LOCATION:Room 2
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260310
SUMMARY:Release day
END:VEVENT
END:VCALENDAR
"""


def run(parameters):
    only = parameters["day"]
    if only is not None:
        try:
            date.fromisoformat(only)
        except ValueError:
            fail("day", "must be a date such as 2026-03-09")
    field = "file" if parameters["file"] else "text"
    unfolded = re.sub(r"\r?\n[ \t]", "", text_of(parameters, SAMPLE))
    blocks = re.findall(r"BEGIN:VEVENT\r?\n(.*?)END:VEVENT", unfolded, re.S)
    if not blocks:
        fail(field, "has no VEVENT")
    events = sorted((event_of(block, field) for block in blocks), key=lambda event: event["start"])
    if only:
        events = [event for event in events if event["start"].date().isoformat() == only]
    timed = [event for event in events if not event["all_day"]]
    overlaps, gaps, latest = [], [], None
    for event in timed:
        if latest and event["start"] < latest["end"]:
            overlaps.append([latest["summary"], event["summary"]])
        elif latest and event["start"].date() == latest["end"].date() and event["start"] > latest["end"]:
            gaps.append({"from": latest["end"].isoformat(), "minutes": minutes(latest["end"], event["start"])})
        if not latest or event["end"] > latest["end"]:
            latest = event
    shown = [
        {**event, "start": event["start"].isoformat(), "end": event["end"].isoformat(),
         "minutes": minutes(event["start"], event["end"])}
        for event in events
    ]
    return {"count": len(shown), "events": shown, "overlaps": overlaps, "gaps": gaps}


def minutes(start, end):
    return int((end - start).total_seconds() // 60)


def event_of(block, field):
    values = {}
    for line in block.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            values.setdefault(name.split(";")[0].upper(), value.strip())
    if "DTSTART" not in values:
        fail(field, "has an event without DTSTART")
    all_day = "T" not in values["DTSTART"]
    start = moment_of(values["DTSTART"], field)
    if "DTEND" in values:
        end = moment_of(values["DTEND"], field)
    else:
        end = start + (timedelta(days=1) if all_day else timedelta(0))
    return {
        "start": start, "end": max(start, end), "all_day": all_day, "summary": clean(values.get("SUMMARY", "")),
        "location": clean(values.get("LOCATION", "")) or None, "recurs": "RRULE" in values,
    }


def moment_of(text, field):
    shape = "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d"
    try:
        return datetime.strptime(text.rstrip("Z"), shape)
    except ValueError:
        fail(field, f"has a time that cannot be read: {text}")


def clean(text):
    return text.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")


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
