"""What one learns of another's: nothing. Every method with every kind of identifier answers as if what is another's were not there."""
import base64
import collections
import concurrent.futures
import datetime
import hashlib
import json
import math
import os
import random
import subprocess
import time
import uuid

import grpc
import pytest
import talk
from conftest import serving
from demo import ROOT
from effort import is_long
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2, status_pb2
from grpc.health.v1 import health_pb2
from grpc.reflection.v1 import reflection_pb2
from renkei.v1 import (access_service_pb2 as ac, attachment_service_pb2 as at, attachment_service_pb2_grpc, evaluation_service_pb2 as ev, event_service_pb2 as es, export_service_pb2 as xp, extension_service_pb2 as ex, meeting_service_pb2 as mt, period_pb2, reminder_service_pb2 as rm, registry_service_pb2 as rg, report_pb2, report_service_pb2 as rs, review_service_pb2 as rv, sealed_pb2, search_service_pb2 as se, server_service_pb2 as sv,
                       status_service_pb2 as st)

LONG = is_long()
A, B, NOBODY = "281000", "400009", "110001"  # who asks, whose it is, and one of whom there is nothing
PERIOD = (2016, 3)
IDS = {name: str(uuid.UUID(int=number)) for number, name in enumerate(("submit", "withdraw", "second"), 0xB0B << 64)}
# What B attaches, for the secretariat alone.
FILE = b"%PDF-1.7\nzqxjkvwy"
FILE_DIGEST = hashlib.sha256(FILE).hexdigest()
# Who may know of another's reports, by the contract; for these the answer has to change, else the test looks at nothing.
ENTITLED = {
    "MINISTRY": {"GetReport", "ListReports", "ListReportVersions", "GetReceipt", "GetPlatformStatus", "WatchPlatformStatus", "AggregateActivities", "GetOutcomeTable", "SearchRecords",
                 "GetEvaluation", "GetReviewTimes"},
    "ANALYST": {"GetPlatformStatus", "WatchPlatformStatus", "AggregateActivities", "GetOutcomeTable"},  # how many are there, never what is in them: checked below
}


# the cases -----------------------------------------------------------------------------------------------------------

def of(whose, **fields):
    """A small report that may be sent, with what points at another's."""
    report = talk.outcome_report(A, 2016, 3)
    for name, value in fields.items():
        json_format.ParseDict({name: value}, report)
    return report


def activity(**fields):
    return [{"activity_id": "a-1", "kind": "ACTIVITY_KIND_CONSULTATION", "title": "協議", "status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_WHOLE",
             "actual_start": {"year": 2016, "month": 11, "day": 1, "precision": "DATE_PRECISION_DAY"}, "place": {"country": "JP", "city": "神戸市"},
             "municipalities": [{"municipality_code": A, "role": "PARTY_ROLE_HOST"}], "themes": ["THEME_VOC"], "disclosure": "DISCLOSURE_PUBLIC", **fields}]


def pointing(whose):
    """Reports of A, each with one kind of identifier of another's in it."""
    yield talk.nil_report(whose, *PERIOD)
    yield talk.outcome_report(A, *PERIOD, action=report_pb2.REPORT_ACTION_REPLACE, base_version=1)
    yield of(whose, activities=activity(need_id=f"need-{whose}"))
    yield of(whose, activities=activity(same_as_municipality_code=whose, same_as_activity_id=f"act-{whose}"))
    yield of(whose, activities=activity(activity_id=f"act-{whose}"))
    yield of(whose, activities=activity(municipalities=[{"municipality_code": m, "role": "PARTY_ROLE_HOST"} for m in (A, whose)], partners=[{"partner_code": "210200"}],
                                        cost_lines=[{"item": "COST_ITEM_VENUE", "share": "COST_SHARE_ALL", "payer": p, **who} for p, who in (
                                            ("PAYER_MUNICIPAL", {"municipality_code": whose}), ("PAYER_CN_LOCAL", {"partner_code": "210200"}))]))
    yield of(whose, needs=[{"need_id": f"need-{whose}", "partner_code": "210200", "text_ja": "必要", "passed_to_municipality_code": whose}])
    yield of(whose, outcomes=[{"outcome_id": f"out-{whose}", "text": "成果", "activity_ids": [f"act-{whose}"]}])
    yield of(whose, projects=[{"project_id": f"pro-{whose}", "title": "事業", "kind": "PROJECT_KIND_MODEL_PROJECT", "status": "PROJECT_STATUS_RUNNING",
                               "municipality_codes": [whose], "partner_codes": ["210200"]}])
    yield of(whose, policy_contributions=[{"contribution_id": f"pol-{whose}", "partner_code": "210200", "project_ids": [f"pro-{whose}"], "text": "寄与",
                                            "level": "POLICY_LEVEL_REFERRED_TO"}])
    yield of(whose, challenges=[{"challenge_id": f"cha-{whose}", "text": "課題"}])
    yield of(whose, type_changes=[{"partner_code": "210200", "new_type": "COOPERATION_TYPE_B", "reason": "理由"}])
    yield of(whose, intentions=[{"partner_code": "210200", "kind": "INTENTION_KIND_CONTINUE"}])


def moves(request, whose, **fields):
    for request_id in IDS.values():
        for dry in (True, False):
            yield request(request_id=request_id, validate_only=dry, municipality_code=whose, period=talk.period(*PERIOD), version=1, **fields)
    yield request(request_id=IDS["submit"], municipality_code=whose, period=talk.period(*PERIOD), version=2, **fields)


def keys(request, whose):
    for version in ({}, {"version": 1}, {"version": 2}, {"version": 9}) if "version" in request.DESCRIPTOR.fields_by_name else ({},):
        for variant in (1, 2):
            yield request(municipality_code=whose, period=period_pb2.Period(fiscal_year=2016, quarter=3, variant=variant), **version)


def token(whose, wish):
    """A page token of ListReports that goes on behind a report of another's."""
    text = json.dumps(["2026-01-01T00:00:00+00:00", wish, (2016 * 10 + 3) * 2 + 1, whose])
    return base64.b64encode(text.encode()).decode()


def submits(whose, dry=True):
    yield from (talk.request(report, IDS["submit"], dry) for report in pointing(whose))
    yield talk.request(talk.nil_report(whose, *PERIOD), IDS["withdraw"], False)
    yield talk.request(talk.nil_report(A, 2016, 1), IDS["submit"], dry)
    yield rs.SubmitReportRequest(request_id=IDS["submit"], report=talk.nil_report(whose, *PERIOD), on_behalf_of=whose)
    yield talk.request(talk.nil_report(A, 2016, 1), IDS["withdraw"], dry)


