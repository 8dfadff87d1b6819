"""good.py - the well-behaved peer: python3-grpcio, a process of its own, one call after another at a steady pace.

Reads a word a line: "mark" prints the calls since the last one as JSON, an end of input ends it.
"""
import json
import os
import pathlib
import select
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import stubs  # noqa: E402,F401
import grpc  # noqa: E402
from renkei.v1 import server_service_pb2, server_service_pb2_grpc  # noqa: E402

server, ca, cert, key, pace = sys.argv[1:6]
credentials = grpc.ssl_channel_credentials(*(open(path, "rb").read() for path in (ca, key, cert)))
options = [("grpc.enable_retries", 0), ("grpc.ssl_target_name_override", "localhost")]


def stub():
    return server_service_pb2_grpc.ServerServiceStub(grpc.secure_channel(server, credentials, options=options))


def mark(took, failed):
    ordered = sorted(took) or [0]
    at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in (("p50", 0.5), ("p99", 0.99))}
    print(json.dumps({"calls": len(took), "failed": failed, "max": ordered[-1], **at}), flush=True)


calls, took, failed = stub(), [], []
while True:
    begun = time.monotonic()
    try:
        calls.GetServerInfo(server_service_pb2.GetServerInfoRequest(), timeout=20)
        took.append(round((time.monotonic() - begun) * 1000, 2))
    except grpc.RpcError as error:
        failed.append(f"{error.code().name} {error.details()[:80]}")
    left = max(0.0, float(pace) - (time.monotonic() - begun))
    if select.select([0], [], [], left)[0]:
        word = os.read(0, 100).decode()
        if not word:
            break
        mark(took, failed)
        took, failed = [], []
