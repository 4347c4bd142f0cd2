"""Sends a line, tells what comes of it. LILUX_URL=http://localhost:8080 python ask.py "hello" """

import asyncio
import os
import sys

from lilux_client import LiluxClient


async def main(line: str) -> None:
    url = os.environ.get("LILUX_URL", "http://localhost:8080")
    async with LiluxClient(url, api_key=os.environ.get("LILUX_API_KEY")) as client:
        turn = client.ask(line)
        async for event in turn.events:
            if event["type"] == "text-delta":
                print(event["text"], end="", flush=True)
        end = await turn.result()
        print(f"\n{end['outcome']}")


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "What can you do?"))
