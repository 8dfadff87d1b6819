"""Operators' mistakes: files, keys, certificates and settings that are not as they should be are refused by name before anything is served.

Several daemons on one database are no mistake: they are stateless and stand side by side, so there is no lock between them; what keeps a
migration alone is its own lock.  A database older than what the daemon knows, or newer, is refused (test_operation.py).
"""
import datetime
import os
import re
import shutil
import socket
import subprocess
import time

import grpc
import pytest
import talk
from demo import RENKEID, wait_for
from renkei.v1 import report_service_pb2 as rs
from test_cli_bad_input import authority, certificate
from test_operation import Beside, free_port, serves


@pytest.fixture
def place(empty_demo, tmp_path):
    """A configuration of the test's own beside the demo's database, with its own copy of every file."""
    shutil.copytree(empty_demo.folder / "keys", tmp_path / "keys")
    text = (empty_demo.folder / "renkeid.conf").read_text().replace(str(empty_demo.folder / "keys"), str(tmp_path / "keys"))
    (tmp_path / "renkeid.conf").write_text(re.sub(r"(?m)^(listen|control_socket) = .*\n", "", text) + f'listen = "127.0.0.1:{free_port()}"\ncontrol_socket = ""\n')
    return tmp_path


def renkeid(place, *words):
    return subprocess.run([RENKEID, *words, "--config", place / "renkeid.conf"], capture_output=True, text=True, timeout=60)


def refused(place, *parts):
    """--check, a start and doctor refuse with the same words, and nothing of a key's or certificate's content is among them."""
    for words in (("serve", "--check"), ("serve",), ("doctor",)):
        done = renkeid(place, *words)
        said = done.stdout + done.stderr
        assert done.returncode == 78, (words, said)
        for part in parts:
            assert part in said, (words, part, said)
        assert "BEGIN" not in said and "PRIVATE" not in said


def line_of(place, name):
    lines = (place / "renkeid.conf").read_text().splitlines()
    return f"renkeid.conf:{1 + next(i for i, text in enumerate(lines) if text.startswith(name + ' '))}"


def setting(place, name, value):
    path = place / "renkeid.conf"
    path.write_text(re.sub(rf"(?m)^{name} = .*\n", "", path.read_text()) + f"{name} = {value}\n")


def test_what_is_right_is_good(place):
    """The control: the same place without a mistake."""
    assert renkeid(place, "serve", "--check").stdout.endswith(": good\n")
    done = renkeid(place, "doctor")
    assert done.returncode == 0 and "bad" not in done.stdout, done.stdout


# keys ----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
@pytest.mark.parametrize("name, file", [("key", "server.key"), ("receipt_key", "receipt.key")])
def test_a_key_that_others_can_read(place, name, file, mode):
    (place / "keys" / file).chmod(mode)
    refused(place, line_of(place, name), f"'{name}'", file, "others can read it", f"{mode:04o}", "chmod 600")


@pytest.mark.parametrize("name, file", [("key", "server.key"), ("receipt_key", "receipt.key"), ("certificate", "server.crt"), ("ca", "ca.crt")])
@pytest.mark.parametrize("text", [None, "", "nothing\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"], ids=["missing", "empty", "words", "damaged"])
def test_a_file_that_is_none(place, name, file, text):
    path = place / "keys" / file
    path.unlink()
    if text is not None:
        path.write_text(text)
        path.chmod(0o600)
    refused(place, line_of(place, name), f"'{name}'", file)


def test_a_key_of_another_certificate(place):
    shutil.copy(place / "keys/operator.key", place / "keys/server.key")
    refused(place, line_of(place, "certificate"), "keys/server.key", "does not belong to the certificate")


def test_a_receipt_key_of_another_kind(place):
    subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", place / "keys/receipt.key"], check=True, capture_output=True)
    (place / "keys/receipt.key").chmod(0o600)
    refused(place, line_of(place, "receipt_key"), "receipt.key", "Ed25519")


@pytest.mark.parametrize("name, file, kind", [("key", "server.key", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]), ("receipt_key", "receipt.key", ["-algorithm", "ED25519"])])
def test_a_key_with_a_passphrase_asks_nobody(place, name, file, kind):
    subprocess.run(["openssl", "genpkey", *kind, "-aes256", "-pass", "pass:secret", "-out", place / "keys" / file], check=True, capture_output=True)
    (place / "keys" / file).chmod(0o600)
    refused(place, line_of(place, name), file)


