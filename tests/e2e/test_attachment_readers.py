"""Attachments, and who reads them: levels, the house before the release, a right withdrawn; to whom nothing is told."""
import hashlib

import pytest
import talk
from files import CHUNK, DATA, LEVELS, MIB, OTHER, OWN, chunks, download, head, held, metadata, pdf, remove, service, stored, told, upload
from renkei.v1 import attachment_service_pb2 as at

HOUSE, OTHERS = {OWN, f"APPROVER_{OWN}"}, {OTHER, f"APPROVER_{OTHER}", "MINISTRY"}
READS = {"public": HOUSE | OTHERS | {"SECRETARIAT", "ANALYST"}, "parties": HOUSE | OTHERS | {"SECRETARIAT"}, "secretariat": HOUSE | {"SECRETARIAT"}}


def not_told(demo, who, number):
    """What is said of an attachment that one may not read is byte for byte what is said of one that was never there."""
    def asked(wanted):
        error = talk.refused(lambda: list(service(demo, who).DownloadAttachment(at.DownloadAttachmentRequest(number=wanted))))
        receipt = talk.refused(service(demo, who).GetAttachmentReceipt, at.GetAttachmentReceiptRequest(number=wanted))
        return [(told(e), e.details(), {k: v.replace(wanted, "N") for k, v in metadata(e).items() if k != "request_id"}) for e in (error, receipt)]
    return asked(number) == asked("401005-2016Q3-A999") and asked(number)[0][0] == ("NOT_FOUND", "ATTACHMENT_NOT_FOUND")


@pytest.mark.parametrize("level", READS)
def test_who_may_read_follows_from_the_level_and_all_others_see_nothing(clean, level):
    if "RENKEI_CERT_MINISTRY" not in clean.env:
        pytest.skip("the demo has no ministry")
    number = upload(clean, DATA, disclosure=LEVELS[level]).attachment.number
    for who in READS["public"]:
        listed = service(clean, who).ListAttachments(at.ListAttachmentsRequest(municipality_code=OWN)).attachments
        assert bool(listed) == (who in READS[level])
        if who in READS[level]:
            assert download(clean, number, who) == DATA and listed[0].number == number
            continue
        assert not_told(clean, who, number), who
    assert told(talk.refused(lambda: list(service(clean, "OPERATOR").DownloadAttachment(at.DownloadAttachmentRequest(number=number))))) == ("PERMISSION_DENIED", "ROLE_NOT_ALLOWED")
    for who in (OTHER, "SECRETARIAT", "ANALYST"):
        error = talk.refused(remove, clean, number, who)
        assert error.code().name in ("PERMISSION_DENIED", "NOT_FOUND") and stored(clean)[0] == 1
    assert talk.refused(remove, clean, number, OTHER).code().name == ("NOT_FOUND" if level == "secretariat" else "PERMISSION_DENIED")


