"""Attachments: there and back; cut anywhere and gone on with at that byte; what is refused."""
import contextlib
import hashlib
import io
import os
import signal
import socket
import struct
import subprocess
import threading
import time
import uuid
import zipfile

import openpyxl
import pytest
import talk
from demo import RENKEI, SANITIZERS, wait_for
from files import CHUNK, DATA, MIB, OTHER, OWN, chunk, chunks, download, head, held, metadata, pdf, remove, service, stored, told, upload
from renkei.v1 import attachment_pb2, attachment_service_pb2 as at, attachment_service_pb2_grpc as stubs
from served import Served


def workbook():
    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "値"
    book.save(out)
    return out.getvalue()


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, "x" * 100)
    return out.getvalue()


class Wire:
    """A line to the daemon that counts what the client sends, and breaks when told; fates: after so many bytes each connection is reset."""

    def __init__(self, demo, *fates):
        host, port = demo.server.rsplit(":", 1)
        self.target, self.fates, self.sent, self.on_bytes = (host, int(port)), list(fates), 0, None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
                fate = self.fates.pop(0) if self.fates else None
                threading.Thread(target=self.pump, args=(client, server, fate), daemon=True).start()
                threading.Thread(target=self.pump, args=(server, client, None, False), daemon=True).start()

    def pump(self, source, to, fate, counts=True):
        mine = 0
        with contextlib.suppress(OSError):
            while piece := source.recv(4096):
                mine += len(piece)
                if counts:
                    self.sent += len(piece)
                    if self.on_bytes:
                        self.on_bytes(mine)
                if fate is not None and mine >= fate:
                    for end in (source, to):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                to.sendall(piece)
        for end in (source, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self):
        self.listener.close()


@contextlib.contextmanager
def through(demo, *fates):
    wire, before = Wire(demo, *fates), demo.env["RENKEI_SERVER"]
    demo.env["RENKEI_SERVER"] = wire.address
    try:
        yield wire
    finally:
        demo.env["RENKEI_SERVER"] = before
        wire.close()


# there and back -----------------------------------------------------------------------------------------------------

def test_a_file_goes_there_and_comes_back_with_a_receipt_that_openssl_can_check(clean, tmp_path, monkeypatch):
    data = pdf(700001)
    (tmp_path / "研修資料.pdf").write_bytes(data)
    told = clean.renkei(OWN, "attach", tmp_path / "研修資料.pdf", "--period", "2016Q3", "--title", "研修の資料", "--disclosure", "public", lang="ja").stdout
    digest = hashlib.sha256(data).hexdigest()
    assert "添付資料 401005-2016Q3-A1" in told and digest in told and "公開範囲: 公開" in told
    number = "401005-2016Q3-A1"
    clean.renkei(OWN, "receipt", "show", number, "--statement", tmp_path / "s", "--signature", tmp_path / "g")
    subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", clean.env["RENKEI_RECEIPT_KEY"], "-in", tmp_path / "s", "-sigfile", tmp_path / "g"],
                   check=True, capture_output=True)
    statement = (tmp_path / "s").read_text()
    assert f"\nsha256: {digest}\nlength: {len(data)}\n" in statement and "\nname: 研修資料.pdf\ntype: pdf\ndisclosure: public\n" in statement
    assert "holds" in clean.renkei(OWN, "receipt", "verify", number, "--report", tmp_path / "研修資料.pdf").stdout
    (tmp_path / "other").write_bytes(data[:-1] + b"!")
    clean.renkei(OWN, "receipt", "verify", number, "--report", tmp_path / "other", status=65)
    kept = clean.folder.parent / f"home-{OWN}/.local/state/renkei/receipts/{number}.json"
    kept.write_text(kept.read_text().replace('"public"', '"parties"').replace("DISCLOSURE_PUBLIC", "DISCLOSURE_PARTIES"))
    clean.renkei(OWN, "receipt", "verify", number, status=65)
    assert number in clean.renkei(OWN, "receipt", "list").stdout
    # A page for the files there is of a report's alone, and it says where this one is.
    page = clean.renkei(OWN, "receipt", "print", number, status=64, lang="ja").stderr
    assert number in page and "添付資料の受領書" in page and f"renkei receipt show {number}" in page and "受領番号では" not in page
    monkeypatch.chdir(tmp_path / "..")
    (tmp_path / "to").mkdir()
    monkeypatch.chdir(tmp_path / "to")
    for who in (OTHER, "SECRETARIAT", "ANALYST"):
        clean.renkei(who, "attachment", "get", number)
        got = tmp_path / "to/研修資料.pdf"
        assert got.read_bytes() == data and got.stat().st_mode & 0o777 == 0o600
        assert "there is a file" in clean.renkei(who, "attachment", "get", number, status=73).stderr.lower()
        got.unlink()
    clean.renkei(OTHER, "attachment", "get", number, "-O", "x.pdf")
    assert (tmp_path / "to/x.pdf").read_bytes() == data and [p.name for p in (tmp_path / "to").iterdir()] == ["x.pdf"]
    assert "研修の資料" in clean.renkei(OTHER, "attachment", "list", "--period", "2016Q3").stdout
    clean.renkei(OWN, "nil", "2016Q3", "--yes")
    assert f"Attachments\n  {number}  研修資料.pdf  683.6 KiB  研修の資料\n" in clean.renkei(OWN, "report", "show", "2016Q3").stdout