def test_a_database_folder_that_is_not_there(place):
    setting(place, "database_folder", '"/nowhere/postgresql"')
    refused(place, line_of(place, "database_folder"), "'database_folder'", "/nowhere/postgresql: No such file or directory")
    setting(place, "database_folder", f'"{place}"')
    assert renkeid(place, "serve", "--check").returncode == 0


# certificates --------------------------------------------------------------------------------------------------------

def use(place, crt, key):
    shutil.copy(crt, place / "keys/server.crt")
    shutil.copy(key, place / "keys/server.key")
    (place / "keys/server.key").chmod(0o600)


@pytest.mark.parametrize("part, options", [
    ("serverAuth", {"extensions": "extendedKeyUsage=clientAuth\nsubjectAltName=IP:127.0.0.1\n"}),
    ("serverAuth", {"extensions": "subjectAltName=IP:127.0.0.1\n"}),
    ("names no host", {"extensions": "extendedKeyUsage=serverAuth\n"}),
    ("names no host", {"extensions": "extendedKeyUsage=serverAuth\nsubjectAltName=URI:renkei://demo/server/x\n"}),
    ("expired on", {"begins": -30, "ends": -1}), ("not valid before", {"begins": 2})],
    ids=["client's", "no purpose", "no name", "no host", "expired", "not yet"])
def test_a_server_certificate_that_no_client_would_take(empty_demo, place, part, options):
    use(place, *certificate(empty_demo, place, "s", **options))
    refused(place, line_of(place, "certificate"), "server.crt", part, "CN")


def test_a_certificate_that_ends_soon_serves_with_a_warning(empty_demo, place):
    use(place, *certificate(empty_demo, place, "s", ends=20))
    done = renkeid(place, "doctor")
    assert done.returncode == 0 and re.search(r"(?m)^warn  certificate: \S+ ends in (19|20) days$", done.stdout), done.stdout
    with Beside(empty_demo, place, certificate=place / "keys/server.crt", key=place / "keys/server.key") as beside:
        assert re.search(r"certificate_ends_soon .*days=(19|20) ", beside.log.read_text())
    use(place, *certificate(empty_demo, place, "t", ends=40))
    assert "warn" not in renkeid(place, "doctor").stdout


def test_a_revocation_list_of_another_authority(place):
    other = authority(place, "other")
    (place / "index").write_text("")
    (place / "crl.cnf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={place}/index\ndefault_md=sha256\ndefault_crl_days=30\n")
    subprocess.run(["openssl", "ca", "-gencrl", "-config", place / "crl.cnf", "-cert", f"{other}.crt", "-keyfile", f"{other}.key", "-out", place / "keys/crl.pem"],
                   check=True, capture_output=True)
    setting(place, "crl", f'"{place / "keys/crl.pem"}"')
    refused(place, line_of(place, "crl"), "crl.pem")


def revocations(demo, place, ends):
    """A list of the demo's authority that names nobody, with the end of its time in days from today; put there whole."""
    made = place / "crl"
    made.mkdir(exist_ok=True)
    (made / "index").write_text("")
    (made / "cnf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={made}/index\ndefault_md=sha256\n")
    day = [(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=d)).strftime("%Y%m%d%H%M%SZ") for d in (-9, ends)]
    ca = demo.folder / "keys/ca"
    subprocess.run(["openssl", "ca", "-gencrl", "-config", made / "cnf", "-cert", f"{ca}.crt", "-keyfile", f"{ca}.key", "-crl_lastupdate", day[0], "-crl_nextupdate", day[1],
                    "-out", made / "new"], check=True, capture_output=True)
    (made / "new").rename(place / "crl.pem")