def filters(whose):
    for newest in (False, True):
        for measure in range(1, 8):
            yield st.AggregateActivitiesRequest(measures=[measure], include_submitted=newest, list_records=True, first_fiscal_year=2014, last_fiscal_year=2016)
            for group in (1, 2, 5) if measure < 6 else (1,):
                yield st.AggregateActivitiesRequest(measures=[measure], include_submitted=newest, group_by=[group])
            yield st.AggregateActivitiesRequest(measures=[measure], include_submitted=newest, list_records=True,
                                                where=[st.DimensionFilter(dimension=st.DIMENSION_MUNICIPALITY, values=[whose])])
    yield st.AggregateActivitiesRequest(measures=[1], group_by=[7], include_submitted=True)


def record(whose):
    return es.RecordKey(municipality_code=whose, activity_id=f"act-{whose}")


def registry_record(whose):
    return rg.Registry(municipalities=[rg.Municipality(municipality_code=whose, name_ja="名", etag="0" * 16)],
                       cooperations=[rg.Cooperation(cooperation_id=f"{whose}-210200", municipality_code=whose, partner_code="210200", etag="0" * 16)])


def upload_head(whose, request_id):
    return at.UploadHead(request_id=request_id, municipality_code=whose, period=talk.period(*PERIOD), file_name="zqxjkvwy.pdf", size=len(FILE), sha256=FILE_DIGEST,
                         disclosure=report_pb2.DISCLOSURE_SECRETARIAT)


def sealed(whose, request_id):
    """A seal of nobody's over another's report."""
    content = sealed_pb2.SealedContent(request_id=request_id, certificate=b"0", sealed_at={"seconds": 1480000000}, report=talk.nil_report(whose, *PERIOD).SerializeToString())
    return sealed_pb2.SealedReport(content=content.SerializeToString(), signature=b"0")


def decided(request_id, **kind):
    """A seal of nobody's over a decision of another's report."""
    content = sealed_pb2.SealedContent(request_id=request_id, certificate=b"0", sealed_at={"seconds": 1480000000}, **kind)
    return sealed_pb2.SealedReport(content=content.SerializeToString(), signature=b"0")


def decisions(whose, request_id):
    named = {"municipality_code": whose, "period": talk.period(*PERIOD), "version": 1}
    yield decided(request_id, release=rs.ReleaseReportRequest(sha256=digest(theirs(whose)), **named).SerializeToString())
    yield decided(request_id, send_back=rs.SendBackReportRequest(reason="誤り", **named).SerializeToString())


def attachment_numbers(whose):
    return [f"{whose}-2016Q3-A{n}" for n in (1, 2)]


def meeting_papers(whose):
    return [[mt.MeetingPaper(title="資料", attachment_number=n)] for n in attachment_numbers(whose)] + [[mt.MeetingPaper(title="資料", file_name="x", sha256=FILE_DIGEST)]]


