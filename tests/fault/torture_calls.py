"""torture_calls.py - every method of daemon/rpc/methods.c as a case: how it is called again and again, and what must be stored afterwards."""
import datetime
import hashlib
import http.client
import importlib
import itertools
import random
import socket
import ssl
import subprocess
import tempfile
import time
import uuid

import torture  # noqa: F401  (finds tests/support)
import talk
import grpc
from demo import RENKEID, SAMPLE
from google.protobuf import json_format
from grpc.health.v1 import health_pb2
from renkei.v1 import (access_service_pb2 as ac, attachment_service_pb2 as at, evaluation_pb2 as ev, evaluation_service_pb2 as es, event_service_pb2 as vs, export_service_pb2 as xp, extension_service_pb2 as xs, meeting_service_pb2 as mt, registry_service_pb2 as gs, reminder_service_pb2 as rm, report_pb2, report_service_pb2 as rs, review_service_pb2 as rv, sealed_pb2, search_service_pb2 as hs, server_service_pb2 as ss,
                       status_service_pb2 as ts)

# A lost connection is made anew at once, not after gRPC's second.
QUICK = (("grpc.initial_reconnect_backoff_ms", 50), ("grpc.min_reconnect_backoff_ms", 10000), ("grpc.max_reconnect_backoff_ms", 200))
# Far beyond anything that is merely slow: who runs into it hangs.
PATIENCE = 5
NAGANO = "200000"
TOYAMA = "160008"  # which wants a release


class Lines:
    """A channel for each principal; thrown away and made anew when wanted."""

    def __init__(self, demo):
        self.demo, self.open = demo, {}

    def to(self, principal):
        if principal not in self.open:
            self.open[principal] = talk.channel(self.demo, principal, QUICK)
        return self.open[principal]

    def access(self, principal):
        return importlib.import_module("renkei.v1.access_service_pb2_grpc").AccessServiceStub(self.to(principal))

    def renew(self, principal):
        if principal in self.open:
            self.open.pop(principal).close()


class Case:
    """One method. prepare() gives the request of the next try; call() makes it; what a write leaves is counted by stored()."""
    principal = NAGANO
    writes = None  # the statement that counts what a request_id has left

    def __init__(self, lines, path, request_type, answer_type, make):
        self.lines, self.path, self.answer_type, self.make = lines, path, answer_type, make
        self.request_type = request_type
        self.name = path

    def prepare(self):
        return self.make()

    def call(self, request):
        stub = self.lines.to(self.principal).unary_unary(self.path, self.request_type.SerializeToString, self.answer_type.FromString)
        return self.same(stub(request, timeout=PATIENCE))

    def same(self, answer):
        """The answer without what differs from one call to the next."""
        return answer

    def stored(self, database, request):
        return database.ask(self.writes.format(id=request.request_id))


class Read(Case):
    def __init__(self, *words, principal=NAGANO, unlike=()):
        super().__init__(*words)
        self.principal, self.unlike = principal, unlike

    def same(self, answer):
        for field in self.unlike:
            answer.ClearField(field)
        return answer


class Write(Case):
    """Each try finds the report in the state from which the method leads on."""

    def __init__(self, *words, principal, writes, before=None):
        super().__init__(*words)
        self.principal, self.writes, self.before = principal, writes, before

    def prepare(self):
        if self.before:
            self.before()
        return self.make()


class Enrolment(Case):
    """An invitation of its own for each try, and a key that is always the same one's: used on the address where nobody shows a certificate."""
    writes = "select count(*) from renkei.certificate join renkei.invitation i using (invitation_id) where i.holder = '{id}'"

    def prepare(self):
        self.holder = str(uuid.uuid4())
        made = again(lambda: self.lines.access("SECRETARIAT").CreateInvitation(ac.CreateInvitationRequest(
            request_id=str(uuid.uuid4()), role="analyst", organisation=f"t-{self.holder}", holder=self.holder), timeout=PATIENCE))
        self.address = f"127.0.0.1:{made.enrolment_port}"
        return ac.EnrollRequest(token=made.token, csr=csr())

    def call(self, request):
        credentials = grpc.ssl_channel_credentials(open(self.lines.demo.env["RENKEI_CA"], "rb").read())
        with grpc.secure_channel(self.address, credentials, options=[("grpc.enable_retries", 0), *QUICK]) as channel:
            return channel.unary_unary(self.path, self.request_type.SerializeToString, self.answer_type.FromString)(request, timeout=PATIENCE)

    def stored(self, database, request):
        return database.ask(self.writes.format(id=self.holder))


class Stream(Case):
    """Three submissions in one stream: as many answers, each of its own item."""
    writes = "select count(*) from renkei.request where municipality_code = '200000' and request_id in ({id})"

    def call(self, request):
        stub = self.lines.to(self.principal).stream_stream(self.path, rs.SubmitReportsRequest.SerializeToString, rs.SubmitReportsResponse.FromString)
        answers = list(stub(iter(request), timeout=PATIENCE))
        failed = next((a for a in answers if a.code), None)
        if failed:
            raise Refused(failed.code, failed.reason)
        if [a.request_id for a in answers] != [r.item.request_id for r in request]:
            raise Refused(14, "the stream ended before every answer")
        return answers

    def stored(self, database, request):
        return database.ask(self.writes.format(id=", ".join(f"'{r.item.request_id}'" for r in request)))


class Refused(grpc.RpcError):
    """An item's refusal, or an HTTP status, in the shape of a call's."""

    def __init__(self, code, text):
        super().__init__(text)
        self.number, self.text = code, text

    def code(self):
        return next(c for c in grpc.StatusCode if c.value[0] == self.number)

    def details(self):
        return self.text


class Attachments:
    """One quarter of Nagano with an attachment, or none."""
    period = (2016, 2)

    def __init__(self, lines):
        self.lines = lines

    def stub(self):
        return importlib.import_module("renkei.v1.attachment_service_pb2_grpc").AttachmentServiceStub(self.lines.to(NAGANO))

    def upload(self, data):
        digest = hashlib.sha256(data).hexdigest()
        yield at.UploadAttachmentRequest(head=at.UploadHead(request_id=str(uuid.uuid4()), municipality_code=NAGANO, period=talk.period(*self.period), file_name="a.pdf",
                                                            size=len(data), sha256=digest))
        for offset in range(0, len(data), 60000):
            yield at.UploadAttachmentRequest(chunk=at.AttachmentChunk(offset=offset, data=data[offset:offset + 60000]))

    def make(self):
        self.clear()
        return list(self.upload(b"%PDF-" + uuid.uuid4().bytes * 8000))

    def clear(self):
        for one in again(lambda: self.stub().ListAttachments(at.ListAttachmentsRequest(municipality_code=NAGANO, period=talk.period(*self.period)), timeout=PATIENCE)).attachments:
            again(lambda one=one: self.stub().RemoveAttachment(at.RemoveAttachmentRequest(request_id=str(uuid.uuid4()), number=one.number), timeout=PATIENCE))

    def there(self):
        request = self.make()
        return again(lambda: self.stub().UploadAttachment(iter(request), timeout=PATIENCE)).attachment.number


