"""Taking back what a write did."""

from __future__ import annotations

from typing import Any, Literal, Optional

from .frames import Call, ExecuteCall


def undo_of(call: Call, result: Any) -> Optional[ExecuteCall]:
    """The call that takes back what a write did: the version before it is kept.

    It names what the write left, so that a change made since is never lost with it. None where there is nothing
    to take back. `result` is that of the call's `call-end`; `choose` commits what comes of it.
    """
    if call["name"] != "execute" or not isinstance(result, dict):
        return None
    data = result.get("data")
    if result.get("status") != "success" or not isinstance(data, dict) or data.get("changed") is not True:
        return None
    item_id, source, kept = data.get("qualified_id"), data.get("source"), data.get("kept_version")
    if not isinstance(item_id, str) or source not in ("project", "user"):
        return None
    left = {"expectedSha256": data["content_hash"]} if isinstance(data.get("content_hash"), str) else {}
    action = call["arguments"]["action"]
    if action == "create":
        return _write(call, item_id, "delete", {"source": source, **left})
    if action == "update" and isinstance(kept, str):
        return _write(call, item_id, "update", {"source": source, "restore": kept, **left})
    if action == "delete" and isinstance(kept, str):
        return _write(call, item_id, "create", {"destination": source, "restore": kept})
    return None


def _write(
    call: ExecuteCall, item_id: str, action: Literal["create", "update", "delete"], parameters: dict[str, Any]
) -> ExecuteCall:
    item_type = call["arguments"]["item_type"]
    return {
        "name": "execute",
        "arguments": {"item_type": item_type, "item_id": item_id, "action": action, "parameters": parameters},
    }
