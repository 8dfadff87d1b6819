-- The matrix municipality x quarter.
begin;
select plan(21);
create function pg_temp.status(p_who text default 'secretariat', p jsonb default '{}') returns jsonb language sql as $$
	select fixture.call(p_who, 'get_platform_status', '{"first_fiscal_year": 2016, "last_fiscal_year": 2016}' || p) $$;
create function pg_temp.cells(p_code text, p jsonb default '{}') returns jsonb language sql as $$
	select jsonb_path_query_array(r, '$.cells[*].state') from jsonb_array_elements(pg_temp.status('secretariat', p) -> 'rows') r
	where r ->> 'municipality_code' = p_code $$;
select is(jsonb_path_query_array(pg_temp.status(), '$.rows[*].municipality_code'),
	'["110001", "130001", "400009", "141305", "281000", "401005", "442011"]', 'prefectures by code, then cities by code; candidates are not expected');
select is(jsonb_path_query_array(pg_temp.status(), '$.periods[*].period.variant'),
	'["VARIANT_REGULAR", "VARIANT_REGULAR", "VARIANT_REGULAR", "VARIANT_FORECAST", "VARIANT_REGULAR"]', 'columns oldest first, the forecast before its regular report');
select is(pg_temp.cells('110001'), '["CELL_STATE_MISSING", "CELL_STATE_MISSING", "CELL_STATE_MISSING", "CELL_STATE_MISSING", "CELL_STATE_MISSING"]',
	'what is expected and not there is missing');
select is(pg_temp.cells('110001', '{"as_of": "2016-11-01T00:00:00Z"}'),
	'["CELL_STATE_MISSING", "CELL_STATE_MISSING", "CELL_STATE_NOT_DUE", "CELL_STATE_NOT_DUE", "CELL_STATE_NOT_DUE"]', 'before the deadline it is not due');
select is(pg_temp.cells('442011') -> 0, '"CELL_STATE_MISSING"', 'who joined on 23 June is expected for that quarter');
update renkei.municipality_participation set began = row(2016, 7, 0, 'month')::renkei.partial_date_parts where municipality_code = '442011';
select is(pg_temp.cells('442011') -> 0, '"CELL_STATE_NOT_EXPECTED"', 'who joined in July is not');
update renkei.municipality_participation set began = row(2016, 0, 0, 'year')::renkei.partial_date_parts where municipality_code = '442011';
select is(pg_temp.cells('442011') -> 0, '"CELL_STATE_MISSING"', 'who joined some day of that year may have been');
select fixture.submit(array['401005', '110001', '281000', '400009'], array['full', 'nil', 'kobe_q2', 'forecast'], array[1, 2, 3, 4]);
select is(pg_temp.cells('401005') -> 2, '"CELL_STATE_SUBMITTED"', 'a submitted report shows at once');
select is((select r -> 'cells' -> 2 from jsonb_array_elements(pg_temp.status() -> 'rows') r where r ->> 'municipality_code' = '110001') - 'received_at' - 'days_late',
	'{"state": "CELL_STATE_SUBMITTED", "nil": true, "version": 1, "timeliness": "TIMELINESS_LATE", "activity_count": 0}', 'nothing to report is a report');
select is(pg_temp.status() -> 'coverage', '{"expected": 28, "reported": 2, "nil": 1, "missing": 25, "not_due": 0, "late": 3, "returned": 0, "accepted": 0}',
	'expected = reported + nil + missing + not due');
select is(pg_temp.status() -> 'periods' -> 2 -> 'coverage' ->> 'missing', '5', 'each column has its coverage');
select fixture.submit('400009', 'final', 5);
select is(pg_temp.cells('400009') -> 3, '"CELL_STATE_SUBMITTED"', 'a forecast that came stays');
insert into fixture.report select 'kobe_q4', bytes, jsonb_set(document, '{period,quarter}', '"QUARTER_Q4"') from fixture.report where name = 'kobe_q2';
select is(pg_temp.status() -> 'periods' -> 3 -> 'coverage' ->> 'expected', '7', 'a forecast is expected');
select fixture.submit('281000', 'kobe_q4', 6);
select is(pg_temp.status() -> 'periods' -> 3 -> 'coverage' ->> 'expected', '6', 'until the regular report is there');
select fixture.call('281000', 'withdraw_report', jsonb_build_object('request_id', fixture.id(1), 'municipality_code', '281000', 'version', 1,
	'period', renkei_api.period_json(2016, 2, 'regular'), 'reason', 'x'));
select is(pg_temp.cells('281000') -> 1, '"CELL_STATE_WITHDRAWN"', 'a withdrawn report shows as such');
select is(pg_temp.status() -> 'periods' -> 1 -> 'coverage' ->> 'missing', '7', 'and is missing');
select is(jsonb_path_query_array(pg_temp.status('401005'), '$.rows[*].municipality_code'), '["401005"]', 'a municipality sees its own row');
select is(jsonb_array_length(pg_temp.status('operator') -> 'rows'), 7, 'an operator sees the matrix');
select is(fixture.refused('secretariat', 'get_platform_status', '{"first_fiscal_year": 2017, "last_fiscal_year": 2016}') ->> 'reason', 'YEARS_SWAPPED',
	'years run forward');

-- Saitama's reports of FY2014: there, though it took part from 2015.
update renkei.municipality_participation set began = row(2017, 0, 0, 'fiscal_year')::renkei.partial_date_parts where municipality_code = '110001';
select is((select r -> 'coverage' from jsonb_array_elements(pg_temp.status() -> 'rows') r where r ->> 'municipality_code' = '110001'),
	'{"expected": 1, "reported": 0, "nil": 1, "missing": 0, "not_due": 0, "late": 1, "returned": 0, "accepted": 0}',
	'a report from outside of the participation is expected because it is there; the quarters beside it are not, and not missing');
select is(pg_temp.cells('110001'), '["CELL_STATE_NOT_EXPECTED", "CELL_STATE_NOT_EXPECTED", "CELL_STATE_SUBMITTED", "CELL_STATE_NOT_EXPECTED", "CELL_STATE_NOT_EXPECTED"]',
	'and say so');
select * from finish();
rollback;
