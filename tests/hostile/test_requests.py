"""Wrong requests: what each of them gets, and that a fault of one stream leaves its connection alone.

A good call beside a bad one rests on three rules: a wrong call gets a status, a malformed stream RST_STREAM, and only a fault
of framing, HPACK or flow control ends the connection.
"""
import base64

import pytest
import raw
from raw import (COMPRESSION_ERROR, CONTINUATION, DATA, EMPTY, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR,
                 GOAWAY, HEADERS, PADDED, PING, PRIORITISED, PRIORITY, PROTOCOL_ERROR, PUSH, REFUSED_STREAM, RST, SETTINGS, STREAM_CLOSED, WINDOW, block,
                 field, fields, frame, headers, message, request, setting)

OK, INVALID, DEADLINE, NOT_FOUND, EXHAUSTED, UNIMPLEMENTED, INTERNAL = 0, 3, 4, 5, 8, 12, 13


def grpc(*codes):
    return [("grpc", code) for code in codes]


def status(*codes):
    return [("status", code) for code in codes]


def reset(*codes):
    return [("reset", code) for code in codes]


def goaway(*codes):
    return [("goaway", code) for code in codes]


MALFORMED = reset(PROTOCOL_ERROR)
TOO_MUCH = status(431) + reset(ENHANCE_YOUR_CALM)


def extra(*pairs):
    return request(1, more=pairs)


def pseudo(*pairs):
    return request(1, pairs=pairs)


NAMED = [(":method", "POST"), (":scheme", "https"), (":path", raw.INFO), (":authority", "localhost")]
USUAL = NAMED + [("te", "trailers"), ("content-type", "application/grpc")]


def hpack(tail):
    """A good block and then these bytes."""
    return frame(HEADERS, END_HEADERS | END_STREAM, 1, block(fields()) + tail)


# More fields than a message may have, in the bytes that one may have.
BUDGET = b"\x0a\x00" * 400000


def checked(body):
    return request(1, message(body), path=raw.CHECK)


