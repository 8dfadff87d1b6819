"""Attachments at the client: what a server says is never a path, a command to the terminal or a kind; damaged bytes are no file."""
import concurrent.futures
import os
import subprocess

import pytest
import talk
import grpc
from files import CHUNK, DATA, OWN, download, pdf, service, told, upload
from renkei.v1 import attachment_pb2, attachment_service_pb2 as at, attachment_service_pb2_grpc as stubs, server_service_pb2, server_service_pb2_grpc

EVIL = {"../../x.pdf": "x.pdf", "/etc/passwd": "passwd", "..": None, "a/..": None, "-rf": "_rf", ".bashrc": "_bashrc", "C:\\windows\\x.pdf": "x.pdf", "a\nb\x1b[2J.pdf": "a_b_[2J.pdf",
        "長" * 300 + ".pdf": "長" * 65 + ".pdf", "": None, "x\u202efdp.exe": "x_fdp.exe"}


@pytest.mark.parametrize("name", EVIL)
def test_a_name_from_the_server_is_never_a_path(clean, tmp_path, monkeypatch, name):
    """The database is made to say what no daemon stores."""
    number = upload(clean, DATA).attachment.number
    clean.sql("alter table renkei.attachment drop constraint if exists attachment_file_name_is_no_path")
    clean.sql("begin; set local session_replication_role = replica; update renkei.attachment set file_name = U&'" +
              "".join(f"\\{ord(c):04x}" for c in name) + "'; commit")
    (tmp_path / "deep/er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep/er")
    clean.renkei(OWN, "attachment", "get", number)
    wanted = EVIL[name] or f"{number}.pdf"
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()] == [f"deep/er/{wanted}"]
    assert (tmp_path / "deep/er" / wanted).read_bytes() == DATA
    clean.renkei(OWN, "attachment", "list", "--period", "2016Q3")


@pytest.fixture
def liar(clean, tmp_path):
    """A server whom the client trusts, and which says what no daemon says."""
    crt, key, more = tmp_path / "liar.crt", tmp_path / "liar.key", tmp_path / "liar.ext"
    more.write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:false\n")
    request = subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", "/CN=liar"],
                             check=True, capture_output=True).stdout
    subprocess.run(["openssl", "x509", "-req", "-CA", clean.folder / "keys/ca.crt", "-CAkey", clean.folder / "keys/ca.key", "-days", "2", "-extfile", more, "-out", crt],
                   input=request, check=True, capture_output=True)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key.read_bytes(), crt.read_bytes())], open(clean.env["RENKEI_CA"], "rb").read(), True))
    before, clean.env["RENKEI_SERVER"] = clean.env["RENKEI_SERVER"], f"127.0.0.1:{port}"
    yield server
    server.stop(0)
    clean.env["RENKEI_SERVER"] = before


ESCAPE = "\x1b]0;x\x07\x1b[2J"


class Lies(stubs.AttachmentServiceServicer):
    """Types of another version, and words that a terminal would obey."""
    facts = {"number": f"N{ESCAPE}", "municipality_code": ESCAPE, "file_name": f"f{ESCAPE}", "sha256": ESCAPE}

    def ListAttachments(self, request, context):
        return at.ListAttachmentsResponse(attachments=[attachment_pb2.Attachment(type=kind, title=ESCAPE, **self.facts) for kind in (99, -1, 7, 2)])

    def GetAttachmentReceipt(self, request, context):
        return at.GetAttachmentReceiptResponse(receipt=attachment_pb2.AttachmentReceipt(type=99, key_id=ESCAPE, statement=f"a\nb{ESCAPE}\n", **self.facts))

    def RemoveAttachment(self, request, context):
        return at.RemoveAttachmentResponse(attachment=attachment_pb2.Attachment(type=-1, **self.facts))


class NoKeys(server_service_pb2_grpc.ServerServiceServicer):
    def GetServerInfo(self, request, context):
        return server_service_pb2.GetServerInfoResponse()


def test_nothing_a_server_says_of_an_attachment_is_obeyed_or_taken_for_a_kind(clean, liar):
    stubs.add_AttachmentServiceServicer_to_server(Lies(), liar)
    server_service_pb2_grpc.add_ServerServiceServicer_to_server(NoKeys(), liar)
    liar.start()
    listed = clean.renkei(OWN, "attachment", "list", "-o", "csv").stdout
    assert listed.count(",other,") == 3 and listed.count(",xlsx,") == 1
    for words in (("attachment", "list", "-o", "wide"), ("attachment", "remove", "401005-2016Q3-A1", "--yes"), ("receipt", "show", "401005-2016Q3-A1", "-o", "wide")):
        run = clean.renkei(OWN, *words)
        assert not {"\x1b", "\x07"} & set(run.stdout + run.stderr), words
    assert "\na\nb\\u001B]0;x\\u0007\\u001B[2J\n" in run.stdout


def test_a_link_that_waits_for_the_name_is_not_followed(clean, tmp_path, monkeypatch):
    number = upload(clean, DATA, file_name="x.pdf").attachment.number
    (tmp_path / "in").mkdir()
    (tmp_path / "in/x.pdf").symlink_to(tmp_path / "victim")
    monkeypatch.chdir(tmp_path / "in")
    clean.renkei(OWN, "attachment", "get", number, status=73)
    assert not (tmp_path / "victim").exists() and sorted(os.listdir(tmp_path / "in")) == ["x.pdf"]


@pytest.mark.parametrize("name", ["長" * 83 + ".pdf", "写真（１）～.pdf", "a b'\"$(x).pdf", ".hidden.pdf"])
def test_a_long_or_odd_name_goes_there_and_back(clean, tmp_path, name):
    (tmp_path / name).write_bytes(DATA)
    clean.renkei(OWN, "attach", tmp_path / name, "--period", "2016Q3")
    assert service(clean).ListAttachments(at.ListAttachmentsRequest()).attachments[0].file_name == name


def test_a_damaged_piece_is_not_taken_for_the_file(clean, tmp_path, monkeypatch):
    number = upload(clean, DATA, file_name="x.pdf").attachment.number
    clean.sql(f"update renkei.attachment_chunk set bytes = set_byte(bytes, 7, 1) where at = {CHUNK}")
    monkeypatch.chdir(tmp_path)
    clean.renkei(OWN, "attachment", "get", number, status=65)
    assert os.listdir(tmp_path) == []
    clean.sql("delete from renkei.attachment_chunk where at > 0")
    assert told(talk.refused(download, clean, number)) == ("DATA_LOSS", "STORE_DAMAGED")


def test_pages_of_a_list_hold_every_attachment_once(clean):
    numbers = [upload(clean, pdf(100 + n)).attachment.number for n in range(7)]
    seen, page = [], at.ListAttachmentsRequest(page_size=3)
    while True:
        answer = service(clean).ListAttachments(page)
        seen += [a.number for a in answer.attachments]
        if not answer.next_page_token:
            break
        page.page_token = answer.next_page_token
    assert seen == numbers
    assert told(talk.refused(service(clean).ListAttachments, at.ListAttachmentsRequest(page_size=3, municipality_code=OWN, page_token=page.page_token))) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")
