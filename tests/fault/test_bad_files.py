"""Half a configuration, expired, swapped and unfit certificates: refused whole at a reload and at a start, while the old ones serve."""
import hashlib
import re
import shutil
import signal
import socket
import ssl
import subprocess

import pytest
from demo import RENKEID, wait_for
from harness import Renkeid, Trial


def openssl(*words, days_ago=0):
    faked = ["faketime", "-f", f"-{days_ago}d"] if days_ago else []
    subprocess.run([*faked, "openssl", *map(str, words)], check=True, capture_output=True)


def certificate(place, name, days=30, days_ago=0, use="serverAuth"):
    """A certificate of the demo's authority with a key of its own."""
    keys, made = place.template.folder / "keys", place.folder / name
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=server", "-keyout", f"{made}.key", "-out", f"{made}.csr")
    extensions = place.folder / f"{name}.ext"
    extensions.write_text(f"basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage={use}\n"
                          "subjectAltName=DNS:localhost,IP:127.0.0.1\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
    openssl("x509", "-req", "-in", f"{made}.csr", "-CA", keys / "ca.crt", "-CAkey", keys / "ca.key", "-days", days, "-set_serial", "0x" + hashlib.sha256(
        name.encode()).hexdigest()[:16], "-extfile", extensions, "-out", f"{made}.crt", days_ago=days_ago)
    return {"certificate": f"{made}.crt", "key": f"{made}.key"}


def file(place, name, text, mode=0o600):
    path = place.folder / name
    path.write_text(text)
    path.chmod(mode)
    return str(path)


def keys_of(place, name):
    return place.template.folder / "keys" / name


def readable(place):
    copy = place.folder / "readable.key"
    shutil.copy(keys_of(place, "server.key"), copy)
    copy.chmod(0o644)
    return {"key": str(copy)}


def expired(place):
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    return certificate(place, "expired", days=10, days_ago=40)


SETTINGS = {  # what the file says instead, and what the refusal names
    "expired certificate": (expired, "expired on"),
    "certificate for clients": (lambda place: certificate(place, "client", use="clientAuth"), "serverAuth"),
    "key of another certificate": (lambda place: {"key": str(keys_of(place, "secretariat.key"))}, "key"),
    "key that all may read": (readable, "readable.key"),
    "empty authority": (lambda place: {"ca": file(place, "empty.crt", "")}, "empty.crt"),
    "authority that is none": (lambda place: {"ca": file(place, "none.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n")}, "none.crt"),
    "certificate that is not there": (lambda place: {"certificate": "/nowhere/server.crt"}, "/nowhere/server.crt"),
    "receipt key that is not there": (lambda place: {"receipt_key": "/nowhere/receipt.key"}, "/nowhere/receipt.key"),
    "number over its limit": (lambda place: {"batch_items": "1000000"}, "batch_items"),
    "database of no sense": (lambda place: {"database": "host='unfinished"}, "database"),
    "superuser": (lambda place: {"database": f"host={place.cluster.sock} port=5432 user=postgres dbname=renkei"}, "superuser"),
}
FILES = {  # what becomes of the text of the file
    "half a line": (lambda text: text[:text.index("receipt_key") + 20], "renkeid.conf"),
    "half the settings": (lambda text: "".join(text.splitlines(True)[:3]), "renkeid.conf"),
    "nothing": (lambda text: "", "renkeid.conf"),
    "a setting twice": (lambda text: text + text.splitlines(True)[1], "a second time"),
    "a setting unknown": (lambda text: text + "receipt_kye = \"x\"\n", "receipt_key"),
}


def refused(place, sentence):
    """By the daemon that serves, which goes on as before; and by one that would start."""
    workers, before = place.daemon.workers(), place.daemon.logged("reload_failed")
    # Not by ctl: half a file does not say where the daemon listens.
    place.daemon.process.send_signal(signal.SIGHUP)
    wait_for(lambda: place.daemon.logged("reload_failed") > before)
    assert sentence in [line for line in place.daemon.log.read_text().splitlines() if "event=reload_failed" in line][-1]
    assert place.daemon.workers() == workers
    start = subprocess.run([RENKEID, "serve", "--config", place.daemon.config], capture_output=True, text=True, timeout=60)
    assert start.returncode == 78 and sentence in start.stderr, (start.returncode, start.stderr)


def presented(place):
    """The certificate that the daemon shows to a new connection."""
    context = ssl.create_default_context(cafile=place.daemon.env["RENKEI_CA"])
    context.load_cert_chain(*place.daemon.identity("OPERATOR"))
    context.set_alpn_protocols(["h2"])
    with socket.create_connection(("127.0.0.1", place.daemon.port), 10) as raw, context.wrap_socket(raw, server_hostname="localhost") as peer:
        return hashlib.sha256(peer.getpeercert(True)).hexdigest()


def test_what_is_not_whole_is_refused_and_what_serves_goes_on(place):
    place.start()
    good = place.daemon.config.read_text()
    with Trial("bad files at reload", lambda chain: Renkeid(place.daemon, chain.code), place.cluster.sql) as trial:
        for name, (change, sentence) in SETTINGS.items():
            place.daemon.write(**change(place))
            refused(place, sentence)
            trial.tries += 1
        for name, (change, sentence) in FILES.items():
            place.daemon.config.write_text(change(good))
            refused(place, sentence)
            trial.tries += 1
        place.daemon.config.write_text(good)
        assert place.daemon.ctl("reload").returncode == 0
        trial.progress()
    trial.must_hold(lambda chain: Renkeid(place.daemon, chain.code), noticed=False)


def test_a_renewed_certificate_is_shown_after_a_reload(place):
    place.start()
    before = presented(place)
    with Trial("certificate renewed", lambda chain: Renkeid(place.daemon, chain.code), place.cluster.sql) as trial:
        place.daemon.write(**certificate(place, "renewed"))
        assert place.daemon.ctl("reload").returncode == 0
        trial.tries += 1
        trial.progress()
        after = wait_for(lambda: presented(place))
    assert after != before
    pem = re.search("-----BEGIN.*?-----END CERTIFICATE-----", (place.folder / "renewed.crt").read_text(), re.S)[0]
    assert after == hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    trial.must_hold(lambda chain: Renkeid(place.daemon, chain.code), noticed=False)
