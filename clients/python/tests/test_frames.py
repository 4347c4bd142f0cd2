"""The types of frames agree with docs/asyncapi.json, which the server's schemas make."""

from __future__ import annotations

import json
import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from lilux_client import frames

ASYNCAPI = Path(__file__).parents[3] / "docs" / "asyncapi.json"
MESSAGES: dict[str, Any] = json.loads(ASYNCAPI.read_text())["channels"]["session"]["messages"]
SCALARS: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}


def typed_dicts() -> dict[str, type]:
    """Every frame by its `type`."""
    found: dict[str, type] = {}
    for name, value in vars(frames).items():
        if not is_typeddict(value) or name.endswith("Required"):
            continue
        kind = get_type_hints(value).get("type")
        if get_origin(kind) is Literal:
            found[get_args(kind)[0]] = value
    return found


def differences(hint: Any, schema: dict[str, Any], at: str) -> list[str]:
    """Where a type and a schema say different things, each by its path."""
    if "anyOf" in schema:
        return differences_of_union(hint, schema["anyOf"], at)
    if "const" in schema or "enum" in schema:
        choices = schema.get("enum", [schema.get("const")])
        return [] if set(get_args(hint)) == set(choices) else [f"{at}: {hint} is not one of {choices}"]
    kind = schema.get("type")
    if kind is None:
        return [] if hint is Any else [f"{at}: {hint} where anything may be"]
    if kind == "array":
        if get_origin(hint) is not list:
            return [f"{at}: {hint} is no list"]
        return differences(get_args(hint)[0], schema["items"], f"{at}[]")
    if kind != "object":
        return [] if hint is SCALARS[kind] else [f"{at}: {hint} is not {kind}"]
    if "properties" not in schema:
        return [] if hint == dict[str, Any] else [f"{at}: {hint} is no free object"]
    if not is_typeddict(hint):
        return [f"{at}: {hint} is no object"]
    return differences_of_object(hint, schema, at)


def differences_of_union(hint: Any, options: list[dict[str, Any]], at: str) -> list[str]:
    if get_origin(hint) not in (Union, types.UnionType):
        return [f"{at}: {hint} is no union"]
    members = get_args(hint)
    if len(members) != len(options):
        return [f"{at}: {len(members)} members, not {len(options)}"]
    found = []
    for option in options:
        tries = [differences(member, option, at) for member in members]
        if all(tries):
            found.append(f"{at}: no member is {option}: {min(tries, key=len)}")
    return found


def differences_of_object(hint: Any, schema: dict[str, Any], at: str) -> list[str]:
    hints = get_type_hints(hint)
    found = []
    if set(hints) != set(schema["properties"]):
        found.append(f"{at}: fields {sorted(set(hints) ^ set(schema['properties']))} are in one of both only")
    if set(hint.__required_keys__) != set(schema.get("required", [])):
        found.append(f"{at}: required {sorted(hint.__required_keys__)}, not {schema.get('required')}")
    for name, of in schema["properties"].items():
        if name in hints:
            found += differences(hints[name], of, f"{at}.{name}")
    return found


@pytest.mark.parametrize("name", MESSAGES)
def test_a_frame_is_what_the_server_says_it_is(name: str) -> None:
    assert differences(typed_dicts()[name], MESSAGES[name]["payload"], name) == []


def test_there_is_no_frame_that_no_server_sends_or_takes() -> None:
    assert set(typed_dicts()) == set(MESSAGES)


def test_what_differs_is_found() -> None:
    payload = json.loads(json.dumps(MESSAGES["turn-end"]["payload"]))
    payload["required"].append("usage")
    payload["properties"]["outcome"]["enum"].append("postponed")
    payload["properties"]["usage"]["properties"]["calls"]["type"] = "string"
    payload["properties"]["mood"] = {"type": "string"}
    assert len(differences(frames.TurnEnd, payload, "turn-end")) == 4
