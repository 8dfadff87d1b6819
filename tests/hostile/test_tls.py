"""Wrong peers of TLS: refused in the handshake without a byte of HTTP/2, or let in and told that they are nobody.

Silence and dripping are in test_attacks.py.
"""
import pathlib
import ssl
import subprocess
import time

import certs
import pytest
import raw
from conftest import record
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from demo import RENKEID, wait_for

UNAUTHENTICATED = 16


@pytest.fixture(scope="module")
def ca(platform):
    return certs.load(platform.env["RENKEI_CA"], platform.folder / "keys/ca.key")


def log_of(platform):
    return (platform.folder.parent / "demo.log").read_text(errors="replace")


def shake(platform, tls):
    """What a peer gets: the alert or error, or "in" when a byte of HTTP/2 came."""
    plain = raw.connect(platform.env["RENKEI_SERVER"], "127.0.4.1")
    try:
        with tls.wrap_socket(plain) as made:
            return "in" if made.recv(9) else "closed"
    except ssl.SSLError as error:
        return (error.reason or str(error)).upper().replace(" ", "_")
    except OSError as error:
        return type(error).__name__
    finally:
        plain.close()


def context(platform, folder, pair=None, *chain):
    tls = raw.context(platform.env["RENKEI_CA"], *(certs.write(folder, pair, *chain) if pair else ()))
    return tls


def no_certificate(ca):
    return None


def other_ca(ca):
    return certs.make(certs.make(is_ca=True, uris=(), usage=None))


def self_signed(ca):
    return certs.make()


def expired(ca):
    return certs.make(ca, begin=certs.NOW - 9 * certs.DAY, end=certs.NOW - certs.DAY)


def not_yet_valid(ca):
    return certs.make(ca, begin=certs.NOW + certs.DAY)


def server_only(ca):
    return certs.make(ca, usage=ExtendedKeyUsageOID.SERVER_AUTH)


def without_usage(ca):
    return certs.make(ca, usage=None)


def by_sha1(ca):
    return certs.make(ca, digest=hashes.SHA1())


def short_rsa(ca):
    return certs.make(ca, key=certs.weak_key())


def unknown_critical(ca):
    return certs.make(ca, more=[certs.unknown_extension()])


def weak(tls):
    """A peer that would send anything."""
    tls.set_ciphers("ALL:@SECLEVEL=0")
    return tls


REFUSED = [no_certificate, other_ca, self_signed, expired, not_yet_valid, server_only, without_usage, by_sha1, short_rsa, unknown_critical]


def refused(platform, name, tls, why=None):
    before = log_of(platform).count("event=handshake_failed")
    answer = shake(platform, tls)
    record(case=f"TLS: {name}", answer=answer, seconds=0)
    assert answer != "in"
    wait_for(lambda: log_of(platform).count("event=handshake_failed") > before, 20)
    line = [line for line in log_of(platform).splitlines() if "event=handshake_failed" in line][-1]
    assert "peer=127.0.4.1:" in line and "why=" in line
    return answer


@pytest.mark.parametrize("wrong", REFUSED, ids=[case.__name__ for case in REFUSED])
def test_a_wrong_certificate_is_refused(platform, ca, tmp_path, wrong):
    pair = wrong(ca)
    tls = raw.context(platform.env["RENKEI_CA"])
    weak(tls)
    if pair:
        tls.load_cert_chain(*certs.write(tmp_path, pair))
    refused(platform, wrong.__name__.replace("_", " "), tls)


def test_a_leaf_issues_nothing(platform, ca, tmp_path):
    leaf = certs.make(ca)
    refused(platform, "issued by a leaf", context(platform, tmp_path, certs.make(leaf), leaf[0]))


def test_a_long_list_of_certificates_is_refused(platform, ca, tmp_path):
    big = certs.make(ca, more=[certs.unknown_extension(b"\x04\x82\x4e\x20" + bytes(20000))])
    refused(platform, "certificates of 40 KiB", context(platform, tmp_path, certs.make(ca), big[0], big[0]))