class Extensions:
    """A request of Nagano's for a later deadline that waits for its decision, or none."""
    period = (2014, 1)

    def __init__(self, lines):
        self.lines, self.number = lines, None

    def stub(self, who):
        return importlib.import_module("renkei.v1.extension_service_pb2_grpc").ExtensionServiceStub(self.lines.to(who))

    def waiting(self):
        return again(lambda: self.stub(NAGANO).ListExtensions(xs.ListExtensionsRequest(undecided=True), timeout=PATIENCE)).extensions

    def asked(self):
        return xs.RequestExtensionRequest(request_id=str(uuid.uuid4()), municipality_code=NAGANO, period=talk.period(*self.period), until_date="2014-08-01", reason="異動")

    def refused(self):
        return xs.DecideExtensionRequest(request_id=str(uuid.uuid4()), number=self.number, reason="期限内に提出できる見込み")

    def one(self):
        found = self.waiting() or [again(lambda: self.stub(NAGANO).RequestExtension(self.asked(), timeout=PATIENCE)).extension]
        self.number = found[0].number

    def none(self):
        for one in self.waiting():
            self.number = one.number
            again(lambda: self.stub("SECRETARIAT").DecideExtension(self.refused(), timeout=PATIENCE))


class Comments:
    """A comment that takes further turns: one has at most 999."""

    def __init__(self, lines, report):
        self.lines, self.report, self.number, self.turns = lines, report, None, 999

    def one(self):
        self.turns += 1
        if self.turns < 500:
            return
        stub = importlib.import_module("renkei.v1.review_service_pb2_grpc").ReviewServiceStub(self.lines.to("SECRETARIAT"))
        made = again(lambda: stub.WriteComment(rv.WriteCommentRequest(request_id=str(uuid.uuid4()), municipality_code=NAGANO, period=self.report.period(), version=1, text="根拠は"),
                                               timeout=PATIENCE))
        self.number, self.turns = made.comment.number, 1

    def answer(self):
        return rv.WriteCommentRequest(request_id=str(uuid.uuid4()), number=self.number, text="名簿で確認")


class Meetings:
    """Meetings of one year after the other, each with at most 999 wordings of what one municipality said and as many answers."""

    def __init__(self, lines):
        self.lines, self.years, self.worded, self.number, self.sha256 = lines, itertools.cycle(range(2030, 2190)), 999, None, None

    def stub(self):
        return importlib.import_module("renkei.v1.meeting_service_pb2_grpc").MeetingServiceStub(self.lines.to("SECRETARIAT"))

    def meeting(self):
        return mt.AddMeetingRequest(request_id=str(uuid.uuid4()), kind=mt.MEETING_KIND_HEARING, held_on=f"{next(self.years)}-11", title="聞き取り")

    def hearing(self):
        return mt.RecordHearingRequest(request_id=str(uuid.uuid4()), number=self.number, municipality_code=NAGANO, text="続けたい")

    def one(self):
        self.worded += 1
        if self.worded < 500:
            return
        self.number = again(lambda: self.stub().AddMeeting(self.meeting(), timeout=PATIENCE)).meeting.number
        self.sha256 = again(lambda: self.stub().RecordHearing(self.hearing(), timeout=PATIENCE)).meeting.hearings[0].sha256
        self.worded = 1

    def paper(self):
        return mt.AddMeetingPapersRequest(request_id=str(uuid.uuid4()), number=self.number, papers=[mt.MeetingPaper(title="資料", file_name="1.pdf", sha256="0" * 64)])

    def answer(self):
        found = again(lambda: self.stub().ListMeetings(mt.ListMeetingsRequest(number=self.number), timeout=PATIENCE)).meetings[0]
        return mt.AnswerHearingRequest(request_id=str(uuid.uuid4()), number=self.number, sha256=found.hearings[0].sha256)


class Wording:
    """A line of the evaluation's table that is worded again and again."""
    years = {"first_fiscal_year": 2014, "last_fiscal_year": 2015}

    def __init__(self, lines):
        self.lines, self.seen = lines, None

    def read(self):
        stub = importlib.import_module("renkei.v1.evaluation_service_pb2_grpc").EvaluationServiceStub(self.lines.to("SECRETARIAT"))
        table = again(lambda: stub.GetOutcomeTable(es.GetOutcomeTableRequest(**self.years), timeout=PATIENCE))
        self.seen = next(r for r in table.rows if r.municipality_code == NAGANO)

    def next(self):
        there = self.seen.outcomes[0].line if self.seen.outcomes else 0
        return es.EditOutcomesRequest(request_id=str(uuid.uuid4()), municipality_code=NAGANO, seen_sha256=self.seen.lines_sha256, reason="何", **self.years,
                                      lines=[es.OutcomeLine(line=there, text=str(uuid.uuid4()), outcome_ids=["o-1"])])


class Events:
    """Activities of one report, two of which no request has named together yet."""

    def __init__(self, lines):
        report = talk.outcome_report(NAGANO, 2015, 2)
        report.ClearField("outcomes")
        json_format.ParseDict({"activities": [{
            "activity_id": f"e-{n}", "kind": "ACTIVITY_KIND_CONSULTATION", "title": f"協議 {n}", "status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_WHOLE",
            "actual_start": {"year": 2015, "month": 8, "day": 1, "precision": "DATE_PRECISION_DAY"}, "municipalities": [{"municipality_code": NAGANO, "role": "PARTY_ROLE_HOST"}],
            "participants": [{"side": "SIDE_CN", "category": "PARTICIPANT_CATEGORY_NATIONAL", "persons": n, "basis": "COUNT_BASIS_COUNTED"}]} for n in range(1, 61)]}, report)
        try:
            importlib.import_module("renkei.v1.report_service_pb2_grpc").ReportServiceStub(lines.to(NAGANO)).SubmitReport(talk.request(report))
        except grpc.RpcError as error:
            assert talk.reason(error) == "VERSION_CONFLICT", error
        self.pairs = iter(random.sample(list(itertools.combinations(range(1, 61), 2)), 1770))

    def record(self, n):
        return vs.RecordKey(municipality_code=NAGANO, activity_id=f"e-{n}")

    def decision(self):
        one, two = next(self.pairs)
        return vs.DecideEventRequest(request_id=str(uuid.uuid4()), record=self.record(one), other=self.record(two), word=vs.EVENT_WORD_APART, reason="別の協議")

    def choice(self):
        return vs.ChooseFigureRequest(request_id=str(uuid.uuid4()), record=self.record(1), figure=2, reason="名簿で確認")


