"""liar.py - a server that changes answers on their way: it takes a client's calls as a server of the demo and passes them on as a principal."""
import concurrent.futures
import contextlib
import subprocess

import grpc
import talk


def certificate(demo, folder):
    """A certificate of the demo's CA for this computer."""
    key, request, made = (folder / f"liar.{end}" for end in ("key", "csr", "crt"))
    extensions = folder / "liar.cnf"
    extensions.write_text("basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1\n")
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", request, "-subj", "/CN=liar"],
                   check=True, capture_output=True)
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", demo.folder / "keys/ca.crt", "-CAkey", demo.folder / "keys/ca.key", "-days", "2", "-extfile", extensions,
                    "-out", made], check=True, capture_output=True)
    return key.read_bytes(), made.read_bytes()


class Between(grpc.GenericRpcHandler):
    def __init__(self, channel, lies):
        self.channel, self.lies = channel, lies

    def service(self, details):
        name = details.method.rsplit("/")[-1]

        def passed_on(request, context):
            if name in self.lies and self.lies[name] is None:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, "no such method")
            try:
                answer = self.channel.unary_unary(details.method)(request, timeout=30)
            except grpc.RpcError as error:
                context.set_trailing_metadata(error.trailing_metadata())
                context.abort(error.code(), error.details())
            lie = self.lies.get(name)
            return lie(answer) if lie else answer
        return grpc.unary_unary_rpc_method_handler(passed_on)


@contextlib.contextmanager
def lying(demo, principal, folder, **lies):
    """Its address.  lies: by method what makes another answer, bytes, of the true one; None: a method that it does not know."""
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2), handlers=[Between(talk.channel(demo, principal), lies)])
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([certificate(demo, folder)]))
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait()