def test_alpn_is_needed(platform, ca, tmp_path):
    for protocols in ([], ["http/1.1"]):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname = False
        tls.load_verify_locations(platform.env["RENKEI_CA"])
        tls.load_cert_chain(*platform.identity("130001"))
        if protocols:
            tls.set_alpn_protocols(protocols)
        answer = refused(platform, "ALPN http/1.1" if protocols else "no ALPN", tls)
        assert "NO_APPLICATION_PROTOCOL" in answer


@pytest.mark.parametrize("version", ["TLSv1", "TLSv1_1", "TLSv1_2"])
def test_older_versions_are_refused(platform, version):
    tls = weak(raw.context(platform.env["RENKEI_CA"], *platform.identity("130001")))
    tls.minimum_version = tls.maximum_version = getattr(ssl.TLSVersion, version)
    assert "PROTOCOL_VERSION" in refused(platform, version, tls)


NOBODY = {
    "no identity": (),
    "two identities": ("renkei://demo.renkei/municipality/130001", "renkei://demo.renkei/municipality/110001"),
    "identity of another kind": ("https://demo.renkei/municipality/130001",),
    "unknown identity": ("renkei://demo.renkei/municipality/999999",),
    "known identity, unknown key": ("renkei://demo.renkei/municipality/130001",),
}


KNOWN_IN_FORM = ("unknown identity", "known identity, unknown key")


def nobody(platform, tls, **how):
    """A call of a peer that is let in: its status, whether the connection is ended behind it, and the reason it is given."""
    with raw.Peer(platform, tls=tls) as peer:
        told = peer.call(1, **how)
        ended = peer.until(lambda: peer.goaway is not None or peer.ended is not None, 20)
        return told, bool(ended), peer.reason(1)


@pytest.mark.parametrize("name", NOBODY)
def test_who_is_not_known_is_told_so_and_let_go(platform, ca, tmp_path, name):
    told, ended, why = nobody(platform, context(platform, tmp_path, certs.make(ca, uris=NOBODY[name])))
    record(case=f"TLS: {name}", answer=" ".join(map(str, told)), seconds=0)
    assert told == ("grpc", UNAUTHENTICATED) and ended
    assert why == ("IDENTITY_UNKNOWN" if name in KNOWN_IN_FORM else "IDENTITY_MISSING")


def test_what_a_header_says_makes_nobody_somebody(platform, ca, tmp_path):
    """The names that proxies and other servers trust, each with the name of one who may call."""
    known = "renkei://demo.renkei/municipality/130001"
    cert = pathlib.Path(platform.identity("130001")[0]).read_text().replace("\n", "%0A")
    said = [("authorization", f"Bearer {known}"), ("x-forwarded-client-cert", f"URI={known}"), ("x-client-cert", cert[:3000]), ("x-ssl-client-verify", "SUCCESS"),
            ("x-remote-user", known), ("x-forwarded-for", "127.0.0.1"), ("x-renkei-principal", known), ("x-request-id", "1")]
    told, ended, why = nobody(platform, context(platform, tmp_path, certs.make(ca, uris=NOBODY["unknown identity"])), more=said)
    record(case="headers that name somebody", answer=" ".join(map(str, told)), seconds=0)
    assert told == ("grpc", UNAUTHENTICATED) and ended and why == "IDENTITY_UNKNOWN"


def test_who_is_suspended_is_told_so_and_let_go(platform):
    tls = raw.context(platform.env["RENKEI_CA"], *platform.identity("242021"))
    platform.sql("update renkei.principal set state = 'suspended' where principal_uri like '%/municipality/242021'")
    told, ended, why = nobody(platform, tls)
    platform.sql("update renkei.principal set state = 'active' where principal_uri like '%/municipality/242021'")
    record(case="TLS: suspended", answer=" ".join(map(str, told)), seconds=0)
    assert told == ("grpc", UNAUTHENTICATED) and ended and why == "PRINCIPAL_SUSPENDED"