class Upload(Case):
    writes = "select count(*) from renkei.attachment where request_id = '{id}'"

    def call(self, request):
        return self.lines.to(self.principal).stream_unary(self.path, self.request_type.SerializeToString, self.answer_type.FromString)(iter(request), timeout=PATIENCE)

    def stored(self, database, request):
        return database.ask(self.writes.format(id=request[0].head.request_id))


class Download(Case):
    """The whole file."""

    def call(self, request):
        answers = list(self.lines.to(self.principal).unary_stream(self.path, self.request_type.SerializeToString, self.answer_type.FromString)(request, timeout=PATIENCE))
        return hashlib.sha256(b"".join(a.chunk.data for a in answers)).hexdigest()


class Schedules:
    """One that can be removed, each time anew."""

    def __init__(self, demo):
        self.demo, self.number = demo, 0

    def there(self, formats="formats"):
        self.number += 1
        name = f"gone-{self.number}"
        self.demo.sql("insert into renkei.export_schedule select ('" + name + f"')::text, calendar, time_zone, {formats}, all_versions, planned, public_only, free_text, "
                      "company_names, keep, true, handled_to, changed_at, principal_uri from renkei.export_schedule where name = 'quarterly'")
        return name


class Queries:
    """One that can be removed, each time anew."""

    def __init__(self, demo):
        self.demo, self.number = demo, 0

    def there(self):
        self.number += 1
        self.demo.sql(f"""insert into renkei.saved_query (name, version, question, digest, saved_at, principal_uri)
                          values ('gone-{self.number}', 1, '{{"measures": ["activities"], "group_by": [], "where": {{}}}}', sha256(''), now(), 'x')""")
        return f"gone-{self.number}"


class DownloadExport(Download):
    """The whole file of a bundle."""
    principal = "ANALYST"

    def call(self, request):
        answers = list(self.lines.to(self.principal).unary_stream(self.path, self.request_type.SerializeToString, self.answer_type.FromString)(request, timeout=PATIENCE))
        return hashlib.sha256(b"".join(a.data for a in answers)).hexdigest()


def bundle(demo):
    """SCHEDULE/ID of a bundle, made by hand; the process that makes it is not the one that is tortured."""
    run = subprocess.run([RENKEID, "--config", demo.folder / "renkeid.conf", "export", "run", "quarterly"], capture_output=True, text=True, check=True)
    return "/".join(run.stdout.strip().split("/")[-2:])


class FirstAnswer(Case):
    """A stream that goes on: its first answer is what it owes."""

    def __init__(self, *words, both_stream):
        super().__init__(*words)
        self.both_stream = both_stream

    def call(self, request):
        channel = self.lines.to(self.principal)
        kind = channel.stream_stream if self.both_stream else channel.unary_stream
        stream = kind(self.path, self.request_type.SerializeToString, self.answer_type.FromString)(iter([request]) if self.both_stream else request, timeout=PATIENCE)
        try:
            return next(stream)
        except StopIteration:
            raise Refused(14, "the stream ended without an answer") from None
        finally:
            stream.cancel()


class FirstStatus(FirstAnswer):
    def call(self, request):
        answer = super().call(request)
        answer.ClearField("as_of")
        answer.status.ClearField("as_of")
        return answer


class Connection(Case):
    """A whole connection for one call: accepted, secured, its session begun, ended."""

    def call(self, request):
        self.lines.renew(self.principal)
        return super().call(request)


class Metrics(Case):
    """Plain HTTP over a connection of its own."""

    def call(self, request):
        demo = self.lines.demo
        cert, key = demo.identity("OPERATOR")
        run = subprocess.run(["curl", "-sS", "--http2", "-m", str(PATIENCE), "--cacert", demo.env["RENKEI_CA"], "--cert", cert, "--key", key,
                              "-w", "%{http_code}", f"https://{demo.env['RENKEI_SERVER']}/metrics"], capture_output=True, text=True, timeout=60)
        if run.returncode == 28:
            raise Refused(4, "curl waited in vain")
        if run.returncode or not run.stdout.endswith("200"):
            raise Refused(14, f"curl: {run.returncode} {run.stderr}")
        assert "\nrenkei_replays_total " in run.stdout and run.stdout[:-3].endswith("\n"), run.stdout
        return True


class Scrape(Case):
    """Plain HTTP on metrics_listen: without TLS, libevent reads and writes by pieces.

    An answer that libevent has no memory to begin ends with the ten seconds that a scrape may be silent (daemon/serve/scrape.c)."""
    patience = 20

    def call(self, request):
        line = http.client.HTTPConnection(self.lines.demo.metrics, timeout=self.patience)
        try:
            line.request("GET", "/metrics", headers={"Connection": "close"})
            answer = line.getresponse()
            text = answer.read().decode()
        except TimeoutError:
            raise Refused(4, "no answer") from None
        except (OSError, http.client.HTTPException) as error:
            raise Refused(14, repr(error)) from None
        finally:
            line.close()
        if answer.status != 200:
            raise Refused(14, f"status {answer.status}")
        assert "\nrenkei_replays_total " in text and text.endswith("\n"), text
        return True


class Farewell(Case):
    """A client without a certificate: told so by an alert, behind which the worker shuts its side down."""

    def call(self, request):
        host, port = self.lines.demo.server.rsplit(":", 1)
        context = ssl.create_default_context(cafile=self.lines.demo.env["RENKEI_CA"])
        context.set_alpn_protocols(["h2"])
        plain = socket.create_connection((host, int(port)), PATIENCE)
        try:
            with context.wrap_socket(plain, server_hostname="localhost") as line:
                return self.hear(line)
        except TimeoutError:
            raise Refused(4, "no farewell") from None
        except OSError as error:
            raise Refused(14, repr(error)) from None
        finally:
            plain.close()

    def hear(self, line):
        try:
            got = line.recv(9)
        except ssl.SSLError as error:
            if error.reason != "TLSV13_ALERT_CERTIFICATE_REQUIRED":
                raise
            with socket.socket(fileno=line.detach()) as rest:
                rest.settimeout(PATIENCE)
                while rest.recv(4096):
                    pass
            return error.reason
        assert got == b"", "served without a certificate"
        raise Refused(14, "closed without a word")


