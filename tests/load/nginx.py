"""nginx.py - Debian's nginx as a peer for connections: HTTP/2 over mutual TLS 1.3 with the demo's certificates, no tickets."""
import contextlib
import os
import shutil
import signal
import socket
import subprocess

from demo import children, wait_for

CONFIG = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log warn;
worker_rlimit_nofile 20000;
events {{ worker_connections 12000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_timeout 3600;
    client_header_timeout 3600;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_protocols TLSv1.3;
        ssl_certificate {keys}/server.crt;
        ssl_certificate_key {keys}/server.key;
        ssl_client_certificate {keys}/ca.crt;
        ssl_verify_client on;
        ssl_session_tickets off;
        ssl_session_cache off;
        location / {{ return 204; }}
    }}
}}
"""


def program():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def required():
    if not program():
        raise SystemExit("nginx is not installed (package nginx-light); --rows without handshake and idle need none")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def serving(bench):
    """A fresh nginx: its address, and the process that serves."""
    folder, port = bench.folder / "nginx", free_port()
    folder.mkdir(exist_ok=True)
    os.chmod(folder, 0o755)
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, keys=bench.demo.folder / "keys"))
    with open(folder / "said", "ab") as said:
        process = subprocess.Popen([program(), "-p", folder, "-c", config], stdout=said, stderr=said)

    def answers():
        """nginx to listen"""
        if process.poll() is not None:
            raise SystemExit(f"nginx: {(folder / 'said').read_text()[-1000:]}")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return children(process.pid)
        return None
    try:
        yield f"127.0.0.1:{port}", wait_for(answers)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
