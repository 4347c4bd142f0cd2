"""Values on their way to one reader, in order and within a bound."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import AsyncIterator, Deque, Generic, Optional, TypeVar

from .errors import LiluxError

T = TypeVar("T")


class Mailbox(Generic[T]):
    """What waits at the end is still read.

    A reader that is further behind than `bound` gets what was kept and then `slow_reader`: never a sequence
    with a hole that nobody mentions.
    """

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._waiting: Deque[T] = deque()
        self._changed = asyncio.Event()
        self._ended = False
        self._error: Optional[LiluxError] = None

    def push(self, value: T) -> None:
        if self._ended:
            return
        if len(self._waiting) >= self._bound:
            self.end()
            self._error = LiluxError("slow_reader")
            return
        self._waiting.append(value)
        self._changed.set()

    def end(self, last: Optional[T] = None) -> None:
        """No more values come, but for this last one."""
        if last is not None and not self._ended:
            self._waiting.append(last)
        self._ended = True
        self._changed.set()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while not self._waiting:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._waiting.popleft()
