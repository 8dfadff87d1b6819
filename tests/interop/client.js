// client.js PORT CA CERT KEY PROTOS - gRPC's interoperability cases with grpc-js; prints "CASE ok" or "CASE failed: why" for each.
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [port, ca, cert, key, protos] = process.argv.slice(2);
const definition = loader.loadSync('test.proto', {includeDirs: [path.resolve(protos)], keepCase: true, defaults: true});
const services = grpc.loadPackageDefinition(definition).grpc.testing;
const credentials = grpc.credentials.createSsl(...[ca, key, cert].map((file) => fs.readFileSync(file)));
const open = (Service, options) => new Service(`localhost:${port}`, credentials, options);
const stub = open(services.TestService);
const other = open(services.UnimplementedService);
const zipping = open(services.TestService, {'grpc.default_compression_algorithm': 2});

const SPECIAL = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
const INITIAL = 'x-grpc-test-echo-initial';
const TRAILING = 'x-grpc-test-echo-trailing-bin';
const REQUESTS = [27182, 8, 1828, 45904];
const ANSWERS = [31415, 9, 2653, 58979];
const {status} = grpc;

const payload = (size) => ({body: Buffer.alloc(size)});
const outputs = (size, request) => ({response_parameters: [{size}], payload: payload(request)});
const soon = (ms = 60000) => ({deadline: Date.now() + ms});

// One answer: {error, answer, initial, trailing}.
const unary = (client, name, request, metadata = new grpc.Metadata()) => new Promise((done) => {
  const seen = {};
  const call = client[name](request, metadata, soon(), (error, answer) => Object.assign(seen, {error, answer}));
  call.on('metadata', (initial) => Object.assign(seen, {initial}));
  call.on('status', (end) => done({...seen, trailing: end.metadata, code: end.code}));
});
const input = (client, requests) => new Promise((done) => {
  const call = client.StreamingInputCall(new grpc.Metadata(), soon(), (error, answer) => done({error, answer}));
  requests.forEach((request) => call.write(request));
  call.end();
});
// All answers of a stream, and its end.
const stream = (call, onData = () => {}) => new Promise((done) => {
  const seen = {sizes: []};
  call.on('data', (answer) => { seen.sizes.push(answer.payload.body.length); onData(seen.sizes.length); });
  call.on('metadata', (initial) => Object.assign(seen, {initial}));
  call.on('error', (error) => Object.assign(seen, {error}));
  call.on('status', (end) => setImmediate(() => done({...seen, code: end.code, details: end.details, trailing: end.metadata})));
});
const duplex = (requests, {metadata = new grpc.Metadata(), ms = 60000, ended = true} = {}) => {
  const call = stub.FullDuplexCall(metadata, soon(ms));
  requests.forEach((request) => call.write(request));
  if (ended) call.end();
  return call;
};
const check = {
  sizes: (seen, sizes) => { assert.deepStrictEqual(seen.sizes, sizes); assert.strictEqual(seen.code, status.OK); },
  refused: (seen, code, details) => {
    assert.ok(seen.error, 'OK instead of a refusal');
    assert.strictEqual(seen.error.code, code);
    if (details !== undefined) assert.strictEqual(seen.error.details, details);
  },
};

