"""The turns of one client that have not ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from .errors import LiluxError
from .frames import CommitFrame, ErrorFrame, SessionEvent, TurnEnd
from .mailbox import Mailbox

EVENTS_UNREAD_MAX = 10_000
TURNS_OPEN_MAX = 256


@dataclass
class OpenTurn:
    """A committed line until its end is known."""

    turn_id: str
    #: What commits it, to send again until it is accepted.
    frame: CommitFrame
    ended: asyncio.Future[TurnEnd]
    events: Mailbox[SessionEvent] = field(default_factory=lambda: Mailbox(EVENTS_UNREAD_MAX))
    #: How often it was handed to a connection.
    sent: int = 0
    accepted: bool = False


@dataclass(frozen=True)
class TurnLost:
    """A turn whose end will never be known here: its session could not be recovered."""

    turn_id: str
    #: Whether the server had said `turn-accepted`: then it is stored, and may have run.
    accepted: bool


class OpenTurns:
    def __init__(self) -> None:
        self._turns: dict[str, OpenTurn] = {}

    def open(self, turn_id: str, frame: CommitFrame) -> OpenTurn:
        if turn_id in self._turns:
            raise LiluxError("duplicate_turn")
        if len(self._turns) >= TURNS_OPEN_MAX:
            raise LiluxError("overloaded", f"{TURNS_OPEN_MAX} turns have not ended. Wait for one of them.")
        turn = OpenTurn(turn_id, frame, asyncio.get_running_loop().create_future())
        self._turns[turn_id] = turn
        return turn

    def unaccepted(self) -> list[OpenTurn]:
        """Those the server has not accepted, in the order they were committed."""
        return [turn for turn in self._turns.values() if not turn.accepted]

    def take_event(self, event: SessionEvent) -> None:
        turn = self._turns.get(event["turnId"])
        if turn is None:
            return
        turn.accepted = True
        if event["type"] == "turn-end":
            self._close(turn, event)
        else:
            turn.events.push(event)

    def take_error(self, frame: ErrorFrame) -> bool:
        """False where it says nothing new: that a line sent twice over a lost connection had arrived."""
        turn = self._turns.get(frame.get("turnId", ""))
        if turn is None:
            return True
        if frame["code"] == "duplicate_turn" and turn.sent > 1:
            # The first one arrived, and its events come.
            turn.accepted = True
            return False
        if not turn.accepted:
            self.finish(turn, "failed", LiluxError.from_body(frame))
        return True

    def lose(self) -> list[TurnLost]:
        """The session is gone: ends what was sent in it, and says what that was."""
        lost = [turn for turn in self._turns.values() if turn.sent > 0]
        for turn in lost:
            self.finish(turn, "interrupted", _lost_error(turn.accepted))
        return [TurnLost(turn.turn_id, turn.accepted) for turn in lost]

    def end_all(self, error: LiluxError) -> None:
        for turn in list(self._turns.values()):
            self.finish(turn, "interrupted", error)

    def finish(self, turn: OpenTurn, outcome: Literal["failed", "interrupted"], error: LiluxError) -> None:
        """Ends it by an end of offset 0, made here: the server sent none."""
        end: TurnEnd = {
            "type": "turn-end",
            "turnId": turn.turn_id,
            "outcome": outcome,
            "offset": 0,
            "error": error.to_body(),
        }
        self._close(turn, end)

    def _close(self, turn: OpenTurn, end: TurnEnd) -> None:
        del self._turns[turn.turn_id]
        turn.events.end(end)
        if not turn.ended.done():
            turn.ended.set_result(end)


def _lost_error(accepted: bool) -> LiluxError:
    message = (
        "The session could not be recovered. The turn was stored and may have run; its end is not known here."
        if accepted
        else "The session could not be recovered, and the turn was never acknowledged."
        " Send it again if it is still wanted."
    )
    return LiluxError("interrupted", message, {"lost": True, "accepted": accepted})
