"""Both examples as they are run by people: a program of their own, before a server."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from scripted_gateway import PATIENCE_S, run, scripted_gateway

EXAMPLES = Path(__file__).parents[1] / "examples"
SEARCH = {"name": "search", "arguments": {"item_type": "script", "query": "email"}}


async def start(name: str, line: str, url: str) -> asyncio.subprocess.Process:
    env = {**os.environ, "LILUX_URL": url, "PYTHONIOENCODING": "utf-8"}
    env.pop("LILUX_API_KEY", None)
    program = [sys.executable, str(EXAMPLES / name), line]
    return await asyncio.create_subprocess_exec(*program, env=env, stdout=asyncio.subprocess.PIPE)


async def said(program: asyncio.subprocess.Process) -> str:
    out, _ = await asyncio.wait_for(program.communicate(), PATIENCE_S)
    assert program.returncode == 0
    return out.decode()


@run
async def test_ask_prints_the_answer_and_how_it_ended() -> None:
    async with scripted_gateway() as gateway:
        program = await start("ask.py", "what is it?", gateway.url)
        connection = await gateway.connection()
        await connection.start()
        asked = await connection.next()
        assert (asked["type"], asked["text"]) == ("ask", "what is it?")
        turn = {"turnId": asked["turnId"]}
        await connection.send(
            {"type": "turn-accepted", **turn, "offset": 1},
            {"type": "text-delta", **turn, "offset": 2, "text": "A door"},
            {"type": "text-delta", **turn, "offset": 3, "text": " for you."},
            {"type": "turn-end", **turn, "offset": 4, "outcome": "completed"},
        )
        assert await said(program) == "A door for you.\ncompleted\n"


@run
async def test_type_ahead_takes_the_candidate_of_the_whole_line() -> None:
    async with scripted_gateway() as gateway:
        program = await start("type_ahead.py", "find email", gateway.url)
        connection = await gateway.connection()
        await connection.start()
        typed = await connection.next()
        while typed["text"] != "find email":
            typed = await connection.next()
        candidate = {"call": SEARCH, "confidence": 0.93, "effect": "read", "ready": True}
        prediction = {"type": "prediction", "context": "cold", "routeMs": 1}
        for seq, candidates in ((1, []), (typed["seq"], [candidate])):
            await connection.send(
                {**prediction, "seq": seq, "predictionId": f"p{seq}", "candidates": candidates}
            )
        accepted = await connection.next()
        assert (accepted["type"], accepted["predictionId"]) == ("accept", f"p{typed['seq']}")
        turn = {"turnId": accepted["turnId"]}
        call = {**turn, "callId": "c1"}
        await connection.send(
            {"type": "turn-accepted", **turn, "offset": 1},
            {"type": "call-start", **call, "call": SEARCH, "offset": 2},
            {"type": "call-end", **call, "ok": True, "durationMs": 1, "offset": 3},
            {"type": "turn-end", **turn, "offset": 4, "outcome": "completed"},
        )
        assert await said(program) == f"93%  {SEARCH}\ndone\ncompleted\n"
