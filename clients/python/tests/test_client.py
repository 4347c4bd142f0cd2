from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lilux_client import Backoff, LiluxClient, LiluxError, ResumePoint, StateChange
from lilux_client.mailbox import Mailbox
from scripted_gateway import answer, eventually, run, scripted_gateway

SOON = Backoff(0.01, 0.05)


def accepted(turn_id: str, offset: int) -> dict[str, Any]:
    return {"type": "turn-accepted", "turnId": turn_id, "offset": offset}


def ended(turn_id: str, offset: int) -> dict[str, Any]:
    return {"type": "turn-end", "turnId": turn_id, "outcome": "completed", "offset": offset}


async def closed(client: LiluxClient) -> LiluxError:
    with pytest.raises(LiluxError) as raised:
        await asyncio.wait_for(client.ready(), 60)
    return raised.value


@run
async def test_a_key_goes_with_each_connection_and_a_ticket_is_a_new_one_each_time() -> None:
    tickets: list[str] = []

    async def buy() -> str:
        tickets.append(f"ticket-{len(tickets)}")
        return tickets[-1]

    async with scripted_gateway() as gateway:
        async with LiluxClient(gateway.url, api_key="key-1", ticket=buy, backoff=SOON):
            (await gateway.connection()).cut()
            await gateway.connection()
        paths = [request.path for request in gateway.requests]
        assert paths == ["/v1/session?ticket=ticket-0", "/v1/session?ticket=ticket-1"]
        assert {request.headers["Authorization"] for request in gateway.requests} == {"Bearer key-1"}


# Mutant: FINAL empty tries for ever.
@run
async def test_a_refused_key_is_final_and_says_what_the_server_said() -> None:
    body = {"code": "unauthenticated", "message": "That key has expired.", "retryable": False}
    async with scripted_gateway(lambda _: answer(401, body)) as gateway:
        async with LiluxClient(gateway.url, backoff=SOON) as client:
            error = await closed(client)
            assert (error.code, error.message, error.retryable) == (
                "unauthenticated",
                "That key has expired.",
                False,
            )
            with pytest.raises(LiluxError):
                client.submit("too late")


@pytest.mark.parametrize(
    ("close", "code"),
    [(4401, "unauthenticated"), (4409, "session_replaced"), (4406, "unsupported_protocol")],
)
def test_such_a_close_is_final_and_says_why(close: int, code: str) -> None:
    async def main() -> None:
        async with scripted_gateway() as gateway, LiluxClient(gateway.url, backoff=SOON) as client:
            await (await gateway.connection()).close(close)
            assert (await closed(client)).code == code

    asyncio.run(main())


# Mutant: only codes of `errors of close` count; a suspended tenant would knock every ten seconds.
@run
async def test_a_suspended_tenant_is_told_so_and_knocks_no_more() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url, backoff=SOON) as client:
        connection = await gateway.connection()
        await connection.send(
            {"type": "error", "code": "tenant_suspended", "message": "Suspended.", "retryable": False}
        )
        await connection.close(4403)
        assert (await closed(client)).code == "tenant_suspended"


@run
async def test_a_server_that_restarts_or_is_not_there_yet_or_talks_nonsense_is_tried_again() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url, backoff=SOON) as client:
        changes: list[StateChange] = []
        client.on("state", changes.append)
        await (await gateway.connection()).close(1012)
        (await gateway.connection()).cut()
        for nonsense in ("no json", "[1]", '{"type":"session-start"}'):
            await (await gateway.connection()).socket.send(nonsense)
        await (await gateway.connection()).start()
        await client.ready()
        assert [change.state for change in changes] == ["connecting"] * 5 + ["open"]
        assert [change.error.code for change in changes if change.error] == [
            "shutting_down",
            *["interrupted"] * 4,
        ]


# Mutant: `_expect_answer` left out.
@run
async def test_a_server_that_does_not_answer_is_given_up_and_connected_again() -> None:
    async with scripted_gateway() as gateway:
        async with LiluxClient(gateway.url, backoff=SOON, answer_within_s=0.4):
            await gateway.connection()
            await gateway.connection()


@run
async def test_of_lines_typed_faster_than_the_limit_the_newest_is_sent() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url) as client:
        connection = await gateway.connection()
        await connection.start()
        await client.ready()
        last = [client.type(f"line {index}") for index in range(100)][-1]
        assert await connection.next() == {"type": "keystroke", "seq": last, "text": "line 99"}
        assert connection.waiting() == 0


