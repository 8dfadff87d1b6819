"""Print the SQL that fills renkei.wire_field and renkei.wire_enum from the .proto files, as renkeid migrate does from its descriptors."""
import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
TYPES = {5: "int32", 3: "int64", 8: "bool", 9: "string", 12: "bytes", 1: "double", 14: "enum", 11: "message"}


def descriptors():
    files = sorted(str(f.relative_to(PROTO)) for f in PROTO.glob("renkei/v1/*.proto"))
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", f"-I{PROTO}", f"--descriptor_set_out={out.name}", "--include_imports", *files], check=True)
        return descriptor_pb2.FileDescriptorSet.FromString(out.read()).file


def quoted(value):
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def messages(prefix, message):
    name = f"{prefix}.{message.name}"
    yield name, message
    for nested in message.nested_type:
        yield from messages(name, nested)


def main():
    fields, values = [], []
    for file in descriptors():
        for message in file.message_type:
            for name, m in messages(file.package, message):
                for f in m.field:
                    fields.append((name, f.number, f.name, TYPES[f.type], f.label == 3, f.proto3_optional,
                                   f.type_name.lstrip(".") or None))
        for enum in file.enum_type:
            values += [(f"{file.package}.{enum.name}", v.number, v.name) for v in enum.value]
    print("begin; delete from renkei.wire_field; delete from renkei.wire_enum;")
    for table, rows in (("wire_field", fields), ("wire_enum", values)):
        print(f"insert into renkei.{table} values")
        print(",\n".join("(" + ", ".join(quoted(v) for v in row) + ")" for row in rows) + ";")
    print("commit;")


if __name__ == "__main__":
    sys.exit(main())
