"""Attachments of an office without a line: sealed with their report or alone, relayed by another, gone on with where a line broke, and their receipts home."""
import json
import pathlib
import uuid

import grpc
import pytest
import talk
from renkei.v1 import attachment_pb2, attachment_service_pb2 as at, attachment_service_pb2_grpc as stubs, report_pb2, report_service_pb2 as rs, sealed_pb2
from files import pdf
from test_returned import REPORT
from test_sealed import LINE, ME, OTHER, S, Office, key_file, put, refused, relay, seals  # noqa: F401

CHUNK = 61440


def service(demo, who=OTHER):
    return stubs.AttachmentServiceStub(talk.channel(demo, who))


def chunks(data, offset=0):
    for start in range(offset, len(data), CHUNK):
        yield at.RelayAttachmentRequest(chunk=at.AttachmentChunk(offset=start, data=data[start:start + CHUNK]))


def bare(sealed):
    """What travels in a request: the seal without its file."""
    return sealed_pb2.SealedReport(content=sealed.content, signature=sealed.signature)


def head(sealed, offset=0, **fields):
    content = sealed_pb2.SealedContent.FromString(sealed.content)
    return at.RelayAttachmentRequest(head=at.RelayedHead(**{"request_id": content.request_id, "sealed": bare(sealed), "offset": offset, **fields}))


def file(folder, name, size, seed):
    path = folder / name
    path.write_bytes(pdf(size, seed))
    return path


def attached(demo, period):
    return {tuple(row) for row in demo.sql("select a.file_name, a.size::text, coalesce(a.kind::text, ''), coalesce(a.record_id::text, ''), split_part(a.principal_uri, '/', 5), coalesce(split_part(r.principal_uri, '/', 5), '')"
            f" from renkei.attachment a left join renkei.attachment_relay r using (municipality_code, fiscal_year, quarter, variant, serial) where a.fiscal_year = {period[:4]} and a.quarter = {period[5]}")}


def test_a_report_and_its_files_travel_together_and_their_receipts_come_home(empty_demo, tmp_path, key_file):  # noqa: F811
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    report = put(tmp_path, "2016Q1", **{k: v for k, v in REPORT.items() if k not in ("municipality_code", "period", "action")})
    papers = [file(tmp_path, "議事録.pdf", 200000, "minutes"), file(tmp_path, "写真.pdf", 3000, "photo")]
    sealed = tmp_path / "q1.sealed"
    office.renkei("seal", report, "--attach", papers[0], "--attach", papers[1], "--item", "取組2", "--kind", "minutes", "--language", "ja", "-O", sealed)
    assert [w["kind"] for w in office.waiting()] == ["submit", "attach", "attach"]
    assert [bytes(s.file) for s in seals(sealed).sealed] == [b"", *(p.read_bytes() for p in papers)]
    # Made again it is the same request.
    again = tmp_path / "again.sealed"
    office.renkei("seal", report, "--attach", papers[0], "--attach", papers[1], "--item", "取組2", "--kind", "minutes", "--language", "ja", "-O", again)
    assert [sealed_pb2.SealedContent.FromString(s.content).request_id for s in seals(again).sealed] == [sealed_pb2.SealedContent.FromString(s.content).request_id for s in seals(sealed).sealed]
    rows, _ = relay(demo, sealed)
    assert [(r["outcome"], r["kind"], r["receipt_number"]) for r in rows] == [("received", "submit", "401005-2016Q1-1"), ("received", "attach", "401005-2016Q1-A1"), ("received", "attach", "401005-2016Q1-A2")]
    assert attached(demo, "2016Q1") == {("議事録.pdf", "200000", "minutes", "a2", ME, OTHER), ("写真.pdf", "3000", "minutes", "a2", ME, OTHER)}
    office.renkei("receipt", "import", f"{sealed}.receipts", "--public-key", key_file)
    assert office.waiting() == []
    office.renkei("receipt", "verify", "401005-2016Q1-A1", "--report", papers[0])
    # It comes again, by another: nothing is twice, and the receipts are the same.
    first = pathlib.Path(f"{sealed}.receipts").read_text()
    relay(demo, sealed, who="SECRETARIAT")
    assert pathlib.Path(f"{sealed}.receipts").read_text() == first and len(attached(demo, "2016Q1")) == 2
    office.renkei("receipt", "import", f"{sealed}.receipts")
    # What is kept proves for ever that it is the officer's.
    head_hex, body, signature = demo.sql("select encode(head, 'hex'), encode(body, 'hex'), encode(signature, 'hex') from renkei.attachment_relay where serial = 1 and fiscal_year = 2016")[0]
    assert bytes.fromhex(head_hex + body) == seals(sealed).sealed[1].content and bytes.fromhex(signature) == seals(sealed).sealed[1].signature