# Method to requests; a stream of requests is a list.  A new method has no case and fails the test below until it has.
CASES = {
    "renkei.v1.ReportService": {
        "CheckReport": lambda w: [rs.CheckReportRequest(report=r) for r in pointing(w)],
        "SubmitReport": lambda w: list(submits(w)),
        "SubmitReports": lambda w: [[rs.SubmitReportsRequest(item=i) for i in submits(w)]],
        "RelayReport": lambda w: [rs.RelayReportRequest(request_id=i, validate_only=d, sealed=sealed(w, i)) for i in IDS.values() for d in (True, False)],
        "RelayDecision": lambda w: [rs.RelayDecisionRequest(request_id=i, validate_only=d, sealed=s) for i in IDS.values() for d in (True, False) for s in decisions(w, i)],
        "GetReport": lambda w: [*keys(rs.GetReportRequest, w), *(rs.GetReportRequest(receipt_number=f"{w}-2016Q3-{n}") for n in (1, 2, 3)),
                                rs.GetReportRequest(receipt_number=f"{w}-2016Q3-1", municipality_code=w, period=talk.period(*PERIOD), version=1),
                                rs.GetReportRequest(receipt_number=f"{w}-2016Q3-1", municipality_code=w, period=talk.period(2016, 2), version=7)],
        "ListReports": lambda w: [*(rs.ListReportsRequest(municipality_code=w, states=s) for s in ([], [1], [2], [3], [4], [5], [6], [7])), rs.ListReportsRequest(),
                                  rs.ListReportsRequest(fiscal_year=2016, quarter=3), rs.ListReportsRequest(page_size=1), rs.ListReportsRequest(unconfirmed=True),
                                  *(rs.ListReportsRequest(page_size=1, page_token=token(w, wish)) for wish in ("", "0123456789ab")),
                                  rs.ListReportsRequest(municipality_code=w, page_token=token(w, "0123456789ab"))],
        "ListReportVersions": lambda w: list(keys(rs.ListReportVersionsRequest, w)),
        "WithdrawReport": lambda w: list(moves(rs.WithdrawReportRequest, w, reason="誤り")),
        "ReleaseReport": lambda w: [*moves(rs.ReleaseReportRequest, w, sha256="0" * 64), *moves(rs.ReleaseReportRequest, w, sha256=digest(theirs(w)))],
        "SendBackReport": lambda w: list(moves(rs.SendBackReportRequest, w, reason="誤り")),
        "StartReview": lambda w: list(moves(rs.StartReviewRequest, w)),
        "ReturnReport": lambda w: list(moves(rs.ReturnReportRequest, w, due_date="2099-01-01", items=[rs.ReturnItem(field_path="outcomes[0].text", reason="何")])),
        "AcceptReport": lambda w: [*moves(rs.AcceptReportRequest, w, sha256="0" * 64), *moves(rs.AcceptReportRequest, w, sha256=digest(theirs(w)))],
        "ConfirmReport": lambda w: [*moves(rs.ConfirmReportRequest, w, sha256="0" * 64), *moves(rs.ConfirmReportRequest, w, sha256=digest(theirs(w))),
                                    rs.ConfirmReportRequest(request_id=IDS["second"], municipality_code=w, period=talk.period(2015, 1), version=1,
                                                            sha256=digest(entered(w)))],
        "GetReceipt": lambda w: [rs.GetReceiptRequest(number=f"{w}-2016Q3-{n}") for n in (1, 2, 3)],
    },
    "renkei.v1.ReviewService": {
        "WriteComment": lambda w: [*moves(rv.WriteCommentRequest, w, text="根拠は"), *moves(rv.WriteCommentRequest, w, text="根拠は", field_path="outcomes[0].text"),
                                   *(rv.WriteCommentRequest(request_id=i, validate_only=d, number=f"{w}-2016Q3-{n}", text="はい") for i in IDS.values() for d in (True, False) for n in ("C1", "C2", "S1")),
                                   rv.WriteCommentRequest(request_id=IDS["submit"], number=f"{w}-2016Q3-C1", state=rv.COMMENT_STATE_RESOLVED)],
        "ReopenReport": lambda w: list(moves(rv.ReopenReportRequest, w, until_date="2099-01-01", reason="誤り", items=[rs.ReturnItem(field_path="outcomes[0].text", reason="何")])),
        "AssignReview": lambda w: [rv.AssignReviewRequest(request_id=i, validate_only=d, **named) for i in IDS.values() for d in (True, False)
                                   for named in ({"municipality_code": w, "period": talk.period(*PERIOD)}, {"receipt_number": f"{w}-2016Q3-1"})],
        "GetReviewTimes": lambda w: [rv.GetReviewTimesRequest()],
        "ListReopenings": lambda w: [rv.ListReopeningsRequest(), *(rv.ListReopeningsRequest(municipality_code=w, period=p, open_only=o) for p in (None, talk.period(*PERIOD)) for o in (False, True))],
        "ListComments": lambda w: [rv.ListCommentsRequest(), *(rv.ListCommentsRequest(municipality_code=w, period=p, open_only=o) for p in (None, talk.period(*PERIOD)) for o in (False, True))],
    },
    "renkei.v1.RegistryService": {
        "ListMunicipalities": lambda w: [rg.ListMunicipalitiesRequest()],
        "GetMunicipality": lambda w: [rg.GetMunicipalityRequest(municipality_code=w)],
        "ListPartnerGovernments": lambda w: [rg.ListPartnerGovernmentsRequest()],
        "GetPartnerGovernment": lambda w: [rg.GetPartnerGovernmentRequest(partner_code="210200")],
        "ListCooperations": lambda w: [rg.ListCooperationsRequest(), rg.ListCooperationsRequest(municipality_code=w), rg.ListCooperationsRequest(partner_code="320000")],
        "GetCooperation": lambda w: [rg.GetCooperationRequest(cooperation_id=i) for i in (f"{w}-320000", f"{w}-210200")],
        "ListPeriods": lambda w: [rg.ListPeriodsRequest()],
        "GetPeriod": lambda w: [rg.GetPeriodRequest(period=talk.period(*PERIOD), explain=e) for e in (False, True)],
        "ListThemes": lambda w: [rg.ListThemesRequest()],
        "GetRegistry": lambda w: [rg.GetRegistryRequest()],
        "ImportRegistry": lambda w: [rg.ImportRegistryRequest(request_id=i, validate_only=d, registry=registry_record(w)) for i in IDS.values() for d in (True, False)],
    },
    "renkei.v1.StatusService": {
        "GetPlatformStatus": lambda w: [st.GetPlatformStatusRequest(), st.GetPlatformStatusRequest(first_fiscal_year=2016, last_fiscal_year=2016)],
        "WatchPlatformStatus": lambda w: [st.WatchPlatformStatusRequest(first_fiscal_year=2016, last_fiscal_year=2016)],
        "AggregateActivities": lambda w: list(filters(w)),
        "GetCatalogue": lambda w: [st.GetCatalogueRequest()],
        "SaveQuery": lambda w: [st.SaveQueryRequest(request_id=i, validate_only=d, name=f"m-{w}", query={"measures": [1]}) for i in IDS.values() for d in (True, False)],
        "ListQueries": lambda w: [st.ListQueriesRequest(), st.ListQueriesRequest(all_versions=True), st.ListQueriesRequest(name=f"m-{w}", version=1)],
        "RemoveQuery": lambda w: [st.RemoveQueryRequest(request_id=i, validate_only=d, name=f"m-{w}") for i in IDS.values() for d in (True, False)],
    },
    "renkei.v1.EventService": {
        "ListDuplicateHints": lambda w: [es.ListDuplicateHintsRequest(include_submitted=n, decided=d) for n in (False, True) for d in (False, True)],
        "ListJointEvents": lambda w: [es.ListJointEventsRequest(include_submitted=n) for n in (False, True)],
        "DecideEvent": lambda w: [es.DecideEventRequest(request_id=i, validate_only=d, record=record(w), other=record(A), word=1, reason="同じ")
                                  for i in IDS.values() for d in (True, False)],
        "ChooseFigure": lambda w: [es.ChooseFigureRequest(request_id=i, validate_only=d, record=record(w), figure=2, reason="確認") for i in IDS.values() for d in (True, False)],
    },
    "renkei.v1.SearchService": {
        "SearchRecords": lambda w: [*(se.SearchRecordsRequest(words="zqxjkvwy", municipality_code=c, include_submitted=n) for c in ("", w) for n in (False, True)),
                                    se.SearchRecordsRequest(words="zqxjkvwy 協議")],
    },
    "renkei.v1.ReminderService": {
        "ListContacts": lambda w: [rm.ListContactsRequest(), rm.ListContactsRequest(municipality_code=w)],
        "SetContact": lambda w: [rm.SetContactRequest(validate_only=d, municipality_code=w, email="zqxjkvwy@example.jp", name="担当", remove=r) for d in (True, False) for r in (True, False)],
        "SendReminders": lambda w: [rm.SendRemindersRequest(validate_only=True)],
        "ListReminders": lambda w: [rm.ListRemindersRequest(), rm.ListRemindersRequest(municipality_code=w)],
    },
    "renkei.v1.ExtensionService": {
        "RequestExtension": lambda w: [ex.RequestExtensionRequest(request_id=i, validate_only=d, municipality_code=w, period=talk.period(*PERIOD), until_date="2017-02-01", reason="異動")
                                       for i in IDS.values() for d in (True, False)],
        "DecideExtension": lambda w: [ex.DecideExtensionRequest(request_id=i, validate_only=d, number=f"{w}-2016Q3-E1", grant=True) for i in IDS.values() for d in (True, False)],
        "ListExtensions": lambda w: [ex.ListExtensionsRequest(), *(ex.ListExtensionsRequest(municipality_code=w, undecided=u) for u in (False, True))],
    },
    "renkei.v1.MeetingService": {
        "AddMeeting": lambda w: [mt.AddMeetingRequest(request_id=i, validate_only=d, kind=mt.MEETING_KIND_HEARING, held_on="2016-11", title="聞き取り", papers=p) for i in IDS.values()
                                 for d in (True, False) for p in meeting_papers(w)],
        "AddMeetingPapers": lambda w: [mt.AddMeetingPapersRequest(request_id=i, validate_only=d, number="2016-M1", papers=p) for i in IDS.values() for d in (True, False) for p in meeting_papers(w)],
        "RecordHearing": lambda w: [mt.RecordHearingRequest(request_id=i, validate_only=d, number="2016-M1", municipality_code=w, text="何", tags=[mt.HearingTag(statement_id="P1", stance=1)]) for i in IDS.values() for d in (True, False)],
        "AnswerHearing": lambda w: [mt.AnswerHearingRequest(request_id=i, validate_only=d, number=n, sha256="0" * 64) for i in IDS.values() for d in (True, False) for n in ("2016-M1", "2016-M9")],
        "ListMeetings": lambda w: [mt.ListMeetingsRequest(), *(mt.ListMeetingsRequest(number=n, municipality_code=w) for n in ("2016-M1", "2016-M9")), *(mt.ListMeetingsRequest(municipality_code=w, history=h, unanswered=u) for h in (False, True) for u in (False, True))],
    },
    "renkei.v1.EvaluationService": {
        "GetOutcomeTable": lambda w: [ev.GetOutcomeTableRequest(first_fiscal_year=2014, last_fiscal_year=2016, include_submitted=n) for n in (False, True)],
        "ListOutcomeCandidates": lambda w: [ev.ListOutcomeCandidatesRequest(first_fiscal_year=2014, last_fiscal_year=2016, municipality_code=w)],
        "EditOutcomes": lambda w: [ev.EditOutcomesRequest(request_id=i, validate_only=d, first_fiscal_year=2014, last_fiscal_year=2016, municipality_code=w, reason="何",
                                                          lines=[ev.OutcomeLine(text="文", outcome_ids=["o-1"])]) for i in IDS.values() for d in (True, False)],
        "ListOutcomeEdits": lambda w: [ev.ListOutcomeEditsRequest(first_fiscal_year=2014, last_fiscal_year=2016, municipality_code=w)],
        "ConfirmOutcomes": lambda w: [ev.ConfirmOutcomesRequest(request_id=i, validate_only=d, first_fiscal_year=2014, last_fiscal_year=2016, sha256="0" * 64)
                                      for i in IDS.values() for d in (True, False)],
        "FixEvaluation": lambda w: [ev.FixEvaluationRequest(request_id=i, first_fiscal_year=2014, last_fiscal_year=2016) for i in IDS.values()],
        "ListEvaluationSnapshots": lambda w: [ev.ListEvaluationSnapshotsRequest()],
        "GetEvaluationSnapshot": lambda w: [ev.GetEvaluationSnapshotRequest(snapshot_id="FY2014-2016-1")],
        "GetEvaluation": lambda w: [ev.GetEvaluationRequest(first_fiscal_year=2014, last_fiscal_year=2016, include_submitted=n) for n in (False, True)],
    },
    "renkei.v1.AttachmentService": {
        "UploadAttachment": lambda w: [[at.UploadAttachmentRequest(head=upload_head(m, i))] for i in IDS.values() for m in (w, A)],
        "RelayAttachment": lambda w: [[at.RelayAttachmentRequest(head=at.RelayedHead(request_id=i, sealed=decided(i, attachment=upload_head(w, "").SerializeToString())))] for i in IDS.values()],
        "GetRelayedUpload": lambda w: [at.GetRelayedUploadRequest(request_id=i, sealed=decided(i, attachment=upload_head(w, "").SerializeToString())) for i in IDS.values()],
        "GetUpload": lambda w: [at.GetUploadRequest(municipality_code=m, sha256=s) for m in (w, A) for s in (FILE_DIGEST, "0" * 64)],
        "DownloadAttachment": lambda w: [at.DownloadAttachmentRequest(number=n, offset=o) for n in attachment_numbers(w) for o in (0, 5, 99)],
        "ListAttachments": lambda w: [at.ListAttachmentsRequest(), *(at.ListAttachmentsRequest(municipality_code=w, include_removed=r) for r in (False, True)),
                                      at.ListAttachmentsRequest(period=talk.period(*PERIOD)), at.ListAttachmentsRequest(page_size=1),
                                      at.ListAttachmentsRequest(page_size=1, page_token=token(w, "0123456789ab"))],
        "RemoveAttachment": lambda w: [at.RemoveAttachmentRequest(request_id=i, validate_only=d, number=n) for i in IDS.values() for d in (True, False)
                                       for n in attachment_numbers(w)],
        "GetAttachmentReceipt": lambda w: [at.GetAttachmentReceiptRequest(number=n) for n in attachment_numbers(w)],
    },
    "renkei.v1.ExportService": {
        "ListExportSchedules": lambda w: [xp.ListExportSchedulesRequest()],
        "PutExportSchedule": lambda w: [xp.PutExportScheduleRequest(request_id=i, validate_only=d, schedule={"name": f"m-{w}", "calendar": "daily"})
                                        for i in IDS.values() for d in (True, False)],
        "RunExport": lambda w: [xp.RunExportRequest(request_id=i, validate_only=d, name=f"m-{w}") for i in IDS.values() for d in (True, False)],
        "RemoveExportSchedule": lambda w: [xp.RemoveExportScheduleRequest(request_id=i, validate_only=d, name=f"m-{w}") for i in IDS.values() for d in (True, False)],
        "ListExports": lambda w: [xp.ListExportsRequest(), xp.ListExportsRequest(schedule=f"m-{w}", include_all=True)],
        "DownloadExport": lambda w: [xp.DownloadExportRequest(bundle=f"quarterly/{w}", path=p) for p in ("MANIFEST.json", f"csv/{w}")],
    },
    "renkei.v1.AccessService": {
        "CreateInvitation": lambda w: [ac.CreateInvitationRequest(request_id=i, role="nobody", organisation=w) for i in IDS.values()],
        "ListInvitations": lambda w: [ac.ListInvitationsRequest(), ac.ListInvitationsRequest(include_closed=True)],
        "RevokeInvitation": lambda w: [ac.RevokeInvitationRequest(request_id=i, validate_only=d, invitation_id=str(uuid.UUID(int=7))) for i in IDS.values() for d in (True, False)],
        "Enroll": lambda w: [ac.EnrollRequest(token=f"0000-{w}", csr=b"0")],
        "RenewCertificate": lambda w: [ac.RenewCertificateRequest(csr=b"0")],
        "RevokeCertificate": lambda w: [ac.RevokeCertificateRequest(request_id=i, validate_only=d, key_sha256=w.rjust(64, "0"), reason="誤り")
                                        for i in IDS.values() for d in (True, False)],
        "ListCertificates": lambda w: [ac.ListCertificatesRequest(municipality_code=w, include_ended=e) for e in (True, False)],
    },
    "renkei.v1.ServerService": {"GetServerInfo": lambda w: [sv.GetServerInfoRequest()]},
    "grpc.health.v1.Health": {
        "Check": lambda w: [health_pb2.HealthCheckRequest(service=s) for s in ("", "renkei.v1.ReportService", w)],
        "Watch": lambda w: [health_pb2.HealthCheckRequest(service=w)],
        "List": lambda w: [health_pb2.HealthListRequest()],
    },
    **{f"grpc.reflection.{v}.ServerReflection": {"ServerReflectionInfo": lambda w: [[
        reflection_pb2.ServerReflectionRequest(list_services="*"), reflection_pb2.ServerReflectionRequest(file_containing_symbol=f"{w}-2016Q3-1")]]}
       for v in ("v1", "v1alpha")},
}
# A field that holds an identifier and is nobody's: an identity of the registry or of the protocol, told to everybody.
NOBODYS = {"prefecture_code", "parent_code", "extension_number", "document_number"}


