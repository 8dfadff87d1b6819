"""client.py PORT CA CERT KEY STUBS - gRPC's interoperability cases with python3-grpcio; prints "CASE ok" or "CASE failed: why" for each."""
import sys
import time

sys.path.insert(0, sys.argv[5])
import grpc  # noqa: E402
import empty_pb2  # noqa: E402
import messages_pb2 as m  # noqa: E402
import test_pb2_grpc  # noqa: E402

SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"
METADATA = ((INITIAL, "test_initial_metadata_value"), (TRAILING, b"\xab\xab\xab"))
REQUESTS, ANSWERS = (27182, 8, 1828, 45904), (31415, 9, 2653, 58979)
TIME = 60
stub = other = None


def equal(got, expected):
    if got != expected:
        raise AssertionError(f"{got!r} instead of {expected!r}")


def payload(size):
    return m.Payload(body=bytes(size))


def outputs(size, request=0, **fields):
    return m.StreamingOutputCallRequest(response_parameters=[m.ResponseParameters(size=size)], payload=payload(request), **fields)


def refused(code, call, text=None):
    try:
        call()
    except grpc.RpcError as error:
        equal(error.code(), code)
        if text is not None:
            equal(error.details(), text)
        return error
    raise AssertionError(f"OK instead of {code}")


class Requests:
    """Requests one at a time, each when it is put."""

    def __init__(self):
        self.waiting, self.open = [], True

    def __iter__(self):
        return self

    def put(self, request):
        self.waiting.append(request)

    def end(self):
        self.open = False

    def __next__(self):
        while self.open and not self.waiting:
            time.sleep(0.002)
        if self.waiting:
            return self.waiting.pop(0)
        raise StopIteration


def empty_unary():
    equal(stub.EmptyCall(empty_pb2.Empty(), timeout=TIME), empty_pb2.Empty())


def large_unary():
    answer = stub.UnaryCall(m.SimpleRequest(response_size=314159, payload=payload(271828)), timeout=TIME)
    equal(answer.payload.body, bytes(314159))


def client_streaming():
    requests = (m.StreamingInputCallRequest(payload=payload(size)) for size in REQUESTS)
    equal(stub.StreamingInputCall(requests, timeout=TIME).aggregated_payload_size, 74922)


def server_streaming():
    asked = m.StreamingOutputCallRequest(response_parameters=[m.ResponseParameters(size=size) for size in ANSWERS])
    equal([len(a.payload.body) for a in stub.StreamingOutputCall(asked, timeout=TIME)], list(ANSWERS))


def ping_pong():
    requests = Requests()
    call = stub.FullDuplexCall(requests, timeout=TIME)
    for size, request in zip(ANSWERS, REQUESTS):
        requests.put(outputs(size, request))
        equal(len(next(call).payload.body), size)
    requests.end()
    equal(list(call), [])


def empty_stream():
    equal(list(stub.FullDuplexCall(iter(()), timeout=TIME)), [])


def timeout_on_sleeping_server():
    requests = Requests()
    asked = m.StreamingOutputCallRequest(payload=payload(27182), response_parameters=[m.ResponseParameters(size=1, interval_us=5000000)])
    requests.put(asked)
    refused(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(stub.FullDuplexCall(requests, timeout=0.001)))
    requests.end()
    requests = Requests()  # long enough to reach the server, too short for its answer
    requests.put(asked)
    refused(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(stub.FullDuplexCall(requests, timeout=1)))
    requests.end()


