"""Print the SQL that makes table fixture.report from a JSON file of named reports: exact bytes and proto3 JSON, both by Google's library.

Nobody of renkei wrote the encoder or the JSON mapping used here, so the database's own decoder is compared with a foreign one.
"""
import json
import sys

from google.protobuf import descriptor_pool, json_format, message_factory

from wire_tables import descriptors


def report_class():
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors():
        pool.Add(file)
    descriptor = pool.FindMessageTypeByName("renkei.v1.Report")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def main(path):
    report = report_class()
    print("create schema fixture;")
    print("create table fixture.report (name text primary key, bytes bytea not null, document jsonb not null);")
    with open(path, encoding="utf-8") as file:
        named = json.load(file)
    for name, content in named.items():
        message = json_format.ParseDict(content, report())
        document = json_format.MessageToDict(message, preserving_proto_field_name=True)
        text = json.dumps(document, ensure_ascii=False).replace("'", "''")
        print(f"insert into fixture.report values ('{name}', '\\x{message.SerializeToString(deterministic=True).hex()}', '{text}');")


main(sys.argv[1])
