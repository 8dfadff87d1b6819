"""renkei's decoder beside python3-protobuf's, on generated messages and on mutations of them.

Both agree on what is a message and what it says.  Where renkei refuses more it is on purpose; deliberate() is the list, written from
pack.h and not from the code, and an input is refused if and only if the oracle refuses it or the list does.
"""
import json
import os
import pathlib
import random
import struct
import subprocess

import pytest
from effort import is_long
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message, message_factory
from google.protobuf.descriptor import FieldDescriptor as F
from test_json_mapping import fill

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RENKEI_BUILD", ROOT / "build/dev"))
SEED = int(os.environ.get("RENKEI_SEED", "20160715"))
TRIES = 100000 if is_long() else 5000
TYPES = ["Report", "Receipt", "SubmitReportRequest", "ListReportsRequest", "ImportRegistryRequest"]
VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5
WIRE = {F.TYPE_DOUBLE: EIGHT, F.TYPE_FIXED64: EIGHT, F.TYPE_SFIXED64: EIGHT, F.TYPE_FLOAT: FOUR, F.TYPE_FIXED32: FOUR, F.TYPE_SFIXED32: FOUR,
        F.TYPE_STRING: BYTES, F.TYPE_BYTES: BYTES, F.TYPE_MESSAGE: BYTES}
INT32 = {F.TYPE_INT32, F.TYPE_ENUM}


class Broken(Exception):
    """No message at all: the oracle has to say so too."""


def varint(data, at):
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise Broken


def piece(data, at, size):
    if size > len(data) - at:
        raise Broken
    return data[at:at + size], at + size


def number_fits(field, value):
    if value >= 2**64:
        return False
    signed = value - 2**64 if value >= 2**63 else value
    if field.type in INT32:
        return -2**31 <= signed < 2**31
    if field.type in (F.TYPE_UINT32, F.TYPE_SINT32):
        return value < 2**32
    return field.type != F.TYPE_BOOL or value < 2


def elements(field, wire, value):
    """Varints of a field, packed ones too."""
    if wire == VARINT:
        return [value]
    found, at = [], 0
    while at < len(value):
        one, at = varint(value, at)
        found.append(one)
    return found


def of_field(field, wire, value):
    """Why one field is refused, None when it is not."""
    expected, repeated = WIRE.get(field.type, VARINT), field.label == F.LABEL_REPEATED
    packed = repeated and expected != BYTES and wire == BYTES
    if wire != expected and not packed:
        return "wire type"
    if expected == VARINT and not all(number_fits(field, one) for one in elements(field, wire, value)):
        return "number"
    if packed and expected in (EIGHT, FOUR) and len(value) % (8 if expected == EIGHT else 4):
        raise Broken
    if field.type == F.TYPE_STRING and b"\0" in value:
        return "NUL"
    return deliberate(field.message_type, value) if field.type == F.TYPE_MESSAGE else None


def deliberate(descriptor, data):
    """Why renkei refuses what protobuf takes, None for nothing.

    A field that the type does not have (groups among them, and number 0, where the oracle takes the message to end, also when
    32 bits of a larger tag say so), a field of another wire type, a number beyond its type, NUL in a string, a singular field twice, two fields of one oneof."""
    at, seen = 0, set()
    while at < len(data):
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        if number == 0 or tag >= 2**32:
            return "field number"
        field = descriptor.fields_by_number.get(number)
        if wire == VARINT:
            value, at = varint(data, at)
        elif wire in (EIGHT, FOUR):
            value, at = piece(data, at, 8 if wire == EIGHT else 4)
        elif wire == BYTES:
            size, at = varint(data, at)
            value, at = piece(data, at, size)
        else:
            return "wire type"
        if field is None:
            return "unknown field"
        why = of_field(field, wire, value)
        if why:
            return why
        once = field.containing_oneof.full_name if field.containing_oneof else field.full_name
        if field.label != F.LABEL_REPEATED and once in seen:
            return "twice"
        seen.add(once)
    return None