def methods():
    """(service, method) of every .proto file, each with its descriptor."""
    files = sorted(str(p.relative_to(ROOT / "proto")) for p in (ROOT / "proto").rglob("*.proto"))
    out = subprocess.run(["protoc", f"-I{ROOT / 'proto'}", "--include_imports", "--descriptor_set_out=/dev/stdout", *files], check=True, capture_output=True).stdout
    pool = descriptor_pool.DescriptorPool()
    found = {}
    for file in descriptor_pb2.FileDescriptorSet.FromString(out).file:
        pool.Add(file)
        for service in file.service:
            for method in service.method:
                found[f"{file.package}.{service.name}", method.name] = (method, pool)
    return found


METHODS = methods()


def test_every_method_of_the_protocol_has_its_cases():
    assert {(s, m) for s, of_service in CASES.items() for m in of_service} == set(METHODS)


def is_identifier(name):
    return name.endswith(("_id", "_ids", "_code", "_codes", "_token", "_number")) or name in ("number", "version", "etag", "sha256", "base_version")


def reachable(descriptor, seen=()):
    """Names of the identifying fields of a message and of all within it."""
    for field in descriptor.fields:
        if is_identifier(field.name):
            yield field.name
        if field.message_type and field.message_type.full_name not in seen:
            yield from reachable(field.message_type, (*seen, field.message_type.full_name))


