"""What a person says to a running turn, until it shows in the turn's events."""

from __future__ import annotations

from collections import OrderedDict

from .frames import ErrorFrame, ReplyFrame, SessionEvent

REPLIES_MAX = 32

Key = tuple[str, str, str]


class Replies:
    """A yes that was on its way when the connection was lost is said again, and counts once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, ReplyFrame] = OrderedDict()
        self._sent: set[Key] = set()
        self._repeated: set[Key] = set()

    def keep(self, frame: ReplyFrame, *, sent: bool) -> None:
        """Until it is settled, or for want of room. A rating that was sent is not kept: no event shows it."""
        if frame["type"] == "feedback" and sent:
            return
        key = _key(frame)
        self._kept[key] = frame
        if sent:
            self._sent.add(key)
        if len(self._kept) > REPLIES_MAX:
            self._forget(next(iter(self._kept)))

    def again(self) -> list[ReplyFrame]:
        """Those to send over a new connection of the same session."""
        frames = list(self._kept.values())
        for key, frame in list(self._kept.items()):
            if frame["type"] == "feedback":
                self._forget(key)
            elif key in self._sent:
                self._repeated.add(key)
            self._sent.add(key)
        return frames

    def take_event(self, event: SessionEvent) -> None:
        turn_id = event["turnId"]
        call_id = event.get("callId")
        for key in list(self._kept):
            of_turn = key[1] == turn_id
            if of_turn and (event["type"] == "turn-end" or key[:1] + key[2:] == ("confirm", call_id)):
                self._forget(key)

    def take_error(self, frame: ErrorFrame) -> bool:
        """False where it says nothing new: that what was said twice over a lost connection had arrived."""
        of_turn = [key for key in self._kept if key[1] == frame.get("turnId")]
        again = next((key for key in of_turn if key in self._repeated), None)
        if again is not None and frame["code"] in ("unknown_call", "unknown_turn"):
            self._forget(again)
            return False
        if of_turn:
            # What was refused is not said again.
            self._forget(of_turn[-1])
        return True

    def clear(self) -> None:
        self._kept.clear()
        self._sent.clear()
        self._repeated.clear()

    def _forget(self, key: Key) -> None:
        self._kept.pop(key, None)
        self._sent.discard(key)
        self._repeated.discard(key)


def _key(frame: ReplyFrame) -> Key:
    return (frame["type"], frame["turnId"], frame["callId"] if frame["type"] == "confirm" else "")