# name, bytes, what it may get.  The first answer of a list is the one that is meant, others are those that gRPC's papers also allow.
CASES = [
    ("a right request", request(1), grpc(OK)),
    ("content-type text/plain", request(1, content="text/plain"), status(415)),
    ("content-type application/grpc+json", request(1, content="application/grpc+json"), status(415)),
    ("no content-type", request(1, content=None), status(415)),
    ("content-type application/grpc+proto", request(1, content="application/grpc+proto"), grpc(OK)),
    ("method PUT", request(1, method="PUT"), status(405)),
    ("method GET for a call", request(1, None, method="GET"), status(405)),
    ("unknown service", request(1, path="/renkei.v1.Nothing/GetServerInfo"), grpc(UNIMPLEMENTED)),
    ("unknown method", request(1, path="/renkei.v1.ServerService/Nothing"), grpc(UNIMPLEMENTED)),
    ("path /", request(1, path="/"), grpc(UNIMPLEMENTED)),
    ("path without slash", request(1, path="renkei.v1.ServerService"), MALFORMED + grpc(UNIMPLEMENTED)),
    ("path with ..", request(1, path="/renkei.v1.ServerService/../ServerService/GetServerInfo"), grpc(UNIMPLEMENTED)),
    ("path in other case", request(1, path=raw.INFO.lower()), grpc(UNIMPLEMENTED)),
    ("path with %00 appended", request(1, path=raw.INFO + "%00"), grpc(UNIMPLEMENTED)),
    ("path over 1 KiB", request(1, path="/" + "p" * 1024), TOO_MUCH),
    ("header list over 16 KiB", extra(*((f"x-{n}", "v" * 3000) for n in range(6))), TOO_MUCH),
    ("65 fields", extra(*((f"x-{n}", "v") for n in range(59))), TOO_MUCH),
    ("one value over 4 KiB", extra(("x-long", "v" * 4097)), TOO_MUCH),
    ("4 KiB exactly", extra(("x-long", "v" * 4096)), grpc(OK)),
    ("upper-case name", extra(("X-Upper", "v")), MALFORMED),
    ("connection header", extra(("connection", "keep-alive")), MALFORMED),
    ("te other than trailers", request(1, more=[("te", "gzip")], without=("te",)), MALFORMED + grpc(INVALID)),
    (":path twice", pseudo((":path", raw.INFO), *USUAL), MALFORMED),
    (":method late", pseudo(*USUAL[1:], USUAL[0]), MALFORMED),
    ("unknown pseudo-header", pseudo((":nothing", "x"), *USUAL), MALFORMED),
    (":scheme missing", request(1, without=(":scheme",)), MALFORMED),
    (":method missing", request(1, without=(":method",)), MALFORMED),
    (":path missing", request(1, without=(":path",)), MALFORMED),
    (":path empty", request(1, path=""), MALFORMED),
    (":status in a request", pseudo((":status", "200"), *USUAL), MALFORMED),
    ("CR in a value", extra(("x-v", b"a\rb")), MALFORMED),
    ("LF in a value", extra(("x-v", b"a\nb")), MALFORMED),
    ("NUL in a value", extra(("x-v", b"a\0b")), MALFORMED),
    ("content-length too large", extra(("content-length", "6")), MALFORMED),
    ("content-length too small", extra(("content-length", "4")), MALFORMED),
    ("content-length twice", extra(("content-length", "5"), ("content-length", "5")), MALFORMED),
    ("HPACK index 0", hpack(b"\x80"), goaway(COMPRESSION_ERROR)),
    ("HPACK index past the table", hpack(b"\xff\x20"), goaway(COMPRESSION_ERROR)),
    ("HPACK table over the setting", frame(HEADERS, 5, 1, b"\x3f\xe1\x1f" + block(fields())[1:]), goaway(COMPRESSION_ERROR)),
    ("HPACK end of string in a string", hpack(b"\0\x01a\x84\xff\xff\xff\xff"), goaway(COMPRESSION_ERROR)),
    ("HPACK padding over 7 bits", hpack(b"\0\x01a\x82\x1f\xff"), goaway(COMPRESSION_ERROR)),
    ("HPACK cut off", hpack(b"\0\x05ab"), goaway(COMPRESSION_ERROR)),
    ("compressed flag without encoding", request(1, message(b"", 1)), grpc(INTERNAL)),
    ("message flag 2", request(1, message(b"", 2)), grpc(INTERNAL)),
    ("grpc-encoding gzip", extra(("grpc-encoding", "gzip")), grpc(UNIMPLEMENTED)),
    ("no message", request(1, None), grpc(INVALID, UNIMPLEMENTED, INTERNAL)),
    ("no message, empty DATA", request(1, b""), grpc(INVALID, UNIMPLEMENTED, INTERNAL)),
    ("two messages", request(1, EMPTY + EMPTY), grpc(INVALID, UNIMPLEMENTED, INTERNAL)),
    ("trailing bytes", request(1, EMPTY + b"\0\0"), grpc(INVALID, UNIMPLEMENTED, INTERNAL)),
    ("truncated prefix", request(1, b"\0\0\0"), grpc(INVALID, UNIMPLEMENTED, INTERNAL)),
    ("truncated message", request(1, message(b"ab", length=9)), grpc(INVALID, UNIMPLEMENTED, INTERNAL)),
    ("length of 4 GiB", request(1, b"\0\xff\xff\xff\xff", end=False), grpc(EXHAUSTED)),
    ("length of 1 MiB and one", request(1, message(b"", length=2**20 + 1), end=False), grpc(EXHAUSTED)),
    ("bad varint", checked(b"\x08" + b"\xff" * 11), grpc(INVALID)),
    ("tag 0", checked(b"\x00\x01"), grpc(INVALID)),
    ("wire type 6", checked(b"\x0e\x01"), grpc(INVALID)),
    ("wire type 7", checked(b"\x0f\x01"), grpc(INVALID)),
    ("length past the end", checked(b"\x0a\x7f" + b"a"), grpc(INVALID)),
    ("invalid UTF-8 in a string", request(1, message(b"\x0a\x02\xc3\x28"), path="/renkei.v1.ReportService/GetReport"), grpc(INVALID)),
    ("decode budget", BUDGET, grpc(EXHAUSTED, INVALID)),
    ("grpc-timeout without unit", extra(("grpc-timeout", "10")), grpc(INVALID, INTERNAL)),
    ("grpc-timeout negative", extra(("grpc-timeout", "-1S")), grpc(INVALID, INTERNAL)),
    ("grpc-timeout of nine digits", extra(("grpc-timeout", "123456789S")), grpc(INVALID, INTERNAL)),
    ("grpc-timeout 0n", extra(("grpc-timeout", "0n")), grpc(DEADLINE)),
    ("grpc-timeout over the cap", extra(("grpc-timeout", "99999999H")), grpc(OK)),
    ("-bin header not base64", extra(("x-a-bin", "!!!")), grpc(INVALID)),
    ("-bin header base64", extra(("x-a-bin", base64.b64encode(b"\0\xff").decode())), grpc(OK)),
    ("authorization", extra(("authorization", "Bearer x"), ("x-forwarded-for", "192.0.2.1"), ("x-remote-user", "root")), grpc(OK)),
]