const cases = {
  async empty_unary() {
    const seen = await unary(stub, 'EmptyCall', {});
    assert.strictEqual(seen.error, null);
    assert.deepStrictEqual({...seen.answer}, {});
  },
  async large_unary() {
    const seen = await unary(stub, 'UnaryCall', {response_size: 314159, payload: payload(271828)});
    assert.strictEqual(seen.error, null);
    assert.ok(seen.answer.payload.body.equals(Buffer.alloc(314159)));
  },
  async client_streaming() {
    const seen = await input(stub, REQUESTS.map((size) => ({payload: payload(size)})));
    assert.strictEqual(seen.error, null);
    assert.strictEqual(seen.answer.aggregated_payload_size, 74922);
  },
  async server_streaming() {
    check.sizes(await stream(stub.StreamingOutputCall({response_parameters: ANSWERS.map((size) => ({size}))}, new grpc.Metadata(), soon())), ANSWERS);
  },
  async ping_pong() {
    const call = duplex([outputs(ANSWERS[0], REQUESTS[0])], {ended: false});
    check.sizes(await stream(call, (n) => (n < 4 ? call.write(outputs(ANSWERS[n], REQUESTS[n])) : call.end())), ANSWERS);
  },
  async empty_stream() {
    check.sizes(await stream(duplex([])), []);
  },
  async timeout_on_sleeping_server() {
    const asked = {response_parameters: [{size: 1, interval_us: 5000000}], payload: payload(27182)};
    for (const ms of [1, 1000]) check.refused(await stream(duplex([asked], {ms, ended: false})), status.DEADLINE_EXCEEDED);
  },
  async cancel_after_begin() {
    // In the next turn: cancelled in the same one, grpc-js opens a stream afterwards and keeps it until its deadline.
    const error = await new Promise((done) => {
      const call = stub.StreamingInputCall(new grpc.Metadata(), soon(), done);
      setImmediate(() => call.cancel());
    });
    check.refused({error}, status.CANCELLED);
  },
  async cancel_after_first_response() {
    const call = duplex([outputs(31415, 27182)], {ended: false});
    const seen = await stream(call, () => call.cancel());
    assert.deepStrictEqual(seen.sizes, [31415]);
    check.refused(seen, status.CANCELLED);
  },
  async status_code_and_message() {
    const response_status = {code: 2, message: 'test status message'};
    check.refused(await unary(stub, 'UnaryCall', {response_status}), status.UNKNOWN, response_status.message);
    check.refused(await stream(duplex([{response_status}])), status.UNKNOWN, response_status.message);
  },
  async special_status_message() {
    check.refused(await unary(stub, 'UnaryCall', {response_status: {code: 2, message: SPECIAL}}), status.UNKNOWN, SPECIAL);
  },
  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set(INITIAL, 'test_initial_metadata_value');
    metadata.set(TRAILING, Buffer.from('ababab', 'hex'));
    const one = await unary(stub, 'UnaryCall', {response_size: 314159, payload: payload(271828)}, metadata);
    assert.strictEqual(one.error, null);
    const many = await stream(duplex([outputs(314159, 271828)], {metadata}));
    check.sizes(many, [314159]);
    for (const seen of [one, many]) {
      assert.deepStrictEqual(seen.initial.get(INITIAL), ['test_initial_metadata_value']);
      assert.deepStrictEqual(seen.trailing.get(TRAILING).map((value) => value.toString('hex')), ['ababab']);
    }
  },
  async unimplemented_method() {
    check.refused(await unary(stub, 'UnimplementedCall', {}), status.UNIMPLEMENTED);
  },
  async unimplemented_service() {
    check.refused(await unary(other, 'UnimplementedCall', {}), status.UNIMPLEMENTED);
  },
  async client_compressed_unary() {
    const request = {expect_compressed: {value: true}, response_size: 314159, payload: payload(271828)};
    check.refused(await unary(stub, 'UnaryCall', request), status.INVALID_ARGUMENT);
    check.refused(await unary(zipping, 'UnaryCall', request), status.UNIMPLEMENTED);
  },
  async server_compressed_unary() {
    const request = {response_compressed: {value: true}, response_size: 314159, payload: payload(271828)};
    check.refused(await unary(stub, 'UnaryCall', request), status.UNIMPLEMENTED);
  },
  async client_compressed_streaming() {
    const request = {expect_compressed: {value: true}, payload: payload(27182)};
    check.refused(await input(stub, [request]), status.INVALID_ARGUMENT);
    check.refused(await input(zipping, [request]), status.UNIMPLEMENTED);
  },
  async server_compressed_streaming() {
    const response_parameters = [{size: 31415, compressed: {value: true}}, {size: 92653}];
    check.refused(await stream(stub.StreamingOutputCall({response_parameters}, new grpc.Metadata(), soon())), status.UNIMPLEMENTED);
  },
};

async function main() {
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run();
      console.log(`${name} ok`);
    } catch (error) {
      console.log(`${name} failed: ${String(error.message).replace(/\n/g, ' ')}`);
    }
  }
  [stub, other, zipping].forEach((client) => client.close());
}
main();
