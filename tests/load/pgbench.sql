-- One submission through the single-report function, with the bytes and the document that renkeid would hand over.
\if :n < 0
select version as n from load.slot where slot = cast(:client_id as integer) \gset
\endif
\set n :n + 1
select renkei_api.submit_report(s.uri, s.spki, gen_random_uuid()::text, 'f', load.header(s.code, s.fiscal_year, s.quarter, cast(:n as integer)) || t.body,
	load.document(s.code, s.fiscal_year, s.quarter, cast(:n as integer)) || t.document, t.verdict, t.key_id)
from load.slot s join load.template t on t.code = s.code where s.slot = cast(:client_id as integer);
