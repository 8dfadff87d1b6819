"""The limits of HTTP/2 are settings: set low, those that cut somebody off bite early and are counted under their names.

One platform, reloaded with one configuration after another.  What cuts nobody off (turns, output) and what Python's TLS cannot send (new
keys) is in tests/unit/proto/link/test_h2.c.
"""
import re
import struct
import subprocess
import time

import pytest
import raw
from conftest import limits_reached, record
from demo import RENKEID, wait_for
from raw import (CONTINUATION, DATA, EMPTY, END_STREAM, HEADERS, NO_ERROR, PING, PRIORITY, RST, SETTINGS, WINDOW, Peer, block, field, fields, frame,
                 headers, message, request, setting)
from served import Served
from test_attacks import ASKED, REFLECTION

CALM, PROTOCOL, FRAME_SIZE = "goaway 11", "goaway 1", "goaway 6"
CUT = ("reset", "closed")
head = block(fields())
again = head[1:]

# What a connection is given to do; the peers of these tests, the one that reads the figures too, stay within it.
TIGHT = {
    "h2_max_streams": 4, "h2_max_streams_life": 100, "h2_settings_entries": 8, "h2_max_header_list": 4096, "h2_max_header_fields": 16,
    "h2_max_header_value": 1024, "h2_continuation": 1, "h2_reset_burst": 3, "h2_reset_per_minute": 1, "h2_ping_burst": 2, "h2_ping_per_minute": 1,
    "h2_settings_burst": 2, "h2_window_update_burst": 12, "h2_window_update_per_minute": 1, "h2_window_update_per_frame": 2, "h2_priority_burst": 3,
    "h2_priority_per_minute": 1, "h2_unknown_burst": 3, "h2_unknown_per_minute": 1, "h2_needless_burst": 10, "h2_needless_per_minute": 1,
    "h2_empty_data": 2, "h2_overhead_times": 2, "h2_overhead_free": 65536, "h2_stream_window": 16384, "h2_connection_window": 65536,
}
GLITCHES = {"h2_glitch_burst": 2, "h2_glitch_per_minute": 1, "h2_reset_burst": 50}
QUICK = {
    "h2_preface_ms": 1000, "h2_block_ms": 1000, "h2_settings_ack_ms": 2000, "h2_stall_ms": 1000, "h2_body_grace_ms": 1000, "h2_body_per_second": 1048576,
    "h2_grace_ms": 1000, "connection_age_ms": 4000,
}
WAITING = {"h2_ping_burst": 1000, "h2_output_frames": 256, "h2_turn_frames": 10000}
WIDE = {"h2_max_frame": 32768, "h2_header_table": 4096, "h2_max_streams": 7, "h2_stream_window": 20000, "h2_connection_window": 100000, "h2_max_header_list": 5000}


