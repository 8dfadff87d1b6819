"""An office without a line: sealed on one computer, relayed from another, and the receipt back home (封緘と中継)."""
import datetime
import json
import os
import pathlib
import subprocess
import uuid

import grpc
import pytest
import talk
from demo import RENKEI, SANITIZERS
from renkei.v1 import report_service_pb2 as rs, sealed_pb2

S = grpc.StatusCode
ME, OTHER = "401005", "400009"
LINE = b"renkei sealed report v1\n"


def put(folder, period, code=ME, name=None, **fields):
    path = folder / (name or f"{code}-{period}.json")
    fields = fields or {"nil": True}
    path.write_text(json.dumps({"municipality_code": code, "period": {"fiscal_year": int(period[:4]), "quarter": f"q{period[5]}", "variant": "regular"}, "action": "new", **fields},
                               ensure_ascii=False))
    return path


class Office:
    """A computer of an officer, with the certificate and no line: what it is told of the server leads nowhere."""

    def __init__(self, demo, home, code=ME, cert=None, key=None):
        self.home = home
        home.mkdir()
        own = demo.identity(code)
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home), "RENKEI_CA": demo.env["RENKEI_CA"], "RENKEI_SERVER": "127.0.0.1:1",
                    "RENKEI_CERT": str(cert or own[0]), "RENKEI_KEY": str(key or own[1]), **SANITIZERS}

    def renkei(self, *words, lang="ja", status=0):
        run = subprocess.run([RENKEI, "--lang", lang, *map(str, words)], env=self.env, capture_output=True, text=True, timeout=60)
        assert run.returncode == status, (words, run.returncode, run.stdout, run.stderr)
        return run

    def waiting(self):
        return json.loads(self.renkei("outbox", "list", "-o", "json").stdout)

    def kept(self, number, suffix):
        return self.home / f".local/state/renkei/receipts/{number}{suffix}"


def seals(path):
    data = path.read_bytes()
    assert data.startswith(LINE)
    return sealed_pb2.SealedReports.FromString(data[len(LINE):])


def relay(demo, path, who=OTHER, status=0, lang="en"):
    done = demo.renkei(who, "relay", "--yes", path, "-o", "json", status=status, lang=lang)
    return (json.loads(done.stdout) if done.stdout else None), done


def request(sealed, **fields):
    content = sealed_pb2.SealedContent.FromString(sealed.content)
    return rs.RelayReportRequest(**{"request_id": content.request_id, "sealed": sealed, **fields})


def refused(call):
    error = talk.refused(call)
    return error.code(), talk.reason(error)


@pytest.fixture(scope="module")
def key_file(empty_demo):
    """The server's public key, as the secretariat hands it out."""
    return empty_demo.env["RENKEI_RECEIPT_KEY"]


def test_a_report_goes_out_sealed_and_its_receipt_comes_home(empty_demo, tmp_path, key_file):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    sealed = tmp_path / "q1.sealed"
    said = office.renkei("seal", put(tmp_path, "2015Q1"), "-O", sealed).stderr
    assert "封緘しました" in said and f"renkei relay {sealed}" in said and "まだ提出になっていません" in said
    waits, = office.waiting()
    content = sealed_pb2.SealedContent.FromString(seals(sealed).sealed[0].content)
    assert (waits["kind"], waits["period"], waits["request_id"]) == ("submit", "2015Q1", content.request_id)
    # Somebody else of another municipality carries it to a computer with a line.
    row, done = relay(demo, sealed)
    assert (row[0]["outcome"], row[0]["receipt_number"], row[0]["municipality_code"]) == ("received", "401005-2015Q1-1", ME)
    receipts = pathlib.Path(f"{sealed}.receipts")
    assert str(receipts) in done.stderr
    principal = talk.reports(demo, ME)
    summary = principal.GetReport(rs.GetReportRequest(receipt_number="401005-2015Q1-1")).summary
    assert summary.relayed_by.endswith(f"/{OTHER}") and not summary.delegated_by
    assert demo.sql("select principal_uri like '%/municipality/401005', request_id from renkei.report_version where receipt_number = '401005-2015Q1-1'") == [["t", content.request_id]]
    # A computer that has never met the server knows no key of it.
    unknown = office.renkei("receipt", "import", receipts, status=65)
    assert "--public-key" in unknown.stderr and len(office.waiting()) == 1
    office.renkei("receipt", "import", receipts, "--public-key", key_file)
    assert office.waiting() == []
    verified = office.renkei("receipt", "verify", "401005-2015Q1-1", lang="en")
    assert verified.stdout.count("holds") == 2, verified.stdout
    run = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key_file, "-in", office.kept("401005-2015Q1-1", ".statement.txt"),
                          "-sigfile", office.kept("401005-2015Q1-1", ".sig")], capture_output=True, text=True)
    assert "Signature Verified Successfully" in run.stdout
    assert office.kept("401005-2015Q1-1", ".binpb").read_bytes() == content.report
    # It comes again: nothing changes, and from now on the key is known.
    office.renkei("receipt", "import", receipts)
    history = demo.renkei(ME, "report", "history", "2015Q1", lang="ja").stdout
    assert "中継：" in history and "renkei://" not in history


