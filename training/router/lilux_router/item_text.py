"""The text an item is embedded by. The TypeScript runtime builds exactly the same string."""

import re
from collections.abc import Mapping

ITEM_TEXT_TEMPLATE = (
    "<item_type>: <name with _ - / split into spaces>. <description>. inputs: a, b. tags: x, y"
)

_SEPARATORS = re.compile(r"[_\-/]+")


def item_text(item: Mapping) -> str:
    """Return the text of one item, missing parts left out.

    ``item`` has ``item_type``, ``name`` (or ``item_id``), and optionally ``description``,
    ``inputs`` and ``tags`` (lists of strings).
    """
    name = item.get("name") or item["item_id"]
    words = _SEPARATORS.sub(" ", name).strip()
    parts = [f"{item['item_type']}: {words}"]
    description = (item.get("description") or "").strip().rstrip(".")
    if description:
        parts.append(description)
    for key in ("inputs", "tags"):
        values = item.get(key) or []
        if values:
            parts.append(f"{key}: {', '.join(values)}")
    return ". ".join(parts)
