"""naive.py - daemons as one writes them before one has lost something: each acknowledges what is not durable.

They call the same function of SQL as renkeid does, over libpq, so that the same comparison judges both.  None of them is used
by anything but the controls, which must see each of them lose.
"""
import ctypes
import hashlib

from google.protobuf import json_format
from harness import Refused, Unsure
from renkei.v1 import receipt_pb2

libpq = ctypes.CDLL("libpq.so.5")
libpq.PQconnectdb.restype = libpq.PQexec.restype = libpq.PQexecParams.restype = libpq.PQgetResult.restype = ctypes.c_void_p
for name in ("PQerrorMessage", "PQcmdStatus", "PQgetvalue", "PQresultErrorMessage"):
    getattr(libpq, name).restype = ctypes.c_char_p
for name in ("PQstatus", "PQfinish", "PQerrorMessage", "PQenterPipelineMode", "PQpipelineSync", "PQgetResult"):
    getattr(libpq, name).argtypes = [ctypes.c_void_p]
for name in ("PQclear", "PQcmdStatus", "PQresultStatus", "PQntuples", "PQresultErrorMessage"):
    getattr(libpq, name).argtypes = [ctypes.c_void_p]
libpq.PQexec.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
libpq.PQgetvalue.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
LISTS = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
libpq.PQexecParams.argtypes = libpq.PQsendQueryParams.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, *LISTS]
COMMAND_OK, TUPLES_OK = 1, 2

STORE = ("select outcome from renkei_api.submit_reports(array[$1], array[(select c.spki_sha256::bytea from renkei.certificate c where c.principal_uri = $1 limit 1)],"
         " array[$2], array['f'], array[decode($3, 'hex')], array[$4::jsonb], array['{\"rule_set_hash\": \"x\"}'::jsonb], '0123456789abcdef')")
# ON CONFLICT DO NOTHING and an answer: nothing is written, so nothing has to wait for anything.
LOOK_UP = ("select jsonb_build_object('receipt', renkei_api.receipt_json(v)) from renkei.report_version v"
           " join renkei.request r on r.municipality_code = v.municipality_code and r.version_id = v.version_id"
           " where r.municipality_code = split_part($1, '/', 5) and r.request_id = $2::uuid")


class Naive:
    """Waits for its commit and believes the database in everything; as good as the settings of the database are."""

    def __init__(self, cluster, code):
        self.conninfo, self.uri, self.pg = f"host={cluster.sock} port=5432 user=postgres dbname=renkei", f"renkei://demo.renkei/municipality/{code}", None

    def connect(self):
        if self.pg is None:
            self.pg = libpq.PQconnectdb(self.conninfo.encode())
            if libpq.PQstatus(self.pg) != 0:
                raise Unsure(self.lost())

    def lost(self):
        message = libpq.PQerrorMessage(self.pg).decode(errors="replace").strip()
        self.close()
        return message or "the connection broke"

    def close(self):
        if self.pg is not None:
            libpq.PQfinish(self.pg)
        self.pg = None

    def params(self, request, count):
        document = json_format.MessageToJson(request.report, preserving_proto_field_name=True, indent=None, ensure_ascii=False)
        values = [self.uri, request.request_id, request.report.SerializeToString(deterministic=True).hex(), document][:count]
        return count, None, (ctypes.c_char_p * count)(*(v.encode() for v in values)), None, None, 0

    def ask(self, sql, request, count=4):
        """The outcome in the first row, None without one."""
        result = libpq.PQexecParams(self.pg, sql.encode(), *self.params(request, count))
        try:
            return self.outcome(result)
        finally:
            libpq.PQclear(result)

    def outcome(self, result):
        if libpq.PQresultStatus(result) != TUPLES_OK:
            message = libpq.PQresultErrorMessage(result).decode(errors="replace").strip() if result else ""
            if libpq.PQstatus(self.pg) != 0:
                message = self.lost()
            raise Unsure(message)
        return libpq.PQgetvalue(result, 0, 0) if libpq.PQntuples(result) else None

    def receipt(self, outcome):
        outcome = json_format.json.loads(outcome)
        if "refusal" in outcome:
            raise Refused(outcome["refusal"].get("reason"))
        return json_format.ParseDict(outcome["receipt"], receipt_pb2.Receipt()), outcome.get("replayed", False)

    def submit(self, request):
        self.connect()
        return self.receipt(self.ask(STORE, request))


class AcknowledgesRows(Naive):
    """Pipeline mode: answers when the rows have come, before the sync that may still fail."""

    def submit(self, request):
        self.connect()
        libpq.PQenterPipelineMode(self.pg)
        if not libpq.PQsendQueryParams(self.pg, STORE.encode(), *self.params(request, 4)) or not libpq.PQpipelineSync(self.pg):
            raise Unsure(self.lost())
        result = libpq.PQgetResult(self.pg)
        try:
            return self.receipt(self.outcome(result))
        finally:
            libpq.PQclear(result)
            self.close()


class BelievesCommit(Naive):
    """begin, the statement, commit: and a commit that says COMMAND_OK has committed, whatever its tag says."""

    def submit(self, request):
        self.connect()
        libpq.PQclear(libpq.PQexec(self.pg, b"begin"))
        outcome = None
        try:
            outcome = self.ask(STORE, request)
        except Unsure:
            if self.pg is None:
                raise
        commit = libpq.PQexec(self.pg, b"commit")
        fine = libpq.PQresultStatus(commit) == COMMAND_OK
        libpq.PQclear(commit)
        if not fine:
            raise Unsure(self.lost())
        if outcome is not None:
            return self.receipt(outcome)
        receipt = receipt_pb2.Receipt(version=request.report.base_version + 1)
        receipt.sha256 = hashlib.sha256(request.report.SerializeToString(deterministic=True)).hexdigest()
        return receipt, False


class LooksUpFirst(Naive):
    """A request that is stored already is answered from its row, without a commit of the answer's own."""

    def submit(self, request):
        self.connect()
        found = self.ask(LOOK_UP, request, 2)
        if found is not None:
            return self.receipt(found)[0], True
        return self.receipt(self.ask(STORE, request))
