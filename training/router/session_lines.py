"""Sessions as lines with the line before: ``python training/router/session_lines.py SESSIONS.jsonl … > lines.jsonl``.

For the evaluator, which reads lines: of a conversation only the line before counts there, and nothing is warm.
A session's ``today`` is that of each of its lines.
Files of lines (``{"id","text","call"}`` a row) are given out as they are, so that sets can be put together.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

NO_CALL = {"name": None}


def main() -> None:
    for path in map(Path, sys.argv[1:]):
        for row in path.read_text(encoding="utf-8").splitlines():
            for line in lines_of(json.loads(row)):
                print(json.dumps(line, ensure_ascii=False))


def lines_of(row: dict) -> Iterator[dict]:
    """The turns of a session; a line itself."""
    if "turns" not in row:
        yield row
        return
    before: list[str] = []
    for place, turn in enumerate(row["turns"]):
        line = {"id": f"{row['id']}-{place}", "text": turn["text"]}
        if before:
            line["history"] = before
        if "today" in row:
            line["today"] = row["today"]
        line |= {"stratum": "session", "call": turn["call"] or NO_CALL}
        if turn.get("acceptable"):
            line["acceptable"] = [call or NO_CALL for call in turn["acceptable"]]
        if turn.get("partly"):
            line["partly"] = turn["partly"]
        yield line
        before = [turn["text"]]


if __name__ == "__main__":
    main()