@pytest.mark.parametrize("size", [1, 61440, 61441, 65536 * 3, 20 * MIB])
def test_every_size_comes_back_whole(clean, size):
    data = pdf(size) if size > 8 else b","
    answer = upload(clean, data, file_name="x.pdf" if size > 8 else "x.csv")
    assert answer.attachment.size == size and download(clean, answer.attachment.number) == data
    for offset in (0, size // 2, size - 1, size):
        assert download(clean, answer.attachment.number, offset=offset) == data[offset:]
    error = talk.refused(download, clean, answer.attachment.number, offset=size + 1)
    assert told(error) == ("INVALID_ARGUMENT", "ARGUMENT_INVALID") and metadata(error)["range"] == f"0-{size}"


KINDS = {"PDF": pdf(100), "XLSX": workbook(), "DOCX": archive("[Content_Types].xml", "word/document.xml"), "PPTX": archive("[Content_Types].xml", "ppt/presentation.xml"),
         "JPEG": b"\xff\xd8\xff\xe0" + bytes(100), "CSV": "自治体,人数\n北九州市,3\n".encode("cp932")}


@pytest.mark.parametrize("kind", KINDS)
def test_the_type_is_told_by_the_content_and_not_by_the_name(clean, kind):
    name = "x" if kind == "CSV" else "x.exe"
    assert attachment_pb2.AttachmentType.Name(upload(clean, KINDS[kind], file_name=name).attachment.type) == f"ATTACHMENT_TYPE_{kind}"


@pytest.mark.parametrize("name, kind, data", [("fill.py", "csv", b"a, b = 1, 2\n"), ("写真.pdf", "jpeg", KINDS["JPEG"]), ("表.xlsx", "csv", KINDS["CSV"])], ids=["program", "picture", "table"])
def test_a_file_that_is_not_what_its_name_says_is_refused_by_client_and_server(clean, tmp_path, name, kind, data):
    (tmp_path / name).write_bytes(data)
    said = clean.renkei(OWN, "attach", tmp_path / name, "--period", "2016Q3", lang="ja", status=65).stderr
    assert name in said and "拡張子と中身" in said and kind.upper() in said
    error = talk.refused(upload, clean, data, file_name=name)
    assert told(error) == ("INVALID_ARGUMENT", "ATTACHMENT_MISNAMED") and metadata(error)["kind"] == kind
    assert stored(clean) == (0, 0, 0)


WRONG_KINDS = {"program": b"MZ\x90\0" + bytes(1000), "old_office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "archive": archive("a.txt"),
               "macros": archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "image": b"\x89PNG\r\n\x1a\n" + bytes(100),
               "web": b"<html><script>1</script></html>", "utf16": "値,1\n".encode("utf-16"), "text": b"a", "other": bytes(1000)}


@pytest.mark.parametrize("kind", WRONG_KINDS)
def test_another_type_is_told_what_it_is_by_client_and_server(clean, tmp_path, kind):
    (tmp_path / "資料.pdf").write_bytes(WRONG_KINDS[kind])
    run = clean.renkei(OWN, "attach", tmp_path / "資料.pdf", "--period", "2016Q3", lang="ja", status=65)
    assert "添付できません" in run.stderr and "PowerPoint（.pptx）" in run.stderr
    assert kind != "text" or "列のないテキスト" in run.stderr
    error = talk.refused(upload, clean, WRONG_KINDS[kind])
    assert told(error) == ("INVALID_ARGUMENT", "ATTACHMENT_TYPE") and metadata(error)["kind"] == kind
    assert stored(clean) == (0, 0, 0)


def hidden_first_entry():
    """A workbook with macros whose bytes before the directory look like a record that swallows the first one."""
    book = bytearray(archive("xl/vbaProject.bin", "[Content_Types].xml", "xl/workbook.xml"))
    end = book.rindex(b"PK\5\6")
    begin = int.from_bytes(book[end + 16:end + 20], "little")
    fake = b"PK\1\2" + bytes(24) + struct.pack("<HHH", 1, 46 + len("xl/vbaProject.bin"), 0) + bytes(12) + b"x"
    book[end + 16:end + 20] = (begin + len(fake)).to_bytes(4, "little")
    return bytes(book[:begin]) + fake + bytes(book[begin:])


@pytest.mark.parametrize("name, data, kind", [("表.xlsm", KINDS["XLSX"], "macros"), ("表.xlsx", hidden_first_entry(), "archive")], ids=["name", "bytes"])
def test_macros_are_not_hidden_by_a_name_or_by_bytes_that_pass_for_a_directory(clean, tmp_path, name, data, kind):
    assert "xl/vbaProject.bin" in zipfile.ZipFile(io.BytesIO(data)).namelist() or kind == "macros"
    (tmp_path / name).write_bytes(data)
    assert "添付できません" in clean.renkei(OWN, "attach", tmp_path / name, "--period", "2016Q3", lang="ja", status=65).stderr
    error = talk.refused(upload, clean, data, file_name=name)
    assert told(error) == ("INVALID_ARGUMENT", "ATTACHMENT_TYPE") and metadata(error)["kind"] == kind
    assert stored(clean) == (0, 0, 0)


# cut anywhere -------------------------------------------------------------------------------------------------------

# What is on its way when a line breaks: the stream's window and what the sockets of the test's own proxy hold.
ON_ITS_WAY = 256 << 10
HELLO = 16 << 10


@pytest.mark.parametrize("fates", [(600000,), (20000, 300000, 30000), (2000000, 2500000)])
def test_a_cut_line_is_gone_on_with_at_the_byte_where_it_stopped(clean, tmp_path, fates):
    data = pdf(3 * MIB, str(fates))
    (tmp_path / "大.pdf").write_bytes(data)
    with through(clean, *fates) as wire:
        run = clean.renkei(OWN, "attach", tmp_path / "大.pdf", "--period", "2016Q3")
    print(f"cut after {fates}: {wire.sent} bytes for {len(data)}")
    assert len(data) < wire.sent < len(data) * 1.02 + len(fates) * (ON_ITS_WAY + HELLO) + HELLO
    assert "again" in run.stderr.lower() and stored(clean)[0] == 1
    assert download(clean, "401005-2016Q3-A1") == data
    with through(clean) as wire:
        assert "already" in clean.renkei(OWN, "attach", tmp_path / "大.pdf", "--period", "2016Q3").stderr
    assert wire.sent < HELLO


@pytest.mark.parametrize("after", [30000, 500000, 1900000])
def test_a_killed_client_leaves_what_arrived_and_the_next_one_sends_the_rest(clean, tmp_path, after):
    data = pdf(2 * MIB, after)
    (tmp_path / "a.pdf").write_bytes(data)
    with through(clean) as wire:
        cert, key = clean.identity(OWN)
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "RENKEI_SERVER": wire.address, "RENKEI_CA": clean.env["RENKEI_CA"], "RENKEI_CERT": cert, "RENKEI_KEY": key, **SANITIZERS}
        client = subprocess.Popen([RENKEI, "attach", tmp_path / "a.pdf", "--period", "2016Q3"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wire.on_bytes = lambda sent: sent >= after and client.poll() is None and client.kill()
        assert client.wait(60) == -signal.SIGKILL
    wait_for(lambda: clean.sql("select count(*) from pg_stat_activity where query like '%append_upload%' and state = 'active' and pid <> pg_backend_pid()") == [["0"]])
    time.sleep(0.3)
    there = held(clean, data).held
    assert not held(clean, data).complete and max(0, after - ON_ITS_WAY - HELLO) <= there <= after + ON_ITS_WAY
    with through(clean) as wire:
        clean.renkei(OWN, "attach", tmp_path / "a.pdf", "--period", "2016Q3")
    assert len(data) - there < wire.sent < (len(data) - there) * 1.02 + HELLO
    assert download(clean, "401005-2016Q3-A1") == data


def test_killed_workers_lose_nothing_that_they_had_confirmed(own_demo, tmp_path):
    data, killed = pdf(3 * MIB), []
    (tmp_path / "a.pdf").write_bytes(data)
    with through(own_demo) as wire:
        def kill(_):
            if len(killed) < 3 and wire.sent > (len(killed) + 1) * 600000:
                killed.append(wire.sent)
                for pid in own_demo.workers():
                    os.kill(pid, signal.SIGKILL)
        wire.on_bytes = kill
        own_demo.renkei(OWN, "attach", tmp_path / "a.pdf", "--period", "2016Q3", "--timeout", "120", seconds=180)
    assert len(killed) == 3 and wire.sent < len(data) * 1.02 + 3 * (ON_ITS_WAY + HELLO) + 10 * HELLO
    assert download(own_demo, "401005-2016Q3-A1") == data and stored(own_demo)[0] == 1


def test_what_another_client_sent_is_gone_on_with_and_never_believed(clean):
    data = pdf(10 * CHUNK)
    wrong = data[:CHUNK] + b"?" + data[CHUNK + 1:]
    # The first half comes with a wrong byte, from whoever: the whole is refused, and with it what was there.
    error = talk.refused(service(clean).UploadAttachment, iter([head(data), *chunks(wrong)[:5]]), timeout=60)
    assert told(error) == ("INVALID_ARGUMENT", "ATTACHMENT_SIZE_DIFFERS") and metadata(error)["sent"] == str(5 * CHUNK)
    assert held(clean, data).held == 5 * CHUNK
    error = talk.refused(upload, clean, data, offset=5 * CHUNK)
    assert told(error) == ("DATA_LOSS", "DIGEST_MISMATCH") and metadata(error)["expected"] == hashlib.sha256(data).hexdigest()
    assert held(clean, data).held == 0 and stored(clean) == (0, 0, 0)
    talk.refused(service(clean).UploadAttachment, iter([head(data), *chunks(data)[:7]]), timeout=60)
    answer = upload(clean, data, offset=7 * CHUNK)
    assert download(clean, answer.attachment.number) == data


def test_of_two_uploads_of_a_file_the_later_goes_on(clean):
    data, more = pdf(10 * CHUNK), threading.Event()

    def slowly():
        yield head(data)
        yield from chunks(data)[:3]
        more.wait(30)
        yield from chunks(data)[3:]
    first = service(clean).UploadAttachment.future(slowly(), timeout=60)
    wait_for(lambda: held(clean, data).held == 3 * CHUNK)
    answer = upload(clean, data, offset=3 * CHUNK)
    more.set()
    error = talk.refused(first.result)
    assert told(error) == ("ABORTED", "UPLOAD_SUPERSEDED")
    assert download(clean, answer.attachment.number) == data and stored(clean)[:2] == (1, 1)


# never twice --------------------------------------------------------------------------------------------------------

def test_a_file_that_is_there_costs_no_bytes_and_is_kept_once(clean):
    data = pdf(5 * CHUNK)
    first = upload(clean, data)
    again = service(clean).UploadAttachment(iter([head(data)]), timeout=30)
    assert again.existed and again.attachment == first.attachment and again.receipt == first.receipt
    other = service(clean).UploadAttachment(iter([head(data, period=(2016, 2))]), timeout=30)
    assert not other.existed and other.attachment.number == "401005-2016Q2-A1"
    assert stored(clean) == (2, 1, 5)
    error = talk.refused(service(clean).UploadAttachment, iter([head(data, file_name="別名.pdf")]), timeout=30)
    assert told(error) == ("ALREADY_EXISTS", "ATTACHMENT_EXISTS") and metadata(error)["number"] == first.attachment.number
    assert held(clean, data).complete
    remove(clean, first.attachment.number)
    assert stored(clean) == (1, 1, 5) and download(clean, other.attachment.number) == data
    remove(clean, other.attachment.number)
    assert stored(clean) == (0, 0, 0)
    assert upload(clean, data).attachment.number == "401005-2016Q3-A2"


def test_the_same_request_gets_the_first_answer(clean):
    data, request = pdf(3 * CHUNK), str(uuid.uuid4())
    first = upload(clean, data, request_id=request)
    assert upload(clean, data, request_id=request) == first
    error = talk.refused(upload, clean, pdf(100), request_id=request)
    assert told(error) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    taken = str(uuid.uuid4())
    gone = remove(clean, first.attachment.number, request_id=taken)
    assert remove(clean, first.attachment.number, request_id=taken) == gone and gone.HasField("removed_at")
    assert told(talk.refused(remove, clean, first.attachment.number)) == ("FAILED_PRECONDITION", "ATTACHMENT_REMOVED")
    assert service(clean).GetAttachmentReceipt(at.GetAttachmentReceiptRequest(number=first.attachment.number)).receipt == first.receipt


# refused ------------------------------------------------------------------------------------------------------------

BAD = {
    "no head": ([chunk(DATA, 0)], "INVALID_ARGUMENT", "MALFORMED_MESSAGE"),
    "nothing": ([], "INVALID_ARGUMENT", "MALFORMED_MESSAGE"),
    "neither head nor chunk": ([at.UploadAttachmentRequest()], "INVALID_ARGUMENT", "MALFORMED_MESSAGE"),
    "two heads": ([head(DATA), head(DATA)], "INVALID_ARGUMENT", "MALFORMED_MESSAGE"),
    "hash of other bytes": ([head(DATA, sha256="0" * 64), *chunks(DATA)], "DATA_LOSS", "DIGEST_MISMATCH"),
    "more than announced": ([head(DATA, size=2 * CHUNK), *chunks(DATA)], "INVALID_ARGUMENT", "ATTACHMENT_SIZE_DIFFERS"),
    "less than announced": ([head(DATA, size=len(DATA) + 1), *chunks(DATA)], "INVALID_ARGUMENT", "ATTACHMENT_SIZE_DIFFERS"),
    "chunk left out": ([head(DATA), chunk(DATA, 0), chunk(DATA, 2 * CHUNK)], "INVALID_ARGUMENT", "CHUNK_OUT_OF_ORDER"),
    "chunk twice": ([head(DATA), chunk(DATA, 0), chunk(DATA, 0)], "INVALID_ARGUMENT", "CHUNK_OUT_OF_ORDER"),
    "negative offset": ([head(DATA), at.UploadAttachmentRequest(chunk=at.AttachmentChunk(offset=-1, data=b"x"))], "INVALID_ARGUMENT", "CHUNK_OUT_OF_ORDER"),
    "begins where nothing is": ([head(DATA, offset=CHUNK), *chunks(DATA, CHUNK)], "INVALID_ARGUMENT", "CHUNK_OUT_OF_ORDER"),
    "negative begin": ([head(DATA, offset=-5)], "INVALID_ARGUMENT", "CHUNK_OUT_OF_ORDER"),
    "empty chunk": ([head(DATA), at.UploadAttachmentRequest(chunk=at.AttachmentChunk())], "INVALID_ARGUMENT", "CHUNK_SIZE"),
    "small chunk": ([head(DATA), chunk(DATA, 0, 16383)], "INVALID_ARGUMENT", "CHUNK_SIZE"),
    "large chunk": ([head(DATA), chunk(DATA, 0, 65537)], "INVALID_ARGUMENT", "CHUNK_SIZE"),
    "larger chunk": ([head(DATA), chunk(DATA, 0, 80000)], "RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE"),
    "over 20 MiB": ([head(DATA, size=20 * MIB + 1)], "RESOURCE_EXHAUSTED", "ATTACHMENT_TOO_LARGE"),
    "huge": ([head(DATA, size=(1 << 63) - 1)], "RESOURCE_EXHAUSTED", "ATTACHMENT_TOO_LARGE"),
    "negative": ([head(DATA, size=-1)], "INVALID_ARGUMENT", "ATTACHMENT_EMPTY"),
    "empty": ([head(b"")], "INVALID_ARGUMENT", "ATTACHMENT_EMPTY"),
    "no hash": ([head(DATA, sha256="")], "INVALID_ARGUMENT", "SHA256_INVALID"),
    "hash in capitals": ([head(DATA, sha256="A" * 64)], "INVALID_ARGUMENT", "SHA256_INVALID"),
    "no id": ([head(DATA, request_id="")], "INVALID_ARGUMENT", "REQUEST_ID_REQUIRED"),
    "nil id": ([head(DATA, request_id=str(uuid.UUID(int=0)))], "INVALID_ARGUMENT", "REQUEST_ID_REQUIRED"),
    "another's": ([head(DATA, municipality_code=OTHER)], "PERMISSION_DENIED", "ATTACHMENT_NOT_YOURS"),
    "nobody's": ([head(DATA, municipality_code="")], "PERMISSION_DENIED", "ATTACHMENT_NOT_YOURS"),
    "wrong code": ([head(DATA, municipality_code="401006")], "INVALID_ARGUMENT", "ARGUMENT_INVALID"),
    "unknown level": ([head(DATA, disclosure=9)], "INVALID_ARGUMENT", "ARGUMENT_INVALID"),
    "no quarter": ([head(DATA, period=(2016, 0))], "NOT_FOUND", "PERIOD_NOT_FOUND"),
    "no such quarter": ([head(DATA, period=(2003, 1))], "NOT_FOUND", "PERIOD_NOT_FOUND"),
    "long title": ([head(DATA, title="題" * 201)], "INVALID_ARGUMENT", "TEXT_TOO_LONG"),
    "title with a control": ([head(DATA, title="a\x1b[2J")], "INVALID_ARGUMENT", "ARGUMENT_INVALID"),
    "name that climbs": ([head(DATA, file_name="../../etc/passwd")], "INVALID_ARGUMENT", "FILE_NAME_INVALID"),
    "name that climbs elsewhere": ([head(DATA, file_name="..\\..\\x.pdf")], "INVALID_ARGUMENT", "FILE_NAME_INVALID"),
    "name that is a folder": ([head(DATA, file_name="..")], "INVALID_ARGUMENT", "FILE_NAME_INVALID"),
    "name with a line": ([head(DATA, file_name="a\nb.pdf")], "INVALID_ARGUMENT", "FILE_NAME_INVALID"),
    "name with a direction": ([head(DATA, file_name="a\u202efdp.exe")], "INVALID_ARGUMENT", "ARGUMENT_INVALID"),
    "no name": ([head(DATA, file_name="")], "INVALID_ARGUMENT", "FILE_NAME_INVALID"),
    "long name": ([head(DATA, file_name="長" * 86)], "INVALID_ARGUMENT", "FILE_NAME_INVALID"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_with_an_upload_is_told_with_its_code(clean, case):
    messages, code, reason = BAD[case]
    error = talk.refused(service(clean).UploadAttachment, iter(messages), timeout=60)
    assert told(error) == (code, reason)
    sentences = talk.details(error)["google.rpc.LocalizedMessage"]
    assert set(sentences) == {"ja", "en", "zh"} and not any("{" in s for s in sentences.values())
    assert stored(clean)[0] == 0 and "RetryInfo" not in talk.details(error)
    # Nothing of it is in the way.
    assert upload(clean, DATA).attachment.number.startswith("401005-2016Q3-A")


def test_bytes_that_are_no_message_are_refused(clean):
    raw = talk.channel(clean, OWN).stream_unary("/renkei.v1.AttachmentService/UploadAttachment", request_serializer=lambda b: b, response_deserializer=lambda b: b)
    for message in (b"\x12\x7fabc", b"\x0a\x02\x08", head(DATA).SerializeToString() + chunk(DATA, 0).SerializeToString(), b"\x1a\x00", b"\x08\x01"):
        assert told(talk.refused(raw, iter([message]), timeout=30)) in (("INVALID_ARGUMENT", "MALFORMED_MESSAGE"), ("INVALID_ARGUMENT", "UNKNOWN_FIELD")), message
    for message in (b"\x12\x02\x18\x01", b"\x12\x04\x08\x00\x08\x00", b"\x12\x03\x0a\x01x"):
        assert told(talk.refused(raw, iter([head(DATA).SerializeToString(), message]), timeout=30)) == ("INVALID_ARGUMENT", "MALFORMED_MESSAGE"), message


def test_what_the_client_can_see_is_refused_before_a_byte_is_sent(clean, tmp_path):
    (tmp_path / "large.pdf").write_bytes(pdf(100))
    os.truncate(tmp_path / "large.pdf", 20 * MIB + 1)
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "good.pdf").write_bytes(pdf(100))
    os.mkfifo(tmp_path / "pipe")
    for name, status in (("large.pdf", 65), ("empty.pdf", 65), ("none.pdf", 66), (".", 66), ("pipe", 66)):
        with through(clean) as wire:
            said = clean.renkei(OWN, "attach", tmp_path / "good.pdf", tmp_path / name, "--period", "2016Q3", status=status, lang="ja").stderr
        assert name != "large.pdf" or "20.0 MiB (20971521 B) あります。添付できるのは 20.0 MiB (20971520 B) までです" in said
        assert wire.sent == 0 and stored(clean) == (0, 0, 0)
    clean.renkei(OWN, "attach", tmp_path / "good.pdf", status=64)
    clean.renkei(OWN, "attach", tmp_path / "good.pdf", "--period", "spring", status=64)
    assert "valid" in clean.renkei(OWN, "attach", tmp_path / "good.pdf", "--period", "2016Q3", "--dry-run", "-o", "csv").stdout
    clean.renkei("SECRETARIAT", "attach", tmp_path / "good.pdf", "--period", "2016Q3", "-m", OWN, status=77)
    clean.renkei(OWN, "attach", tmp_path / "good.pdf", "--period", "2016Q3", "-m", OTHER, status=77)


# how much -----------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def small(tmp_path_factory):
    demo = Served(tmp_path_factory.mktemp("small") / "demo", attachment_files=3, attachment_bytes=20 * MIB, attachment_expire_hours=2).start()
    try:
        demo.load_registry()
        yield demo
    finally:
        demo.stop()


def test_quotas_name_what_is_used_the_limit_and_what_to_do(small, tmp_path):
    for n in range(3):
        upload(small, pdf(1000, n), period=(2016, 1))
    error = talk.refused(upload, small, pdf(1000, 9), period=(2016, 1))
    assert told(error) == ("RESOURCE_EXHAUSTED", "ATTACHMENTS_TOO_MANY") and (metadata(error)["period"], metadata(error)["limit"]) == ("2016Q1", "3")
    assert "google.rpc.RetryInfo" not in talk.details(error)
    upload(small, pdf(12 * MIB), period=(2016, 2))
    error = talk.refused(upload, small, pdf(9 * MIB), period=(2016, 2))
    assert told(error) == ("RESOURCE_EXHAUSTED", "ATTACHMENTS_TOO_LARGE") and metadata(error)["used"] == str(12 * MIB + 3000)
    (tmp_path / "a.pdf").write_bytes(pdf(9 * MIB))
    begun = time.monotonic()
    run = small.renkei(OWN, "attach", tmp_path / "a.pdf", "--period", "2016Q2", lang="ja", status=65)
    assert "12.0 MiB を使っています" in run.stderr and "20.0 MiB まで" in run.stderr and "renkei attachment remove" in run.stderr
    assert time.monotonic() - begun < 10
    upload(small, pdf(9 * MIB), OTHER, municipality_code=OTHER, period=(2016, 2))
    # What is only begun counts, and small ones as a chunk each; what has expired does not.
    line = service(small)
    refusals = [told(talk.refused(line.UploadAttachment, iter([head(pdf(100, f"s{n}"), period=(2016, 3))]), timeout=30))[1] for n in range(140)]
    assert refusals[:100] == ["ATTACHMENT_SIZE_DIFFERS"] * 100 and refusals[-1] == "ATTACHMENTS_TOO_LARGE"
    small.sql("update renkei.attachment_content set touched_at = touched_at - interval '121 minutes' where completed_at is null")
    upload(small, pdf(1000, 50), period=(2016, 3))
    assert small.sql("select count(*) from renkei.attachment_content where completed_at is null") == [["0"]]
    for path in ("attachment_files", "attachment_bytes"):
        assert path in (small.folder / "served.conf").read_text()


def test_of_two_uploads_for_the_last_place_the_second_leaves_nothing_behind(small):
    for n in range(2):
        upload(small, pdf(1000, f"place {n}"), OTHER, municipality_code=OTHER, period=(2016, 3))
    files, more = [pdf(3 * CHUNK, f"last {n}") for n in range(2)], threading.Event()

    def slowly(data):
        yield head(data, municipality_code=OTHER, period=(2016, 3))
        yield from chunks(data)[:1]
        more.wait(30)
        yield from chunks(data)[1:]
    both = [service(small, OTHER).UploadAttachment.future(slowly(data), timeout=60) for data in files]
    wait_for(lambda: all(held(small, data, OTHER).held == CHUNK for data in files))
    more.set()
    errors = [call.exception() for call in both]
    assert [told(e) for e in errors if e] == [("RESOURCE_EXHAUSTED", "ATTACHMENTS_TOO_MANY")]
    assert metadata(next(e for e in errors if e))["limit"] == "3"
    assert [held(small, data, OTHER).held for data, e in zip(files, errors) if e] == [0]
    assert small.sql(f"select count(*) from renkei.attachment_content where municipality_code = '{OTHER}' and completed_at is null") == [["0"]]


# memory -------------------------------------------------------------------------------------------------------------

def resident(pids, name="VmRSS"):
    """KiB of these processes."""
    return sum(int(line.split()[1]) for pid in pids for line in open(f"/proc/{pid}/status") if line.startswith(name))


def test_a_hundred_uploads_at_once_need_no_more_memory_than_their_windows(tmp_path, monkeypatch):
    # What a sanitizer keeps of freed memory is not the daemon's.
    monkeypatch.setenv("ASAN_OPTIONS", os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1:thread_local_quarantine_size_kb=64:detect_leaks=0")
    demo = Served(tmp_path / "demo", max_calls_per_principal=200, max_connections_per_principal=200).start()
    try:
        demo.load_registry()
        files = [pdf(2 * MIB, n) for n in range(100)]
        owners = [(code, quarter) for code in (OWN, OTHER) for quarter in range(1, 5)]
        upload(demo, pdf(2 * MIB, "warm"), period=(2015, 1))
        workers, peak, done = demo.workers(), [], threading.Event()
        before = resident(workers)
        places = {n: (*owners[n % 8], 2015 if n < 50 else 2016) for n in range(100)}
        lines = [talk.channel(demo, code, [("grpc.use_local_subchannel_pool", 1)]) for code in (OWN, OTHER) for _ in range(4)]

        def one(n, answers):
            code, quarter, year = places[n]
            line = lines[(0 if code == OWN else 4) + n % 4]
            answers[n] = stubs.AttachmentServiceStub(line).UploadAttachment(
                iter([head(files[n], municipality_code=code, period=(year, quarter)), *chunks(files[n])]), timeout=300).attachment.number
        answers = {}
        running = [threading.Thread(target=one, args=(n, answers)) for n in range(100)]

        def watch():
            while not done.wait(0.05):
                peak.append(resident(workers))
        watcher = threading.Thread(target=watch)
        watcher.start()
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        done.set()
        watcher.join()
        risen = max(peak) - before
        # Each upload: its window, a chunk, and as much again because buffers double; and 16 MiB.
        most = 100 * 2 * (64 + 68) + (16 << 10)
        print(f"100 uploads of 2 MiB: memory rose by {risen >> 10} MiB of {most >> 10} MiB allowed")
        assert len(answers) == 100 and risen < most and demo.workers() == workers
        for n, number in answers.items():
            assert download(demo, number, places[n][0]) == files[n]
    finally:
        demo.stop()