def test_the_signature_is_of_what_is_kept(empty_demo, tmp_path):
    """Head and bytes of the database are what the officer signed, as openssl sees it."""
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    sealed = tmp_path / "q2.sealed"
    office.renkei("seal", put(tmp_path, "2015Q2"), "-O", sealed)
    relay(demo, sealed)
    (head, signature, report), = demo.sql("""select encode(l.head, 'hex'), encode(l.signature, 'hex'), encode(v.report, 'hex') from renkei.report_relay l
        join renkei.report_version v using (municipality_code, version_id) where v.receipt_number = '401005-2015Q2-1'""")
    (tmp_path / "text").write_bytes(LINE + bytes.fromhex(head) + bytes.fromhex(report))
    (tmp_path / "sig").write_bytes(bytes.fromhex(signature))
    public = subprocess.run(["openssl", "x509", "-in", demo.identity(ME)[0], "-noout", "-pubkey"], check=True, capture_output=True).stdout
    (tmp_path / "pub").write_bytes(public)
    how = ["openssl", "dgst", "-sha256", "-verify", tmp_path / "pub", "-signature", tmp_path / "sig", tmp_path / "text"]
    if b"MCowBQYDK2Vw" in public:  # Ed25519
        how = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", tmp_path / "pub", "-in", tmp_path / "text", "-sigfile", tmp_path / "sig"]
    assert subprocess.run(how, capture_output=True).returncode == 0


def test_relayed_twice_and_submitted_too_it_is_one_report(empty_demo, tmp_path):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    file, sealed = put(tmp_path, "2015Q3"), tmp_path / "q3.sealed"
    office.renkei("seal", file, "-O", sealed)
    relay(demo, sealed)
    first = pathlib.Path(f"{sealed}.receipts").read_bytes()
    relay(demo, sealed, "SECRETARIAT")
    assert pathlib.Path(f"{sealed}.receipts").read_bytes() == first
    # Sealed once more it is the same request, and over a line too.
    again = tmp_path / "again.sealed"
    office.renkei("seal", file, "-O", again)
    relay(demo, again)
    assert pathlib.Path(f"{again}.receipts").read_bytes() == first
    office.env["RENKEI_SERVER"] = demo.env["RENKEI_SERVER"]
    receipt = json.loads(office.renkei("outbox", "flush", "--yes", "-o", "json").stdout)
    assert receipt == json.loads(first) and office.waiting() == []
    assert demo.sql("select count(*), (select count(*) from renkei.report_relay l join renkei.report_version v using (version_id) where v.quarter = 3) from renkei.report_version "
                    "where municipality_code = '401005' and fiscal_year = 2015 and quarter = 3") == [["1", "1"]]


