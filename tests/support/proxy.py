"""proxy.py - an HTTP proxy that knows CONNECT and nothing else, in a thread of its own; well-behaved, or not."""
import asyncio
import base64
import contextlib
import socket
import struct
import threading


class Proxy:
    """answer: what it says instead of opening the way, None = it opens it; login: "user:password" that it wants.

    behind: what it does once it has opened the way: "silence", or "reset" of the line.
    cut: bytes towards the client after which the line breaks, counted over all connections; silent: it says nothing at all.
    """

    def __init__(self, *, answer=None, login=None, cut=None, silent=False, behind=None):
        self.answer, self.login, self.left, self.silent = answer, login, cut, silent
        self.behind = behind
        self.requests = []  # the heads that came
        self.loop = asyncio.new_event_loop()
        self.server = None

    async def pump(self, reader, writer, counted):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if counted and self.left is not None:
                    data = data[:max(0, self.left)]
                    self.left -= len(data)
                writer.write(data)
                await writer.drain()
                if counted and self.left is not None and self.left <= 0:
                    break
        writer.close()

    def refusal(self, head):
        if self.answer is not None:
            return self.answer
        if self.login:
            wanted = b"Proxy-Authorization: Basic " + base64.b64encode(self.login.encode())
            if wanted not in head.split(b"\r\n"):
                return b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm="office"\r\n\r\n'
        return None

    async def stand_in(self, reader, writer):
        await reader.read(1)
        if self.behind == "silence":
            await reader.read()
        else:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head)
            if self.silent:
                await reader.read()
                return
            refusal = self.refusal(head)
            if refusal is not None:
                for at in range(0, len(refusal), 1000):
                    writer.write(refusal[at:at + 1000])
                    await writer.drain()
                return
            host, port = head.split()[1].decode().rsplit(":", 1)
            try:
                there, back = await asyncio.open_connection(host.strip("[]"), int(port))
            except OSError:
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                return
            writer.write(b"HTTP/1.1 200 Connection established\r\nVia: 1.1 office\r\n\r\n")
            if self.behind:
                back.close()
                await self.stand_in(reader, writer)
                return
            await asyncio.gather(self.pump(reader, back, False), self.pump(there, writer, True))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def run(self, ready):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        ready.set()
        with contextlib.suppress(asyncio.CancelledError):
            await self.server.serve_forever()

    def start(self):
        ready = threading.Event()

        def work():
            asyncio.set_event_loop(self.loop)
            self.task = self.loop.create_task(self.run(ready))
            self.loop.run_until_complete(self.task)
            rest = asyncio.all_tasks(self.loop)
            for task in rest:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
            self.loop.close()

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()
        assert ready.wait(30), "the proxy does not listen"
        return self

    def stop(self):
        self.loop.call_soon_threadsafe(self.task.cancel)
        self.thread.join(30)


@contextlib.contextmanager
def proxy(**ways):
    """One that runs; its address is .address, what it was asked .requests."""
    made = Proxy(**ways).start()
    try:
        yield made
    finally:
        made.stop()
