"""From the invitation to the certificate, to the next one, to its end: as people do it, and as those do who should not."""
import concurrent.futures
import contextlib
import datetime
import json
import os
import re
import shlex
import socket
import ssl
import stat
import subprocess
import uuid

import pytest

import talk
import grpc
from demo import RENKEI, RENKEID, SANITIZERS, Demo, read_env
from renkei.v1 import access_service_pb2 as ac, access_service_pb2_grpc, report_service_pb2 as rs, server_service_pb2 as sv, server_service_pb2_grpc
from served import Served

S = grpc.StatusCode


class Person:
    """Somebody at a computer of their own: a home, and what the invitation says."""

    def __init__(self, folder, name):
        self.home = folder / name

    def renkei(self, *words, status=0, lang="en", stdin=None, **env):
        full = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.home), **SANITIZERS, **env}
        run = subprocess.run([RENKEI, "--lang", lang, *map(str, words)], env=full, input=stdin, capture_output=True, text=True, timeout=90)
        assert status is None or run.returncode == status, f"renkei {words}: exit {run.returncode}, not {status}\n{run.stdout}\n{run.stderr}"
        return run

    def identities(self):
        return self.home / ".config/renkei/identities"

    def pair(self, name="401005"):
        return self.identities() / f"{name}.pem"

    def certificate(self, name="401005"):
        """The certificate's serial number and ends, as openssl reads them."""
        out = subprocess.run(["openssl", "x509", "-in", self.pair(name), "-noout", "-serial", "-startdate", "-enddate"], capture_output=True, text=True, check=True).stdout
        return dict(line.split("=", 1) for line in out.splitlines())

    def channel(self, demo, name="401005"):
        pem = self.pair(name).read_bytes()
        credentials = grpc.ssl_channel_credentials((self.identities() / f"{name}.ca.pem").read_bytes(), pem, pem)
        return grpc.secure_channel(demo.env["RENKEI_SERVER"], credentials, options=[("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)])


def invited(demo, organisation="401005", *more, who="SECRETARIAT", role="officer"):
    return command_of(demo.renkei(who, "auth", "invite", organisation, "--role", role, *more).stdout)


def command_of(out):
    """The command that the invitation says, as words behind renkei, with the token that stands beside it."""
    (line,) = [w for w in out.splitlines() if "auth enroll" in w]
    (token,) = [w.split(": ")[1] for w in out.splitlines() if w.startswith("  Token: ")]
    assert "--token - " in line and out.count(token) == 1
    return [token if word == "-" else word for word in shlex.split(line)[1:]]


def csr(folder, key=None, curve="P-256"):
    key = key or folder / f"{uuid.uuid4()}.key"
    if not key.exists():
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}", "-out", key], check=True, capture_output=True)
    return subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=x", "-outform", "DER"], check=True, capture_output=True).stdout


def option(words, name):
    return words[words.index(name) + 1]


def guest(words, demo):
    """A stock client on the enrolment address, with the demo's authority at hand."""
    credentials = grpc.ssl_channel_credentials(open(demo.env["RENKEI_CA"], "rb").read())
    channel = grpc.secure_channel(words[2], credentials, options=[("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1)])
    return access_service_pb2_grpc.AccessServiceStub(channel)


def refused(call):
    error = talk.refused(call)
    return error.code(), talk.reason(error)


def nil(folder, period, code="401005"):
    path = folder / f"{period}.json"
    year, quarter = int(period[:4]), int(period[-1])
    path.write_text(json.dumps({"municipality_code": code, "period": {"fiscal_year": year, "quarter": f"q{quarter}", "variant": "regular"}, "action": "new", "nil": True}))
    return path


# the way of an officer ------------------------------------------------------------------------------------------------

def test_from_the_invitation_to_the_report_to_the_end(own_demo, tmp_path):
    officer = Person(tmp_path, "officer")
    words = invited(own_demo, "北九州市", "--for", "田中")
    welcome = officer.renkei(*words)
    assert "北九州市" in welcome.stderr and "renkei://demo.renkei/municipality/401005" in welcome.stderr and welcome.stdout == ""
    assert stat.S_IMODE(officer.pair().stat().st_mode) == 0o600
    assert sorted(p.name for p in officer.identities().iterdir()) == ["401005.ca.pem", "401005.pem"]
    assert "BAD" not in officer.renkei("doctor").stdout
    # Nothing but the context says where the server is.
    (me,) = json.loads("[" + officer.renkei("auth", "whoami", "-o", "jsonl").stdout + "]")
    assert (me["principal"], me["role"], me["organisation"]) == ("renkei://demo.renkei/municipality/401005", "municipality", "北九州市")
    assert "401005-2016Q1-1" in officer.renkei("submit", "--yes", nil(tmp_path, "2016Q1")).stdout
    (status,) = json.loads(officer.renkei("auth", "status", "-o", "json").stdout)
    assert status["serial"] == officer.certificate()["serial"].lower() and int(status["days_left"]) in (399, 400)
    days = (datetime.date.fromisoformat(status["renewed_from"]) - datetime.date.today()).days
    assert 264 <= days <= 268
    # A new key, the same name, and the one before is still good.
    before, held = officer.certificate(), officer.channel(own_demo)
    old_key = officer.pair().read_text()
    assert "renewed" in officer.renkei("auth", "renew").stderr
    after = officer.certificate()
    assert after["serial"] != before["serial"] and officer.pair().read_text().split("-----BEGIN CERT")[0] != old_key.split("-----BEGIN CERT")[0]
    stub = talk.report_service_pb2_grpc.ReportServiceStub(held)
    assert len(stub.ListReports(rs.ListReportsRequest()).reports) == 1
    assert "401005-2016Q2-1" in officer.renkei("submit", "--yes", nil(tmp_path, "2016Q2")).stdout
    # Revoked: refused at the next call, on the connection that is open too.
    done = officer.renkei("auth", "revoke", "--reason", "異動", "--yes")
    assert "your own" in done.stderr
    assert len(stub.ListReports(rs.ListReportsRequest()).reports) == 2, "the one it was renewed from goes on"
    gone = officer.renkei("status", status=77)
    assert "CERTIFICATE_REVOKED" in gone.stderr
    serial = before["serial"].lower()
    assert f"{serial}" in own_demo.renkei("SECRETARIAT", "auth", "certificates", "-m", "401005").stdout
    own_demo.renkei("SECRETARIAT", "auth", "revoke", serial, "--reason", "異動", "--yes")
    assert refused(lambda: stub.ListReports(rs.ListReportsRequest(), timeout=10)) == (S.UNAUTHENTICATED, "CERTIFICATE_REVOKED")


def test_two_officers_side_by_side_and_the_old_one_goes(own_demo, tmp_path):
    """1 April: the successor has a certificate before the predecessor's ends."""
    old, new = Person(tmp_path, "old"), Person(tmp_path, "new")
    old.renkei(*invited(own_demo, "401005", "--for", "前任"))
    assert "401005-2016Q1-1" in old.renkei("submit", "--yes", nil(tmp_path, "2016Q1")).stdout
    new.renkei(*invited(own_demo, "401005", "--for", "後任"))
    assert "401005-2016Q2-1" in new.renkei("submit", "--yes", nil(tmp_path, "2016Q2")).stdout
    assert "401005-2016Q3-1" in old.renkei("submit", "--yes", nil(tmp_path, "2016Q3")).stdout
    rows = json.loads(new.renkei("auth", "certificates", "-o", "json").stdout)["certificates"]
    assert {r.get("holder") or None for r in rows} == {"前任", "後任", None}, "theirs and the demo's own"
    new.renkei("auth", "revoke", old.certificate()["serial"], "--reason", "異動", "--yes")
    old.renkei("status", status=77)
    assert "401005-2016Q4-1" in new.renkei("submit", "--yes", nil(tmp_path, "2016Q4")).stdout
    # Both on one computer have each their own context.
    third = invited(own_demo, "401005")
    new.renkei(*third)
    assert [r["name"] for r in json.loads(new.renkei("context", "list", "-o", "json").stdout)] == ["401005", "401005-2"]


def test_every_role_is_invited(empty_demo, tmp_path):
    for role, organisation in (("secretariat", "second"), ("ministry", "moe2"), ("analyst", "univ")):
        person = Person(tmp_path, role)
        person.renkei(*invited(empty_demo, organisation, "--name", "名称", role=role))
        (me,) = [json.loads(person.renkei("auth", "whoami", "-o", "jsonl").stdout)]
        assert (me["role"], me["organisation"]) == (role, "名称")
        assert 88 <= int(json.loads(person.renkei("auth", "status", "-o", "json").stdout)[0]["days_left"]) <= 90
    out = empty_demo.renkei("SECRETARIAT", "auth", "invite", "x", "--role", "operator", status=77)
    assert "ROLE_NOT_ALLOWED" in out.stderr
    Person(tmp_path, "op").renkei(*invited(empty_demo, "night", who="OPERATOR", role="operator"))
    for who in ("401005", "MINISTRY", "ANALYST"):
        empty_demo.renkei(who, "auth", "invite", "401005", "--role", "officer", status=77)


def test_a_name_that_several_have_is_nobodys(own_demo, tmp_path):
    path = tmp_path / "two.json"
    city = {"name_ja": "府中市", "name_kana": "フチュウシ", "name_en": "Fuchu City", "name_zh": "府中市", "kind": "MUNICIPALITY_KIND_CITY", "state": "PARTICIPATION_STATE_PARTICIPATING"}
    path.write_text(json.dumps({"municipalities": [{**city, "municipality_code": "132063", "prefecture_code": "13"}, {**city, "municipality_code": "342084", "prefecture_code": "34"}]}))
    own_demo.renkei("SECRETARIAT", "org", "import", path, "--yes")
    done = own_demo.renkei("SECRETARIAT", "auth", "invite", "府中市", "--role", "officer", status=65, lang="ja")
    assert "132063 東京都 府中市" in done.stderr and "342084 府中市" in done.stderr and "コードで指定" in done.stderr
    assert "municipality/342084" in own_demo.renkei("SECRETARIAT", "auth", "invite", "342084", "--role", "officer").stdout


# what is wrong with a token ---------------------------------------------------------------------------------------------

def test_a_token_that_is_wrong_used_expired_or_taken_back(own_demo, tmp_path):
    words = invited(own_demo)
    token = words.index("--token") + 1
    wrong = [*words]
    wrong[token] = "0" + words[token][1:] if words[token][0] != "0" else "1" + words[token][1:]
    for bad in (wrong, [*words[:token], "short", *words[token + 1:]]):
        done = Person(tmp_path, "guess").renkei(*bad, status=77, lang="ja")
        assert "INVITATION_UNKNOWN" in done.stderr and "トークン" in done.stderr
    Person(tmp_path, "first").renkei(*words)
    done = Person(tmp_path, "second").renkei(*words, status=65)
    assert "INVITATION_USED" in done.stderr
    late = invited(own_demo)
    own_demo.sql("update renkei.invitation set invited_at = invited_at - interval '9 days', expires_at = expires_at - interval '9 days' where used_at is null")
    done = Person(tmp_path, "late").renkei(*late, status=65)
    assert "INVITATION_EXPIRED" in done.stderr
    back = invited(own_demo)
    (row,) = json.loads(own_demo.renkei("SECRETARIAT", "auth", "invitations", "-o", "json").stdout)["invitations"]
    own_demo.renkei("SECRETARIAT", "auth", "withdraw", row["invitation_id"])
    done = Person(tmp_path, "back").renkei(*back, status=65)
    assert "INVITATION_REVOKED" in done.stderr
    # Each is a line of the log, with where it came from, and none of them says a token.
    log = own_demo.tail(5000)
    for reason in ("INVITATION_UNKNOWN", "INVITATION_USED", "INVITATION_EXPIRED", "INVITATION_REVOKED"):
        assert re.search(rf"event=call worker=\d+ method=Enroll peer=127\.0\.0\.1:\d+ status=\w+ reason={reason} ", log), reason
    for words in (words, late, back):
        assert words[token] not in log and words[token].replace("-", "") not in log
    stored = own_demo.sql("select * from renkei.invitation")
    assert not any(words[token].replace("-", "").lower() in repr(stored).lower() for words in (words, late, back))


def test_the_token_may_be_typed_as_people_do(empty_demo, tmp_path):
    words = invited(empty_demo, "130001")
    at = words.index("--token") + 1
    words[at] = words[at].replace("-", " ").lower().replace("0", "o").replace("1", "l")
    Person(tmp_path, "typist").renkei(*words)
    # Where others see command lines it comes by standard input.
    words = invited(empty_demo, "130001")
    at = words.index("--token") + 1
    told, words[at] = words[at], "-"
    Person(tmp_path, "quiet").renkei(*words, stdin=told + "\r\n")
    assert "--token" in Person(tmp_path, "silent").renkei(*words, stdin="", status=64).stderr


def test_whoever_has_nothing_yet_is_told_to_enrol(tmp_path):
    nobody = Person(tmp_path, "nobody")
    for words in (("auth", "status"), ("doctor",)):
        assert "renkei auth enroll" in nobody.renkei(*words, status=78, lang="ja").stderr, words
    assert "renkei auth enroll" in nobody.renkei("status", status=78, lang="ja").stderr


def test_an_invitation_used_here_already_is_no_alarm(empty_demo, tmp_path):
    officer, words = Person(tmp_path, "officer"), invited(empty_demo, "160008")
    officer.renkei(*words)
    before = officer.certificate("160008")
    again = officer.renkei(*words, lang="ja")
    assert "使用済み" in again.stderr and "「160008」" in again.stderr and "INVITATION_USED" not in again.stderr
    assert officer.certificate("160008") == before
    # What came of it is gone: then it is somebody else's matter again.
    officer.pair("160008").unlink()
    assert "INVITATION_USED" in officer.renkei(*words, status=65).stderr
    assert not list(officer.identities().glob("*.next.pem"))


def test_a_refused_enrolment_leaves_nothing(empty_demo, tmp_path):
    words = invited(empty_demo, "160008")
    words[words.index("--token") + 1] = "0000-0000-0000-0000-0000-0000-0000"
    guess = Person(tmp_path, "guess")
    guess.renkei(*words, status=77)
    assert list(guess.identities().iterdir()) == [] and list((guess.home / ".local/state/renkei/invitations").iterdir()) == []


def test_two_enrolments_at_once_on_one_computer_are_one(empty_demo, tmp_path):
    officer, words = Person(tmp_path, "officer"), invited(empty_demo, "200000", "--for", "同時")
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: officer.renkei(*words), range(3)))
    assert sorted("is the current one" in one.stderr for one in done) == [False, False, True]
    assert sorted(p.name for p in officer.identities().iterdir()) == ["200000.ca.pem", "200000.pem"]
    assert "200000" in officer.renkei("auth", "whoami", "-o", "jsonl").stdout


def test_a_context_never_takes_the_key_of_another(empty_demo, tmp_path):
    officer = Person(tmp_path, "officer")
    officer.renkei(*invited(empty_demo, "242021"), "--context", "work")
    officer.renkei("context", "remove", "work")
    key, words = officer.pair("work").read_bytes(), invited(empty_demo, "281000")
    assert "work.pem" in officer.renkei(*words, "--context", "work", status=64).stderr
    for name in ("work.ca", "work.next", ".work"):
        officer.renkei(*words, "--context", name, status=64)
    assert officer.pair("work").read_bytes() == key
    officer.renkei(*words, "--context", "work.2")
    assert "281000" in officer.renkei("auth", "whoami", "-o", "jsonl").stdout and "work.2" in officer.renkei("context", "list").stdout


def test_an_organisation_called_like_a_file_keeps_its_own(empty_demo, tmp_path):
    somebody = Person(tmp_path, "somebody")
    for name in ("night", "night.ca"):
        somebody.renkei(*invited(empty_demo, name, who="OPERATOR", role="operator"))
        assert f"/{name}" in somebody.renkei("auth", "whoami", "-o", "jsonl").stdout
    somebody.renkei("context", "use", "night")
    assert "/night\"" in somebody.renkei("auth", "whoami", "-o", "jsonl").stdout


def test_a_certificate_is_named_by_the_beginning_of_its_number(empty_demo, tmp_path):
    officer = Person(tmp_path, "officer")
    officer.renkei(*invited(empty_demo, "141305"))
    serial = officer.certificate("141305")["serial"]
    written = ":".join(serial[i:i + 2] for i in range(0, 12, 2))
    dry = empty_demo.renkei("SECRETARIAT", "auth", "revoke", written, "--reason", "紛失", "--dry-run", lang="ja")
    assert serial.lower() in dry.stdout and "予行" in dry.stderr
    assert "serial" in empty_demo.renkei("SECRETARIAT", "auth", "revoke", "ab", "--reason", "x", "--yes", status=64).stderr
    assert "no certificate" in empty_demo.renkei("SECRETARIAT", "auth", "revoke", "0000" * 4, "--reason", "x", "--yes", status=66).stderr
    officer.renkei("auth", "whoami")
    empty_demo.renkei("SECRETARIAT", "auth", "revoke", serial[:12], "--reason", "紛失", "--yes")
    officer.renkei("auth", "whoami", status=77)


def test_a_rehearsed_invitation_says_that_it_is_none(empty_demo):
    done = empty_demo.renkei("SECRETARIAT", "auth", "invite", "401005", "--role", "officer", "--dry-run", lang="ja")
    assert "予行" in done.stderr and "トークン" not in done.stdout


def test_an_invitation_used_twice_at_once_gives_one_certificate(own_demo, tmp_path):
    words = invited(own_demo, "401005", "--for", "二人")
    token, stubs = option(words, "--token"), [guest(words, own_demo) for _ in range(6)]
    requests = [ac.EnrollRequest(token=token, csr=csr(tmp_path)) for _ in stubs]

    def enroll(i):
        try:
            return stubs[i].Enroll(requests[i], timeout=30).certificate.serial
        except grpc.RpcError as error:
            return talk.reason(error)
    with concurrent.futures.ThreadPoolExecutor(len(stubs)) as pool:
        told = list(pool.map(enroll, range(len(stubs))))
    assert told.count("INVITATION_USED") == len(stubs) - 1
    assert own_demo.sql("select count(*) from renkei.certificate c join renkei.invitation i using (invitation_id) where i.holder = '二人'") == [["1"]]


def test_the_same_key_gets_the_same_certificate_again(empty_demo, tmp_path):
    words = invited(empty_demo, "141305")
    stub, request = guest(words, empty_demo), ac.EnrollRequest(token=option(words, "--token"), csr=csr(tmp_path))
    first, again = stub.Enroll(request), stub.Enroll(request)
    assert first.certificate == again.certificate and first.port == again.port

    def facts(pem):
        return subprocess.run(["openssl", "x509", "-noout", "-text", "-certopt", "no_sigdump"], input=pem, capture_output=True, text=True, check=True).stdout
    assert facts(first.certificate_pem) == facts(again.certificate_pem)
    assert "URI:renkei://demo.renkei/municipality/141305" in facts(first.certificate_pem) and "TLS Web Client Authentication" in facts(first.certificate_pem)


def test_tries_are_counted(tmp_path):
    with_few = Served(tmp_path / "demo", enrolment_listen="127.0.0.1:0", enrolments_per_minute=6, enrolments_per_source=4)
    with_few.start()
    try:
        with_few.load_registry()
        words = invited(with_few)
        stub = guest(words, with_few)
        token = option(words, "--token")
        wrong = ac.EnrollRequest(token=("1" if token[0] == "0" else "0") + token[1:], csr=csr(tmp_path))
        assert [refused(lambda: stub.Enroll(wrong))[1] for _ in range(6)] == ["INVITATION_UNKNOWN"] * 4 + ["ENROLMENT_LIMIT"] * 2
        with pytest.raises(grpc.RpcError) as caught:
            stub.Enroll(ac.EnrollRequest(token=token, csr=csr(tmp_path)))
        assert caught.value.code() == S.RESOURCE_EXHAUSTED and talk.details(caught.value)["google.rpc.RetryInfo"].retry_delay.seconds <= 60
        assert "reason=ENROLMENT_LIMIT" in with_few.tail(200)
        # Who has a certificate already is served as ever.
        assert "401005" in with_few.renkei("SECRETARIAT", "org", "list").stdout
    finally:
        with_few.stop()


# the first contact --------------------------------------------------------------------------------------------------------

def test_another_server_is_refused_before_anything_is_sent(empty_demo, tmp_path):
    words = invited(empty_demo, "160008")
    at = words.index("--fingerprint") + 1
    other = [*words]
    other[at] = "00" + words[at][2:] if not words[at].startswith("00") else "11" + words[at][2:]
    calls = empty_demo.tail(5000).count("method=Enroll")
    done = Person(tmp_path, "careful").renkei(*other, status=78)
    assert "not the server of the invitation" in done.stderr and "Nothing was sent" in done.stderr
    assert empty_demo.tail(5000).count("method=Enroll") == calls
    for bad in ("12", words[at] + ":00", "zz" + words[at][2:]):
        other[at] = bad
        assert "SHA-256" in Person(tmp_path, "careful").renkei(*other, status=64).stderr
    # As openssl shows it, with and without colons.
    shown = subprocess.run(["openssl", "x509", "-in", empty_demo.env["RENKEI_CA"], "-noout", "-fingerprint", "-sha256"], capture_output=True, text=True).stdout.split("=")[1].strip()
    assert shown == words[at]
    words[at] = shown.replace(":", "").lower()
    Person(tmp_path, "careful").renkei(*words)


def test_the_enrolment_address_answers_one_method_and_the_other_one_none(empty_demo):
    words = invited(empty_demo, "242021")
    stub = guest(words, empty_demo)
    for method in ("/renkei.v1.ServerService/GetServerInfo", "/renkei.v1.AccessService/ListCertificates", "/grpc.health.v1.Health/Check",
                   "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"):
        channel = grpc.secure_channel(words[2], grpc.ssl_channel_credentials(open(empty_demo.env["RENKEI_CA"], "rb").read()))
        assert refused(lambda: channel.unary_unary(method)(b"", timeout=10))[0] == S.UNIMPLEMENTED
    metrics = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", empty_demo.env["RENKEI_CA"], f"https://{words[2]}/metrics"],
                             capture_output=True, text=True).stdout
    assert metrics == "405"
    with_certificate = access_service_pb2_grpc.AccessServiceStub(talk.channel(empty_demo, "242021"))
    request = ac.EnrollRequest(token=option(words, "--token"), csr=b"0")
    assert refused(lambda: with_certificate.Enroll(request)) == (S.FAILED_PRECONDITION, "ENROLMENT_ELSEWHERE")
    assert refused(lambda: stub.Enroll(request)) == (S.INVALID_ARGUMENT, "CSR_INVALID")
    # The main port takes nobody without a certificate.
    bare = grpc.secure_channel(empty_demo.env["RENKEI_SERVER"], grpc.ssl_channel_credentials(open(empty_demo.env["RENKEI_CA"], "rb").read()))
    assert refused(lambda: server_service_pb2_grpc.ServerServiceStub(bare).GetServerInfo(sv.GetServerInfoRequest(), timeout=5))[0] == S.UNAVAILABLE


def test_a_crowd_on_the_enrolment_address_keeps_nobody_else_out(empty_demo):
    host, port = invited(empty_demo, "110001")[2].rsplit(":", 1)
    context = ssl.create_default_context(cafile=empty_demo.env["RENKEI_CA"])
    context.set_alpn_protocols(["h2"])

    def meet(source):
        with socket.create_connection((host, int(port)), 10, (source, 0)) as plain, context.wrap_socket(plain, server_hostname="localhost") as line:
            return line.selected_alpn_protocol()
    with contextlib.ExitStack() as crowd:
        for _ in range(100):
            crowd.enter_context(socket.create_connection((host, int(port)), 10))
        assert meet("127.0.0.2") == "h2", "another source has its own share"
        assert "110001" in empty_demo.renkei("110001", "org", "list").stdout, "and the other address all of its own"


def test_requests_for_certificates_that_will_not_do(empty_demo, tmp_path):
    words = invited(empty_demo, "280003")
    stub, token = guest(words, empty_demo), option(words, "--token")
    good = csr(tmp_path)
    rsa = tmp_path / "rsa.key"
    subprocess.run(["openssl", "genrsa", "-out", rsa, "2048"], check=True, capture_output=True)
    cases = {b"": "CSR_INVALID", good[:-1]: "CSR_INVALID", good + b"\0": "CSR_INVALID", good[:-1] + bytes([good[-1] ^ 1]): "CSR_SIGNATURE_INVALID",
             csr(tmp_path, rsa): "CSR_KEY_WEAK", csr(tmp_path, curve="secp256k1"): "CSR_KEY_WEAK", b"0" * 9000: "CSR_INVALID"}
    for bytes_, reason in cases.items():
        assert refused(lambda: stub.Enroll(ac.EnrollRequest(token=token, csr=bytes_)))[1] == reason, bytes_[:20]
    assert stub.Enroll(ac.EnrollRequest(token=token, csr=good)).certificate.principal.endswith("/280003")


def test_a_request_that_asks_for_a_passphrase_keeps_nobody_waiting(empty_demo):
    """OpenSSL asks on the terminal unless it is told not to; the daemon has its standard input open here."""
    words = invited(empty_demo, "280003")
    asks = b"-----BEGIN CERTIFICATE REQUEST-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00000000000000000000000000000000\n\nAAAA\n-----END CERTIFICATE REQUEST-----\n"
    assert refused(lambda: guest(words, empty_demo).Enroll(ac.EnrollRequest(token=option(words, "--token"), csr=asks), timeout=10)) == (S.INVALID_ARGUMENT, "CSR_INVALID")


def test_the_same_key_under_another_name_is_refused(empty_demo, tmp_path):
    words, key, other = invited(empty_demo, "280003"), tmp_path / "k.key", tmp_path / "compressed.key"
    csr(tmp_path, key)
    subprocess.run(["openssl", "ec", "-in", key, "-conv_form", "compressed", "-out", other], check=True, capture_output=True)
    assert refused(lambda: guest(words, empty_demo).Enroll(ac.EnrollRequest(token=option(words, "--token"), csr=csr(tmp_path, other)))) == (S.INVALID_ARGUMENT, "CSR_KEY_WEAK")


def test_with_a_lost_key_end_the_invitations_that_may_have_been_made_with_it(own_demo, tmp_path):
    clerk = Person(tmp_path, "clerk")
    clerk.renkei(*invited(own_demo, "second", role="secretariat"))
    words = command_of(clerk.renkei("auth", "invite", "401005", "--role", "officer").stdout)
    serial = clerk.certificate("second")["serial"]
    own_demo.renkei("OPERATOR", "auth", "revoke", serial, "--reason", "紛失", "--yes")
    assert "taken back" in Person(tmp_path, "officer").renkei(*words, status=65).stderr


def test_a_secretariat_does_not_end_operators(own_demo, tmp_path):
    serial = json.loads(own_demo.renkei("OPERATOR", "auth", "whoami", "-o", "jsonl").stdout)["serial"]
    assert "operator" in own_demo.renkei("SECRETARIAT", "auth", "revoke", serial, "--reason", "x", "--yes", status=77).stderr
    own_demo.renkei("SECRETARIAT", "auth", "revoke", "", "--reason", "x", "--yes", status=64)


# broken off --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("point", ["enroll_key", "enroll_answered", "enroll_settled", "enroll_saved"])
def test_whoever_is_killed_on_the_way_says_the_same_again(empty_demo, tmp_path, point):
    """With the key on disk, with the answer in hand, with the certificate on disk, with the context written."""
    officer = Person(tmp_path, "officer")
    words = invited(empty_demo, "281000", "--for", point)
    assert officer.renkei(*words, status=None, RENKEI_FAILPOINT=f"{point}:1").returncode == -9
    (waiting,) = officer.identities().glob("*.next.pem")
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o600
    officer.renkei(*words)
    assert json.loads(officer.renkei("auth", "whoami", "-o", "jsonl").stdout)["municipality_code"] == "281000"
    assert sorted(p.name for p in officer.identities().iterdir()) == ["281000.ca.pem", "281000.pem"]
    assert empty_demo.sql(f"select count(*) from renkei.certificate c join renkei.invitation i using (invitation_id) where i.holder = '{point}'") == [["1"]]


@pytest.mark.parametrize("point", ["renewal_answered", "renewal_settled"])
def test_a_renewal_that_is_killed_is_done_by_the_next_command(own_demo, tmp_path, point):
    officer = Person(tmp_path, "officer")
    officer.renkei(*invited(own_demo))
    before = officer.certificate()["serial"]
    assert officer.renkei("auth", "renew", status=None, RENKEI_FAILPOINT=f"{point}:1").returncode == -9
    officer.renkei("auth", "whoami")
    assert (officer.certificate()["serial"] == before) == (point == "renewal_answered")
    officer.renkei("auth", "renew")
    officer.renkei("auth", "whoami")
    assert officer.certificate()["serial"] != before and not list(officer.identities().glob("*.next.pem"))


# the life of a certificate --------------------------------------------------------------------------------------------------

def aged(person, demo, days, life, name="401005"):
    """The same key with a certificate of so many days, of which so many are over; signed by the demo's own authority.  Its last day."""
    uri = f"renkei://demo.renkei/municipality/{name}"
    key, crt = person.home / "aged.key", person.home / "aged.crt"
    pem = person.pair(name).read_text()
    key.write_text(pem[:pem.index("-----BEGIN CERT")])
    key.chmod(0o600)
    now = datetime.datetime.utcnow()
    begin, end = now - datetime.timedelta(days=days), now + datetime.timedelta(days=life - days)
    conf = person.home / "aged.conf"
    conf.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={person.home}/index\nnew_certs_dir={person.home}\nserial={person.home}/serial\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n"
                    f"[p]\ncommonName=supplied\n[req]\ndistinguished_name=n\n[n]\n[x]\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                    f"extendedKeyUsage=clientAuth\nsubjectAltName=URI:{uri}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always\n")
    (person.home / "index").write_text("")
    (person.home / "serial").write_text(uuid.uuid4().hex[:30].rjust(30, "4") + "\n")
    subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", f"/CN={name}", "-config", conf, "-out", person.home / "aged.csr"], check=True, capture_output=True)
    subprocess.run(["openssl", "ca", "-batch", "-notext", "-config", conf, "-cert", demo.env["RENKEI_CA"], "-keyfile", demo.folder / "keys/ca.key", "-in", person.home / "aged.csr",
                    "-startdate", begin.strftime("%Y%m%d%H%M%SZ"), "-enddate", end.strftime("%Y%m%d%H%M%SZ"), "-out", crt], check=True, capture_output=True)
    person.pair(name).write_text(key.read_text() + crt.read_text())
    return (end + datetime.timedelta(hours=9)).date().isoformat()  # as Japan counts days


def test_it_is_renewed_by_itself_when_two_thirds_are_over(own_demo, tmp_path):
    officer = Person(tmp_path, "officer")
    officer.renkei(*invited(own_demo))
    aged(officer, own_demo, 60, 100)
    before = officer.certificate()["serial"]
    assert officer.renkei("org", "list").stderr == "" and officer.certificate()["serial"] == before, "not yet"
    ends = aged(officer, own_demo, 80, 100)
    before = officer.certificate()["serial"]
    done = officer.renkei("org", "list")
    assert "renewed" in done.stderr and officer.certificate()["serial"] != before and ends not in done.stderr
    assert officer.renkei("org", "list").stderr == ""
    assert sorted(p.name for p in officer.identities().iterdir()) == ["401005.ca.pem", "401005.lock", "401005.pem"]


def test_several_commands_at_once_renew_once(own_demo, tmp_path):
    officer = Person(tmp_path, "officer")
    officer.renkei(*invited(own_demo))
    aged(officer, own_demo, 80, 100)
    count = "select count(*) from renkei.certificate where renewed_from is not null"
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        done = list(pool.map(lambda _: officer.renkei("org", "list"), range(5)))
    assert all("could not" not in d.stderr for d in done)
    assert own_demo.sql(count) == [["1"]]
    officer.renkei("auth", "whoami")


def test_the_last_weeks_are_told_in_every_reply(tmp_path):
    with_off = Served(tmp_path / "demo", ca_key="", enrolment_listen="")
    with_off.start()
    try:
        with_off.load_registry()
        officer = Person(tmp_path, "officer")
        # Enrolled where it is on, at the demo below; used where it is off, so that nothing renews it.
        below = Demo(with_off.folder)
        below.env = {**with_off.env, "RENKEI_SERVER": read_env(with_off.folder / "demo.env")["RENKEI_SERVER"]}
        officer.renkei(*invited(below))
        ends = aged(officer, with_off, 380, 400)
        channel = officer.channel(with_off)
        stub = talk.report_service_pb2_grpc.ReportServiceStub(channel)
        answer, call = stub.ListReports.with_call(rs.ListReportsRequest())
        assert dict(call.trailing_metadata())["renkei-certificate-ends"] == ends
        with pytest.raises(grpc.RpcError) as caught:
            stub.GetReceipt(rs.GetReceiptRequest(number="none"))
        assert dict(caught.value.trailing_metadata())["renkei-certificate-ends"] == ends
        done = officer.renkei("--server", with_off.server, "org", "list")
        assert ends in done.stderr and "could not be renewed" in done.stderr and "401005" in done.stdout
        (line,) = [w for w in done.stderr.splitlines() if ends in w]
        assert "auth renew" in line
        # Nobody can be invited where it is off, and is told what to do.
        assert "ENROLMENT_OFF" in with_off.renkei("SECRETARIAT", "auth", "invite", "401005", "--role", "officer", status=65).stderr
        aged(officer, with_off, 100, 400)
        assert officer.renkei("--server", with_off.server, "org", "list").stderr == ""
    finally:
        with_off.stop()


def test_a_certificate_that_was_handed_out_is_not_renewed_here(empty_demo):
    done = empty_demo.renkei("110001", "auth", "renew", status=78)
    assert "auth enroll" in done.stderr
    rows = json.loads(empty_demo.renkei("110001", "auth", "status", "-o", "json").stdout)
    assert rows[0]["principal"] == "renkei://demo.renkei/municipality/110001" and rows[0]["renewed_from"] is None
    assert rows[0]["ends"] in empty_demo.renkei("110001", "auth", "whoami", lang="ja").stdout, "the status is of the same day, in Japan, whatever the hour"


# the operator's authority -----------------------------------------------------------------------------------------------------

def ca(folder, *words, status=0, **env):
    done = subprocess.run([RENKEID, "ca", *map(str, words), "--dir", folder], capture_output=True, text=True, env={**os.environ, **SANITIZERS, **env})
    assert done.returncode == status, done.stdout + done.stderr
    return done


def verify(folder, name, *more):
    return subprocess.run(["openssl", "verify", "-x509_strict", *more, "-CAfile", folder / "ca.crt", folder / f"{name}.crt"], capture_output=True, text=True)


def test_an_authority_is_made_kept_and_replaced(tmp_path):
    folder = tmp_path / "ca"
    ca(folder, "init", "--name", "Test CA")
    assert stat.S_IMODE((folder / "ca.key").stat().st_mode) == 0o600
    assert "already" in ca(folder, "init", status=78).stderr
    ca(folder, "issue", "server", "--host", "localhost,127.0.0.1")
    ca(folder, "issue", "401005", "--uri", "renkei://x/municipality/401005")
    key = tmp_path / "own.key"
    (tmp_path / "own.csr").write_bytes(csr(tmp_path, key))
    ca(folder, "issue", "own", "--uri", "renkei://x/analyst/own", "--csr", tmp_path / "own.csr")
    assert not (folder / "own.key").exists() and verify(folder, "own", "-purpose", "sslclient").returncode == 0
    for name, purpose in (("server", "sslserver"), ("401005", "sslclient")):
        assert verify(folder, name, "-purpose", purpose).returncode == 0
        assert stat.S_IMODE((folder / f"{name}.key").stat().st_mode) == 0o600
    shown = subprocess.run(["openssl", "x509", "-in", folder / "ca.crt", "-noout", "-fingerprint", "-sha256"], capture_output=True, text=True).stdout.split("=")[1].strip()
    assert shown in ca(folder, "show").stdout
    ca(folder, "crl")
    assert verify(folder, "401005", "-crl_check", "-CRLfile", folder / "ca.crl").returncode == 0
    ca(folder, "revoke", folder / "401005.crt", "--reason", "lost")
    ca(folder, "revoke", folder / "401005.crt")
    ca(folder, "crl", "--days", "7")
    assert "revoked" in verify(folder, "401005", "-crl_check", "-CRLfile", folder / "ca.crl").stderr
    assert (folder / "revoked").read_text().count("\n") == 1 and " lost" in (folder / "revoked").read_text()
    ca(folder, "rotate")
    ca(folder, "issue", "new", "--uri", "renkei://x/municipality/401005")
    for name in ("new", "own"):
        assert verify(folder, name, "-crl_check", "-CRLfile", folder / "ca.crl").returncode == 0, "old and new side by side"
    assert "revoked" in verify(folder, "401005", "-crl_check", "-CRLfile", folder / "ca.crl").stderr
    assert ca(folder, "show").stdout.count("SHA-256") == 2
    for words, status in ((("issue", "x"), 64), (("issue", "a/b", "--host", "x"), 64), (("issue", "x", "--uri", "renkei://a, DNS:b"), 64), (("revoke", "xyz"), 64),
                          (("crl", "--days", "0"), 64), (("nothing",), 64)):
        ca(folder, *words, status=status)


@pytest.mark.parametrize("point", ["ca_key_beside", "ca_certs", "ca_key"])
def test_a_rotation_that_is_killed_leaves_an_authority_that_works(tmp_path, point):
    folder = tmp_path / "ca"
    ca(folder, "init")
    ca(folder, "crl")
    ca(folder, "issue", "before", "--uri", "renkei://x/analyst/before")
    ca(folder, "rotate", status=-9, RENKEI_FAILPOINT=f"{point}:1")
    ca(folder, "crl")
    ca(folder, "issue", "between", "--uri", "renkei://x/analyst/between")
    ca(folder, "rotate")
    ca(folder, "issue", "after", "--uri", "renkei://x/analyst/after")
    ca(folder, "revoke", folder / "between.crt")
    ca(folder, "crl")
    for name, word in (("before", "OK"), ("between", "revoked"), ("after", "OK")):
        done = verify(folder, name, "-crl_check", "-CRLfile", folder / "ca.crl")
        assert word in done.stdout + done.stderr, (name, done.stdout, done.stderr)


def test_after_a_rotation_what_was_sent_is_still_known(own_demo, tmp_path):
    officer = Person(tmp_path, "officer")
    officer.renkei(*invited(own_demo))
    first = officer.renkei("submit", "--yes", nil(tmp_path, "2016Q1"), "-o", "json").stdout
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        officer.renkei("--timeout", "1", "--server", f"127.0.0.1:{nobody.getsockname()[1]}", "submit", "--yes", nil(tmp_path, "2016Q2"), status=69)
    ca(own_demo.folder / "keys", "rotate")
    own_demo_reload(own_demo)
    officer.renkei("auth", "renew")
    again = officer.renkei("submit", "--yes", nil(tmp_path, "2016Q1"), "-o", "json")
    assert again.stdout == first and "was sent before" in again.stderr
    (waiting,) = json.loads(officer.renkei("outbox", "list", "-o", "json").stdout)
    assert waiting["own"] is True
    flushed = officer.renkei("outbox", "flush", "--yes")
    assert "401005-2016Q2-1" in flushed.stdout and "another certificate" not in flushed.stderr
    # Its receipts are signed by the key that was known: were it another one, that would be said, as to whoever knows the server.
    assert "not seen before" not in again.stderr + flushed.stderr
    for folder in (officer.home / ".local/state/renkei/receipt-keys").iterdir():
        for key in folder.glob("*.pem"):
            key.rename(key.with_name("0123456789abcdef.pem"))
    assert "not seen before" in officer.renkei("submit", "--yes", nil(tmp_path, "2016Q3")).stderr


def test_a_daemon_serves_old_and_new_certificates_after_a_rotation(own_demo, tmp_path):
    officer = Person(tmp_path, "officer")
    officer.renkei(*invited(own_demo))
    ca(own_demo.folder / "keys", "rotate")
    own_demo_reload(own_demo)
    officer.renkei("auth", "whoami")
    officer.renkei("auth", "renew")
    issuer = subprocess.run(["openssl", "x509", "-in", officer.pair(), "-noout", "-issuer"], capture_output=True, text=True).stdout
    first = subprocess.run(["openssl", "x509", "-in", own_demo.folder / "keys/ca.crt", "-noout", "-subject"], capture_output=True, text=True).stdout
    assert issuer.split("=", 1)[1] == first.split("=", 1)[1], "the new authority signs"
    officer.renkei("auth", "whoami")
    newcomer = Person(tmp_path, "newcomer")
    newcomer.renkei(*invited(own_demo, "130001"))
    newcomer.renkei("auth", "whoami")
    own_demo.renkei("401005", "org", "list")


def own_demo_reload(demo):
    done = subprocess.run([RENKEID, "--config", demo.folder / "renkeid.conf", "ctl", "reload"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_doctor_says_whether_anybody_can_be_invited(own_demo):
    def doctor():
        return subprocess.run([RENKEID, "--config", own_demo.folder / "renkeid.conf", "doctor"], capture_output=True, text=True)
    assert re.search(r"(?m)^ok    enrolment: CN=renkei demo CA", doctor().stdout)
    conf = own_demo.folder / "renkeid.conf"
    text = conf.read_text()
    conf.write_text(re.sub(r'(?m)^ca_key = .*\n', "", text))
    assert re.search(r"(?m)^warn  enrolment: ca_key", doctor().stdout)
    conf.write_text(re.sub(r'(?m)^ca_key = .*$', f'ca_key = "{own_demo.env["RENKEI_KEY_401005"]}"', text))
    bad = doctor()
    assert bad.returncode == 78 and "belongs to none of the authorities" in bad.stdout