# Framing by RFC 9113, section by section.
FRAMING = [
    ("4.1 unknown type is ignored", frame(0x2a, 0xff, 0, b"xyz") + request(1), grpc(OK)),
    ("4.1 reserved bit is ignored", frame(PING, 0, 0x80000000, b"12345678") + request(1), grpc(OK)),
    ("4.2 frame over 16,384", frame(DATA, 0, 0, b"", 16385), goaway(FRAME_SIZE_ERROR)),
    ("4.2 HEADERS over 16,384", frame(HEADERS, 5, 1, b"", 16385), goaway(FRAME_SIZE_ERROR)),
    ("5.1 DATA on an idle stream", frame(DATA, 1, 1, b"x"), goaway(PROTOCOL_ERROR, STREAM_CLOSED)),
    ("5.1 RST_STREAM on an idle stream", frame(RST, 0, 1, b"\0\0\0\x08"), goaway(PROTOCOL_ERROR)),
    ("5.1 WINDOW_UPDATE on an idle stream", frame(WINDOW, 0, 1, b"\0\0\0\x08"), goaway(PROTOCOL_ERROR)),
    ("5.1 CONTINUATION on an idle stream", frame(CONTINUATION, 4, 1, b"\x20"), goaway(PROTOCOL_ERROR)),
    ("5.1 DATA behind the end", request(1, end=True) + frame(DATA, 1, 1, b"x"), goaway(STREAM_CLOSED) + reset(STREAM_CLOSED)),
    ("5.1 HEADERS behind the end", request(1, end=True) + frame(HEADERS, 5, 1, block(fields())[1:]), goaway(STREAM_CLOSED) + reset(STREAM_CLOSED)),
    ("5.1.1 even stream", request(2), goaway(PROTOCOL_ERROR)),
    # nghttp2 takes it for a stream that has been closed, and ignores it.
    ("5.1.1 stream numbers go back", request(5) + headers(3, block(fields())[1:], 1), [("nothing",)] + goaway(PROTOCOL_ERROR, STREAM_CLOSED)),
    ("5.3.1 stream depends on itself", frame(HEADERS, 5 | PRIORITISED, 1, b"\0\0\0\1\0" + block(fields())), reset(PROTOCOL_ERROR) + goaway(PROTOCOL_ERROR)),
    ("5.3 priority of HEADERS", frame(HEADERS, 4 | PRIORITISED, 1, b"\0\0\0\0\xff" + block(fields())) + frame(DATA, 1, 1, EMPTY), grpc(OK)),
    ("6.1 DATA on stream 0", frame(DATA, 0, 0, b"x"), goaway(PROTOCOL_ERROR)),
    ("6.1 padding longer than DATA", request(1, None, end=False) + frame(DATA, PADDED, 1, b"\x05x"), goaway(PROTOCOL_ERROR)),
    ("6.1 padded DATA", request(1, None, end=False) + frame(DATA, PADDED | 1, 1, b"\x03" + EMPTY + b"\0\0\0"), grpc(OK)),
    ("6.2 HEADERS on stream 0", frame(HEADERS, 5, 0, block(fields())), goaway(PROTOCOL_ERROR)),
    ("6.2 HEADERS within a block", frame(HEADERS, 1, 1, block(fields())) + frame(HEADERS, 5, 3, block(fields())[1:]), goaway(PROTOCOL_ERROR)),
    ("6.2 padding longer than HEADERS", frame(HEADERS, 5 | PADDED, 1, b"\xff\x20"), goaway(PROTOCOL_ERROR)),
    ("6.3 PRIORITY on stream 0", frame(PRIORITY, 0, 0, b"\0\0\0\1\0"), goaway(PROTOCOL_ERROR)),
    ("6.3 PRIORITY of 4 bytes", frame(PRIORITY, 0, 1, b"\0\0\0\1"), goaway(FRAME_SIZE_ERROR) + reset(FRAME_SIZE_ERROR)),
    ("6.4 RST_STREAM on stream 0", frame(RST, 0, 0, b"\0\0\0\x08"), goaway(PROTOCOL_ERROR)),
    ("6.4 RST_STREAM of 3 bytes", request(1, None, end=False) + frame(RST, 0, 1, b"\0\0\x08"), goaway(FRAME_SIZE_ERROR)),
    ("6.5 SETTINGS ACK with a payload", frame(SETTINGS, 1, 0, setting(1, 0)), goaway(FRAME_SIZE_ERROR)),
    ("6.5 SETTINGS on a stream", frame(SETTINGS, 0, 1), goaway(PROTOCOL_ERROR)),
    ("6.5 SETTINGS of 5 bytes", frame(SETTINGS, 0, 0, b"\0\1\0\0\0"), goaway(FRAME_SIZE_ERROR)),
    ("6.5.2 ENABLE_PUSH 2", frame(SETTINGS, 0, 0, setting(2, 2)), goaway(PROTOCOL_ERROR)),
    ("6.5.2 window over 2^31-1", frame(SETTINGS, 0, 0, setting(4, 2**31)), goaway(FLOW_CONTROL_ERROR)),
    ("6.5.2 frame size under 16,384", frame(SETTINGS, 0, 0, setting(5, 16383)), goaway(PROTOCOL_ERROR)),
    ("6.5.2 frame size over 2^24-1", frame(SETTINGS, 0, 0, setting(5, 2**24)), goaway(PROTOCOL_ERROR)),
    ("6.5.2 unknown setting", frame(SETTINGS, 0, 0, setting(0x99, 1)) + request(1), grpc(OK)),
    ("6.6 PUSH_PROMISE by a client", request(1, None, end=False) + frame(PUSH, 4, 1, b"\0\0\0\2" + block(fields())[1:]), goaway(PROTOCOL_ERROR)),
    ("6.7 PING on a stream", frame(PING, 0, 1, b"12345678"), goaway(PROTOCOL_ERROR)),
    ("6.7 PING of 7 bytes", frame(PING, 0, 0, b"1234567"), goaway(FRAME_SIZE_ERROR)),
    ("6.8 GOAWAY on a stream", frame(GOAWAY, 0, 1, b"\0" * 8), goaway(PROTOCOL_ERROR)),
    ("6.9 WINDOW_UPDATE of 0, connection", frame(WINDOW, 0, 0, b"\0\0\0\0"), goaway(PROTOCOL_ERROR)),
    ("6.9 WINDOW_UPDATE of 0, stream", request(1, None, end=False) + frame(WINDOW, 0, 1, b"\0\0\0\0"), reset(PROTOCOL_ERROR) + goaway(PROTOCOL_ERROR)),
    ("6.9 WINDOW_UPDATE of 3 bytes", frame(WINDOW, 0, 0, b"\0\0\1"), goaway(FRAME_SIZE_ERROR)),
    ("6.9.1 window overflow, connection", frame(WINDOW, 0, 0, b"\x7f\xff\xff\xff") * 2, goaway(FLOW_CONTROL_ERROR)),
    ("6.9.1 window overflow, stream", request(1, None, end=False) + frame(WINDOW, 0, 1, b"\x7f\xff\xff\xff") * 2,
     reset(FLOW_CONTROL_ERROR) + goaway(FLOW_CONTROL_ERROR)),
    ("6.10 CONTINUATION on stream 0", frame(HEADERS, 1, 1, block(fields())) + frame(CONTINUATION, 4, 0), goaway(PROTOCOL_ERROR)),
    ("6.10 CONTINUATION of another stream", frame(HEADERS, 1, 1, block(fields())) + frame(CONTINUATION, 4, 3), goaway(PROTOCOL_ERROR)),
    ("6.10 two CONTINUATION frames", frame(HEADERS, 0, 1, b"\x20") + frame(CONTINUATION, 0, 1, block(fields())[1:]) + frame(CONTINUATION, 4, 1) +
     frame(DATA, 1, 1, EMPTY), grpc(OK)),
    ("6.10 three CONTINUATION frames", frame(HEADERS, 1, 1, b"\x20") + frame(CONTINUATION, 0, 1) * 2 + frame(CONTINUATION, 4, 1, block(fields())[1:]),
     goaway(ENHANCE_YOUR_CALM)),
    ("8.1 trailers without END_STREAM", request(1, end=False) + frame(HEADERS, 4, 1, field("x-t", "v")), reset(PROTOCOL_ERROR) + goaway(PROTOCOL_ERROR)),
    ("8.1 trailers", request(1, end=False) + frame(HEADERS, 5, 1, field("x-t", "v")), grpc(OK)),
    ("8.1 pseudo-header in trailers", request(1, end=False) + frame(HEADERS, 5, 1, field(":method", "POST")), reset(PROTOCOL_ERROR)),
    ("8.5 CONNECT", request(1, None, pairs=[(":method", "CONNECT"), (":authority", "localhost:1")], end=False), status(405) + reset(PROTOCOL_ERROR)),
    # nghttp2 ends a connection whose peer has acknowledged the limit; only before that the stream alone is refused.
    ("5.1.2 the 33rd stream", b"".join(headers(n, block(fields())[n > 1:]) for n in range(1, 67, 2)), goaway(PROTOCOL_ERROR) + reset(REFUSED_STREAM)),
]