def filled(message):
    for field, value in message.ListFields():
        if is_identifier(field.name):
            yield field.name
        if field.type == field.TYPE_MESSAGE:
            for inner in value if field.label == field.LABEL_REPEATED else [value]:
                yield from filled(inner)


@pytest.mark.parametrize("service, method", sorted(METHODS), ids=lambda v: v.rsplit(".", 1)[-1])
def test_every_identifier_of_a_request_has_a_case(service, method):
    described, pool = METHODS[service, method]
    requests = [r for case in CASES[service][method](B) for r in (case if isinstance(case, list) else [case])]
    wanted = set(reachable(pool.FindMessageTypeByName(described.input_type[1:]))) - NOBODYS
    # Of the records of the registry one of each kind stands for all: only the secretariat imports.
    if method == "ImportRegistry":
        wanted &= {"request_id", "municipality_code", "cooperation_id", "partner_code", "etag"}
    assert wanted <= {name for r in requests for name in filled(r)}


# asking --------------------------------------------------------------------------------------------------------------

def theirs(whose, version=1):
    """What B sends: of everything something, with the identifiers that are asked for."""
    report = report_pb2.Report(municipality_code=whose, period=talk.period(*PERIOD), base_version=version - 1,
                               action=report_pb2.REPORT_ACTION_NEW if version == 1 else report_pb2.REPORT_ACTION_REPLACE)
    json_format.ParseDict({
        "activities": activity(activity_id=f"act-{whose}", need_id=f"need-{whose}", title="zqxjkvwy", municipalities=[{"municipality_code": whose, "role": "PARTY_ROLE_HOST"}],
                               partners=[{"partner_code": "320000"}], same_as_municipality_code=A, same_as_activity_id="a-1",
                               participants=[{"side": "SIDE_JP", "category": "PARTICIPANT_CATEGORY_MUNICIPAL_STAFF", "persons": 7, "basis": "COUNT_BASIS_COUNTED"}]),
        "needs": [{"need_id": f"need-{whose}", "partner_code": "320000", "text_ja": "zqxjkvwy"}],
        "outcomes": [{"outcome_id": f"out-{whose}", "text": "zqxjkvwy", "activity_ids": [f"act-{whose}"], "for_outcome_table": True}],
        "challenges": [{"challenge_id": f"cha-{whose}", "category": "CHALLENGE_CATEGORY_COST", "text": "zqxjkvwy"}],
        "type_changes": [{"partner_code": "320000", "new_type": "COOPERATION_TYPE_B", "reason": "zqxjkvwy",
                          "effective": {"year": 2016, "month": 10, "day": 1, "precision": "DATE_PRECISION_DAY"}}],
        "comments": f"zqxjkvwy {version}"}, report)
    return report


def entered(whose):
    """What the secretariat enters for B."""
    return talk.outcome_report(whose, 2015, 1, "zqxjkvwy")


def digest(report):
    return hashlib.sha256(report.SerializeToString()).hexdigest()


# And what names the question, which is who asks's own.
MOMENTS = {"as_of", "now", "next_page_token", "query_digest"}


def told(method, pool, raw):
    """An answer's bytes as they came, but for the moment they were made at."""
    message = message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(method.output_type[1:])).FromString(raw)
    kept = "document" in message.DESCRIPTOR.fields_by_name
    if not MOMENTS & set(message.DESCRIPTOR.fields_by_name) and not kept:
        return raw
    if method.name == "WatchPlatformStatus":
        message.status.ClearField("as_of")
    for name in MOMENTS & set(message.DESCRIPTOR.fields_by_name):
        if name != "next_page_token":
            message.ClearField(name)
        elif message.next_page_token:
            message.next_page_token = json.dumps(json.loads(base64.b64decode(message.next_page_token))[1:])
    if kept:
        message.document.ClearField("as_of")
    return message.SerializeToString(deterministic=True)