def test_an_attachment_leaves_the_house_with_the_report(own_demo, tmp_path, monkeypatch):
    """Where a release is required: who is outside learns of a file when a report of its quarter is released, or submitted, after it."""
    outside = sorted(READS["public"] - HOUSE)

    def seen(number):
        for who in sorted(HOUSE):
            assert number in [a.number for a in service(own_demo, who).ListAttachments(at.ListAttachmentsRequest()).attachments] and download(own_demo, number, who) == DATA
        shown = {who: number in [a.number for a in service(own_demo, who).ListAttachments(at.ListAttachmentsRequest()).attachments] for who in outside}
        assert len(set(shown.values())) == 1, shown
        for who in outside:
            assert download(own_demo, number, who) == DATA if shown[who] else not_told(own_demo, who, number), who
        return shown[outside[0]]
    first = upload(own_demo, DATA, disclosure=LEVELS["public"], file_name="前.pdf").attachment.number
    assert seen(first), "no release is required yet"
    own_demo.renkei("SECRETARIAT", "org", "release", OWN, "--required", "yes", "--yes")
    waits = upload(own_demo, DATA, disclosure=LEVELS["public"], file_name="後.pdf", period=(2016, 2)).attachment.number
    assert seen(first) and not seen(waits)
    assert told(talk.refused(remove, own_demo, waits, OTHER)) == ("NOT_FOUND", "ATTACHMENT_NOT_FOUND")
    own_demo.renkei(OWN, "nil", "2016Q2", "--yes")
    assert not seen(waits), "the report waits too"
    # The approver reads it beside the report before the release.
    approver = f"APPROVER_{OWN}"
    assert waits in own_demo.renkei(approver, "attachment", "list", "--period", "2016Q2").stdout
    assert waits in own_demo.renkei(approver, "report", "show", "2016Q2").stdout
    monkeypatch.chdir(tmp_path)
    own_demo.renkei(approver, "attachment", "get", waits)
    assert (tmp_path / "後.pdf").read_bytes() == DATA
    own_demo.renkei(approver, "report", "release", "2016Q2", "--yes")
    assert seen(waits)
    # What is added behind the release waits for the approver, even when the report is accepted meanwhile.
    late = upload(own_demo, DATA[:-1], disclosure=LEVELS["public"], period=(2016, 2)).attachment.number
    assert not_told(own_demo, "SECRETARIAT", late) and download(own_demo, late, approver) == DATA[:-1]
    own_demo.renkei("SECRETARIAT", "review", "accept", f"{OWN}-2016Q2-1", "--yes")
    (tmp_path / "名簿の別紙.pdf").write_bytes(DATA[:-2])
    said = own_demo.renkei(OWN, "attach", "名簿の別紙.pdf", "--period", "2016Q2", lang="ja").stderr
    assert "決裁者が決裁するまで自治体の外には見えません" in said and "renkei report release 2016Q2" in said
    both = {late, f"{OWN}-2016Q2-A3"}
    # An officer does not, and --dry-run changes nothing.
    assert "決裁者" in own_demo.renkei(OWN, "report", "release", "2016Q2", "--yes", lang="ja", status=77).stderr
    tried = own_demo.renkei(approver, "report", "release", "2016Q2", "--dry-run", lang="ja").stderr
    assert "添付資料 2 件を決裁できます" in tried and not_told(own_demo, "SECRETARIAT", late)
    done = own_demo.renkei(approver, "report", "release", "2016Q2", "--yes", lang="ja").stderr
    assert "その後に添付され、決裁を待っている資料" in done and "添付資料 2 件を決裁しました" in done and done.count("名簿の別紙.pdf") == 2, done
    assert both <= {a.number for a in service(own_demo, "SECRETARIAT").ListAttachments(at.ListAttachmentsRequest()).attachments}
    assert download(own_demo, late, "SECRETARIAT") == DATA[:-1]
    # And nothing is left to be released: the report's own release is answered as it was.
    again = own_demo.renkei(approver, "report", "release", "2016Q2", "--yes", lang="ja")
    assert f"{OWN}-2016Q2-1" in again.stdout and "添付資料" not in again.stderr
    assert not own_demo.sql("select 1 from renkei.report_version where version > 1"), "no correction was needed"


def test_what_one_sends_another_is_not_asked_about(clean):
    talk.refused(service(clean).UploadAttachment, iter([head(DATA), *chunks(DATA)[:2]]), timeout=60)
    assert held(clean, DATA).held == 2 * CHUNK and held(clean, DATA, OTHER).held == 0
    # The same bytes of another municipality are its own, and are sent.
    answer = upload(clean, DATA, OTHER, municipality_code=OTHER)
    assert answer.attachment.number == "400009-2016Q3-A1" and held(clean, DATA).held == 2 * CHUNK
    assert told(talk.refused(service(clean).GetUpload, at.GetUploadRequest(municipality_code=OTHER, sha256=hashlib.sha256(DATA).hexdigest()))) == ("PERMISSION_DENIED", "ATTACHMENT_NOT_YOURS")


def test_a_right_withdrawn_ends_a_download_between_two_pieces(own_demo):
    data = pdf(4 * MIB)
    number = upload(own_demo, data, disclosure=LEVELS["public"]).attachment.number
    answers = service(own_demo, OTHER).DownloadAttachment(at.DownloadAttachmentRequest(number=number))
    next(answers)
    own_demo.sql(f"update renkei.principal set state = 'suspended' where municipality_code = '{OTHER}'")
    error = talk.refused(list, answers)
    assert told(error) == ("UNAUTHENTICATED", "PRINCIPAL_SUSPENDED")


def test_an_attachment_that_an_acceptance_rests_on_stays(own_demo):
    before = upload(own_demo, DATA).attachment.number
    own_demo.renkei(OWN, "nil", "2016Q3", "--yes")
    own_demo.renkei("SECRETARIAT", "review", "accept", "401005-2016Q3-1", "--yes")
    after = upload(own_demo, pdf(500)).attachment.number
    error = talk.refused(remove, own_demo, before)
    assert told(error) == ("FAILED_PRECONDITION", "ATTACHMENT_ACCEPTED") and metadata(error)["number"] == before
    assert own_demo.renkei(OWN, "attachment", "remove", before, "--yes", status=65, lang="ja").stderr.count("受理")
    remove(own_demo, after, validate_only=True)
    assert stored(own_demo)[0] == 2
    remove(own_demo, after)
    assert stored(own_demo) == (1, 1, 3) and download(own_demo, before) == DATA
