// peer.js - grpc-js from npm speaks to renkeid: submits, repeats, is refused, streams.  Prints one JSON object.
const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, server, ca, cert, key, id] = process.argv.slice(2);
const definition = loader.loadSync('renkei/v1/report_service.proto', {includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true});
const v1 = grpc.loadPackageDefinition(definition).renkei.v1;
const client = new v1.ReportService(server, grpc.credentials.createSsl(...[ca, key, cert].map((path) => fs.readFileSync(path))));
const call = (name, request) => new Promise((done, failed) => client[name](request, (error, answer) => (error ? failed(error) : done(answer))));
const report = (municipality_code, quarter) => ({municipality_code, period: {fiscal_year: 2015, quarter, variant: 'VARIANT_REGULAR'},
  action: 'REPORT_ACTION_NEW', outcomes: [{outcome_id: 'o-1', text: '両都市間の信頼関係を醸成'}]});
const uuid = (n) => `${id}${String(n).padStart(4, '0')}`;

async function main() {
  const first = await call('SubmitReport', {request_id: uuid(1), report: report('160008', 'QUARTER_Q1')});
  const again = await call('SubmitReport', {request_id: uuid(1), report: report('160008', 'QUARTER_Q1')});
  const refusal = await call('SubmitReport', {request_id: uuid(2), report: report('160009', 'QUARTER_Q1')}).catch((error) => error);
  const stream = client.SubmitReports();
  const answers = [];
  const ended = new Promise((done, failed) => stream.on('data', (a) => answers.push(a)).on('end', done).on('error', failed));
  ['QUARTER_Q2', 'QUARTER_Q3', 'QUARTER_Q4'].forEach((quarter, n) => stream.write({item: {request_id: uuid(10 + n), report: report('160008', quarter)}}));
  stream.end();
  await ended;
  console.log(JSON.stringify({number: first.receipt.number, same: JSON.stringify(first.receipt) === JSON.stringify(again.receipt),
    refusal: refusal.code, details: refusal.metadata.get('grpc-status-details-bin').length, streamed: answers.map((a) => [a.index, a.code, a.receipt && a.receipt.number])}));
  client.close();
}
main().catch((error) => { console.error(error); process.exit(1); });