def messages(whole):
    """A message and all within it."""
    yield whole
    for field, value in whole.ListFields():
        if field.type == F.TYPE_MESSAGE:
            for one in value if field.label == F.LABEL_REPEATED else [value]:
                yield from messages(one)


def times(whole):
    return [one for one in messages(whole) if one.DESCRIPTOR.full_name == "google.protobuf.Timestamp"]


def has_json(whole):
    """Times outside of years 1 to 9999 have none."""
    return all(-62135596800 <= time.seconds <= 253402300799 and 0 <= time.nanos < 10**9 for time in times(whole))


def generate(chance, made):
    whole = fill(chance, made())
    for time in times(whole):
        time.seconds = chance.choice((0, 1468594799, -1, -62135596800, 253402300799, chance.randrange(2**33)))
        time.nanos = chance.choice((0, 1, 999999999, 500000000, 123456000))
    return whole.SerializeToString()


def mutate(chance, data, other):
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(8)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, 0xC0, 0xED, chance.randrange(256)))
        elif kind == 2:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
        elif kind == 3:
            del data[at:at + chance.randint(1, 8)]
        elif kind == 4:
            data[at:at] = data[at:at + chance.randint(1, 40)]
        elif kind == 5:
            cut = chance.randrange(len(other) + 1)
            data[at:] = other[cut:]
        elif kind == 6:
            data += other
        elif at < len(data):  # the same varint, or what stands there, in more bytes than it needs
            data[at:at + 1] = bytes([data[at] | 0x80]) + b"\x80" * chance.randrange(9) + b"\0"
    return bytes(data)


@pytest.fixture(scope="module")
def classes():
    files = descriptor_pb2.FileDescriptorSet()
    files.ParseFromString((BUILD / "proto/gen/descriptors.binpb").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    get = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory(pool).GetPrototype
    return {name: get(pool.FindMessageTypeByName(f"renkei.v1.{name}")) for name in TYPES}


def decode(name, records):
    data = b"".join(struct.pack(">I", len(record)) + record for record in records)
    done = subprocess.run([BUILD / "tests/json_map", "decode", f"renkei.v1.{name}"], input=data, capture_output=True, timeout=1200)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    out, at = [], 0
    while at < len(done.stdout):
        size = struct.unpack_from(">I", done.stdout, at)[0]
        out.append(done.stdout[at + 4:at + 4 + size])
        at += 4 + size
    assert len(out) == len(records)
    return out


def oracle(made, data):
    """The message, None when it is none."""
    try:
        return made.FromString(data)
    except (message.DecodeError, UnicodeDecodeError):
        return None


def expected(made, data):
    """The message, or why it is refused."""
    read = oracle(made, data)
    if read is None:
        return None, "no message"
    try:
        return read, deliberate(made.DESCRIPTOR, data)
    except Broken:
        raise AssertionError(f"the oracle takes {data.hex()}") from None


@pytest.mark.filterwarnings("ignore:Unexpected end-group")
@pytest.mark.parametrize("name", TYPES)
def test_both_read_the_same_and_refuse_the_same(classes, name):
    chance, made = random.Random(f"{SEED} {name}"), classes[name]
    whole = [generate(chance, made) for _ in range(200)] + [b""]
    records = whole + [mutate(chance, chance.choice(whole), chance.choice(whole)) for _ in range(TRIES)]
    tally = {}
    for data, said in zip(records, decode(name, records)):
        read, why = expected(made, data)
        tally[why or "fine"] = tally.get(why or "fine", 0) + 1
        if why:
            assert said.startswith(b"!"), (why, data.hex(), said[:300])
            continue
        if not has_json(read):
            tally["fine, without JSON"] = tally.get("fine, without JSON", 0) + 1
            continue
        assert not said.startswith(b"!"), (said, data.hex())
        assert json.loads(said) == json_format.MessageToDict(read, preserving_proto_field_name=True), data.hex()
    print(name, tally)
    # A generator that makes no more than one kind would prove little.
    assert tally["fine"] > TRIES // 50 and len(tally) >= 5, tally