def test_a_stale_revocation_list_refuses_everybody_and_says_so(empty_demo, place):
    revocations(empty_demo, place, -1)
    setting(place, "crl", f'"{place / "crl.pem"}"')
    done = renkeid(place, "doctor")
    assert done.returncode == 78 and re.search(r"(?m)^bad   revocation list: .*crl\.pem is over \(nextUpdate", done.stdout), done.stdout
    revocations(empty_demo, place, 1)
    done = renkeid(place, "doctor")
    assert done.returncode == 0 and re.search(r"(?m)^ok    revocation list: \S+crl\.pem$", done.stdout), done.stdout
    with Beside(empty_demo, place, crl=place / "crl.pem", workers="1") as beside:
        said = beside.log.read_text
        assert serves(beside) and "revocation_list_stale" not in said()
        revocations(empty_demo, place, -1)
        wait_for(lambda: "revocation_list_stale" in said(), 60)
        assert not serves(beside)
        # It is looked at again and said no more; the next list is enough, without a reload.
        time.sleep(11)
        assert said().count("revocation_list_stale") == 1
        revocations(empty_demo, place, 1)
        wait_for(lambda: serves(beside), 60)
        assert said().count("revocation_list_stale") == 1
    revocations(empty_demo, place, -1)
    with open(place / "start.log", "wb") as log, subprocess.Popen([RENKEID, "serve", "--config", beside.config], stderr=log) as process:
        try:
            wait_for(lambda: "revocation_list_stale" in (place / "start.log").read_text(), 30)
        finally:
            process.terminate()


# settings ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, parts", [
    ("lisen = 1\n", ["'lisen'", "'listen'"]), ("workers = 1\nworkers = 2\n", ["'workers'", "a second time"]), ("workers = 999\n", ["'workers'", "64"]),
    ("workers = many\n", ["'workers'"]), ("max_connections = -1\n", ["'max_connections'"]), ('log_level = "loud"\n', ["'log_level'"]), ("workers = \n", []),
    ('database = "host\n', []), ('database = "hots=x"\n', ["'database'", "hots"]), ('listen = "127.0.0.1"\n', ["'listen'"]), ('listen = "127.0.0.1:99999"\n', ["'listen'"]),
    ('listen = "nobody.invalid:1"\n', ["'listen'"]), ('metrics_listen = "0.0.0.0:9000"\n', ["'metrics_listen'", "loopback"])],
    ids=lambda v: v.strip() if isinstance(v, str) else "")
def test_a_setting_that_is_none_is_named_with_its_line(place, text, parts):
    path = place / "renkeid.conf"
    name = text.split()[0]
    path.write_text(re.sub(rf"(?m)^{name} = .*\n", "", path.read_text()) + text)
    count = len(path.read_text().splitlines())
    refused(place, *parts)
    assert re.search(rf"renkeid\.conf:({count - 1}|{count}|{count + 1})\b", renkeid(place, "serve").stderr)


@pytest.mark.parametrize("settings, named, parts", [
    ({"batch_slots": 5}, "batch_slots", ["5 batches at once", "queries need one more"]),
    ({"database_connections": 3}, "database_connections", ["3 batches at once", "queries need one more"]),
    ({"database_connections": 8, "batch_slots": 8}, "batch_slots", ["8 batches at once", "there are 8"]),
    ({"database_connections": 1}, "database_connections", ["is 1; it may be from 2 to 64"]),
    ({"max_bytes_per_principal": 1048576}, "max_bytes_per_principal", ["max_message_bytes (1048576)", "could never be taken"]),
    ({"max_message_bytes": 16777216}, "max_message_bytes", ["max_bytes_per_principal allows 33554432", "could never be taken"]),
    ({"max_message_bytes": 16777216, "max_bytes_per_principal": 1073741824, "max_request_bytes": 16777216}, "max_request_bytes", ["max_request_bytes (16777216)", "could never be taken"]),
    ({"h2_stream_window": 1048576}, "h2_stream_window", ["1048576 bytes ahead", "262144"]),
    ({"h2_connection_window": 65536, "h2_stream_window": 65537}, "h2_stream_window", ["65537 bytes ahead"]),
    ({"h2_ping_burst": 0}, "h2_ping_burst", ["is 0; it may be from 1 to 1000"])],
    ids=lambda v: " ".join(v) if isinstance(v, dict) else "")
def test_settings_that_are_at_odds_are_refused_with_both_values(place, settings, named, parts):
    for name, value in settings.items():
        setting(place, name, value)
    refused(place, line_of(place, named), f"'{named}'", *parts)


@pytest.mark.parametrize("settings", [{"batch_slots": 4}, {"database_connections": 2, "batch_slots": 1}, {"h2_stream_window": 262144}, {"max_message_bytes": 1024, "max_bytes_per_principal": 1048576}],
                         ids=lambda v: " ".join(v))
def test_settings_that_just_go_together_are_good(place, settings):
    for name, value in settings.items():
        setting(place, name, value)
    assert renkeid(place, "serve", "--check").stdout.endswith(": good\n")