@run
async def test_a_line_that_was_committed_is_not_typed_after_it() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url) as client:
        connection = await gateway.connection()
        await connection.start()
        await client.ready()
        client.type("find")
        client.submit("find", turn_id="t1")
        client.cancel("t1")
        assert [(await connection.next())["type"] for _ in range(2)] == ["submit", "cancel"]


@run
async def test_a_line_too_large_for_a_frame_is_refused_here_and_the_connection_goes_on() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url) as client:
        connection = await gateway.connection()
        await connection.start()
        await client.ready()
        turn = client.submit("界" * 8_000)
        with pytest.raises(LiluxError) as raised:
            await turn.result()
        assert raised.value.code == "frame_too_large"
        client.type("half a character: \ud83d")
        assert (await connection.next())["text"] == "half a character: \ud83d"


@run
async def test_a_session_of_before_goes_on_from_a_point_that_was_kept() -> None:
    point: ResumePoint = {"sessionId": "s0", "resumeToken": "r0", "offset": 7}
    async with scripted_gateway() as gateway:
        async with LiluxClient(gateway.url, resume=point) as client:
            connection = await gateway.connection()
            assert connection.hello == {"type": "hello", "resume": point}
            await connection.start(sessionId="s0", recovered=True)
            await connection.send(accepted("t1", 8))
            await eventually(lambda: client.resume_point is not None and client.resume_point["offset"] == 8)


# Mutant: `turn.sent > 1` left out: the turn would never end.
@run
async def test_an_id_that_was_used_before_fails_its_turn() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url) as client:
        connection = await gateway.connection()
        await connection.start()
        turn = client.submit("one", turn_id="t1")
        with pytest.raises(LiluxError, match="duplicate_turn"):
            client.submit("another", turn_id="t1")
        await connection.next()
        used = {"type": "error", "code": "duplicate_turn", "message": "Used.", "retryable": False}
        await connection.send({**used, "turnId": "t1"})
        with pytest.raises(LiluxError, match="duplicate_turn"):
            await turn.result()


@run
async def test_turns_without_an_end_are_bounded() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url) as client:
        for _ in range(256):
            client.submit("while disconnected")
        with pytest.raises(LiluxError) as raised:
            client.submit("one more")
        assert raised.value.code == "overloaded"


@run
async def test_a_reader_far_behind_is_told_so_and_gets_no_hole() -> None:
    mailbox: Mailbox[int] = Mailbox(2)
    for value in range(5):
        mailbox.push(value)
    mailbox.end(9)
    seen: list[int] = []
    with pytest.raises(LiluxError) as raised:
        async for value in mailbox:
            seen.append(value)
    assert (seen, raised.value.code) == ([0, 1], "slow_reader")


@run
async def test_a_closed_client_ends_what_was_open() -> None:
    async with scripted_gateway() as gateway:
        async with LiluxClient(gateway.url) as client:
            connection = await gateway.connection()
            await connection.start()
            await client.ready()
            turn = client.submit("one", turn_id="t1")
            await connection.send(accepted("t1", 1))
            frames = client.frames()
            first = await frames.__anext__()
            assert first["type"] == "turn-accepted"
        end = await turn.ended()
        assert (end["outcome"], end["error"]["code"]) == ("interrupted", "cancelled")
        assert [frame async for frame in frames] == []
        assert [event["type"] async for event in turn.events] == ["turn-accepted", "turn-end"]


@run
async def test_a_listener_that_raises_stops_nothing_but_itself() -> None:
    async with scripted_gateway() as gateway, LiluxClient(gateway.url) as client:
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))

        def raises(_: object) -> None:
            raise ValueError("the listener's own mistake")

        client.on("event", raises)
        connection = await gateway.connection()
        await connection.start()
        turn = client.submit("one", turn_id="t1")
        await connection.next()
        await connection.send(accepted("t1", 1), ended("t1", 2))
        assert (await turn.result())["offset"] == 2
        assert told == ["a listener of event raised"] * 2


@run
async def test_nobody_at_the_address_is_told_with_what_was_tried() -> None:
    async with LiluxClient("http://127.0.0.1:9", backoff=SOON) as client:
        changes: list[StateChange] = []
        client.on("state", changes.append)
        await eventually(lambda: len(changes) > 0)
        error = changes[0].error
        assert error is not None and error.code == "not_reachable" and error.retryable