class Reports:
    """One report, Nagano's unless said otherwise, that goes from version to version."""

    def __init__(self, lines, year, quarter, code=NAGANO):
        self.lines, self.year, self.quarter, self.code, self.latest = lines, year, quarter, code, None

    def stub(self, principal):
        return importlib.import_module("renkei.v1.report_service_pb2_grpc").ReportServiceStub(self.lines.to(principal))

    def next(self):
        """A request for the next version, whichever state the latest one is in."""
        summary = self.look()
        fields = {}
        if summary:
            accepted = summary.state == rs.REPORT_STATE_ACCEPTED
            fields = {"action": report_pb2.REPORT_ACTION_CORRECT if accepted else report_pb2.REPORT_ACTION_REPLACE, "base_version": summary.latest_version}
            if accepted:
                fields["change_reason"] = "誤記の訂正"
        return talk.request(talk.outcome_report(self.code, self.year, self.quarter, f"成果 {uuid.uuid4()}", **fields))

    def look(self):
        try:
            return again(lambda: self.stub(self.code).GetReport(rs.GetReportRequest(municipality_code=self.code, period=self.period()), timeout=PATIENCE)).summary
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.NOT_FOUND:
                return None
            raise

    def period(self):
        return talk.period(self.year, self.quarter)

    def submit(self):
        request = self.next()
        self.latest = again(lambda: self.stub(self.code).SubmitReport(request, timeout=PATIENCE)).receipt

    def named(self, request_type, **fields):
        """A request about the latest version."""
        return request_type(request_id=str(uuid.uuid4()), municipality_code=self.code, period=self.period(), version=self.latest.version, **fields)

    def free(self):
        """A version under review is withdrawn, so that another can follow."""
        summary = self.look()
        if summary and summary.state == rs.REPORT_STATE_UNDER_REVIEW:
            again(lambda: self.stub(self.code).WithdrawReport(self.named(rs.WithdrawReportRequest, reason="差替え"), timeout=PATIENCE))
        self.submit()

    def enter(self):
        """A version that the secretariat enters for the municipality."""
        self.free()
        request = self.next()
        request.on_behalf_of = NAGANO
        self.latest = again(lambda: self.stub("SECRETARIAT").SubmitReport(request, timeout=PATIENCE)).receipt


def again(what, seconds=PATIENCE):
    """What a client does that nobody tortures: it tries until it is served."""
    end = time.monotonic() + seconds
    while True:
        try:
            return what()
        except grpc.RpcError as error:
            passing = error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN, grpc.StatusCode.RESOURCE_EXHAUSTED,
                                       grpc.StatusCode.INTERNAL)
            if not passing or time.monotonic() > end:
                raise
            time.sleep(0.02)


def csr():
    """A request for a certificate over a new key."""
    with tempfile.NamedTemporaryFile() as key:
        return subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", key.name, "-subj", "/CN=x", "-outform", "DER"],
                              check=True, capture_output=True).stdout


def seal(demo, who, request_id, **kind):
    """What the principal seals."""
    cert, key = demo.identity(who)
    der = subprocess.run(["openssl", "x509", "-in", cert, "-outform", "DER"], check=True, capture_output=True).stdout
    content = sealed_pb2.SealedContent(request_id=request_id, certificate=der, sealed_at={"seconds": int(time.time())}, **kind)
    with tempfile.NamedTemporaryFile() as text:
        text.write(b"renkei sealed report v1\n" + content.SerializeToString())
        text.flush()
        how = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", text.name]
        signature = subprocess.run(how, check=True, capture_output=True).stdout
    return {"request_id": request_id, "sealed": sealed_pb2.SealedReport(content=content.SerializeToString(), signature=signature)}


def sealed(demo, request):
    """A report as Nagano's officer seals it."""
    return rs.RelayReportRequest(**seal(demo, NAGANO, request.request_id, report=request.report.SerializeToString()))


def decided(demo, request):
    """A release as Toyama's approver seals it."""
    request_id, request.request_id = request.request_id, ""
    return rs.RelayDecisionRequest(**seal(demo, f"APPROVER_{TOYAMA}", request_id, release=request.SerializeToString()))


def sealed_head(demo, requests):
    """A file as Nagano's officer seals it."""
    head = at.UploadHead()
    head.CopyFrom(requests[0].head)
    request_id, head.request_id = head.request_id, ""
    return seal(demo, NAGANO, request_id, attachment=head.SerializeToString())


def relayed_file(demo, requests):
    requests = list(requests)
    return [at.RelayAttachmentRequest(head=at.RelayedHead(**sealed_head(demo, requests))), *(at.RelayAttachmentRequest(chunk=r.chunk) for r in requests[1:])]


def relayed_asked(demo, requests):
    return at.GetRelayedUploadRequest(**sealed_head(demo, list(requests)))


def due():
    return (datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))) + datetime.timedelta(days=30)).date().isoformat()


SUBMITTED = "select count(*) from renkei.request join renkei.report_version v using (municipality_code, request_id) where request_id = '{id}'"
TAKEN_BACK = "select count(*) from renkei.request where request_id = '{id}' and method = 'withdraw'"
DECIDED = "select count(*) from renkei.request where request_id = '{id}' and method in ('release', 'send_back')"
CONFIRMED = "select count(*) from renkei.request where request_id = '{id}' and method = 'confirm'"
ASKED = "select count(*) from renkei.request where request_id = '{id}' and method = 'request_extension'"
INVITED = "select count(*) from renkei.invitation where request_id = '{id}'"
LINED = "select count(*) from renkei.request where request_id = '{id}' and method = 'confirm_outcomes'"
HEARD = "select count(*) from renkei.request where request_id = '{id}' and method = 'answer_hearing'"
OFFICE = "select count(*) from renkei.office_request where request_id = '{id}'"