@pytest.mark.parametrize("name", ["ca", "certificate", "key", "database"])
def test_a_setting_that_is_needed_and_missing(place, name):
    path = place / "renkeid.conf"
    path.write_text(re.sub(rf"(?m)^{name} = .*\n", "", path.read_text()))
    refused(place, f"'{name}'")


def test_no_configuration_at_all(place):
    (place / "renkeid.conf").unlink()
    refused(place, "renkeid.conf", "No such file")


def test_an_address_that_is_taken_or_nobodys(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        setting(place, "listen", f'"127.0.0.1:{taken.getsockname()[1]}"')
        for words in (("serve", "--check"), ("serve",), ("doctor",)):
            done = renkeid(place, *words)
            assert done.returncode in (69, 78) and "Address already in use" in done.stdout + done.stderr, (words, done.returncode, done.stderr)
    setting(place, "listen", '"192.0.2.1:4000"')
    done = renkeid(place, "serve")
    assert done.returncode in (69, 78) and "192.0.2.1" in done.stderr


# the database --------------------------------------------------------------------------------------------------------

def test_a_login_that_passes_the_walls(empty_demo, place):
    path = place / "renkeid.conf"
    for user in ("postgres", "renkei_migrate"):
        path.write_text(re.sub("user='[a-z_]+'", f"user='{user}'", path.read_text()))
        for words in (("serve",), ("doctor",)):
            done = renkeid(place, *words)
            assert done.returncode == 78 and user in done.stdout + done.stderr, (user, words, done.stdout, done.stderr)


def test_a_database_that_is_not_renkeis(place):
    path = place / "renkeid.conf"
    path.write_text(path.read_text().replace("dbname='renkei'", "dbname='postgres'"))
    for words in (("serve",), ("doctor",)):
        done = renkeid(place, *words)
        assert done.returncode == 78 and "renkeid migrate" in done.stdout + done.stderr, (words, done.stdout, done.stderr)


def test_two_daemons_on_one_database_are_one_platform(empty_demo, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with Beside(empty_demo, tmp_path / "one") as one, Beside(empty_demo, tmp_path / "two") as two:
        request = talk.request(talk.nil_report("442011", 2014, 1))
        first = talk.reports(one, "442011").SubmitReport(request).receipt
        again, call = talk.reports(two, "442011").SubmitReport.with_call(request)
        assert again.receipt == first and dict(call.trailing_metadata())["renkei-replayed"] == "true"
        with pytest.raises(grpc.RpcError) as caught:
            talk.reports(two, "442011").SubmitReport(talk.request(talk.nil_report("442011", 2014, 1, comments="別の")))
        assert talk.reason(caught.value) == "VERSION_CONFLICT"


# rights --------------------------------------------------------------------------------------------------------------

def test_a_right_withdrawn_holds_at_the_next_call_on_a_held_connection_while_others_run(own_demo):
    """Revoked while calls run: each of these is answered whole, by a receipt that is stored or by the refusal."""
    channel = talk.channel(own_demo, "401005")
    stub = talk.report_service_pb2_grpc.ReportServiceStub(channel)
    periods = [(year, quarter) for year in (2014, 2015, 2016) for quarter in (1, 2, 3, 4)]
    futures = [stub.SubmitReport.future(talk.request(talk.nil_report("401005", *p)), timeout=30) for p in periods]
    futures[2].result()
    own_demo.sql("update renkei.certificate set revoked_at = clock_timestamp() where principal_uri like '%/municipality/401005'")
    with pytest.raises(grpc.RpcError) as caught:
        wait_for(lambda: stub.ListReports(rs.ListReportsRequest(), timeout=10) and None, 5)
    assert (caught.value.code(), talk.reason(caught.value)) == (grpc.StatusCode.UNAUTHENTICATED, "CERTIFICATE_REVOKED")
    told = [f.exception() for f in futures]
    receipts = {f.result().receipt.number for f, error in zip(futures, told) if error is None}
    assert {e.code() for e in told if e} <= {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.UNAVAILABLE}
    stored = {row[0] for row in own_demo.sql("select receipt_number from renkei.report_version")}
    assert receipts <= stored
    # A new connection gets no further.
    with pytest.raises(grpc.RpcError) as caught:
        talk.reports(own_demo, "401005").ListReports(rs.ListReportsRequest(), timeout=10)
    assert talk.reason(caught.value) == "CERTIFICATE_REVOKED"
    assert os.path.exists(own_demo.identity("401005")[0])