def test_files_alone_and_where_a_line_broke_it_goes_on(empty_demo, tmp_path):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    paper = file(tmp_path, "大きな資料.pdf", 300000, "alone")
    sealed = tmp_path / "alone.sealed"
    assert "--period" in office.renkei("seal", "--attach", paper, "-O", sealed, status=64).stderr
    office.renkei("seal", "--attach", paper, "--period", "2014Q2", "--title", "資料", "-O", sealed)
    seal, = seals(sealed).sealed
    data, call = bytes(seal.file), service(demo)

    def half():
        yield head(seal)
        yield from list(chunks(data))[:2]
        raise RuntimeError("the line")

    with pytest.raises(grpc.RpcError):
        call.RelayAttachment(half())
    content = sealed_pb2.SealedContent.FromString(seal.content)
    asked = at.GetRelayedUploadRequest(request_id=content.request_id, sealed=bare(seal))
    # A file is neither a report nor a decision.
    for kind, ask in ((rs.RelayReportRequest, "RelayReport"), (rs.RelayDecisionRequest, "RelayDecision")):
        wrong = kind(request_id=content.request_id, sealed=bare(seal))
        assert refused(lambda wrong=wrong, ask=ask: getattr(talk.reports(demo, OTHER), ask)(wrong)) == (S.INVALID_ARGUMENT, "SEAL_MALFORMED")
    held = call.GetRelayedUpload(asked)
    assert held.held in (0, CHUNK, 2 * CHUNK) and not held.complete
    rows, _ = relay(demo, sealed)
    assert rows[0]["outcome"] == "received" and call.GetRelayedUpload(asked).complete
    assert attached(demo, "2014Q2") == {("大きな資料.pdf", "300000", "", "", ME, OTHER)}
    number = rows[0]["receipt_number"]
    demo.renkei(ME, "attachment", "get", number, "-O", tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == data


def test_what_a_carrier_changes_is_refused(empty_demo, tmp_path):
    demo, office, call = empty_demo, Office(empty_demo, tmp_path / "home"), service(empty_demo)
    sealed = tmp_path / "x.sealed"
    office.renkei("seal", "--attach", file(tmp_path, "x.pdf", 100000, "changed"), "--period", "2014Q3", "-O", sealed)
    seal, = seals(sealed).sealed
    data = bytes(seal.file)

    def send(first, bytes_of=data):
        return refused(lambda: call.RelayAttachment(iter([first, *chunks(bytes_of)])))

    # Another file in the place of the one that was signed.
    assert send(head(seal), data[:-1] + b"x") == (S.DATA_LOSS, "DIGEST_MISMATCH")
    content = sealed_pb2.SealedContent.FromString(seal.content)
    wish = at.UploadHead.FromString(content.attachment)
    wish.disclosure = report_pb2.DISCLOSURE_PUBLIC
    content.attachment = wish.SerializeToString()
    other = sealed_pb2.SealedReport(content=content.SerializeToString(), signature=seal.signature)
    assert send(head(other)) == (S.INVALID_ARGUMENT, "SEAL_SIGNATURE_INVALID")
    assert send(head(seal, request_id=str(uuid.uuid4()))) == (S.INVALID_ARGUMENT, "REQUEST_ID_REQUIRED")
    assert refused(lambda: service(demo, "MINISTRY").RelayAttachment(iter([head(seal), *chunks(data)]))) == (S.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    assert refused(lambda: service(demo, "ANALYST").GetRelayedUpload(at.GetRelayedUploadRequest(request_id=content.request_id, sealed=bare(seal)))) == (S.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")
    # A chunk before the head was judged, and no seal at all.
    assert refused(lambda: call.RelayAttachment(chunks(data)))[1] == "MALFORMED_MESSAGE"
    assert refused(lambda: call.RelayAttachment(iter([at.RelayAttachmentRequest(head=at.RelayedHead(request_id=str(uuid.uuid4())))])))[1] == "SEAL_MALFORMED"
    # The bytes cut out of the file: said before anything is sent.
    whole = seals(sealed)
    whole.sealed[0].file = data[:10]
    cut = tmp_path / "cut.sealed"
    cut.write_bytes(LINE + whole.SerializeToString())
    rows, done = relay(demo, cut, status=65)
    assert rows[0]["outcome"] == "refused" and not attached(demo, "2014Q3")


def test_what_the_rules_refuse_is_refused_when_it_arrives(empty_demo, tmp_path):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    sealed = tmp_path / "x.sealed"
    office.renkei("seal", "--attach", file(tmp_path, "x.pdf", 2000, "no record"), "--period", "2014Q4", "--item", "activities:zz", "-O", sealed)
    rows, done = relay(demo, sealed, status=66)
    assert rows[0]["outcome"] == "refused" and "2014Q4" in done.stderr
    # Not the kind that it may be: told where it is sealed.
    (tmp_path / "x.exe").write_bytes(b"MZ" + bytes(100))
    office.renkei("seal", "--attach", tmp_path / "x.exe", "--period", "2014Q4", "-O", tmp_path / "y.sealed", status=65)
    assert not (tmp_path / "y.sealed").exists()


def test_an_approver_decides_of_the_report_and_lets_its_files_be(empty_demo, tmp_path, key_file):  # noqa: F811
    demo = empty_demo
    demo.renkei("SECRETARIAT", "org", "release", ME, "--required", "yes", "--yes")
    try:
        officer, approver = Office(demo, tmp_path / "officer"), Office(demo, tmp_path / "approver", f"APPROVER_{ME}")
        sealed, decision = tmp_path / "q.sealed", tmp_path / "q.release"
        officer.renkei("seal", put(tmp_path, "2015Q1"), "--attach", file(tmp_path, "x.pdf", 2000, "decided"), "-O", sealed)
        relay(demo, sealed)
        approver.renkei("seal", "--release", sealed, "--yes", "--public-key", key_file, "-O", decision)
        assert len(seals(decision).sealed) == 1
        rows, _ = relay(demo, decision)
        assert rows[0]["outcome"] == "received"
    finally:
        demo.renkei("SECRETARIAT", "org", "release", ME, "--required", "no", "--yes")


def test_a_receipt_settles_the_request_that_it_states_and_no_other(empty_demo, tmp_path, key_file):  # noqa: F811
    """The same bytes under the same name are asked for twice: of the forecast and of the quarter itself."""
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    paper, sealed = file(tmp_path, "p.pdf", 2000, "twice"), {}
    for period in ("2016Q4F", "2016Q4"):
        sealed[period] = tmp_path / f"{period}.sealed"
        office.renkei("seal", "--attach", paper, "--period", period, "-O", sealed[period])
    ids = {period: sealed_pb2.SealedContent.FromString(seals(path).sealed[0].content).request_id for period, path in sealed.items()}
    relay(demo, sealed["2016Q4"])
    office.renkei("receipt", "import", f"{sealed['2016Q4']}.receipts", "--public-key", key_file)
    assert [w["request_id"] for w in office.waiting()] == [ids["2016Q4F"]]
    relay(demo, sealed["2016Q4F"])
    office.renkei("receipt", "import", f"{sealed['2016Q4F']}.receipts")
    assert office.waiting() == []


STATED = {"title": ("--title", "研修資料", "会議資料"), "kind": ("--kind", "minutes", "photo"), "language": ("--language", "ja", "en")}


@pytest.mark.parametrize("what", STATED)
def test_a_receipt_of_another_wording_settles_nothing(empty_demo, tmp_path, key_file, what):  # noqa: F811
    demo, mine, other = empty_demo, Office(empty_demo, tmp_path / "mine"), Office(empty_demo, tmp_path / "other")
    option, here, there = STATED[what]
    words = {"--title": "資料", "--kind": "material", "--language": "zh", "--period": "2016Q2"}
    paper = file(tmp_path, f"{what}.pdf", 2000, what)
    for office, said in ((mine, here), (other, there)):
        options = [word for pair in {**words, option: said}.items() for word in pair]
        office.renkei("seal", "--attach", paper, *options, "-O", office.home / "x.sealed")
    relay(demo, other.home / "x.sealed")
    assert "401005-2016Q2" in mine.renkei("receipt", "import", other.home / "x.sealed.receipts", "--public-key", key_file, status=66).stderr
    assert len(mine.waiting()) == 1


def test_a_dry_run_calls_valid_what_here_and_there_was_found_so(empty_demo, tmp_path):
    demo, office = empty_demo, Office(empty_demo, tmp_path / "home")
    papers = {period: file(tmp_path, f"{period}.pdf", 2000, period) for period in ("2015Q2", "2013Q1")}
    for period, paper in papers.items():
        office.renkei("seal", "--attach", paper, "--period", period, "-O", tmp_path / f"{period}.sealed")

    def dry(path, status=0):
        done = demo.renkei(OTHER, "relay", "--dry-run", path, "-o", "json", status=status, lang="en")
        return [row["outcome"] for row in json.loads(done.stdout)], done.stderr

    assert dry(tmp_path / "2015Q2.sealed")[0] == ["valid"]
    # A period that there is not: the server is asked.
    outcome, told = dry(tmp_path / "2013Q1.sealed", status=66)
    assert outcome == ["refused"] and "2013Q1" in told
    # One byte of the file changed: seen here, dry or not, before a byte leaves.
    whole = seals(tmp_path / "2015Q2.sealed")
    whole.sealed[0].file = whole.sealed[0].file[:-1] + bytes([whole.sealed[0].file[-1] ^ 1])
    bad = tmp_path / "bad.sealed"
    bad.write_bytes(LINE + whole.SerializeToString())
    outcome, told = dry(bad, status=65)
    assert outcome == ["refused"] and "Ask whoever sealed it" in told
    assert [row["outcome"] for row in relay(demo, bad, status=65)[0]] == ["refused"]
    # Another signed it.
    whole = seals(tmp_path / "2015Q2.sealed")
    whole.sealed[0].signature = bytes(len(whole.sealed[0].signature))
    bad.write_bytes(LINE + whole.SerializeToString())
    assert dry(bad, status=65)[0] == ["refused"]
    # Nobody was there to ask.
    demo.extra = {"RENKEI_SERVER": "127.0.0.1:1"}
    try:
        assert "valid" not in demo.renkei(OTHER, "relay", "--dry-run", tmp_path / "2015Q2.sealed", "-o", "json", status=69).stdout
    finally:
        demo.extra = {}
    assert not attached(demo, "2015Q2") and len(office.waiting()) == 2


def test_a_sealed_file_of_any_size_is_told_from_its_receipts(empty_demo, tmp_path):
    office = Office(empty_demo, tmp_path / "home")
    told = []
    for size in (2000, 9 << 20):
        sealed = tmp_path / f"{size}.sealed"
        office.renkei("seal", "--attach", file(tmp_path, f"{size}.pdf", size, "size"), "--period", "2015Q3", "-O", sealed)
        told.append(office.renkei("receipt", "import", sealed, lang="en", status=65).stderr.replace(str(sealed), "FILE"))
    assert told[0] == told[1] and "renkei relay" in told[0]


def test_help_speaks_of_what_seal_does(empty_demo, tmp_path):
    office = Office(empty_demo, tmp_path / "home")
    for lang, denied in (("ja", "添付資料は封緘できません"), ("en", "attachments are not sealed")):
        told = "".join(office.renkei("seal", "--help", lang=lang).stdout.split())
        assert "".join(denied.split()) not in told