def test_a_changed_byte_is_refused_wherever_it_is(empty_demo, tmp_path):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    sealed = tmp_path / "q4.sealed"
    office.renkei("seal", put(tmp_path, "2015Q4"), "-O", sealed)
    whole, stub = seals(sealed).sealed[0], talk.reports(demo, OTHER)
    for field in ("content", "signature"):
        data = getattr(whole, field)
        for at in sorted({0, 1, len(data) - 1, *range(0, len(data), max(1, len(data) // 40))}):
            changed = sealed_pb2.SealedReport(content=whole.content, signature=whole.signature)
            setattr(changed, field, data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
            try:
                asked = request(changed)
            except Exception:  # no message any more; the server sees for itself
                asked = request(whole)
                asked.sealed.CopyFrom(changed)
            code, reason = refused(lambda asked=asked: stub.RelayReport(asked))
            assert (code, reason) in {(S.INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID"), (S.INVALID_ARGUMENT, "SEAL_MALFORMED"), (S.INVALID_ARGUMENT, "REQUEST_ID_REQUIRED")}, (field, at)
    # The same fields in another order are another form of the same message, and refused before anybody looks at the signature.
    content = sealed_pb2.SealedContent.FromString(whole.content)
    tail = sealed_pb2.SealedContent(report=content.report).SerializeToString()
    turned = sealed_pb2.SealedReport(content=tail + whole.content[:-len(tail)], signature=whole.signature)
    assert refused(lambda: stub.RelayReport(request(turned))) == (S.INVALID_ARGUMENT, "SEAL_MALFORMED")
    assert refused(lambda: stub.RelayReport(request(whole, request_id=str(uuid.uuid4())))) == (S.INVALID_ARGUMENT, "REQUEST_ID_REQUIRED")
    assert refused(lambda: stub.RelayReport(rs.RelayReportRequest(request_id=content.request_id))) == (S.INVALID_ARGUMENT, "SEAL_MALFORMED")
    cut = tmp_path / "cut.sealed"
    for length in (0, 10, len(LINE), len(LINE) + 3, sealed.stat().st_size - 1):
        cut.write_bytes(sealed.read_bytes()[:length])
        _, done = relay(demo, cut, status=65, lang="ja")
        assert "封緘ファイルとして読み取れません" in done.stderr
    changed = tmp_path / "changed.sealed"
    data = bytearray(sealed.read_bytes())
    data[-1] ^= 1
    changed.write_bytes(data)
    row, done = relay(demo, changed, status=65, lang="ja")
    assert row[0]["outcome"] == "refused" and "封緘した後に内容が変わっています" in done.stderr and not pathlib.Path(f"{changed}.receipts").exists()
    assert demo.sql("select count(*) from renkei.report_version where fiscal_year = 2015 and quarter = 4") == [["0"]]
    relay(demo, sealed)


def test_who_may_relay_and_whose_report_it_is(empty_demo, tmp_path):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    sealed = tmp_path / "own.sealed"
    office.renkei("seal", put(tmp_path, "2014Q1"), "-O", sealed)
    for who in ("MINISTRY", "ANALYST", "OPERATOR"):
        if f"RENKEI_CERT_{who}" in demo.env:
            assert refused(lambda who=who: talk.reports(demo, who).RelayReport(request(seals(sealed).sealed[0]))) == (S.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    dry = talk.reports(demo, OTHER).RelayReport(request(seals(sealed).sealed[0], validate_only=True))
    assert not dry.HasField("receipt") and demo.sql("select count(*) from renkei.report_version where fiscal_year = 2014 and quarter = 1") == [["0"]]
    # An officer's seal covers a report of the own municipality alone.
    foreign = tmp_path / "foreign.sealed"
    office.renkei("seal", put(tmp_path, "2014Q2", OTHER), "-O", foreign)
    assert refused(lambda: talk.reports(demo, OTHER).RelayReport(request(seals(foreign).sealed[0]))) == (S.PERMISSION_DENIED, "NOT_YOUR_MUNICIPALITY")
    secretariat = Office(demo, tmp_path / "secretariat", "SECRETARIAT")
    assert "担当者" in secretariat.renkei("seal", put(tmp_path, "2014Q3"), "-O", tmp_path / "no.sealed", status=77).stderr
    assert refused(lambda: talk.reports(demo, ME).GetReport(rs.GetReportRequest(receipt_number="401005-2014Q1-1"))) == (S.NOT_FOUND, "RECEIPT_NOT_FOUND")


def test_several_in_a_file_and_some_of_them_refused(empty_demo, tmp_path, key_file):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    sealed = tmp_path / "many.sealed"
    office.renkei("seal", put(tmp_path, "2013Q1"), put(tmp_path, "2014Q4"), "-O", sealed)
    rows, done = relay(demo, sealed, status=3, lang="ja")
    assert sorted(r["outcome"] for r in rows) == ["received", "refused"], rows
    taken = office.renkei("receipt", "import", f"{sealed}.receipts", "--public-key", key_file, "-o", "json")
    assert [r["receipt_number"] for r in json.loads(taken.stdout)] == ["401005-2014Q4-1"]
    assert [w["period"] for w in office.waiting()] == ["2013Q1"]


def test_what_is_wrong_with_a_report_is_said_before_it_is_sealed(empty_demo, tmp_path):
    office = Office(empty_demo, tmp_path / "home")
    bad = put(tmp_path, "2016Q1", nil=False, activities=[{"title": "x", "actual_start": {"year": 2016, "month": 13}}])
    said = office.renkei("seal", bad, "-O", tmp_path / "bad.sealed", status=65).stderr
    assert "誤り" in said and not (tmp_path / "bad.sealed").exists() and office.waiting() == []
    office.renkei("seal", put(tmp_path, "2016Q1"), status=64)
    office.renkei("seal", "--nil", "2016Q1", "-m", ME, "-O", tmp_path / "nil.sealed")
    assert office.waiting()[0]["period"] == "2016Q1"


def test_a_receipt_that_is_false_or_of_others_is_not_taken_in(empty_demo, tmp_path, key_file):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    sealed = tmp_path / "false.sealed"
    office.renkei("seal", put(tmp_path, "2016Q2"), "-O", sealed)
    relay(demo, sealed)
    good = pathlib.Path(f"{sealed}.receipts")
    stranger = Office(demo, tmp_path / "stranger", OTHER)
    assert "封緘も提出もしていません" in stranger.renkei("receipt", "import", good, "--public-key", key_file, status=66).stderr
    told = json.loads(good.read_text())
    for field, value in (("late_seconds", "0"), ("number", "401005-2016Q2-7"), ("number", "../../x")):
        bad = tmp_path / "bad.receipts"
        bad.write_text(json.dumps({**told, field: value}))
        office.renkei("receipt", "import", bad, "--public-key", key_file, status=65)
    # Signed by a key of the carrier's own, which it calls the server's.
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "carrier.key"], check=True)
    subprocess.run(["openssl", "pkey", "-in", tmp_path / "carrier.key", "-pubout", "-out", tmp_path / "carrier.pem"], check=True)
    office.renkei("receipt", "import", good, "--public-key", tmp_path / "carrier.pem", status=66)
    # The wrong file is told what it is, in words for people.
    for wrong, words in ((sealed, "封緘ファイルです"), (tmp_path / "garbage", "受領書のファイルではありません"), (tmp_path / "写真", "JPEG"), (tmp_path / "half", "この行は受領書として読み取れません"),
                         (tmp_path / "empty", "受領書のファイルではありません")):
        if wrong != sealed:
            wrong.write_bytes({"garbage": b"\xff\x00{", "写真": b"\xff\xd8\xff\xe0" + bytes(9), "half": good.read_bytes()[:99], "empty": b""}[wrong.name])
        said = office.renkei("receipt", "import", wrong, status=65).stderr
        assert words in said and "JSON" not in said and str(wrong) in said, said
    assert f"renkei relay {sealed}" in office.renkei("receipt", "import", sealed, status=65).stderr
    assert f"renkei receipt import {good}" in demo.renkei(OTHER, "relay", "--yes", good, status=65, lang="ja").stderr
    assert "封緘ファイルではありません" in demo.renkei(OTHER, "relay", "--yes", tmp_path / "garbage", status=65, lang="ja").stderr
    assert len(office.waiting()) == 1 and not office.kept("401005-2016Q2-1", ".json").exists()
    office.renkei("receipt", "import", good, "--public-key", key_file)
    assert office.waiting() == []


def test_a_revoked_officer_seals_in_vain(empty_demo, tmp_path):
    demo, code = empty_demo, "242021"
    office = Office(demo, tmp_path / "home", code)
    early, late = tmp_path / "early.sealed", tmp_path / "late.sealed"
    office.renkei("seal", put(tmp_path, "2016Q1", code), "-O", early)
    office.renkei("seal", put(tmp_path, "2016Q2", code), "-O", late)
    relay(demo, early)
    demo.sql("update renkei.certificate set revoked_at = now(), revoked_reason = 'lost' where principal_uri like '%/municipality/242021'")
    row, done = relay(demo, late, status=None, lang="ja")
    assert done.returncode == 65 and "失効しています" in done.stderr and row[0]["outcome"] == "refused"
    assert refused(lambda: talk.reports(demo, OTHER).RelayReport(request(seals(late).sealed[0]))) == (S.FAILED_PRECONDITION, "SEAL_CERTIFICATE_REVOKED")
    # The carrier's own connection is none the worse, and what arrived before stays.
    talk.reports(demo, OTHER).ListReports(rs.ListReportsRequest())
    assert demo.sql("select quarter from renkei.report_version where municipality_code = '242021'") == [["1"]]
    demo.sql("update renkei.certificate set revoked_at = null, revoked_reason = null where principal_uri like '%/municipality/242021'")
    demo.sql("update renkei.principal set state = 'suspended' where principal_uri like '%/municipality/242021'")
    assert refused(lambda: talk.reports(demo, OTHER).RelayReport(request(seals(late).sealed[0]))) == (S.FAILED_PRECONDITION, "SEAL_SENDER_SUSPENDED")
    demo.sql("update renkei.principal set state = 'active' where principal_uri like '%/municipality/242021'")


def made(demo, folder, name, days, uri, issuer=None):
    """A certificate of the demo's authority over a new key; days may be over."""
    key, csr, crt = (folder / f"{name}.{end}" for end in ("key", "csr", "crt"))
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", csr, "-subj", f"/CN={name}"],
                   check=True, capture_output=True)
    key.chmod(0o600)
    conf = folder / f"{name}.cnf"
    conf.write_text("basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n"
                    f"subjectAltName=URI:{uri}\n")
    ca = demo.folder / "keys"
    begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=30)
    end = begin + datetime.timedelta(days=30 + days)
    database = folder / f"{name}.db"
    database.mkdir()
    (database / "index.txt").write_text("")
    config = folder / f"{name}.ca.cnf"
    config.write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={database}/index.txt\nnew_certs_dir={database}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
    subprocess.run(["openssl", "ca", "-batch", "-config", config, "-cert", issuer[0] if issuer else ca / "ca.crt", "-keyfile", issuer[1] if issuer else ca / "ca.key", "-in", csr, "-out", crt,
                    "-notext", "-startdate", begin.strftime("%Y%m%d%H%M%SZ"), "-enddate", end.strftime("%Y%m%d%H%M%SZ"), "-extfile", conf], check=True, capture_output=True)
    return crt, key


def test_an_expired_certificate_and_one_of_nobody_here_seal_in_vain(empty_demo, tmp_path):
    demo = empty_demo
    uri = demo.sql(f"select principal_uri from renkei.principal where principal_uri like '%/municipality/{ME}'")[0][0]
    stub = talk.reports(demo, OTHER)
    # Good for a year, of the right authority and name; but its key was never registered.
    office = Office(demo, tmp_path / "new", ME, *made(demo, tmp_path, "new", 300, uri))
    office.renkei("seal", put(tmp_path, "2016Q3"), "-O", tmp_path / "new.sealed")
    assert refused(lambda: stub.RelayReport(request(seals(tmp_path / "new.sealed").sealed[0]))) == (S.FAILED_PRECONDITION, "SEAL_CERTIFICATE_UNKNOWN")
    # Expired: this computer says so before it seals, and the server when the seal is from before.
    crt, key = made(demo, tmp_path, "old", -1, uri)
    office = Office(demo, tmp_path / "old-home", ME, crt, key)
    office.renkei("seal", put(tmp_path, "2016Q3"), "-O", tmp_path / "old.sealed", status=78)
    assert not (tmp_path / "old.sealed").exists()
    der = subprocess.run(["openssl", "x509", "-in", crt, "-outform", "DER"], check=True, capture_output=True).stdout
    content = sealed_pb2.SealedContent.FromString(seals(tmp_path / "new.sealed").sealed[0].content)
    content.certificate = der
    (tmp_path / "text").write_bytes(LINE + content.SerializeToString())
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key, tmp_path / "text"], check=True, capture_output=True).stdout
    old = sealed_pb2.SealedReport(content=content.SerializeToString(), signature=signature)
    assert refused(lambda: stub.RelayReport(request(old))) == (S.FAILED_PRECONDITION, "SEAL_CERTIFICATE_EXPIRED")


def test_a_seal_for_another_server_is_refused(empty_demo, own_demo, tmp_path):
    office = Office(own_demo, tmp_path / "home")
    office.renkei("seal", put(tmp_path, "2016Q4"), "-O", tmp_path / "other.sealed")
    row, done = relay(empty_demo, tmp_path / "other.sealed", status=65, lang="ja")
    assert "別のサーバー向けに封緘" in done.stderr and row[0]["outcome"] == "refused"
    relay(own_demo, tmp_path / "other.sealed")


def test_who_must_have_a_release_has_it_after_the_relay(empty_demo, tmp_path):
    demo, code = empty_demo, "281000"
    demo.renkei("SECRETARIAT", "org", "release", code, "--required", "yes", "--yes")
    office = Office(demo, tmp_path / "home", code)
    office.renkei("seal", put(tmp_path, "2016Q1", code), "-O", tmp_path / "prepared.sealed")
    relay(demo, tmp_path / "prepared.sealed")
    assert demo.sql("select state from renkei.preparation where municipality_code = '281000'") == [["awaiting_release"]]
    demo.renkei(f"APPROVER_{code}", "report", "release", "2016Q1", "--yes")


def approver(demo, folder, code):
    """The approver's computer of the same office, without a line."""
    return Office(demo, folder, code, *demo.identity(f"APPROVER_{code}"))


def prepared(demo, folder, period, code, key_file):
    """A report that awaits its release, with its receipts beside the sealed file; the officer has taken them in."""
    demo.renkei("SECRETARIAT", "org", "release", code, "--required", "yes", "--yes")
    officer, sealed = Office(demo, folder / "officer", code), folder / f"{period}.sealed"
    officer.renkei("seal", put(folder, period, code), "-O", sealed)
    relay(demo, sealed)
    officer.renkei("receipt", "import", f"{sealed}.receipts", "--public-key", key_file)
    return officer, sealed


def test_an_approver_without_a_line_releases_what_the_officer_sealed(empty_demo, tmp_path, key_file):
    demo, code = empty_demo, "141305"
    officer, sealed = prepared(demo, tmp_path, "2016Q1", code, key_file)
    office, release = approver(demo, tmp_path / "approver", code), tmp_path / "release.sealed"
    # Nobody releases what was not seen, nor with a receipt that nobody vouches for.
    assert "--public-key" in office.renkei("seal", "--release", sealed, "-O", release, "--yes", status=65).stderr
    office.renkei("seal", "--release", sealed, "-O", release, "--public-key", key_file, status=64)
    assert office.waiting() == [] and not release.exists()
    assert "決裁者だけ" in officer.renkei("seal", "--release", sealed, "-O", release, "--yes", status=77).stderr
    said = office.renkei("seal", "--release", sealed, "-O", release, "--yes", "--public-key", key_file).stderr
    assert f"renkei relay {release}" in said and "まだ反映されていません" in said
    waits, = office.waiting()
    assert (waits["kind"], waits["number"], waits["period"]) == ("release", f"{code}-2016Q1-1", "2016Q1")
    assert demo.sql(f"select count(*) from renkei.report_release where municipality_code = '{code}'") == [["0"]]
    row, done = relay(demo, release, lang="ja")
    assert (row[0]["kind"], row[0]["outcome"], row[0]["receipt_number"], row[0]["municipality_code"]) == ("release", "received", f"{code}-2016Q1-1", code)
    relay(demo, release, "SECRETARIAT")
    assert demo.sql(f"select principal_uri like '%/approver/{code}' from renkei.report_release where municipality_code = '{code}'") == [["t"]]
    assert demo.sql(f"select principal_uri like '%/{OTHER}', request_id from renkei.decision_relay where municipality_code = '{code}'") == [["t", waits["request_id"]]]
    # The receipt of the release comes home, to both of them; taken in once more, nothing changes.
    for _ in range(2):
        office.renkei("receipt", "import", f"{release}.receipts")
    assert office.waiting() == [] and json.loads(office.kept(f"{code}-2016Q1-1", ".json").read_text())["released_at"]
    officer.renkei("receipt", "import", f"{release}.receipts")
    assert json.loads(officer.kept(f"{code}-2016Q1-1", ".json").read_text())["released_at"]
    assert officer.renkei("receipt", "verify", f"{code}-2016Q1-1", lang="en").stdout.count("holds") == 2
    # What the database keeps is what the approver signed.
    (head, body, signature), = demo.sql(f"select encode(head, 'hex'), encode(body, 'hex'), encode(signature, 'hex') from renkei.decision_relay where municipality_code = '{code}'")
    one = seals(release).sealed[0]
    assert (bytes.fromhex(head + body), bytes.fromhex(signature)) == (one.content, one.signature)
    # Released, there is nothing left to release.
    again = tmp_path / "again.sealed"
    office.renkei("seal", "--release", sealed, "-O", again, "--yes")
    assert relay(demo, again)[0][0]["outcome"] == "received", "the same request has the same answer"


def test_an_approver_without_a_line_sends_back_and_nobody_else_does(empty_demo, tmp_path, key_file):
    demo, code = empty_demo, "141305"
    officer, sealed = prepared(demo, tmp_path, "2016Q2", code, key_file)
    office, back = approver(demo, tmp_path / "approver", code), tmp_path / "back.sealed"
    words = ("seal", "--send-back", sealed, "-O", back, "--yes", "--public-key", key_file)
    office.renkei(*words, status=64)
    office.renkei(*words, "--reason", "人数の根拠を確かめてください")
    stub, one = talk.reports(demo, OTHER), seals(back).sealed[0]
    content = sealed_pb2.SealedContent.FromString(one.content)
    asked = rs.RelayDecisionRequest(request_id=content.request_id, sealed=one)
    assert stub.RelayDecision(rs.RelayDecisionRequest(request_id=content.request_id, sealed=one, validate_only=True)).summary.receipt_number == f"{code}-2016Q2-1"
    # A report is no decision, a decision no report; a byte that was changed is told.
    assert refused(lambda: stub.RelayReport(request(one))) == (S.INVALID_ARGUMENT, "SEAL_MALFORMED")
    report = seals(sealed).sealed[0]
    assert refused(lambda: stub.RelayDecision(rs.RelayDecisionRequest(request_id=sealed_pb2.SealedContent.FromString(report.content).request_id, sealed=report))) == (S.INVALID_ARGUMENT, "SEAL_MALFORMED")
    for at in range(0, len(one.content), 7):
        turned = bytearray(one.content)
        turned[at] ^= 1
        code_said, reason = refused(lambda turned=turned: stub.RelayDecision(rs.RelayDecisionRequest(request_id=content.request_id, sealed=sealed_pb2.SealedReport(content=bytes(turned), signature=one.signature))))
        assert reason in ("SEAL_SIGNATURE_INVALID", "SEAL_MALFORMED", "REQUEST_ID_REQUIRED"), (at, code_said, reason)
    for who in ("MINISTRY", "ANALYST", "OPERATOR"):
        assert refused(lambda who=who: talk.reports(demo, who).RelayDecision(asked)) == (S.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    row, done = relay(demo, back, lang="ja")
    assert row[0]["outcome"] == "received" and row[0]["receipt_number"] is None and f"renkei outbox drop {content.request_id}" in done.stderr
    assert not pathlib.Path(f"{back}.receipts").exists()
    assert demo.sql(f"select count(*), min(reason) from renkei.preparation_step where municipality_code = '{code}' and state = 'sent_back'") == [["1", "人数の根拠を確かめてください"]]
    relay(demo, back)
    assert demo.sql(f"select count(*) from renkei.preparation_step where municipality_code = '{code}' and state = 'sent_back'") == [["1"]]
    office.renkei("outbox", "drop", content.request_id, "--yes")
    assert office.waiting() == []
    # Another municipality's approver has no say.
    other = Office(demo, tmp_path / "other", OTHER, *demo.identity(f"APPROVER_{OTHER}"))
    other.renkei("seal", "--release", sealed, "-O", tmp_path / "other.sealed", "--yes", "--public-key", key_file)
    assert relay(demo, tmp_path / "other.sealed", status=66, lang="ja")[0][0]["outcome"] == "refused"


def test_a_decision_needs_the_receipt_of_what_awaits_it(empty_demo, tmp_path, key_file):
    demo = empty_demo
    office, sealed = Office(demo, tmp_path / "home"), tmp_path / "plain.sealed"
    office.renkei("seal", put(tmp_path, "2014Q3"), "-O", sealed)
    boss = approver(demo, tmp_path / "boss", ME)
    words = ("seal", "--release", sealed, "-O", tmp_path / "out.sealed", "--yes", "--public-key", key_file)
    assert str(sealed) in boss.renkei(*words, status=66).stderr
    relay(demo, sealed)
    assert "決裁を待っていません" in boss.renkei(*words, status=65).stderr
    pathlib.Path(f"{sealed}.receipts").write_text("")
    assert "受領書がありません" in boss.renkei(*words, status=65).stderr
    assert not (tmp_path / "out.sealed").exists() and boss.waiting() == []
    boss.renkei("seal", "--release", "--send-back", sealed, "-O", tmp_path / "out.sealed", status=64)