def refusal(error):
    """Status, message, trailers, and every detail byte for byte, but for the name of the call itself."""
    trailers = []
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status = status_pb2.Status.FromString(value)
            for detail in status.details:
                if detail.Is(error_details_pb2.RequestInfo.DESCRIPTOR):
                    info = error_details_pb2.RequestInfo.FromString(detail.value)
                    # What a writing call was given is given back.
                    if info.request_id not in IDS.values():
                        detail.Pack(error_details_pb2.RequestInfo(request_id="of this call"))
            value = status.SerializeToString(deterministic=True)
        trailers.append((key, value))
    return error.code(), error.details(), trailers


def asked(channel, service, name, case):
    method, pool = METHODS[service, name]
    path = f"/{service}/{name}"
    try:
        if method.client_streaming:
            # What a busy server put off is asked again: it says nothing of anybody.
            for _ in range(30):
                raws = list(channel.stream_stream(path)(iter([r.SerializeToString() for r in case]), timeout=60))
                if name != "SubmitReports" or not any(rs.SubmitReportsResponse.FromString(raw).code == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0] for raw in raws):
                    break
                time.sleep(1)
            return [told(method, pool, raw) for raw in raws]
        if method.server_streaming:
            stream = channel.unary_stream(path)(case.SerializeToString(), timeout=60)
            first = told(method, pool, next(stream))
            stream.cancel()
            return [first]
        answer, call = channel.unary_unary(path).with_call(case.SerializeToString(), timeout=60)
        return told(method, pool, answer), sorted(call.trailing_metadata())
    except grpc.RpcError as error:
        assert error.code() not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED), (path, case, error)
        return refusal(error)


PEOPLE = {"A": A, "APPROVER": f"APPROVER_{A}", "ANALYST": "ANALYST", "MINISTRY": "MINISTRY", "OPERATOR": "OPERATOR", "SUSPENDED": "130001", "REVOKED": "442011"}


def everything(demo, whose, people=PEOPLE):
    """Every answer to every case, by who asks."""
    def of_one(who):
        answers = {}
        held = talk.channel(demo, PEOPLE[who])
        for service, of_service in CASES.items():
            for name, cases in of_service.items():
                for number, case in enumerate(cases(whose)):
                    # Who is refused altogether has its connection closed.
                    channel = talk.channel(demo, PEOPLE[who], [("grpc.use_local_subchannel_pool", 1)]) if who in ("SUSPENDED", "REVOKED") else held
                    answers[name if service != "grpc.reflection.v1alpha.ServerReflection" else "v1alpha", number] = asked(channel, service, name, case)
                    if channel is not held:
                        channel.close()
        held.close()
        return answers
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        return dict(zip(people, pool.map(of_one, people)))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("tenancy") / "demo") as demo:
        if not demo.sql("select 1 from renkei.principal where role = 'ministry'"):
            pytest.fail("the demo has no principal of the ministry")
        for who, change in (("130001", "update renkei.principal set state = 'suspended'"), ("442011", "update renkei.certificate set revoked_at = clock_timestamp()")):
            demo.sql(f"{change} where principal_uri like '%/municipality/{who}'")
        # B's reports are released before they are anybody else's.
        demo.renkei("SECRETARIAT", "org", "release", B, "--required", "yes", "--yes")
        # A has something of its own: its lists have pages, its totals are not empty.
        mine = talk.reports(demo, A)
        for quarter in (1, 2, 4):
            mine.SubmitReport(talk.request(talk.outcome_report(A, 2015, quarter)))
        yield demo


def release(demo, quarter, year=2016):
    """B's approver releases the latest version of a quarter."""
    stub = talk.reports(demo, f"APPROVER_{B}")
    seen = stub.GetReport(rs.GetReportRequest(municipality_code=B, period=talk.period(year, quarter))).summary
    stub.ReleaseReport(rs.ReleaseReportRequest(request_id=str(uuid.uuid4()), municipality_code=B, period=talk.period(year, quarter), version=seen.version, sha256=seen.sha256))


@pytest.fixture(scope="module")
def answers(demo):
    """Answers in the order in which B's reports come to be: none there, prepared and not released, in every state, one accepted."""
    found = collections.OrderedDict(nothing=everything(demo, B))
    theirs_stub, office = talk.reports(demo, B), talk.reports(demo, "SECRETARIAT")
    theirs_stub.SubmitReport(talk.request(theirs(B), IDS["submit"]))
    for quarter, request_id in ((1, IDS["second"]), (2, None), (4, None)):
        theirs_stub.SubmitReport(talk.request(talk.outcome_report(B, 2016, quarter, "zqxjkvwy"), request_id))
    found["prepared"] = everything(demo, B)
    for quarter in (1, 2, 3, 4):
        release(demo, quarter)
    attachment_service_pb2_grpc.AttachmentServiceStub(talk.channel(demo, B)).UploadAttachment(iter([
        at.UploadAttachmentRequest(head=upload_head(B, IDS["submit"])), at.UploadAttachmentRequest(chunk=at.AttachmentChunk(data=FILE))]))
    theirs_stub.WithdrawReport(rs.WithdrawReportRequest(request_id=IDS["withdraw"], municipality_code=B, period=talk.period(2016, 1), version=1, reason="zqxjkvwy"))
    office.StartReview(rs.StartReviewRequest(request_id=str(uuid.uuid4()), municipality_code=B, period=talk.period(2016, 2), version=1))
    office.SubmitReport(rs.SubmitReportRequest(request_id=str(uuid.uuid4()), report=entered(B), on_behalf_of=B))
    release(demo, 1, 2015)
    due = (datetime.date.today() + datetime.timedelta(days=60)).isoformat()
    office.ReturnReport(rs.ReturnReportRequest(request_id=str(uuid.uuid4()), municipality_code=B, period=talk.period(2016, 4), version=1, due_date=due,
                                               items=[rs.ReturnItem(field_path="outcomes[0].text", reason="zqxjkvwy")]))
    found["submitted"] = everything(demo, B)
    theirs_stub.SubmitReport(talk.request(theirs(B, 2)))
    release(demo, 3)
    found["replaced"] = everything(demo, B, [w for w in PEOPLE if w in ("A", "APPROVER", "ANALYST", "OPERATOR")])
    found["nobody"] = everything(demo, NOBODY, ["A", "APPROVER", "SUSPENDED", "REVOKED"])
    accepted = theirs_stub.GetReport(rs.GetReportRequest(municipality_code=B, period=talk.period(2016, 2))).summary
    office.AcceptReport(rs.AcceptReportRequest(request_id=str(uuid.uuid4()), municipality_code=B, period=talk.period(2016, 2), version=1, sha256=accepted.sha256))
    found["accepted"] = everything(demo, B, ["A", "APPROVER", "OPERATOR"])
    return found


