"""The proto3 JSON mapping beside python3-protobuf's json_format, both directions, on random reports."""
import json
import os
import pathlib
import random
import struct
import subprocess

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RENKEI_BUILD", ROOT / "build/dev"))
REPORTS = 300
TEXTS = ["", "a", "研修", "\U0001f600 \"\\/\b\f\n\r\t", "\x01\x7f\u2028", "e\u0301", "x" * 300]
REALS = [0.0, 0.1, 1.5, -2.25, 1e22, 1e-7, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 123456789.125, float("inf"), 100.0]


@pytest.fixture(scope="module")
def report():
    files = descriptor_pb2.FileDescriptorSet()
    files.ParseFromString((BUILD / "proto/gen/descriptors.binpb").read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    descriptor = pool.FindMessageTypeByName("renkei.v1.Report")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def random_value(chance, field):
    kind = field.cpp_type
    if kind == FieldDescriptor.CPPTYPE_STRING:
        text = chance.choice(TEXTS)
        return text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return chance.random() < 0.5
    if kind == FieldDescriptor.CPPTYPE_DOUBLE:
        return chance.choice(REALS)
    if kind == FieldDescriptor.CPPTYPE_ENUM:
        return chance.choice([value.number for value in field.enum_type.values] + [777, -1])
    if kind == FieldDescriptor.CPPTYPE_INT32:
        return chance.choice([0, 1, -1, 127, 128, 2**31 - 1, -2**31])
    assert kind == FieldDescriptor.CPPTYPE_INT64, field.full_name
    return chance.choice([0, 1, -1, 2**53 + 1, 2**63 - 1, -2**63])


def fill(chance, message):
    for field in message.DESCRIPTOR.fields:
        if chance.random() < 0.5:
            continue
        repeated = field.label == FieldDescriptor.LABEL_REPEATED
        for _ in range(chance.randint(1, 3) if repeated else 1):
            if field.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
                inner = getattr(message, field.name).add() if repeated else getattr(message, field.name)
                inner.SetInParent()
                fill(chance, inner)
            elif repeated:
                getattr(message, field.name).append(random_value(chance, field))
            else:
                setattr(message, field.name, random_value(chance, field))
    return message


def run(direction, records):
    data = b"".join(struct.pack(">I", len(record)) + record for record in records)
    done = subprocess.run([BUILD / "tests/json_map", direction], input=data, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    out, at = [], 0
    while at < len(done.stdout):
        size = struct.unpack_from(">I", done.stdout, at)[0]
        out.append(done.stdout[at + 4:at + 4 + size])
        at += 4 + size
    assert len(out) == len(records)
    return out


@pytest.fixture(scope="module")
def reports(report):
    chance = random.Random(20160715)
    return [fill(chance, report()) for _ in range(REPORTS)]


def test_messages_become_the_json_that_the_oracle_writes(reports):
    for message, text in zip(reports, run("to_json", [m.SerializeToString() for m in reports])):
        expected = json_format.MessageToDict(message, preserving_proto_field_name=True)
        assert json.loads(text) == expected


@pytest.mark.parametrize("proto_names", [True, False])
@pytest.mark.parametrize("numbers", [True, False])
def test_the_oracles_json_becomes_its_bytes(reports, proto_names, numbers):
    texts = [json_format.MessageToJson(m, preserving_proto_field_name=proto_names, use_integers_for_enums=numbers, sort_keys=True).encode()
             for m in reports]
    for message, wire in zip(reports, run("to_wire", texts)):
        assert wire == message.SerializeToString(deterministic=True)


def test_the_oracle_reads_what_we_write(report, reports):
    for message, text in zip(reports, run("to_json", [m.SerializeToString() for m in reports])):
        assert json_format.Parse(text.decode(), report()).SerializeToString(deterministic=True) == message.SerializeToString(deterministic=True)
