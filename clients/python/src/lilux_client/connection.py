"""One socket at a time, replaced by itself when it is lost."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any, Awaitable, Callable, Optional
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from .error_table import ERRORS
from .errors import LiluxError
from .outbox import Outbox, Outgoing
from .state import Backoff, StateChange

SUBPROTOCOL = Subprotocol("lilux.v1")
#: The largest frame that is read; results of runs are cut by the server long before it.
FRAME_BYTES_MAX = 32 * 1024 * 1024
CLOSE_WITHIN_S = 2.0

#: What another attempt cannot mend.
FINAL = frozenset(
    {"unauthenticated", "forbidden", "tenant_suspended", "unsupported_protocol", "session_replaced"}
)

TicketSource = Callable[[], Awaitable[str]]


class Connection:
    def __init__(
        self,
        url: str,
        *,
        api_key: Optional[str],
        ticket: Optional[TicketSource],
        backoff: Backoff,
        answer_within_s: float,
        on_open: Callable[[], None],
        on_frame: Callable[[dict[str, Any]], None],
        on_state: Callable[[StateChange], None],
    ) -> None:
        self._url = url
        self._api_key = api_key
        self._ticket = ticket
        self._backoff = backoff
        self._answer_within_s = answer_within_s
        self._on_open = on_open
        self._on_frame = on_frame
        self._on_state = on_state
        self._outbox: Optional[Outbox] = None
        self._attempts = 0
        self._answer_timer: Optional[asyncio.TimerHandle] = None
        self._lost: Optional[asyncio.Future[LiluxError]] = None

    def send(self, frame: Any, *, is_answered: bool) -> bool:
        """False when no socket is open. `is_answered`: without a frame in time the socket is given up."""
        if self._outbox is None:
            return False
        if self._outbox.put(Outgoing(encode(frame), is_answered)):
            return True
        self.restart(LiluxError("interrupted", "The connection takes nothing any more."))
        return False

    def send_line(self, frame: Any, gap_s: float) -> None:
        if self._outbox is not None:
            self._outbox.put_line(Outgoing(encode(frame), True), gap_s)

    def clear_line(self) -> None:
        if self._outbox is not None:
            self._outbox.clear_line()

    def settled(self) -> None:
        """The server took the session: the next wait is short again."""
        self._attempts = 0

    def _expect_answer(self) -> None:
        if self._answer_timer is None:
            loop = asyncio.get_running_loop()
            late = LiluxError("deadline_exceeded")
            self._answer_timer = loop.call_later(self._answer_within_s, self.restart, late)

    def restart(self, error: LiluxError) -> None:
        """Drops the socket and connects again."""
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(error)

    async def run(self) -> LiluxError:
        """Keeps a connection until an error that no other attempt can mend."""
        while True:
            error = await self._one_connection()
            if error.code in FINAL:
                return error
            wait_s = min(self._backoff.max_s, self._backoff.first_s * 2 ** min(self._attempts, 16))
            retry_in_s = wait_s * (0.5 + random.random() * 0.5)
            self._attempts += 1
            self._on_state(StateChange("reconnecting", error, retry_in_s))
            await asyncio.sleep(retry_in_s)

    async def _one_connection(self) -> LiluxError:
        """Connects, and serves the socket until it is lost. Says why."""
        try:
            socket = await asyncio.wait_for(self._open(), self._answer_within_s)
        except (Exception, asyncio.TimeoutError) as thrown:
            return error_of(thrown)
        self._lost = asyncio.get_running_loop().create_future()
        self._outbox = Outbox()
        tasks = [asyncio.create_task(self._write(socket)), asyncio.create_task(self._read(socket))]
        try:
            return await self._lost
        finally:
            self._outbox = None
            self._answered()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._close(socket)

    async def _open(self) -> ClientConnection:
        query = {} if self._ticket is None else {"ticket": await self._ticket()}
        headers = {} if self._api_key is None else {"Authorization": f"Bearer {self._api_key}"}
        return await connect(
            session_url(self._url, query),
            subprotocols=[SUBPROTOCOL],
            additional_headers=headers,
            open_timeout=self._answer_within_s,
            close_timeout=CLOSE_WITHIN_S,
            max_size=FRAME_BYTES_MAX,
        )

    async def _write(self, socket: ClientConnection) -> None:
        outbox = self._outbox
        if outbox is None:
            return
        try:
            self._on_open()
            while True:
                text, is_answered = await outbox.next()
                await socket.send(text)
                if is_answered:
                    self._expect_answer()
        except ConnectionClosed:
            # Whoever reads says why.
            pass

    async def _read(self, socket: ClientConnection) -> None:
        told: Optional[LiluxError] = None
        try:
            async for message in socket:
                if isinstance(message, bytes):
                    continue
                self._answered()
                frame = json.loads(message)
                if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
                    raise ValueError("no frame")
                told = closing_error(frame)
                self._on_frame(frame)
            self.restart(told or error_of_close(socket.close_code))
        except ConnectionClosed:
            self.restart(told or error_of_close(socket.close_code))
        except (ValueError, KeyError, TypeError):
            self.restart(LiluxError("interrupted", "The server sent what is no frame of lilux.v1."))

    def _answered(self) -> None:
        if self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None

    @staticmethod
    async def _close(socket: ClientConnection) -> None:
        try:
            await asyncio.wait_for(socket.close(), CLOSE_WITHIN_S)
        except (asyncio.TimeoutError, OSError):
            socket.transport.abort()


def encode(frame: Any) -> str:
    text = json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a character, as text that was cut in another program has it.
        return json.dumps(frame, separators=(",", ":"))
    return text


def session_url(base: str, query: dict[str, str]) -> str:
    scheme, netloc, *_ = urlsplit(base)
    socket_scheme = {"http": "ws", "https": "wss"}.get(scheme, scheme)
    return urlunsplit((socket_scheme, netloc, "/v1/session", urlencode(query), ""))


def closing_error(frame: dict[str, Any]) -> Optional[LiluxError]:
    """A close is explained by the error frame before it."""
    if frame["type"] != "error":
        return None
    traits = ERRORS.get(frame.get("code", ""))
    return None if traits is None or traits.close is None else LiluxError.from_body(frame)


def error_of_close(code: Optional[int]) -> LiluxError:
    for name, traits in ERRORS.items():
        if code is not None and traits.close == code:
            return LiluxError(name)
    return LiluxError("interrupted", "The connection was lost.")


def error_of(thrown: BaseException) -> LiluxError:
    """Why no connection came about."""
    if isinstance(thrown, LiluxError):
        return thrown
    if isinstance(thrown, (asyncio.TimeoutError, TimeoutError)):
        return LiluxError("deadline_exceeded")
    if isinstance(thrown, InvalidStatus):
        return error_of_answer(thrown.response.status_code, bytes(thrown.response.body))
    if isinstance(thrown, (OSError, InvalidHandshake)):
        return LiluxError("not_reachable", f"No Lilux answers there: {thrown}")
    return LiluxError("internal", f"The connection could not be opened: {type(thrown).__name__}")


def error_of_answer(status: int, body: bytes) -> LiluxError:
    """A handshake that was refused over HTTP carries the error that every door gives."""
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if isinstance(given, dict) and given.get("code") in ERRORS:
        return LiluxError.from_body(given)
    code = {401: "unauthenticated", 403: "forbidden"}.get(status)
    if code == "unauthenticated":
        return LiluxError("unauthenticated")
    if code == "forbidden":
        return LiluxError("forbidden")
    return LiluxError("not_reachable", f"What answers there is no Lilux: HTTP {status}.")
