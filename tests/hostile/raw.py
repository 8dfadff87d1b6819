"""raw.py - a peer that sends whatever it is told to: TLS by the ssl module, frames by hand.

Nothing here checks what goes out.  What comes in is cut into frames and its headers are decoded by python3-hpack, which knows
no HTTP/2.
"""
import base64
import socket
import ssl
import struct
import time

import hpack
import stubs  # noqa: F401  (makes google.rpc importable)
from google.rpc import error_details_pb2, status_pb2

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITISED = 1, 1, 4, 8, 32
NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL, \
    COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM = range(12)
INFO = "/renkei.v1.ServerService/GetServerInfo"
CHECK = "/renkei.v1.ReportService/CheckReport"
EMPTY = b"\0\0\0\0\0"


def frame(kind, flags=0, stream=0, payload=b"", length=None):
    return struct.pack(">I", len(payload) if length is None else length)[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def setting(number, value):
    return struct.pack(">HI", number, value)


def integer(value, bits, first=0):
    """An integer of HPACK (RFC 7541 section 5.1)."""
    most = (1 << bits) - 1
    if value < most:
        return bytes((first | value,))
    out, value = bytearray((first | most,)), value - most
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out + bytes((value,)))


def text(value):
    value = value if isinstance(value, bytes) else value.encode()
    return integer(len(value), 7) + value


def field(name, value):
    """A literal that enters no table, without Huffman: the bytes are those given."""
    return b"\0" + text(name) + text(value)


def fields(path=INFO, method="POST", more=(), without=(), content="application/grpc"):
    """The header fields of a gRPC request, as pairs."""
    usual = [(":method", method), (":scheme", "https"), (":path", path), (":authority", "localhost"), ("te", "trailers"), ("content-type", content)]
    return [pair for pair in usual if pair[0] not in without and pair[1] is not None] + list(more)


def block(pairs):
    """A header block.  A peer whose table was set to 0 begins with the update (RFC 7541 section 4.2)."""
    return b"\x20" + b"".join(field(*pair) for pair in pairs)


def message(body=b"", flag=0, length=None):
    return bytes((flag,)) + struct.pack(">I", len(body) if length is None else length) + body


def request(stream, body=EMPTY, pairs=None, end=True, **how):
    """HEADERS and, unless body is None, DATA."""
    last = END_STREAM if end else 0
    head = headers(stream, block(fields(**how) if pairs is None else pairs), last if body is None else 0)
    return head if body is None else head + frame(DATA, last, stream, body)


def headers(stream, made, flags=0):
    """A block in as few frames as it needs."""
    pieces = [made[at:at + 16384] for at in range(0, len(made), 16384)] or [b""]
    last = len(pieces) - 1
    return b"".join(frame(CONTINUATION if n else HEADERS, (flags if n == 0 else 0) | (END_HEADERS if n == last else 0), stream, piece)
                    for n, piece in enumerate(pieces))


class Frame:
    def __init__(self, kind, flags, stream, payload):
        self.kind, self.flags, self.stream, self.payload = kind, flags, stream, payload

    @property
    def code(self):
        """The error code of RST_STREAM and GOAWAY."""
        return struct.unpack(">I", self.payload[4:8] if self.kind == GOAWAY else self.payload[:4])[0]


