"""stubs.py - python messages and stubs from the .proto files, made by protoc and gRPC's own plugin into the build folder.

importing it makes renkei.v1, google.rpc, grpc.health and grpc.reflection importable.
"""
import importlib
import subprocess
import sys

from demo import BUILD, ROOT

OUT = BUILD / "python"


def make():
    files = [p for p in sorted((ROOT / "proto").rglob("*.proto"))]
    stamp = OUT / "made"
    if stamp.exists() and stamp.stat().st_mtime > max(p.stat().st_mtime for p in files):
        return
    OUT.mkdir(parents=True, exist_ok=True)
    subprocess.run(["protoc", f"-I{ROOT / 'proto'}", "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin", f"--python_out={OUT}",
                    f"--grpc_python_out={OUT}", *map(str, files)], check=True)
    stamp.touch()


make()
sys.path.insert(0, str(OUT))
for shared in ("google", "grpc"):  # packages that others fill too
    importlib.import_module(shared).__path__.append(str(OUT / shared))