# What cases() makes, in its order.
NAMES = ("CheckReport", "SubmitReport", "SubmitReports", "RelayReport", "RelayDecision", "GetReport", "ListReports", "ListReportVersions", "WithdrawReport", "ReleaseReport",
         "SendBackReport", "StartReview", "ReturnReport", "AcceptReport", "ConfirmReport", "GetReceipt", "WriteComment", "ListComments", "ReopenReport", "ListReopenings", "AssignReview", "GetReviewTimes", "ListMunicipalities", "GetMunicipality", "ListPartnerGovernments", "GetPartnerGovernment",
         "ListCooperations", "GetCooperation", "ListPeriods", "GetPeriod", "ListThemes", "GetRegistry", "ImportRegistry", "GetPlatformStatus", "WatchPlatformStatus",
         "AggregateActivities", "GetCatalogue", "SaveQuery", "ListQueries", "RemoveQuery", "ListDuplicateHints", "DecideEvent", "ListJointEvents", "ChooseFigure", "SearchRecords", "GetOutcomeTable", "GetEvaluation", "ListOutcomeCandidates", "EditOutcomes", "ListOutcomeEdits",
         "ConfirmOutcomes", "FixEvaluation", "ListEvaluationSnapshots", "GetEvaluationSnapshot", "RequestExtension", "DecideExtension", "ListExtensions", "AddMeeting", "AddMeetingPapers", "RecordHearing", "AnswerHearing", "ListMeetings", "ListContacts", "SetContact", "SendReminders",
         "ListReminders", "CreateInvitation", "ListInvitations", "RevokeInvitation", "Enroll", "RenewCertificate",
         "RevokeCertificate", "ListCertificates", "UploadAttachment", "RelayAttachment", "GetRelayedUpload", "GetUpload", "DownloadAttachment", "ListAttachments", "RemoveAttachment",
         "GetAttachmentReceipt", "ListExportSchedules", "PutExportSchedule", "RemoveExportSchedule", "RunExport", "ListExports", "DownloadExport", "GetServerInfo", "Check", "Watch", "List", "ReflectionV1", "ReflectionV1alpha", "metrics",
         "Connection", "Scrape", "Farewell")


