"""What is on its way to the server over one connection."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Deque, NamedTuple, Optional

#: Frames that a connection which takes none may hold back before it is given up.
FRAMES_WAITING_MAX = 256


class Outgoing(NamedTuple):
    text: str
    #: Whether the server owes a frame for it.
    is_answered: bool


class Outbox:
    """Frames in order, and of the lines that were typed the newest alone, no faster than the server takes them."""

    def __init__(self) -> None:
        self._frames: Deque[Outgoing] = deque()
        self._line: Optional[Outgoing] = None
        self._gap_s = 0.0
        self._line_at = float("-inf")
        self._wake = asyncio.Event()

    def put(self, frame: Outgoing) -> bool:
        """False when there is no room: the connection is stuck."""
        if len(self._frames) >= FRAMES_WAITING_MAX:
            return False
        self._frames.append(frame)
        self._wake.set()
        return True

    def put_line(self, frame: Outgoing, gap_s: float) -> None:
        self._line = frame
        self._gap_s = gap_s
        self._wake.set()

    def clear_line(self) -> None:
        """The line was committed: a prediction for it comes too late."""
        self._line = None

    async def next(self) -> Outgoing:
        while True:
            if self._frames:
                return self._frames.popleft()
            wait_s: Optional[float] = None
            if self._line is not None:
                now = asyncio.get_running_loop().time()
                wait_s = self._line_at + self._gap_s - now
                if wait_s <= 0:
                    line, self._line, self._line_at = self._line, None, now
                    return line
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), wait_s)
            except asyncio.TimeoutError:
                pass