def configure(demo, settings):
    """Another configuration and a reload; the new workers have taken the place of the old ones when this returns."""
    if demo.given == settings:
        return
    text = demo.config.read_text()
    for name in demo.given:
        text = re.sub(rf"(?m)^{name} = .*\n", "", text)
    demo.config.write_text(text + "".join(f"{name} = {value}\n" for name, value in settings.items()))
    before = set(demo.workers())
    done = subprocess.run([RENKEID, "ctl", "reload", "--config", demo.config], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    demo.given = settings
    wait_for(lambda: not before & set(demo.workers()), 60)


@pytest.fixture(scope="module")
def low(tmp_path_factory):
    demo = Served(tmp_path_factory.mktemp("low") / "demo").start()
    demo.given, demo.patience = {}, 10
    try:
        yield demo
        log = (demo.folder.parent / "demo.log").read_text(errors="replace")
        assert "Sanitizer" not in log and "worker_crashed" not in log, demo.tail()
    finally:
        demo.stop()


def sent(demo, *pieces, hello=b""):
    """How a connection ends on which these are sent."""
    with Peer(demo) as peer:
        peer.send(hello)
        for piece in pieces:
            if not peer.send(piece):
                break
        return peer.end(demo.patience)


def one_by_one(demo, spoilt, count=8):
    """Streams, each of which the server has to reset before the next one."""
    with Peer(demo) as peer:
        for n in range(1, 2 * count, 2):
            peer.send(spoilt(n))
            peer.until(lambda n=n: peer.done(n) or peer.is_told_off(), 5)
        return peer.end(demo.patience)


def opening(n, more=b"", flags=0):
    return headers(n, (head if n == 1 else again) + more, flags)


def resets(demo):
    return sent(demo, b"".join(opening(n) + frame(RST, 0, n, b"\0\0\0\x08") for n in range(1, 11, 2)))


def provoked(demo):
    return one_by_one(demo, lambda n: opening(n, field("content-length", "9")) + frame(DATA, END_STREAM, n, EMPTY))


def pings(demo):
    return sent(demo, frame(PING, 0, 0, b"12345678") * 3)


def settings_frames(demo):
    return sent(demo, frame(SETTINGS) * 2)


def settings_of_nine_entries(demo):
    return sent(demo, frame(SETTINGS, 0, 0, setting(4, 65535) * 9))


def window_updates(demo):
    return sent(demo, frame(WINDOW, 0, 0, b"\0\0\0\1") * 13)


def priorities(demo):
    return sent(demo, frame(PRIORITY, 0, 1, b"\0\0\0\0\x10") * 4)


def unknown_frames(demo):
    return sent(demo, frame(0x2a, 0, 0, b"x") * 4)


def pongs(demo):
    return sent(demo, frame(PING, 1, 0, b"12345678") * 11)


def empty_bodies(demo):
    return sent(demo, frame(DATA, 0, 1) * 3, hello=request(1, None, end=False))


def continuations(demo):
    return sent(demo, frame(CONTINUATION, 0, 1, field("x-a", "b")) * 2, hello=frame(HEADERS, 0, 1, head))


def long_headers(demo):
    """Over the limit, and under twice of it, the stream is lost and the connection goes on."""
    with Peer(demo) as peer:
        peer.send(request(1, more=[(f"x-{n}", "v" * 1000) for n in range(4)]) + request(3))
        return f"{peer.answer(1)} {peer.answer(3)}"


def many_headers(demo):
    with Peer(demo) as peer:
        peer.send(request(1, more=[(f"x-{n}", "v") for n in range(11)]) + request(3, more=[(f"x-{n}", "v") for n in range(10)]))
        return f"{peer.answer(1)} {peer.answer(3)}"


def long_value(demo):
    with Peer(demo) as peer:
        peer.send(request(1, more=[("x-a", "v" * 1025)]) + request(3, more=[("x-a", "v" * 1024)]))
        return f"{peer.answer(1)} {peer.answer(3)}"


def twice_the_headers(demo):
    return sent(demo, headers(1, head + b"".join(field(f"x-{n}", "v" * 1000) for n in range(8))))


def overhead(demo):
    """Bytes that no bucket counts: requests with bodies of nothing."""
    with Peer(demo) as peer:
        for n in range(1, 2 * 100, 2):
            peer.send(opening(n, field("x-a", "v" * 1000) + field("x-b", "v" * 1000)) + frame(DATA, END_STREAM, n, EMPTY))
            if not peer.until(lambda n=n: peer.done(n), 5) or peer.is_told_off():
                break
        return peer.end(demo.patience)


def many_streams(demo):
    return sent(demo, b"".join(opening(n) for n in range(1, 11, 2)))


def a_life(demo):
    with Peer(demo) as peer:
        for n in range(1, 2 * 110, 2):
            peer.call(n)
            if peer.goaway is not None:
                return f"goaway {peer.goaway.code} in the {n // 2 + 1}th"
        return "alive"


def glitches(demo):
    return sent(demo, b"".join(opening(n, field(":path", "/"), END_STREAM) for n in (1, 3, 5)))


def no_preface(demo):
    with Peer(demo, hello=False, ack=False) as peer:
        return peer.end(20)


def open_block(demo):
    with Peer(demo) as peer:
        peer.send(frame(HEADERS, 0, 1, head))
        return peer.end(20)


def no_settings_ack(demo):
    with Peer(demo, ack=False) as peer:
        return peer.end(20)


def no_window(demo):
    with Peer(demo, settings=setting(4, 0)) as peer:
        peer.send(request(1, ASKED, path=REFLECTION))
        return peer.end(20)


def slow_body(demo):
    with Peer(demo) as peer:
        peer.send(request(1, message(b"x", length=100000), end=False, path=raw.CHECK))
        return f"{peer.answer(1, 20)} {peer.reason(1)}"


def call_that_stays(demo):
    """A watch of the health has no end of its own: sent away in order for its age, cut when the patience is over."""
    with Peer(demo) as peer:
        peer.send(request(1, path="/grpc.health.v1.Health/Watch"))
        assert peer.until(lambda: peer.goaway is not None, 30) and peer.goaway.code == NO_ERROR and not peer.ended
        begun = time.monotonic()
        assert peer.until(lambda: peer.ended, 30)
        # Two looks at all connections, a second apart, and not the 30 s that nobody set.
        return "cut soon" if time.monotonic() - begun < 15 else "cut late"


def waiting_frames(demo):
    """Answers to PING, more than may wait, in one turn."""
    return sent(demo, frame(PING, 0, 0, b"12345678") * 400)


GOES_ON = "('reset', 11) ('grpc', 0)"
CASES = [  # the configuration, the attack, the limit that counts it, what it may be answered
    (TIGHT, resets, "reset_received", (CALM, *CUT)),
    (TIGHT, provoked, "reset_provoked", (CALM, *CUT)),
    (TIGHT, pings, "ping", (CALM, *CUT)),
    (TIGHT, settings_frames, "settings", (CALM, *CUT)),
    (TIGHT, settings_of_nine_entries, "protocol_error", (CALM, *CUT)),
    (TIGHT, window_updates, "window_update", (CALM, *CUT)),
    (TIGHT, priorities, "priority", (CALM, *CUT)),
    (TIGHT, unknown_frames, "unknown", (CALM, *CUT)),
    (TIGHT, pongs, "needless", (CALM, *CUT)),
    (TIGHT, empty_bodies, "empty_data", (CALM, *CUT)),
    (TIGHT, continuations, "continuation", (CALM, *CUT)),
    (TIGHT, long_headers, "header_list", (GOES_ON,)),
    (TIGHT, many_headers, "header_list", (GOES_ON,)),
    (TIGHT, long_value, "header_list", (GOES_ON,)),
    (TIGHT, twice_the_headers, "header_list", (CALM, *CUT)),
    (TIGHT, overhead, "overhead", (CALM, *CUT)),
    (TIGHT, many_streams, "protocol_error", (PROTOCOL, *CUT)),
    (TIGHT, a_life, "stream_life", ("goaway 0 in the 100th",)),
    (GLITCHES, glitches, "glitch", (CALM, *CUT)),
    (QUICK, no_preface, "preface", (CALM, *CUT)),
    (QUICK, open_block, "block", (CALM, *CUT)),
    (QUICK, no_settings_ack, "settings_ack", ("goaway 4",)),
    (QUICK, no_window, "stall", (CALM, *CUT)),
    (QUICK, slow_body, "slow_request", ("('grpc', 4) REQUEST_TOO_SLOW",)),
    (QUICK, call_that_stays, "grace", ("cut soon",)),
    (WAITING, waiting_frames, "output_queue", (CALM, *CUT)),
]


@pytest.mark.parametrize("settings,attack,limit,wanted", CASES, ids=[attack.__name__ for _, attack, *_ in CASES])
def test_a_limit_that_is_set_low_bites_and_is_counted(low, settings, attack, limit, wanted):
    configure(low, settings)
    before, begun = limits_reached(low), time.monotonic()
    answer = attack(low)
    seconds = time.monotonic() - begun
    after = limits_reached(low)
    record(case=f"low limits: {attack.__name__.replace('_', ' ')}", answer=answer, seconds=round(seconds, 1))
    assert answer in wanted
    assert after[limit] > before[limit], (limit, {name: after[name] - before[name] for name in after if after[name] != before[name]})


def test_the_same_is_nothing_with_the_defaults(low):
    """The control: who bites above are the settings."""
    configure(low, {})
    before, low.patience = limits_reached(low), 0.3
    told = {attack.__name__: attack(low) for settings, attack, *_ in CASES if settings in (TIGHT, GLITCHES)}
    low.patience = 10
    assert all(answer in ("alive", "('grpc', 0) ('grpc', 0)") for answer in told.values()), told
    assert limits_reached(low) == before


def test_what_a_session_is_told_is_what_is_set(low):
    """SETTINGS, and that a frame over the usual size is taken where it may be."""
    configure(low, WIDE)
    with Peer(low) as peer:
        told = dict(struct.unpack(">HI", got.payload[at:at + 6]) for got in peer.frames if got.kind == SETTINGS and not got.flags
                    for at in range(0, len(got.payload), 6))
        assert {number: told.get(number) for number in (1, 3, 4, 5, 6)} == {1: 4096, 3: 7, 4: 20000, 5: 32768, 6: 5000}
        assert peer.until(lambda: peer.windows[0] == 100000, 5)
        assert peer.call(1) == ("grpc", 0)
        peer.send(request(3, None, end=False, path=raw.CHECK) + frame(DATA, END_STREAM, 3, message(b"\x0a" + raw.text("x" * 18000))))
        assert peer.answer(3)[0] == "grpc"
    configure(low, {})
    with Peer(low) as peer:
        assert peer.call(1) == ("grpc", 0)
        peer.send(request(3, None, end=False, path=raw.CHECK) + frame(DATA, END_STREAM, 3, message(b"\x0a" + raw.text("x" * 18000))))
        assert peer.end(5) == FRAME_SIZE


def test_a_reload_leaves_the_connections_that_are_there_as_they_were(low):
    """Five PINGs are few before and many after; each connection is held to what was in force when it was made."""
    configure(low, {})
    with Peer(low) as old:
        old.send(request(1, None, end=False, path=raw.CHECK))
        demo_before = set(low.workers())
        text = low.config.read_text()
        low.config.write_text(text + "h2_ping_burst = 2\n")
        low.given = {"h2_ping_burst": 2}
        done = subprocess.run([RENKEID, "ctl", "reload", "--config", low.config], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        wait_for(lambda: set(low.workers()) - demo_before, 60)
        assert sent(low, frame(PING, 0, 0, b"12345678") * 5) == CALM
        old.send(frame(PING, 0, 0, b"12345678") * 5 + frame(DATA, END_STREAM, 1, EMPTY))
        assert old.answer(1)[0] == "grpc" and not old.is_told_off()
