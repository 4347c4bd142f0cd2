"""Types a line as a person does, takes the first candidate, and answers what is asked.

LILUX_URL=http://localhost:8080 python type_ahead.py "find email scripts"
"""

import asyncio
import os
import sys

from lilux_client import LiluxClient, PredictionFrame


async def main(line: str) -> None:
    url = os.environ.get("LILUX_URL", "http://localhost:8080")
    async with LiluxClient(url, api_key=os.environ.get("LILUX_API_KEY")) as client:
        predictions: asyncio.Queue[PredictionFrame] = asyncio.Queue()
        client.on("prediction", predictions.put_nowait)
        await client.ready()
        newest = 0
        for end in range(1, len(line) + 1):
            newest = client.type(line[:end])
        while True:
            prediction = await asyncio.wait_for(predictions.get(), timeout=30)
            if prediction["seq"] == newest and (prediction["candidates"] or "enter" in prediction):
                break
        for candidate in prediction["candidates"]:
            print(f"{candidate['confidence']:.0%}  {candidate['call']}")
        turn = client.accept(0) if prediction["candidates"] else client.submit(line)
        async for event in turn.events:
            if event["type"] == "confirm-request":
                # Whoever runs this said so beforehand; a program asks its person.
                turn.confirm(event["callId"], os.environ.get("APPROVE") == "yes")
            elif event["type"] == "call-end":
                error = event.get("error")
                print("done" if error is None else f"failed: {error['message']}")
        print((await turn.ended())["outcome"])


asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "find email scripts"))
