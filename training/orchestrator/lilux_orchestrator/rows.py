"""Rendered rows: what a model server is sent, and the answer to learn. Splits are cut by their key."""

import hashlib
import json
from pathlib import Path

from .refused import Refused

FIELDS = ("id", "round", "kind", "messages", "tools", "completion", "splitKey", "category", "licence")


def read_rows(path: Path) -> list[dict]:
    rows = []
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Refused(f"{path}, line {at}: {error}") from error
        missing = [name for name in FIELDS if name not in row]
        if missing:
            raise Refused(f"{path}, line {at}: {', '.join(missing)} is missing. Render the examples again.")
        rows.append(row)
    if not rows:
        raise Refused(f"{path} holds no rows.")
    return rows


def split(rows: list[dict], share: float, seed: int) -> tuple[list[dict], list[dict]]:
    """For training and for validation: rows that share a key are never on both sides."""
    train, held = [], []
    for row in rows:
        (held if chance(row["splitKey"], seed) < share else train).append(row)
    return train, held


def of_role(rows: list[dict], role: str) -> list[dict]:
    """What the model will be asked for: one that decides is never shown a result, which the built-in model tells."""
    return rows if role == "all" else [row for row in rows if not follows_result(row["messages"])]


def follows_result(messages: list[dict]) -> bool:
    """Whether something was run since the person's line. A user's message right behind a result is a note of Lilux's own."""
    roles = [message["role"] for message in messages]
    lines = [at for at, role in enumerate(roles) if role == "user" and roles[at - 1 : at] != ["tool"]]
    return "tool" in roles[lines[-1] if lines else 0 :]


def some(rows: list[dict], count: int, seed: int) -> list[dict]:
    """At most so many, the same ones each time and from all over."""
    if count == 0 or count >= len(rows):
        return rows
    return sorted(rows, key=lambda row: chance(f"{row['id']}.{row['round']}", seed))[:count]


def chance(key: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}\n{key}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def hash_of(rows: list[dict]) -> str:
    text = "\n".join(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()
