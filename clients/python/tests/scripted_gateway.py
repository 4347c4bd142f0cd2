"""A server that says only what a test says. Speaks `lilux.v1`."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Awaitable, Callable, Optional

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

#: For what hangs alone.
PATIENCE_S = 60.0

Refuse = Callable[[Request], Optional[Response]]

LIMITS = {
    "frameBytesMax": 16_384,
    "textCharactersMax": 8_000,
    "framesPerSecondMax": 50,
    "turnsInFlightMax": 4,
    "resumeWindowMs": 60_000,
}


class ScriptedConnection:
    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.hello: dict[str, Any] = {}
        self._frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def read(self) -> None:
        try:
            async for message in self.socket:
                self._frames.put_nowait(json.loads(message))
        except ConnectionClosed:
            pass

    async def next(self) -> dict[str, Any]:
        """The next frame of the client."""
        return await asyncio.wait_for(self._frames.get(), PATIENCE_S)

    def waiting(self) -> int:
        return self._frames.qsize()

    async def send(self, *frames: dict[str, Any]) -> None:
        for frame in frames:
            await self.socket.send(json.dumps(frame))

    async def start(self, **given: Any) -> None:
        await self.send(
            {
                "type": "session-start",
                "sessionId": "s1",
                "resumeToken": "r1",
                "limits": LIMITS,
                "thresholds": {"show": 0.6, "act": 0.85},
                "recovered": False,
                **given,
            }
        )

    def cut(self) -> None:
        """As a lost network does."""
        self.socket.transport.abort()

    async def close(self, code: int) -> None:
        await self.socket.close(code)


class ScriptedGateway:
    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.arrived: asyncio.Queue[ScriptedConnection] = asyncio.Queue()

    async def connection(self) -> ScriptedConnection:
        """The next one, once it has said hello."""
        return await asyncio.wait_for(self.arrived.get(), PATIENCE_S)


@asynccontextmanager
async def scripted_gateway(refuse: Refuse = lambda _: None) -> AsyncIterator[ScriptedGateway]:
    gateway = ScriptedGateway("")

    async def handle(socket: ServerConnection) -> None:
        connection = ScriptedConnection(socket)
        reading = asyncio.ensure_future(connection.read())
        try:
            first = asyncio.ensure_future(connection._frames.get())
            done, _ = await asyncio.wait({first, reading}, return_when=asyncio.FIRST_COMPLETED)
            if first in done:
                connection.hello = first.result()
                gateway.arrived.put_nowait(connection)
            else:
                first.cancel()
            await reading
        finally:
            reading.cancel()

    def process(_: ServerConnection, request: Request) -> Optional[Response]:
        gateway.requests.append(request)
        return refuse(request)

    server = await serve(
        handle, "127.0.0.1", 0, subprotocols=[Subprotocol("lilux.v1")], process_request=process
    )
    try:
        gateway.url = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield gateway
    finally:
        server.close()
        await server.wait_closed()


def answer(status: int, body: dict[str, Any]) -> Response:
    text = json.dumps(body).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(text))})
    return Response(status, "refused", headers, text)


async def eventually(check: Callable[[], bool], what: str = "it") -> None:
    """Polls until it holds."""
    ends_at = asyncio.get_running_loop().time() + PATIENCE_S
    while not check():
        assert asyncio.get_running_loop().time() < ends_at, f"{what} did not come about"
        await asyncio.sleep(0.005)


def run(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """A test that is a coroutine."""

    def runs() -> None:
        async def main() -> None:
            await test()

        asyncio.run(main())

    runs.__name__, runs.__doc__ = test.__name__, test.__doc__
    return runs