def cases(demo):
    """All of them, over lines of their own."""
    lines = Lines(demo)
    report, service = Reports(lines, 2014, 1), "/renkei.v1.ReportService/"
    report.submit()
    registry = json_format.Parse((SAMPLE / "registry.json").read_text(), gs.Registry(), ignore_unknown_fields=True)
    partner = registry.partner_governments[0].partner_code
    cooperation = registry.cooperations[0].cooperation_id
    streamed = itertools.count()

    def three():
        first = report.next()
        rest = [talk.request(talk.outcome_report(NAGANO, 2014, 2 + i, f"成果 {next(streamed)}"), validate_only=True) for i in range(2)]
        return [rs.SubmitReportsRequest(item=item) for item in (first, *rest)]

    def read(path, request_type, answer_type, request=None, **options):
        return Read(lines, f"/renkei.v1.{path}", request_type, answer_type, lambda: request or request_type(), **options)

    def write(name, request_type, answer_type, make, **options):
        return Write(lines, service + name, request_type, answer_type, make, **options)
    def access(name, request_type, answer_type, make, **options):
        return Write(lines, "/renkei.v1.AccessService/" + name, request_type, answer_type, make, principal="SECRETARIAT", **options)
    office = lines.access("SECRETARIAT")
    invitation = office.CreateInvitation(ac.CreateInvitationRequest(request_id=str(uuid.uuid4()), role="municipality", organisation=NAGANO)).invitation.invitation_id
    replaced = lines.access(NAGANO).RenewCertificate(ac.RenewCertificateRequest(csr=csr())).certificate.key_sha256
    # Of a municipality that wants a release before anything counts.
    mine = importlib.import_module("renkei.v1.registry_service_pb2_grpc").RegistryServiceStub(lines.to("SECRETARIAT"))
    wants = mine.GetMunicipality(gs.GetMunicipalityRequest(municipality_code=TOYAMA)).municipality
    if not wants.release_required:
        wants.release_required = True
        mine.ImportRegistry(gs.ImportRegistryRequest(request_id=str(uuid.uuid4()), registry=gs.Registry(municipalities=[wants])))
    prepared = Reports(lines, 2014, 1, TOYAMA)
    # One that was accepted, and can be reopened again and again.
    opened = Reports(lines, 2014, 4)
    opened.submit()
    opened.stub("SECRETARIAT").AcceptReport(opened.named(rs.AcceptReportRequest, sha256=opened.latest.sha256))
    extensions, comments, meetings, held = Extensions(lines), Comments(lines, report), Meetings(lines), "/renkei.v1.MeetingService/"
    # A line of the evaluation's table that the municipality may confirm again and again, and a document that was kept.
    mine.ImportRegistry(gs.ImportRegistryRequest(request_id=str(uuid.uuid4()), registry=gs.Registry(evaluation_rows=[ev.EvaluationRow(
        first_fiscal_year=2014, last_fiscal_year=2014, municipality_code=NAGANO, bullets=[ev.EvaluationBullet(text="成果", outcome_ids=["o-1"])])])))
    line = hashlib.sha256("成果".encode()).hexdigest()
    evaluations = importlib.import_module("renkei.v1.evaluation_service_pb2_grpc").EvaluationServiceStub(lines.to("SECRETARIAT"))
    fixed = evaluations.FixEvaluation(es.FixEvaluationRequest(request_id=str(uuid.uuid4()), first_fiscal_year=2012, last_fiscal_year=2013)).snapshot.snapshot_id
    wording = Wording(lines)
    attachments, files = Attachments(lines), "/renkei.v1.AttachmentService/"
    # One of another quarter, which no case removes.
    attachments.period = (2016, 1)
    kept = attachments.there()
    exported, schedules, queries = bundle(demo), Schedules(demo), Queries(demo)
    attachments.period = (2016, 2)
    events = Events(lines)
    one = rs.GetReportRequest(municipality_code=NAGANO, period=report.period(), version=1)
    found = [
        read("ReportService/CheckReport", rs.CheckReportRequest, rs.CheckReportResponse, rs.CheckReportRequest(report=talk.outcome_report(NAGANO, 2016, 3))),
        write("SubmitReport", rs.SubmitReportRequest, rs.SubmitReportResponse, report.next, principal=NAGANO, writes=SUBMITTED, before=report.free),
        Stream(lines, service + "SubmitReports", None, None, three),
        write("RelayReport", rs.RelayReportRequest, rs.RelayReportResponse, lambda: sealed(demo, report.next()), principal="SECRETARIAT", writes=SUBMITTED, before=report.free),
        write("RelayDecision", rs.RelayDecisionRequest, rs.RelayDecisionResponse, lambda: decided(demo, prepared.named(rs.ReleaseReportRequest, sha256=prepared.latest.sha256)),
              principal="SECRETARIAT", writes=DECIDED, before=prepared.submit),
        read("ReportService/GetReport", rs.GetReportRequest, rs.GetReportResponse, one, unlike=("summary",)),
        read("ReportService/ListReports", rs.ListReportsRequest, rs.ListReportsResponse, rs.ListReportsRequest(fiscal_year=2013)),
        read("ReportService/ListReportVersions", rs.ListReportVersionsRequest, rs.ListReportVersionsResponse,
             rs.ListReportVersionsRequest(municipality_code=NAGANO, period=report.period())),
        write("WithdrawReport", rs.WithdrawReportRequest, rs.WithdrawReportResponse, lambda: report.named(rs.WithdrawReportRequest, reason="誤って提出"),
              principal=NAGANO, writes=TAKEN_BACK, before=report.submit),
        write("ReleaseReport", rs.ReleaseReportRequest, rs.ReleaseReportResponse, lambda: prepared.named(rs.ReleaseReportRequest, sha256=prepared.latest.sha256),
              principal=f"APPROVER_{TOYAMA}", writes=DECIDED, before=prepared.submit),
        write("SendBackReport", rs.SendBackReportRequest, rs.SendBackReportResponse, lambda: prepared.named(rs.SendBackReportRequest, reason="人数の根拠"),
              principal=f"APPROVER_{TOYAMA}", writes=DECIDED, before=prepared.submit),
        write("StartReview", rs.StartReviewRequest, rs.StartReviewResponse, lambda: report.named(rs.StartReviewRequest),
              principal="SECRETARIAT", writes=OFFICE, before=report.free),
        write("ReturnReport", rs.ReturnReportRequest, rs.ReturnReportResponse,
              lambda: report.named(rs.ReturnReportRequest, due_date=due(), items=[rs.ReturnItem(field_path="outcomes[0].text", reason="どの研修か")]),
              principal="SECRETARIAT", writes=OFFICE, before=report.free),
        write("AcceptReport", rs.AcceptReportRequest, rs.AcceptReportResponse, lambda: report.named(rs.AcceptReportRequest, sha256=report.latest.sha256),
              principal="SECRETARIAT", writes=OFFICE, before=report.free),
        write("ConfirmReport", rs.ConfirmReportRequest, rs.ConfirmReportResponse, lambda: report.named(rs.ConfirmReportRequest, sha256=report.latest.sha256),
              principal=NAGANO, writes=CONFIRMED, before=report.enter),
        read("ReportService/GetReceipt", rs.GetReceiptRequest, rs.GetReceiptResponse, rs.GetReceiptRequest(number="200000-2014Q1-1")),
        Write(lines, "/renkei.v1.ReviewService/WriteComment", rv.WriteCommentRequest, rv.WriteCommentResponse,
              comments.answer, principal="SECRETARIAT", writes=OFFICE, before=comments.one),
        read("ReviewService/ListComments", rv.ListCommentsRequest, rv.ListCommentsResponse, rv.ListCommentsRequest(period=talk.period(2013, 1))),
        Write(lines, "/renkei.v1.ReviewService/ReopenReport", rv.ReopenReportRequest, rv.ReopenReportResponse,
              lambda: opened.named(rv.ReopenReportRequest, until_date=due(), reason="金額", items=[rs.ReturnItem(field_path="outcomes[0].text", reason="どの研修か")]),
              principal="SECRETARIAT", writes=OFFICE),
        read("ReviewService/ListReopenings", rv.ListReopeningsRequest, rv.ListReopeningsResponse, rv.ListReopeningsRequest(period=talk.period(2013, 1))),
        Write(lines, "/renkei.v1.ReviewService/AssignReview", rv.AssignReviewRequest, rv.AssignReviewResponse,
              lambda: rv.AssignReviewRequest(request_id=str(uuid.uuid4()), municipality_code=NAGANO, period=report.period(), reviewer="me"),
              principal="SECRETARIAT", writes=OFFICE, before=report.free),
        read("ReviewService/GetReviewTimes", rv.GetReviewTimesRequest, rv.GetReviewTimesResponse, rv.GetReviewTimesRequest(first_fiscal_year=2012, last_fiscal_year=2012), principal="SECRETARIAT"),
        read("RegistryService/ListMunicipalities", gs.ListMunicipalitiesRequest, gs.ListMunicipalitiesResponse),
        read("RegistryService/GetMunicipality", gs.GetMunicipalityRequest, gs.GetMunicipalityResponse, gs.GetMunicipalityRequest(municipality_code=NAGANO)),
        read("RegistryService/ListPartnerGovernments", gs.ListPartnerGovernmentsRequest, gs.ListPartnerGovernmentsResponse),
        read("RegistryService/GetPartnerGovernment", gs.GetPartnerGovernmentRequest, gs.GetPartnerGovernmentResponse,
             gs.GetPartnerGovernmentRequest(partner_code=partner)),
        read("RegistryService/ListCooperations", gs.ListCooperationsRequest, gs.ListCooperationsResponse),
        read("RegistryService/GetCooperation", gs.GetCooperationRequest, gs.GetCooperationResponse, gs.GetCooperationRequest(cooperation_id=cooperation)),
        read("RegistryService/ListPeriods", gs.ListPeriodsRequest, gs.ListPeriodsResponse),
        read("RegistryService/GetPeriod", gs.GetPeriodRequest, gs.GetPeriodResponse, gs.GetPeriodRequest(period=report.period())),
        read("RegistryService/ListThemes", gs.ListThemesRequest, gs.ListThemesResponse),
        read("RegistryService/GetRegistry", gs.GetRegistryRequest, gs.GetRegistryResponse),
        Write(lines, "/renkei.v1.RegistryService/ImportRegistry", gs.ImportRegistryRequest, gs.ImportRegistryResponse,
              lambda: gs.ImportRegistryRequest(request_id=str(uuid.uuid4()), registry=registry), principal="SECRETARIAT", writes=OFFICE),
        read("StatusService/GetPlatformStatus", ts.GetPlatformStatusRequest, ts.GetPlatformStatusResponse,
             ts.GetPlatformStatusRequest(first_fiscal_year=2012, last_fiscal_year=2013), unlike=("as_of",)),
        FirstStatus(lines, "/renkei.v1.StatusService/WatchPlatformStatus", ts.WatchPlatformStatusRequest, ts.WatchPlatformStatusResponse,
                    lambda: ts.WatchPlatformStatusRequest(first_fiscal_year=2012, last_fiscal_year=2013), both_stream=False),
        read("StatusService/AggregateActivities", ts.AggregateActivitiesRequest, ts.AggregateActivitiesResponse,
             ts.AggregateActivitiesRequest(measures=[1], group_by=[1], first_fiscal_year=2012, last_fiscal_year=2013), unlike=("as_of",)),
        read("StatusService/GetCatalogue", ts.GetCatalogueRequest, ts.GetCatalogueResponse),
        Write(lines, "/renkei.v1.StatusService/SaveQuery", ts.SaveQueryRequest, ts.SaveQueryResponse,
              lambda: ts.SaveQueryRequest(request_id=str(uuid.uuid4()), name="one", description=str(uuid.uuid4()), query={"measures": [1]}), principal="SECRETARIAT", writes=OFFICE),
        read("StatusService/ListQueries", ts.ListQueriesRequest, ts.ListQueriesResponse, unlike=("queries",)),
        Write(lines, "/renkei.v1.StatusService/RemoveQuery", ts.RemoveQueryRequest, ts.RemoveQueryResponse,
              lambda: ts.RemoveQueryRequest(request_id=str(uuid.uuid4()), name=queries.there()), principal="SECRETARIAT", writes=OFFICE),
        read("EventService/ListDuplicateHints", vs.ListDuplicateHintsRequest, vs.ListDuplicateHintsResponse, principal="SECRETARIAT", unlike=("as_of",)),
        Write(lines, "/renkei.v1.EventService/DecideEvent", vs.DecideEventRequest, vs.DecideEventResponse, events.decision, principal="SECRETARIAT", writes=OFFICE),
        read("EventService/ListJointEvents", vs.ListJointEventsRequest, vs.ListJointEventsResponse, principal="SECRETARIAT", unlike=("as_of", "events")),
        Write(lines, "/renkei.v1.EventService/ChooseFigure", vs.ChooseFigureRequest, vs.ChooseFigureResponse, events.choice, principal="SECRETARIAT", writes=OFFICE),
        read("SearchService/SearchRecords", hs.SearchRecordsRequest, hs.SearchRecordsResponse, hs.SearchRecordsRequest(words="zqxjkvwy"), principal="SECRETARIAT"),
        read("EvaluationService/GetOutcomeTable", es.GetOutcomeTableRequest, es.GetOutcomeTableResponse,
             es.GetOutcomeTableRequest(first_fiscal_year=2012, last_fiscal_year=2013), unlike=("as_of",)),
        read("EvaluationService/GetEvaluation", es.GetEvaluationRequest, es.GetEvaluationResponse,
             es.GetEvaluationRequest(first_fiscal_year=2012, last_fiscal_year=2013), principal="SECRETARIAT", unlike=("document",)),
        read("EvaluationService/ListOutcomeCandidates", es.ListOutcomeCandidatesRequest, es.ListOutcomeCandidatesResponse,
             es.ListOutcomeCandidatesRequest(first_fiscal_year=2012, last_fiscal_year=2013), principal="SECRETARIAT"),
        Write(lines, "/renkei.v1.EvaluationService/EditOutcomes", es.EditOutcomesRequest, es.EditOutcomesResponse, wording.next, principal="SECRETARIAT", writes=OFFICE, before=wording.read),
        read("EvaluationService/ListOutcomeEdits", es.ListOutcomeEditsRequest, es.ListOutcomeEditsResponse,
             es.ListOutcomeEditsRequest(first_fiscal_year=2012, last_fiscal_year=2013), principal="SECRETARIAT"),
        Write(lines, "/renkei.v1.EvaluationService/ConfirmOutcomes", es.ConfirmOutcomesRequest, es.ConfirmOutcomesResponse,
              lambda: es.ConfirmOutcomesRequest(request_id=str(uuid.uuid4()), first_fiscal_year=2014, last_fiscal_year=2014, sha256=line), principal=NAGANO, writes=LINED),
        Write(lines, "/renkei.v1.EvaluationService/FixEvaluation", es.FixEvaluationRequest, es.FixEvaluationResponse,
              lambda: es.FixEvaluationRequest(request_id=str(uuid.uuid4()), first_fiscal_year=2012, last_fiscal_year=2013), principal="SECRETARIAT", writes=OFFICE),
        read("EvaluationService/ListEvaluationSnapshots", es.ListEvaluationSnapshotsRequest, es.ListEvaluationSnapshotsResponse),
        read("EvaluationService/GetEvaluationSnapshot", es.GetEvaluationSnapshotRequest, es.GetEvaluationSnapshotResponse,
             es.GetEvaluationSnapshotRequest(snapshot_id=fixed), principal="SECRETARIAT"),
        Write(lines, "/renkei.v1.ExtensionService/RequestExtension", xs.RequestExtensionRequest, xs.RequestExtensionResponse, extensions.asked,
              principal=NAGANO, writes=ASKED, before=extensions.none),
        Write(lines, "/renkei.v1.ExtensionService/DecideExtension", xs.DecideExtensionRequest, xs.DecideExtensionResponse, extensions.refused,
              principal="SECRETARIAT", writes=OFFICE, before=extensions.one),
        read("ExtensionService/ListExtensions", xs.ListExtensionsRequest, xs.ListExtensionsResponse, xs.ListExtensionsRequest(fiscal_year=2013)),
        Write(lines, held + "AddMeeting", mt.AddMeetingRequest, mt.AddMeetingResponse, meetings.meeting, principal="SECRETARIAT", writes=OFFICE),
        Write(lines, held + "AddMeetingPapers", mt.AddMeetingPapersRequest, mt.AddMeetingPapersResponse, meetings.paper, principal="SECRETARIAT", writes=OFFICE, before=meetings.one),
        Write(lines, held + "RecordHearing", mt.RecordHearingRequest, mt.RecordHearingResponse, meetings.hearing, principal="SECRETARIAT", writes=OFFICE,
              before=meetings.one),
        Write(lines, held + "AnswerHearing", mt.AnswerHearingRequest, mt.AnswerHearingResponse, meetings.answer, principal=NAGANO, writes=HEARD, before=meetings.one),
        read("MeetingService/ListMeetings", mt.ListMeetingsRequest, mt.ListMeetingsResponse, mt.ListMeetingsRequest(fiscal_year=2013)),
        read("ReminderService/ListContacts", rm.ListContactsRequest, rm.ListContactsResponse),
        # The same contact twice is one: the try before leaves what this one finds.
        read("ReminderService/SetContact", rm.SetContactRequest, rm.SetContactResponse,
             rm.SetContactRequest(municipality_code=NAGANO, email="kankyo@example.jp", name="環境課", validate_only=True), unlike=("contact",)),
        read("ReminderService/SendReminders", rm.SendRemindersRequest, rm.SendRemindersResponse, rm.SendRemindersRequest(validate_only=True), principal="SECRETARIAT"),
        read("ReminderService/ListReminders", rm.ListRemindersRequest, rm.ListRemindersResponse),
        access("CreateInvitation", ac.CreateInvitationRequest, ac.CreateInvitationResponse,
               lambda: ac.CreateInvitationRequest(request_id=str(uuid.uuid4()), role="municipality", organisation=NAGANO), writes=INVITED),
        read("AccessService/ListInvitations", ac.ListInvitationsRequest, ac.ListInvitationsResponse, principal="SECRETARIAT", unlike=("invitations",)),
        access("RevokeInvitation", ac.RevokeInvitationRequest, ac.RevokeInvitationResponse,
               lambda: ac.RevokeInvitationRequest(request_id=str(uuid.uuid4()), invitation_id=invitation), writes=OFFICE),
        Enrolment(lines, "/renkei.v1.AccessService/Enroll", ac.EnrollRequest, ac.EnrollResponse, None),
        # The same key has the same certificate, but for its signature.
        read("AccessService/RenewCertificate", ac.RenewCertificateRequest, ac.RenewCertificateResponse, ac.RenewCertificateRequest(csr=csr()), unlike=("certificate_pem",)),
        access("RevokeCertificate", ac.RevokeCertificateRequest, ac.RevokeCertificateResponse,
               lambda: ac.RevokeCertificateRequest(request_id=str(uuid.uuid4()), key_sha256=replaced, reason="交代"), writes=OFFICE),
        read("AccessService/ListCertificates", ac.ListCertificatesRequest, ac.ListCertificatesResponse, unlike=("certificates",)),
        Upload(lines, files + "UploadAttachment", at.UploadAttachmentRequest, at.UploadAttachmentResponse, attachments.make),
        Upload(lines, files + "RelayAttachment", at.RelayAttachmentRequest, at.RelayAttachmentResponse, lambda: relayed_file(demo, attachments.make())),
        Read(lines, files + "GetRelayedUpload", at.GetRelayedUploadRequest, at.GetRelayedUploadResponse, lambda: relayed_asked(demo, attachments.make())),
        Read(lines, files + "GetUpload", at.GetUploadRequest, at.GetUploadResponse, lambda: at.GetUploadRequest(municipality_code=NAGANO, sha256="0" * 64)),
        Download(lines, files + "DownloadAttachment", at.DownloadAttachmentRequest, at.DownloadAttachmentResponse, lambda: at.DownloadAttachmentRequest(number=kept)),
        Read(lines, files + "ListAttachments", at.ListAttachmentsRequest, at.ListAttachmentsResponse,
             lambda: at.ListAttachmentsRequest(period=talk.period(2016, 1))),
        Write(lines, files + "RemoveAttachment", at.RemoveAttachmentRequest, at.RemoveAttachmentResponse,
              lambda: at.RemoveAttachmentRequest(request_id=str(uuid.uuid4()), number=attachments.there()), principal=NAGANO,
              writes="select count(*) from renkei.attachment where removal_id = '{id}'"),
        Read(lines, files + "GetAttachmentReceipt", at.GetAttachmentReceiptRequest, at.GetAttachmentReceiptResponse, lambda: at.GetAttachmentReceiptRequest(number=kept)),
        read("ExportService/ListExportSchedules", xp.ListExportSchedulesRequest, xp.ListExportSchedulesResponse, principal="ANALYST", unlike=("schedules",)),
        Write(lines, "/renkei.v1.ExportService/PutExportSchedule", xp.PutExportScheduleRequest, xp.PutExportScheduleResponse,
              lambda: xp.PutExportScheduleRequest(request_id=str(uuid.uuid4()), schedule={"name": "one", "calendar": "daily", "paused": True}),
              principal="SECRETARIAT", writes=OFFICE),
        Write(lines, "/renkei.v1.ExportService/RemoveExportSchedule", xp.RemoveExportScheduleRequest, xp.RemoveExportScheduleResponse,
              lambda: xp.RemoveExportScheduleRequest(request_id=str(uuid.uuid4()), name=schedules.there()), principal="SECRETARIAT", writes=OFFICE),
        # Of a format that nobody knows: what is ordered comes to its end at once, and takes no room.
        Write(lines, "/renkei.v1.ExportService/RunExport", xp.RunExportRequest, xp.RunExportResponse,
              lambda: xp.RunExportRequest(request_id=str(uuid.uuid4()), name=schedules.there("'{papyrus}'::text[]")), principal="SECRETARIAT", writes=OFFICE),
        read("ExportService/ListExports", xp.ListExportsRequest, xp.ListExportsResponse, principal="ANALYST"),
        DownloadExport(lines, "/renkei.v1.ExportService/DownloadExport", xp.DownloadExportRequest, xp.DownloadExportResponse,
                       lambda: xp.DownloadExportRequest(bundle=exported, path="csv/themes.csv")),
        read("ServerService/GetServerInfo", ss.GetServerInfoRequest, ss.GetServerInfoResponse, unlike=("now",)),
        Read(lines, "/grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse, health_pb2.HealthCheckRequest),
        FirstAnswer(lines, "/grpc.health.v1.Health/Watch", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse, health_pb2.HealthCheckRequest,
                    both_stream=False),
        Read(lines, "/grpc.health.v1.Health/List", health_pb2.HealthListRequest, health_pb2.HealthListResponse, health_pb2.HealthListRequest),
    ]
    for version in ("v1", "v1alpha"):
        pb2 = importlib.import_module(f"grpc.reflection.{version}.reflection_pb2")
        found.append(FirstAnswer(lines, f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", pb2.ServerReflectionRequest,
                                 pb2.ServerReflectionResponse, lambda pb2=pb2: pb2.ServerReflectionRequest(list_services=""), both_stream=True))
    found.append(Metrics(lines, "/metrics", None, None, lambda: None))
    found.append(Connection(lines, "/grpc.health.v1.Health/Check", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse, health_pb2.HealthCheckRequest))
    found.append(Scrape(lines, "/metrics", None, None, lambda: None))
    found.append(Farewell(lines, "/grpc.health.v1.Health/Check", None, None, lambda: None))
    for case, name in zip(found, NAMES, strict=True):
        case.name = name
    return found

