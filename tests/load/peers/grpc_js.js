// A peer for comparison, no part of renkei: SubmitReport with grpc-js and pg, one durable transaction a call through the same
// SQL function.  README.md says what it leaves out.
//
//	node grpc_js.js MODULES PROTO LISTEN CA CERT KEY VERDICT.json KEY_ID CONNECTIONS      (the database is pg's environment)
"use strict";

const fs = require("fs");
const { createRequire } = require("module");

const [modules, proto, listen, ca, cert, key, verdictFile, keyId, connections] = process.argv.slice(2);
const load = createRequire(modules + "/");
const grpc = load("@grpc/grpc-js");
const loader = load("@grpc/proto-loader");
const { Pool } = load("pg");

const FIELD_REPORT = 3;
const verdict = fs.readFileSync(verdictFile, "utf8");
const pool = new Pool({ max: Number(connections) });
const who = new Map();

function varint(bytes, at) {
  let value = 0;
  for (let shift = 1; ; shift *= 128) {
    value += (bytes[at] & 127) * shift;
    if (bytes[at++] < 128) return [value, at];
  }
}

// The bytes of the field report, as they came.
function reportBytes(bytes) {
  for (let at = 0; at < bytes.length; ) {
    let tag, value;
    [tag, at] = varint(bytes, at);
    [value, at] = varint(bytes, at);
    if ((tag & 7) !== 2) continue;
    if (tag >> 3 === FIELD_REPORT) return bytes.subarray(at, at + value);
    at += value;
  }
  return Buffer.alloc(0);
}

function moment(text) {
  if (!text) return undefined;
  const ms = Date.parse(text);
  const fraction = (/\.(\d+)/.exec(text) || [0, "0"])[1];
  return { seconds: Math.floor(ms / 1000), nanos: Number(fraction.padEnd(9, "0")) };
}

async function submit(request) {
  const known = who.get(request.report.municipality_code);
  const { rows } = await pool.query({
    name: "submit",
    text: "select renkei_api.submit_report($1, $2, $3, 'f', $4, $5::jsonb, $6::jsonb, $7) as outcome",
    values: [known.uri, known.spki, request.request_id, reportBytes(request.raw), JSON.stringify(request.report), verdict, keyId],
  });
  const receipt = rows[0].outcome.receipt;
  if (!receipt) throw Object.assign(new Error(JSON.stringify(rows[0].outcome)), { code: grpc.status.FAILED_PRECONDITION });
  return { receipt: { ...receipt, received_at: moment(receipt.received_at), due_at: moment(receipt.due_at) } };
}

async function main() {
  const files = loader.loadSync("renkei/v1/report_service.proto", {
    includeDirs: [proto], keepCase: true, enums: String, longs: String });
  const method = files["renkei.v1.ReportService"].SubmitReport;
  const service = { SubmitReport: { ...method, requestDeserialize: (raw) => Object.assign(method.requestDeserialize(raw), { raw }) } };
  const found = await pool.query("select p.municipality_code, p.principal_uri as uri, k.spki_sha256 as spki from renkei.principal p "
    + "join renkei.certificate k on k.principal_uri = p.principal_uri where p.role = 'municipality' and k.revoked_at is null");
  for (const row of found.rows) who.set(row.municipality_code, row);
  const server = new grpc.Server();
  server.addService(service, {
    SubmitReport: (call, done) => submit(call.request).then((answer) => done(null, answer), (error) => done(error)),
  });
  const tls = grpc.ServerCredentials.createSsl(fs.readFileSync(ca), [{ private_key: fs.readFileSync(key), cert_chain: fs.readFileSync(cert) }], true);
  server.bindAsync(listen, tls, (error) => {
    if (error) throw error;
    console.log("ready");
  });
}

main();
