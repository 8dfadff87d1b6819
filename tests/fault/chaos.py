"""chaos.py - a proxy in user space between client and daemon: loses answers, cuts, delays, swallows.

    chaos.py HOST:PORT seed=7 lose=0.2 cut=0.2 black=0.05 delay=0.1

Prints "ready PORT".  What becomes of the n-th connection follows from the seed and n alone: its kind, and after how many bytes
from the client it begins, so that the same seed is the same network again.

  lose   what the daemon answers from there on is thrown away; a moment later both sides are closed
  cut    both sides are reset, in the middle of whatever travels
  black  nothing travels any more in either direction, and nothing is closed
  delay  every piece takes a while longer

No connection lives long: one that is fine or slow is closed after three times as many bytes, and the next one has another fate.
"""
import asyncio
import contextlib
import random
import socket
import struct
import sys

# A handshake with certificates takes 2 to 3 KiB from the client, a submission a few hundred bytes.  last=BYTES is another end than this one.
FIRST, LAST = 2000, 6000


class Link:
    """One connection and its fate."""

    def __init__(self, seed, number, shares):
        rng = random.Random(f"{seed} {number}")
        draw, self.kind = rng.random(), "fine"
        for kind in ("lose", "cut", "black", "delay"):
            if draw < shares.get(kind, 0):
                self.kind = kind
                break
            draw -= shares.get(kind, 0)
        self.after, self.patience, self.wait = rng.randint(FIRST, int(shares.get("last", LAST))), rng.uniform(0.05, 0.3), rng.uniform(0.02, 0.2)
        self.sent, self.begun, self.writers = 0, False, []

    def close(self, hard):
        for writer in self.writers:
            with contextlib.suppress(OSError):
                if hard:
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort() if hard else writer.close()

    def begin(self):
        """The fault begins."""
        if not self.begun and self.kind in ("lose", "cut", "black"):
            self.begun = True
            if self.kind == "cut":
                self.close(hard=True)
            elif self.kind == "lose":
                asyncio.get_running_loop().call_later(self.patience, self.close, False)
        elif not self.begun and self.sent >= 3 * self.after:
            self.close(hard=False)

    async def pump(self, reader, writer, from_client):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while piece := await reader.read(1500):
                if from_client:
                    self.sent += len(piece)
                    if self.sent >= self.after:
                        self.begin()
                if self.kind == "delay":
                    await asyncio.sleep(self.wait)
                if self.begun and (self.kind == "black" or not from_client):
                    continue
                writer.write(piece)
                await writer.drain()
        if not (self.begun and self.kind == "black"):
            self.close(hard=False)


async def main(target, shares):
    host, port = target.rsplit(":", 1)
    seed, links, kinds = int(shares.pop("seed", 0)), [], {}

    async def connected(reader, writer):
        link = Link(seed, len(links), shares)
        links.append(link)
        kinds[link.kind] = kinds.get(link.kind, 0) + 1
        try:
            far_reader, far_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.transport.abort()
            return
        link.writers = [writer, far_writer]
        await asyncio.gather(link.pump(reader, far_writer, True), link.pump(far_reader, writer, False))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    # Whoever started it ends it by closing its input.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(f"connections {len(links)} {kinds}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], {name: float(value) for name, value in (word.split("=") for word in sys.argv[2:])}))