def differences(before, after):
    return [(name, number, before[name, number], after[name, number]) for name, number in before if before[name, number] != after[name, number]]


@pytest.mark.parametrize("stage", ["prepared", "submitted", "replaced", "accepted"])
@pytest.mark.parametrize("who", ["A", "APPROVER", "OPERATOR"])
def test_an_answer_is_the_same_whether_anothers_is_there_or_not(answers, stage, who):
    assert len(answers["nothing"][who]) > 150
    assert differences(answers["nothing"][who], answers[stage][who]) == []


@pytest.mark.parametrize("who", ["ANALYST", "MINISTRY"])
def test_what_awaits_its_release_is_nobody_elses(answers, who):
    assert differences(answers["nothing"][who], answers["prepared"][who]) == []


@pytest.mark.parametrize("who", ["SUSPENDED", "REVOKED"])
def test_who_is_shut_out_is_told_nothing_else(answers, who):
    assert differences(answers["nothing"][who], answers["submitted"][who]) == []
    for (name, _), answer in answers["nothing"][who].items():
        # What no caller could ask is told before anybody is looked up.
        if name not in ("Enroll", "Check", "Watch", "List", "ServerReflectionInfo", "v1alpha", "SubmitReports") and answer[0] != grpc.StatusCode.INVALID_ARGUMENT:
            assert answer[0] == grpc.StatusCode.UNAUTHENTICATED, (name, answer)
        elif name == "SubmitReports":
            assert {rs.SubmitReportsResponse.FromString(a).code for a in answer} <= {3, 16}
    assert sum(a[0] == grpc.StatusCode.UNAUTHENTICATED for a in answers["nothing"][who].values()) > 120


def test_an_analyst_learns_how_many_and_nothing_more(answers):
    seen = {d[0] for stage in ("submitted", "replaced") for d in differences(answers["nothing"]["ANALYST"], answers[stage]["ANALYST"])}
    assert seen and seen <= ENTITLED["ANALYST"]
    totals = {"AggregateActivities": st.AggregateActivitiesResponse, "GetOutcomeTable": ev.GetOutcomeTableResponse}
    for (name, number), answer in answers["submitted"]["ANALYST"].items():
        # These give back the number they were asked for.
        echoes = ("ServerReflectionInfo", "v1alpha", "DownloadAttachment", "GetAttachmentReceipt")
        assert "zqxjkvwy" not in repr(answer) and (f"{B}-2016" not in repr(answer) or name in echoes)
        if name in totals:
            both = [totals[name].FromString(a[0]) for a in (answers["nothing"]["ANALYST"][name, number], answer)]
            for message in both:
                without_coverage(message)
            assert both[0] == both[1], (name, number)


def without_coverage(message):
    """A total without how much stands behind it; zero and unknown are one, as coverage tells them apart."""
    for field, value in list(message.ListFields()):
        if field.name == "coverage":
            message.ClearField("coverage")
        elif field.name == "value" and value == 0:
            message.ClearField("value")
        elif field.type == field.TYPE_MESSAGE:
            for inner in value if field.label == field.LABEL_REPEATED else [value]:
                without_coverage(inner)


def test_the_ministry_reads_and_so_the_test_can_see(answers):
    """The control: where a difference is due it is found, in every method that reads."""
    seen = {d[0] for d in differences(answers["nothing"]["MINISTRY"], answers["submitted"]["MINISTRY"])}
    assert seen == ENTITLED["MINISTRY"]


def test_anothers_identifier_and_one_that_does_not_exist_look_the_same(answers):
    """Not only at two times: side by side, with the identifier in both put out of sight."""
    def blind(answer, whose):
        return repr(answer).replace(whose, "######")
    # What the registry says of a municipality is everybody's, and is different for each; so are digests.
    registry = set(CASES["renkei.v1.RegistryService"]) - {"ImportRegistry"}
    for who in ("A", "APPROVER", "SUSPENDED", "REVOKED"):
        for (name, number), answer in answers["replaced" if who in ("A", "APPROVER") else "submitted"][who].items():
            other = answers["nobody"][who][name, number]
            if name not in registry:
                assert blind(answer, B) == blind(other, NOBODY), (who, name, number)


def test_a_hole_in_the_wall_is_seen(demo, answers):
    """The other control: with the second wall down, A's answers differ in every method that has no first one of its own."""
    reads = {"renkei.v1.ReportService": ["GetReport", "GetReceipt", "ListReportVersions"], "renkei.v1.StatusService": ["AggregateActivities"]}
    tables = [t for t, in demo.sql("select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname = 'by_tenant'")]
    try:
        for table in tables:
            demo.sql(f"create policy hole on renkei.{table} for select to renkei_owner using (true)")
        seen = {name for service, names in reads.items() for name in names for number, case in enumerate(CASES[service][name](B))
                if asked(talk.channel(demo, A), service, name, case) != answers["nothing"]["A"][name, number]}
    finally:
        for table in tables:
            demo.sql(f"drop policy if exists hole on renkei.{table}")
    assert seen == {name for names in reads.values() for name in names}


# time ----------------------------------------------------------------------------------------------------------------

def kolmogorov_smirnov(one, other):
    """The two-sample statistic and the probability of one as large by chance."""
    one, other = sorted(one), sorted(other)
    i = j = 0
    distance = 0.0
    while i < len(one) and j < len(other):
        at = min(one[i], other[j])
        while i < len(one) and one[i] <= at:
            i += 1
        while j < len(other) and other[j] <= at:
            j += 1
        distance = max(distance, abs(i / len(one) - j / len(other)))
    effective = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    x = (effective + 0.12 + 0.11 / effective) * distance
    p = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101)) if x > 0.2 else 1.0
    return distance, min(max(p, 0.0), 1.0)


def test_the_statistic_can_tell_two_distributions_apart():
    chance = random.Random(1)
    same = [[chance.gauss(0, 1) for _ in range(1000)] for _ in range(2)]
    assert kolmogorov_smirnov(*same)[1] > 0.01
    assert kolmogorov_smirnov(same[0], [v + 0.2 for v in same[1]])[1] < 0.01