def test_no_ticket_is_offered_and_nothing_resumes(platform):
    tls = raw.context(platform.env["RENKEI_CA"], *platform.identity("130001"))
    with raw.Peer(platform, tls=tls) as peer:
        assert peer.call(1) == ("grpc", 0)
        session = peer.socket.session
        assert not session.has_ticket
    plain = raw.connect(platform.env["RENKEI_SERVER"])
    with tls.wrap_socket(plain, session=session) as made:
        assert made.recv(9) and not made.session_reused
    record(case="TLS: ticket, resumption", answer="none offered", seconds=0)


def s_client(platform, who, words, *options, seconds=60):
    cert, key = platform.identity(who)
    return subprocess.run(["openssl", "s_client", "-connect", platform.env["RENKEI_SERVER"], "-CAfile", platform.env["RENKEI_CA"], "-cert", cert,
                           "-key", key, "-alpn", "h2", *options], input=words, capture_output=True, timeout=seconds)


def test_early_data_is_not_taken(platform, tmp_path):
    session, early = tmp_path / "session", tmp_path / "early"
    early.write_bytes(raw.PREFACE)
    s_client(platform, "130001", b"", "-sess_out", session)
    # Without a ticket there is nothing to save.
    assert not session.exists() or b"Max Early Data: 0" in subprocess.run(["openssl", "sess_id", "-in", session, "-text"], capture_output=True).stdout
    record(case="TLS: early data", answer="never offered", seconds=0)


def test_renegotiation_does_not_exist(platform):
    run = s_client(platform, "130001", b"R\n")
    assert b"RENEGOTIATING" not in run.stdout or b"error" in run.stderr
    with raw.Peer(platform) as peer:
        assert peer.socket.version() == "TLSv1.3"
    record(case="TLS: renegotiation", answer="not in TLS 1.3", seconds=0)


