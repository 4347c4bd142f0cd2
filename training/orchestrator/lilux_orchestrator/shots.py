"""Three examples to show a model that has learnt nothing: what it could do with a longer prompt alone."""

from .tokens import plain


def shots_of(rows: list[dict]) -> list[dict]:
    """The shortest turn with a call and its answer, one that is answered at once, and one about Lilux itself."""
    kinds = (
        lambda row: row["category"] == "deference" and row["messages"][-1]["role"] == "tool",
        lambda row: row["category"] == "deference" and row["messages"][-1]["role"] == "user" and row["completion"].get("content"),
        lambda row: row["category"] == "semantics" and row["messages"][-1]["role"] == "user",
    )
    shown: list[dict] = []
    for fits in kinds:
        turns = [turn_of(row) for row in rows if row["kind"] == "answer" and fits(row)]
        if turns:
            shown += min(turns, key=lambda turn: (sum(len(str(message)) for message in turn), str(turn)))
    return shown


def turn_of(row: dict) -> list[dict]:
    """From the last line that the person sent to what was said to it."""
    said = [plain(message) for message in row["messages"] if message["role"] != "system"]
    begins = max(at for at, message in enumerate(said) if message["role"] == "user")
    return [*said[begins:], plain(row["completion"])]