def context(ca, cert=None, key=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.load_verify_locations(ca)
    made.set_alpn_protocols(["h2"])
    if cert:
        made.load_cert_chain(cert, key)
    return made


def connect(server, source="127.0.0.1", seconds=30):
    host, port = server.rsplit(":", 1)
    made = socket.create_connection((host, int(port)), timeout=seconds, source_address=(source, 0))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


class Peer:
    """One connection.  With ack it acknowledges, with take it opens the connection's window again.  `ended` says how it ended: None, "closed", "reset" or the error of TLS."""

    def __init__(self, demo, who="130001", source="127.0.0.2", hello=True, settings=b"", ack=True, tls=None, receive=None, take=True):
        self.answers, self.ended, self.buffer, self.ack, self.takes = {}, None, b"", ack, take
        self.goaway, self.acknowledged, self.frames = None, False, []
        self.windows, self.first_window = {0: 65535}, 65535
        self.decoder = hpack.Decoder()
        self.decoder.max_allowed_table_size = 65536
        plain = connect(demo.env["RENKEI_SERVER"], source)
        if receive:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.socket = (tls or context(demo.env["RENKEI_CA"], *demo.identity(who))).wrap_socket(plain)
        if hello:
            self.send(PREFACE + frame(SETTINGS, payload=setting(1, 0) + settings))
            self.until(lambda: self.acknowledged, 30)

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.close()

    def close(self):
        self.socket.close()

    def fileno(self):
        return self.socket.fileno()

    def fail(self, error):
        if self.ended is None:
            self.ended = "reset" if isinstance(error, (ConnectionError, ssl.SSLEOFError)) else str(error)

    def send(self, data, seconds=30):
        """Everything, unless the connection ends meanwhile: then False."""
        if self.ended:
            return False
        self.socket.settimeout(seconds)
        try:
            self.socket.sendall(data)
            return True
        except OSError as error:
            self.drain(0.2)
            self.fail(error)
            return False

    def send_body(self, stream, body, end=True, seconds=20):
        """DATA as the windows allow; false when they stay closed or the stream ends before."""
        while body:
            room = min(self.windows[0], self.windows.setdefault(stream, self.first_window), 16384)
            if room <= 0:
                if not self.until(lambda: self.done(stream) or min(self.windows[0], self.windows[stream]) > 0, seconds) or self.done(stream):
                    return False
                continue
            piece, body = body[:room], body[room:]
            for window in (0, stream):
                self.windows[window] -= len(piece)
            if not self.send(frame(DATA, END_STREAM if end and not body else 0, stream, piece)):
                return False
        return True

    def read(self, seconds):
        """What comes within so many seconds; False when nothing did or nothing will."""
        if self.ended:
            return False
        self.socket.settimeout(max(seconds, 0.001))
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            return False
        except OSError as error:
            self.fail(error)
            return False
        if not data:
            self.ended = "closed"
            return False
        self.buffer += data
        while len(self.buffer) >= 9:
            length = int.from_bytes(self.buffer[:3], "big")
            if len(self.buffer) < 9 + length:
                break
            head, payload, self.buffer = self.buffer[:9], self.buffer[9:9 + length], self.buffer[9 + length:]
            self.take(Frame(head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7fffffff, payload))
        return True

    def take(self, got):
        self.frames.append(got)
        stream = self.answers.setdefault(got.stream, {"headers": {}, "body": b"", "reset": None, "ended": False}) if got.stream else None
        if got.kind == SETTINGS and got.flags & ACK:
            self.acknowledged = True
        elif got.kind == SETTINGS:
            for at in range(0, len(got.payload), 6):
                number, value = struct.unpack(">HI", got.payload[at:at + 6])
                self.first_window = value if number == 4 else self.first_window
            if self.ack:
                self.send(frame(SETTINGS, ACK))
        elif got.kind == WINDOW:
            self.windows[got.stream] = self.windows.get(got.stream, self.first_window) + int.from_bytes(got.payload, "big")
        elif got.kind == PING and not got.flags & ACK and self.ack:
            self.send(frame(PING, ACK, payload=got.payload))
        elif got.kind == GOAWAY:
            self.goaway = got
        elif got.kind == HEADERS:
            stream["headers"].update((k, v) for k, v in self.decoder.decode(got.payload))
        elif got.kind == DATA:
            stream["body"] += got.payload
            if self.takes and got.payload:
                self.send(frame(WINDOW, 0, 0, struct.pack(">I", len(got.payload))))
        elif got.kind == RST:
            stream["reset"] = got.code
        if stream is not None and got.kind in (DATA, HEADERS) and got.flags & END_STREAM:
            stream["ended"] = True

    def until(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition() and not self.ended and time.monotonic() < end:
            self.read(min(0.25, end - time.monotonic()))
        return condition()

    def drain(self, seconds):
        self.until(lambda: False, seconds)

    def done(self, stream):
        got = self.answers.get(stream)
        return bool(got) and (got["ended"] or got["reset"] is not None)

    def answer(self, stream, seconds=20):
        """What a stream got: ("status", HTTP's), ("grpc", number, reason), ("reset", code), ("goaway", code), ("closed",) or ("nothing",)."""
        self.until(lambda: self.done(stream) or self.is_told_off(), seconds)
        got = self.answers.get(stream)
        if got and got["ended"]:
            if got["headers"].get(":status") != "200":
                return "status", int(got["headers"][":status"])
            return "grpc", int(got["headers"]["grpc-status"])
        if self.is_told_off():
            return "goaway", self.goaway.code
        if got and got["reset"] is not None:
            return "reset", got["reset"]
        return ("closed",) if self.ended else ("nothing",)

    def reason(self, stream):
        """The reason of the ErrorInfo in a stream's details; None without one."""
        text = self.answers[stream]["headers"].get("grpc-status-details-bin", "")
        for each in status_pb2.Status.FromString(base64.b64decode(text + "=" * (-len(text) % 4))).details:
            info = error_details_pb2.ErrorInfo()
            if each.Unpack(info):
                return info.reason
        return None

    def is_told_off(self):
        return self.goaway is not None and self.goaway.code != NO_ERROR

    def call(self, stream, seconds=20, **how):
        self.send(request(stream, **how))
        return self.answer(stream, seconds)

    def end(self, seconds=20):
        """How the connection ends: "goaway CODE", "closed", "reset", or "alive" when it has not."""
        self.until(lambda: self.ended or self.is_told_off(), seconds)
        if self.is_told_off():
            return f"goaway {self.goaway.code}"
        if self.goaway is not None and self.ended:
            return "goaway 0"
        return self.ended or "alive"
