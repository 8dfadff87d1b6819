"""reports.py - the reports that slots write on: handed out so that none comes near its last version, and known to pgbench too."""
import base64
import collections
import datetime
import hashlib
import json

from build import HERE
import demo as support

FIRST_YEAR, MOST_VERSIONS = 2000, 9999


def periods():
    """Every quarter that has begun since FIRST_YEAR."""
    today = datetime.date.today()
    last = today.year - (today.month < 4), (today.month - 4) % 12 // 3 + 1
    return [(year, quarter) for year in range(FIRST_YEAR, last[0] + 1) for quarter in (1, 2, 3, 4) if (year, quarter) < last]


Large = collections.namedtuple("Large", "municipality request answer_bytes")


class Reports:
    def __init__(self, bench):
        self.bench, self.demo = bench, bench.demo
        self.open_periods()
        self.template()

    def open_periods(self):
        have = {(int(y), int(q)) for y, q in self.demo.sql("select fiscal_year, quarter from renkei.reporting_period where variant = 'regular'")}
        wanted = [{"period": {"fiscal_year": y, "quarter": f"QUARTER_Q{q}", "variant": "VARIANT_REGULAR"}} for y, q in periods() if (y, q) not in have]
        path = self.bench.folder / "periods.json"
        path.write_text(json.dumps({"periods": wanted}))
        self.demo.renkei("SECRETARIAT", "period", "import", path, "--yes")

    def template(self):
        """What renkeid hands to the database for body.json: asked from renkeid once, so that pgbench hands over the same."""
        import talk
        from google.protobuf import json_format
        from renkei.v1 import report_pb2
        text = (HERE / "body.json").read_text(encoding="utf-8")
        self.bodies = bodies = {code: json_format.Parse(text.replace("000000", code), report_pb2.Report()) for code in support.MUNICIPALITIES}
        whole = report_pb2.Report.FromString(bodies["401005"].SerializeToString())
        whole.MergeFrom(talk.nil_report("401005", FIRST_YEAR, 1))
        whole.nil = False
        answer = talk.reports(self.demo, "401005").SubmitReport(talk.request(whole, validate_only=True))
        self.verdict = json.dumps(json_format.MessageToDict(answer.verdict, preserving_proto_field_name=True))
        self.key_id = key_id((self.demo.folder / "keys/receipt.pub.pem").read_text())
        self.demo.sql((HERE / "load.sql").read_text())
        for code, body in bodies.items():
            document = json.dumps(json_format.MessageToDict(body, preserving_proto_field_name=True))
            self.demo.sql(f"insert into load.template values ('{code}', '\\x{body.SerializeToString().hex()}', {quoted(document)}, "
                          f"{quoted(self.verdict)}, '{self.key_id}')")
        self.bytes = len(whole.SerializeToString())

    def take(self, count):
        """The least used reports, so many, municipalities in turn: rows of (municipality, fiscal year, quarter, version)."""
        used = {(c, int(y), int(q)): int(v) for c, y, q, v in self.demo.sql(
            "select municipality_code, fiscal_year, quarter, latest_version from renkei.report where variant = 'regular'")}
        ahead = sorted((max(used.get((c, y, q), 0) for c in support.MUNICIPALITIES), y, q) for y, q in periods())
        taken = [(c, y, q, used.get((c, y, q), 0)) for _, y, q in ahead for c in support.MUNICIPALITIES][:count]
        if len(taken) < count or max(row[3] for row in taken) > MOST_VERSIONS - 3000:
            raise SystemExit("no report is left with versions enough: fewer or shorter cells, please")
        return taken

    def lines(self, taken):
        """For the generator's stdin."""
        return self.bench.certificates() + "".join(f"report {c} {y} {q} {v}\n" for c, y, q, v in taken)

    def store_large(self):
        """A report of nearly the largest size, stored once: how to ask for it, and how large the answer is."""
        import talk
        from renkei.v1 import period_pb2, report_pb2, report_service_pb2
        (code, year, quarter, version), = self.take(1)
        report = report_pb2.Report.FromString(self.bodies[code].SerializeToString())
        report.MergeFrom(talk.nil_report(code, year, quarter))
        report.nil = False
        one = report.activities[0]
        one.result = "成果" * 1000
        del report.activities[:], report.outcomes[:]
        for number in range(130):
            one.activity_id = f"large-{number}"
            report.activities.append(one)
        if version:
            report.action, report.base_version = report_pb2.REPORT_ACTION_REPLACE, version
        service = talk.reports(self.demo, code)
        service.SubmitReport(talk.request(report))
        asked = report_service_pb2.GetReportRequest(municipality_code=code, period=period_pb2.Period(fiscal_year=year, quarter=quarter, variant=period_pb2.VARIANT_REGULAR))
        return Large(code, asked.SerializeToString(), service.GetReport(asked).ByteSize())

    def table(self, taken):
        """For pgbench."""
        rows = ", ".join(f"({slot}, '{c}', {y}, {q}, {v})" for slot, (c, y, q, v) in enumerate(taken))
        self.demo.sql(f"truncate load.slot; insert into load.slot select s.slot, s.code, s.fiscal_year, s.quarter, s.version, k.principal_uri, k.spki_sha256 "
                      f"from (values {rows}) s (slot, code, fiscal_year, quarter, version) join renkei.principal p on p.municipality_code = s.code "
                      "join renkei.certificate k on k.principal_uri = p.principal_uri where p.role = 'municipality' and k.revoked_at is null")


def key_id(pem):
    der = base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-")))
    return hashlib.sha256(der).hexdigest()[:16]


def quoted(text):
    return "'" + text.replace("'", "''") + "'"
