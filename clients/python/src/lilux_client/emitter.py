"""Named events, each to all who listen."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

Listener = Callable[[Any], None]


class Emitter:
    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}

    def on(self, name: str, listener: Listener) -> Callable[[], None]:
        of = self._listeners.setdefault(name, [])
        of.append(listener)

        def stop() -> None:
            if listener in of:
                of.remove(listener)

        return stop

    def emit(self, name: str, value: Any) -> None:
        for listener in list(self._listeners.get(name, [])):
            try:
                listener(value)
            except Exception as error:
                # The listener's own mistake: it is reported as any unhandled error of the loop is.
                asyncio.get_running_loop().call_exception_handler(
                    {"message": f"a listener of {name} raised", "exception": error}
                )