TIMED = {
    "GetReport": lambda stub, whose: stub.GetReport(rs.GetReportRequest(municipality_code=whose, period=talk.period(*PERIOD)), timeout=30),
    "GetReceipt": lambda stub, whose: stub.GetReceipt(rs.GetReceiptRequest(number=f"{whose}-2016Q3-1"), timeout=30),
    "ListReportVersions": lambda stub, whose: stub.ListReportVersions(rs.ListReportVersionsRequest(municipality_code=whose, period=talk.period(*PERIOD)), timeout=30),
    "WithdrawReport": lambda stub, whose: stub.WithdrawReport(rs.WithdrawReportRequest(
        request_id=str(uuid.uuid4()), validate_only=True, municipality_code=whose, period=talk.period(*PERIOD), version=1, reason="誤り"), timeout=30),
}


@pytest.mark.parametrize("name", TIMED)
def test_time_does_not_tell_anothers_from_none(demo, answers, capsys, name):
    stub = talk.reports(demo, A)
    times = {B: [], NOBODY: []}
    order = [B, NOBODY] * (1000 if LONG else 50)
    random.Random(name).shuffle(order)
    for whose in [B, NOBODY] * 10 + order:
        began = time.perf_counter()
        with pytest.raises(grpc.RpcError) as caught:
            TIMED[name](stub, whose)
        times[whose].append(time.perf_counter() - began)
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    distance, p = kolmogorov_smirnov(*(t[10:] for t in times.values()))
    with capsys.disabled():
        print(f"\n{name}: {len(order)} calls, KS D = {distance:.3f}, p = {p:.3f}")
    # Four methods are looked at: one per cent over all of them.
    assert not LONG or p > 0.01 / len(TIMED)


def test_a_call_does_not_wait_for_what_is_done_with_anothers(demo, answers):
    """Whoever holds B's report holds up nobody but B."""
    env = {**os.environ, **{k: v for k, v in demo.env.items() if k.startswith("PG")}}
    lock = subprocess.Popen(["psql", "-X", "-q", "-A", "-t"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        lock.stdin.write(f"begin; select pg_advisory_xact_lock(hashtextextended('report {B} 2016 3 regular', 0)); select 'held';\n")
        lock.stdin.flush()
        while lock.stdout.readline().strip() != "held":
            assert lock.poll() is None
        for call in TIMED.values():
            with pytest.raises(grpc.RpcError) as caught:
                call(talk.reports(demo, A), B)
            assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    finally:
        lock.stdin.close()
        lock.wait(30)


# what the database itself would say ----------------------------------------------------------------------------------

def test_a_key_of_anothers_in_the_way_is_not_told(demo, answers, tmp_path):
    """A broken constraint names its rows; nothing of that leaves the daemon, not for the caller's own either."""
    demo.sql("create function renkei.planted() returns trigger language plpgsql as $$ begin if new.comments = 'planted' then "
             f"raise unique_violation using message = 'duplicate key {B}', detail = 'Key (municipality_code)=({B}) already exists.', "
             f"hint = 'zqxjkvwy {B}'; end if; return new; end $$")
    demo.sql("create trigger planted before insert on renkei.report_version for each row execute function renkei.planted()")
    try:
        with pytest.raises(grpc.RpcError) as caught:
            talk.reports(demo, A).SubmitReport(talk.request(talk.nil_report(A, 2016, 1, comments="planted")))
    finally:
        demo.sql("drop trigger planted on renkei.report_version")
        demo.sql("drop function renkei.planted()")
    said = repr((caught.value.details(), caught.value.trailing_metadata()))
    assert B not in said and "zqxjkvwy" not in said and "municipality_code)" not in said


# random statements ---------------------------------------------------------------------------------------------------

SMITH = r"""
set -eu
psql -X -q -v ON_ERROR_STOP=1 -o /dev/null <<'END'
insert into fixture.report select 'marked', bytes, jsonb_set(document, '{comments}', '"zqxjkvwy"') from fixture.report where name = 'fukuoka';
select fixture.submit('400009', 'marked', 2);
select set_config('renkei.tenant', '*', false);
select 1 / count(*) from renkei.report_version where comments = 'zqxjkvwy';
revoke usage on schema fixture from renkei_daemon;
END
for which in "" --exclude-catalog; do
	timeout "$2" sqlsmith --target="host=$PGHOST port=$PGPORT dbname=$PGDATABASE user=renkei_daemon" --dry-run --max-queries="$3" --seed="$4" $which \
		>>"$1/asked.sql" 2>"$1/smith.log" || [ $? = 124 ]
	echo ';' >>"$1/asked.sql"
done
ask() { PGOPTIONS='-c statement_timeout=200ms -c max_parallel_workers_per_gather=0' PGUSER=$1 psql -X -q -A -t -f "$2" 2>&1 || true; }
ask renkei_daemon "$1/asked.sql" >"$1/answers"
# The control: who may read it finds it by the same way.
echo 'select comments from renkei.report_version;' >"$1/control.sql"
ask postgres "$1/control.sql" >"$1/control"
cp "$PGHOST/server.log" "$1/server.log"
"""


def test_random_statements_under_the_daemons_role_find_nothing_of_anybodys(tmp_path, capsys):
    queries, seconds = (50000, 1800) if LONG else (400, 10)
    seed = random.randrange(1 << 30)
    subprocess.run([ROOT / "tests/sql/run", "--", "bash", "-c", SMITH, "smith", tmp_path, str(seconds), str(queries), str(seed)], check=True, timeout=4 * seconds + 300)
    answers, errors = (tmp_path / "answers").read_text(errors="replace"), (tmp_path / "server.log").read_text(errors="replace")
    asked_of = (tmp_path / "asked.sql").read_text(errors="replace")
    with capsys.disabled():
        print(f"\nsqlsmith, seed {seed}: {asked_of.count(';' + chr(10))} statements, {answers.count('permission denied')} refused, {answers.count(chr(10))} lines of answers")
    assert asked_of.count(";" + chr(10)) >= 2 * queries or not LONG, "time was over before all were made"
    assert "zqxjkvwy" in (tmp_path / "control").read_text()
    assert "permission denied" in answers and asked_of.count("renkei") > 20
    # What a statement itself says stands in its error; the marker is in none of them.
    assert "zqxjkvwy" not in asked_of and "zqxjkvwy" not in answers
    assert "terminated by signal" not in errors and "PANIC" not in errors