def cancel_after_begin():
    requests = Requests()
    call = stub.StreamingInputCall.future(requests, timeout=TIME)
    call.cancel()
    requests.end()
    equal(call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response():
    requests = Requests()
    call = stub.FullDuplexCall(requests, timeout=TIME)
    requests.put(outputs(31415, 27182))
    equal(len(next(call).payload.body), 31415)
    call.cancel()
    refused(grpc.StatusCode.CANCELLED, lambda: next(call))
    requests.end()


def status_code_and_message():
    asked = m.EchoStatus(code=2, message="test status message")
    refused(grpc.StatusCode.UNKNOWN, lambda: stub.UnaryCall(m.SimpleRequest(response_status=asked), timeout=TIME), asked.message)
    request = m.StreamingOutputCallRequest(response_status=asked)
    refused(grpc.StatusCode.UNKNOWN, lambda: list(stub.FullDuplexCall(iter([request]), timeout=TIME)), asked.message)


def special_status_message():
    asked = m.EchoStatus(code=2, message=SPECIAL)
    refused(grpc.StatusCode.UNKNOWN, lambda: stub.UnaryCall(m.SimpleRequest(response_status=asked), timeout=TIME), SPECIAL)


def custom_metadata():
    request = m.SimpleRequest(response_size=314159, payload=payload(271828))
    _, unary = stub.UnaryCall.with_call(request, timeout=TIME, metadata=METADATA)
    duplex = stub.FullDuplexCall(iter([outputs(314159, 271828)]), timeout=TIME, metadata=METADATA)
    equal([len(a.payload.body) for a in duplex], [314159])
    for call in (unary, duplex):
        equal(dict(call.initial_metadata()).get(INITIAL), METADATA[0][1])
        equal(dict(call.trailing_metadata()).get(TRAILING), METADATA[1][1])


def unimplemented_method():
    refused(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnimplementedCall(empty_pb2.Empty(), timeout=TIME))


def unimplemented_service():
    refused(grpc.StatusCode.UNIMPLEMENTED, lambda: other.UnimplementedCall(empty_pb2.Empty(), timeout=TIME))


def client_compressed_unary():
    request = m.SimpleRequest(expect_compressed=m.BoolValue(value=True), response_size=314159, payload=payload(271828))
    refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: stub.UnaryCall(request, timeout=TIME))
    refused(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnaryCall(request, timeout=TIME, compression=grpc.Compression.Gzip))


def server_compressed_unary():
    request = m.SimpleRequest(response_compressed=m.BoolValue(value=True), response_size=314159, payload=payload(271828))
    refused(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnaryCall(request, timeout=TIME))


def client_compressed_streaming():
    request = m.StreamingInputCallRequest(expect_compressed=m.BoolValue(value=True), payload=payload(27182))
    refused(grpc.StatusCode.INVALID_ARGUMENT, lambda: stub.StreamingInputCall(iter([request]), timeout=TIME))
    refused(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.StreamingInputCall(iter([request]), timeout=TIME, compression=grpc.Compression.Gzip))


def server_compressed_streaming():
    parameters = [m.ResponseParameters(size=31415, compressed=m.BoolValue(value=True)), m.ResponseParameters(size=92653)]
    request = m.StreamingOutputCallRequest(response_parameters=parameters)
    refused(grpc.StatusCode.UNIMPLEMENTED, lambda: list(stub.StreamingOutputCall(request, timeout=TIME)))


CASES = (empty_unary, large_unary, client_streaming, server_streaming, ping_pong, empty_stream, timeout_on_sleeping_server, cancel_after_begin,
         cancel_after_first_response, status_code_and_message, special_status_message, custom_metadata, unimplemented_method,
         unimplemented_service, client_compressed_unary, server_compressed_unary, client_compressed_streaming, server_compressed_streaming)


def main():
    global stub, other
    port, ca, cert, key = sys.argv[1:5]
    credentials = grpc.ssl_channel_credentials(*(open(path, "rb").read() for path in (ca, key, cert)))
    with grpc.secure_channel(f"localhost:{port}", credentials) as channel:
        stub, other = test_pb2_grpc.TestServiceStub(channel), test_pb2_grpc.UnimplementedServiceStub(channel)
        for case in CASES:
            try:
                case()
                print(f"{case.__name__} ok", flush=True)
            except Exception as error:  # whatever it is, it is the case's result
                print(f"{case.__name__} failed: {error!r}".replace("\n", " "), flush=True)


main()