def keys(platform, who, times):
    """Asks for new keys so often; whether the connection still lives then."""
    cert, key = platform.identity(who)
    client = subprocess.Popen(["openssl", "s_client", "-connect", platform.env["RENKEI_SERVER"], "-CAfile", platform.env["RENKEI_CA"], "-cert", cert,
                               "-key", key, "-alpn", "h2", "-quiet", "-no_ign_eof"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
    try:
        client.stdin.write(raw.PREFACE + raw.frame(raw.SETTINGS) + raw.frame(raw.SETTINGS, raw.ACK))
        client.stdin.flush()
        time.sleep(1)
        for _ in range(times):
            client.stdin.write(b"K\n")
            client.stdin.flush()
            time.sleep(0.02)
        return client.wait(3) is None
    except subprocess.TimeoutExpired:
        return True
    except BrokenPipeError:
        return False
    finally:
        client.kill()
        client.wait()


def test_plain_text_before_the_handshake_is_never_read(platform):
    """What stands before the handshake or beside it is no request, whoever comes behind it."""
    before = platform.workers()
    for first in (raw.PREFACE + raw.frame(raw.SETTINGS) + raw.request(1), b"GET / HTTP/1.1\r\n\r\n", b"\x17\x03\x03\x00\x05hello"):
        with raw.connect(platform.env["RENKEI_SERVER"], "127.0.4.2") as plain:
            plain.sendall(first)
            got = b""
            try:
                while piece := plain.recv(4096):
                    got += piece
            except ConnectionError:
                pass
            assert got[:1] in (b"", b"\x15"), got  # an alert of TLS or nothing
    assert platform.workers() == before
    record(case="TLS: plain text first", answer="closed", seconds=0)


def test_plain_text_between_the_records_of_a_handshake_ends_it(platform):
    """CVE-2021-3935's way: bytes behind the ClientHello."""
    tls = raw.context(platform.env["RENKEI_CA"], *platform.identity("130001"))
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    machine = tls.wrap_bio(into, out)
    with raw.connect(platform.env["RENKEI_SERVER"], "127.0.4.3", 10) as plain:
        with pytest.raises(ssl.SSLWantReadError):
            machine.do_handshake()
        plain.sendall(out.read() + raw.PREFACE)
        with pytest.raises((ssl.SSLError, OSError, EOFError)):
            while True:
                piece = plain.recv(65536)
                if not piece:
                    raise EOFError
                into.write(piece)
                try:
                    machine.do_handshake()
                    machine.read(1)
                except ssl.SSLWantReadError:
                    plain.sendall(out.read())
    record(case="TLS: plain text within the handshake", answer="closed", seconds=0)


# Revocation: the platform revokes by its table; a list of the CA's is read at a start, at a reload, and when it is replaced.


def test_a_revoked_certificate_is_refused_at_once_on_held_connections_too(platform):
    """Within five seconds; a request on its way completes or fails whole."""
    with raw.Peer(platform, "281000") as held, raw.Peer(platform, "281000") as busy:
        assert held.call(1) == ("grpc", 0)
        busy.send(raw.request(1, None, end=False))
        platform.sql("update renkei.certificate set revoked_at = clock_timestamp() where principal_uri like '%/municipality/281000'")
        begun = time.monotonic()
        busy.send(raw.frame(raw.DATA, raw.END_STREAM, 1, raw.EMPTY))
        assert busy.answer(1) in (("grpc", 0), ("grpc", UNAUTHENTICATED))
        held.send(raw.headers(3, raw.block(raw.fields())[1:]) + raw.frame(raw.DATA, raw.END_STREAM, 3, raw.EMPTY))
        assert held.answer(3) == ("grpc", UNAUTHENTICATED)
        assert held.until(lambda: held.goaway is not None or held.ended is not None, 20)
    told, ended, why = nobody(platform, raw.context(platform.env["RENKEI_CA"], *platform.identity("281000")))
    seconds = time.monotonic() - begun
    platform.sql("update renkei.certificate set revoked_at = null where principal_uri like '%/municipality/281000'")
    record(case="revoked: held and new connections", answer="grpc 16", seconds=round(seconds, 1))
    assert told == ("grpc", UNAUTHENTICATED) and ended and why == "CERTIFICATE_REVOKED" and seconds < 5


def test_a_certificate_of_the_list_is_refused_in_the_handshake(platform, ca, tmp_path):
    listed, other = certs.make(ca), certs.make(ca)
    (platform.folder / "revoked.pem").write_bytes(certs.revocations(ca, listed[0]))
    config = platform.config
    config.write_text(config.read_text() + 'crl = "revoked.pem"\n')
    before = set(platform.workers())
    run = subprocess.run([RENKEID, "--config", config, "ctl", "reload"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    wait_for(lambda: not before & set(platform.workers()), 60)
    assert "REVOKED" in refused(platform, "revoked by the list", context(platform, tmp_path, listed))
    told, _, _ = nobody(platform, context(platform, tmp_path, other))
    assert told == ("grpc", UNAUTHENTICATED)
    # A damaged list changes nothing; a new one holds within a minute.
    (platform.folder / "revoked.pem").write_bytes(b"nothing")
    wait_for(lambda: "revocation_list_refused" in log_of(platform), 60)
    assert "REVOKED" in refused(platform, "revoked by the list, list damaged", context(platform, tmp_path, listed))
    (platform.folder / "revoked.pem").write_bytes(certs.revocations(ca, listed[0], other[0]))
    begun = time.monotonic()
    wait_for(lambda: "revocation_list_read" in log_of(platform), 60)
    assert "REVOKED" in refused(platform, "revoked by a newer list", context(platform, tmp_path, other))
    assert time.monotonic() - begun < 60


def test_a_hundred_new_keys_an_hour_are_enough(platform):
    assert keys(platform, "130001", 50)
    assert not keys(platform, "130001", 200)
    record(case="TLS: KeyUpdate flood", answer="closed", seconds=0)
