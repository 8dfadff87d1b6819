"""How long a connection lives and how many there may be: a platform with the least of each, and every end in order."""
import contextlib
import ssl

import raw
from conftest import limits_reached, record
from raw import DATA, EMPTY, END_STREAM, NO_ERROR, Peer, frame, request
from served import Served

MOST = 3
CLOSED = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


@contextlib.contextmanager
def served(folder, **settings):
    demo = Served(folder / "demo", **settings).start()
    try:
        yield demo
    finally:
        assert demo.stop() == 0, demo.tail()


def is_sent_away(peer):
    """GOAWAY without an error, and then the end."""
    return peer.until(lambda: peer.ended, 40) and peer.goaway is not None and peer.goaway.code == NO_ERROR


def test_who_is_silent_too_long_is_sent_away_in_order(tmp_path):
    with served(tmp_path, idle_timeout_ms=1000) as demo:
        with Peer(demo, "110001") as silent, Peer(demo, "130001") as busy:
            busy.send(request(1, None, end=False, path=raw.CHECK))
            assert is_sent_away(silent)
            # An open call is no silence, whoever waits for whom.
            assert busy.goaway is None and not busy.ended
            busy.send(frame(DATA, END_STREAM, 1, EMPTY))
            assert busy.answer(1)[0] == "grpc"
        seen = limits_reached(demo)
    record(case="silent for idle_timeout_ms", answer="goaway 0", seconds=1)
    assert seen["idle"] == 1 and seen["age"] == 0, seen


def test_who_is_old_is_sent_away_in_order_and_its_call_is_served(tmp_path):
    with served(tmp_path, connection_age_ms=1000) as demo:
        with Peer(demo, "110001") as old:
            old.send(request(1, None, end=False))
            assert old.until(lambda: old.goaway is not None, 40) and old.goaway.code == NO_ERROR
            old.send(frame(DATA, END_STREAM, 1, EMPTY))
            assert old.answer(1) == ("grpc", 0)
            assert is_sent_away(old)
        seen = limits_reached(demo)
    record(case="older than connection_age_ms", answer="goaway 0", seconds=1)
    assert seen["age"] >= 1 and seen["idle"] == 0, seen


def refused(demo):
    """Whether a connection more is closed before a word of TLS."""
    try:
        with Peer(demo, "160008", hello=False):
            return False
    except CLOSED:
        return True


def test_one_connection_too_many_is_closed_and_the_others_live(tmp_path):
    with served(tmp_path, max_connections=MOST) as demo:
        with contextlib.ExitStack() as stack:
            peers = [stack.enter_context(Peer(demo, who)) for who in ("110001", "130001", "OPERATOR")]
            assert refused(demo) and refused(demo)
            assert all(peer.call(1) == ("grpc", 0) for peer in peers)
            peers.pop().close()
            # Room again, as soon as the worker has seen the end.
            seen = None
            while seen is None:
                with contextlib.suppress(*CLOSED):
                    seen = limits_reached(demo)
            assert all(peer.call(3) == ("grpc", 0) for peer in peers)
    record(case="a connection over max_connections", answer="closed", seconds=0)
    assert seen["connections"] >= 2, seen


def test_of_one_principals_connections_the_one_idle_longest_gives_way(tmp_path):
    """A line that went without a word leaves its connection behind; who comes again must not wait until it is too old."""
    with served(tmp_path, max_connections_per_principal=2) as demo, contextlib.ExitStack() as stack:
        left, used = (stack.enter_context(Peer(demo, "160008")) for _ in range(2))
        assert left.call(1) == ("grpc", 0) and used.call(1) == ("grpc", 0) and used.call(3) == ("grpc", 0)
        new = stack.enter_context(Peer(demo, "160008"))
        assert new.call(1) == ("grpc", 0) and is_sent_away(left)
        assert used.call(5) == ("grpc", 0)
        seen = limits_reached(demo)
    record(case="over max_connections_per_principal, one idle", answer="goaway 0 to that one", seconds=0)
    assert seen["connections_of_principal"] == 1, seen