def tried(platform, name, sent, stream):
    with raw.Peer(platform, "141305") as peer:
        if sent is BUDGET:
            peer.send(request(1, None, end=False, path="/renkei.v1.ReportService/GetReport"))
            peer.send_body(1, message(sent))
        else:
            peer.send(sent)
        got = peer.answer(stream, 3 if "go back" in name else 20)
        if got[0] in ("grpc", "status", "reset"):
            # The connection has not suffered.
            peer.send(frame(HEADERS, END_HEADERS, 101, block(fields())[1:]) + frame(DATA, END_STREAM, 101, EMPTY))
            assert stream == 65 or peer.answer(101) == ("grpc", OK), (got, peer.end(0))
    return got


@pytest.mark.parametrize("name,sent,wanted", CASES, ids=[case[0] for case in CASES])
def test_a_wrong_request_gets_its_code(platform, name, sent, wanted):
    assert tried(platform, name, sent, 1) in wanted


@pytest.mark.parametrize("name,sent,wanted", FRAMING, ids=[case[0] for case in FRAMING])
def test_framing_follows_the_paper(platform, name, sent, wanted):
    stream = 2 if "even" in name else 3 if "go back" in name else 65 if "33rd" in name else 1
    got = tried(platform, name, sent, stream)
    assert got in wanted


def test_what_is_wanted_of_requests_is_counted():
    """57 of gRPC's kind and a set of framing: none may be lost by an edit."""
    assert len(CASES) >= 57 and len(FRAMING) >= 49
