"""Files to attach, and AttachmentService as a client of its own asks it: what the tests of attachments share."""
import hashlib
import uuid

import talk
from renkei.v1 import attachment_service_pb2 as at, attachment_service_pb2_grpc as stubs, report_pb2

OWN, OTHER = "401005", "400009"
CHUNK = 61440
MIB = 1 << 20
LEVELS = {"public": report_pb2.DISCLOSURE_PUBLIC, "parties": report_pb2.DISCLOSURE_PARTIES, "secretariat": report_pb2.DISCLOSURE_SECRETARIAT}


def pdf(size, seed=0):
    """Bytes that are a PDF as far as anybody here looks, and like no others."""
    return (b"%PDF-1.7\n" + hashlib.shake_256(f"{size} {seed}".encode()).digest(size))[:size]


DATA = pdf(3 * CHUNK)


def service(demo, who=OWN):
    return stubs.AttachmentServiceStub(talk.channel(demo, who))


def head(data, offset=0, period=(2016, 3), **fields):
    fields = {"request_id": str(uuid.uuid4()), "municipality_code": OWN, "file_name": "資料.pdf", "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), **fields}
    return at.UploadAttachmentRequest(head=at.UploadHead(period=talk.period(*period), offset=offset, **fields))


def chunks(data, offset=0, step=CHUNK):
    return [chunk(data, begin, step) for begin in range(offset, len(data), step)]


def chunk(data, offset, step=CHUNK):
    return at.UploadAttachmentRequest(chunk=at.AttachmentChunk(offset=offset, data=data[offset:offset + step]))


def upload(demo, data, who=OWN, offset=0, **fields):
    return service(demo, who).UploadAttachment(iter([head(data, offset, **fields), *chunks(data, offset)]), timeout=60)


def told(error):
    return error.code().name, talk.reason(error)


def metadata(error):
    return dict(talk.details(error)["google.rpc.ErrorInfo"].metadata)


def download(demo, number, who=OWN, offset=0):
    answers = list(service(demo, who).DownloadAttachment(at.DownloadAttachmentRequest(number=number, offset=offset), timeout=60))
    assert answers[0].attachment.number == number and not any(a.HasField("attachment") for a in answers[1:])
    place = offset
    for answer in answers:
        if answer.HasField("chunk"):
            assert answer.chunk.offset == place and 0 < len(answer.chunk.data) <= 65536
            place += len(answer.chunk.data)
    return b"".join(a.chunk.data for a in answers)


def held(demo, data, who=OWN):
    return service(demo, who).GetUpload(at.GetUploadRequest(municipality_code=who, sha256=hashlib.sha256(data).hexdigest()))


def remove(demo, number, who=OWN, **fields):
    return service(demo, who).RemoveAttachment(at.RemoveAttachmentRequest(request_id=fields.pop("request_id", str(uuid.uuid4())), number=number, **fields)).attachment


def stored(demo):
    """Attachments, contents, chunks."""
    return tuple(int(n) for n in demo.sql("select (select count(*) from renkei.attachment where removed_at is null), (select count(*) from renkei.attachment_content),"
                                          " (select count(*) from renkei.attachment_chunk)")[0])
