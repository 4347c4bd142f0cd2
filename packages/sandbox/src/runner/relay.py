"""Listens where the script looks for its proxy, hands every connection to the one outside, and runs the script."""

import asyncio
import os
import socket
import sys

ADDRESS, PROXY, COMMAND = ("127.0.0.1", int(sys.argv[1])), sys.argv[2], sys.argv[3:]


async def pour(reader, writer):
    try:
        while True:
            data = await reader.read(65536)
            if not data:
                break
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (OSError, RuntimeError):
        writer.close()


async def hand_over(reader, writer):
    try:
        outside = await asyncio.open_unix_connection(PROXY)
    except OSError:
        writer.close()
        return
    await asyncio.gather(pour(reader, outside[1]), pour(outside[0], writer))
    outside[1].close()
    writer.close()


async def serve(listener):
    server = await asyncio.start_server(hand_over, sock=listener)
    async with server:
        await server.serve_forever()


listener = socket.socket()
listener.bind(ADDRESS)
listener.listen(64)
# A grandchild, so that the script never waits for a process it has not started.
child = os.fork()
if child == 0:
    if os.fork() != 0:
        os._exit(0)
    nothing = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    asyncio.run(serve(listener))
    os._exit(0)
os.waitpid(child, 0)
listener.close()
os.execv(COMMAND[0], COMMAND)
