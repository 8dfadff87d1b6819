-- The table of main outcomes.
begin;
select plan(16);
create function pg_temp.tab(p jsonb default '{}', p_who text default 'secretariat') returns jsonb language sql as $$
	select fixture.call(p_who, 'get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}' || p) $$;
create function pg_temp.types(p jsonb default '{}') returns jsonb language sql as $$
	select jsonb_object_agg(r ->> 'municipality_code', right(r ->> 'type', 1)) from jsonb_array_elements(pg_temp.tab(p) -> 'rows') r $$;
select fixture.submit(array['401005', '400009', '281000', '281000'], array['full', 'fukuoka', 'kobe', 'kobe_q2'], array[1, 2, 3, 4]);
select is(jsonb_path_query_array(pg_temp.tab(), '$.rows[*].outcomes[*]'), '[]', 'without an accepted report there is no outcome');
select is(pg_temp.types(), '{"110001": null, "130001": "A", "400009": "B", "141305": null, "281000": "A", "401005": "A", "442011": null}',
	'type: B of unknown date is inside, B from the day after is not; without a cooperation nothing is said');
select fixture.accept('secretariat', n, i::int) from unnest(array['401005-2016Q3-1', '400009-2016Q3-1', '281000-2016Q3-1', '281000-2016Q2-1'])
	with ordinality t (n, i);
select is(pg_temp.types() ->> '401005', 'B', 'an accepted report changes the type');
select is(pg_temp.types('{"first_fiscal_year": 2013, "last_fiscal_year": 2015}') ->> '401005', 'A', 'from its date on');
select is(jsonb_path_query_array(pg_temp.tab(), '$.rows[*].municipality_code'), '["110001", "130001", "400009", "141305", "281000", "401005", "442011"]',
	'prefectures by code, then cities by code');
select is(jsonb_path_query_array(pg_temp.tab(), '$.rows[*] ? (@.municipality_code == "401005").outcomes[*].text'),
	'["6 都市との協力を着実に実施。", "中国から 7 都市等の代表計 49 人が参加した。"]', 'what was proposed for it, exactly as typed, in order');
select is(jsonb_path_query_array(pg_temp.tab(), '$.rows[*] ? (@.municipality_code == "281000").outcomes[*].outcome_id'), '["first", "z"]',
	'by quarter, then by place in the report');
select is(jsonb_path_query_array(pg_temp.tab(), '$.rows[*] ? (@.municipality_code == "400009").note_numbers[*]'), '[2]', 'marks of notes stand at the row');
select is(jsonb_path_query_array(pg_temp.tab(), '$.notes[*].number'), '[1, 2]', 'the notes are below');
select is(pg_temp.tab() -> 'notes' -> 0 -> 'items' -> 1 ->> 'label', 'B', 'with their lines');
select is(pg_temp.tab() -> 'coverage' ->> 'accepted', '4', 'and the coverage');
select is(fixture.refused('secretariat', 'get_outcome_table', '{}') ->> 'reason', 'ARGUMENT_INVALID', 'the years are required');
select is(fixture.refused('secretariat', 'get_outcome_table', '{"first_fiscal_year": 1999, "last_fiscal_year": 2016}') ->> 'reason', 'ARGUMENT_INVALID', 'and lie between 2000 and 2199');
select is(fixture.refused('secretariat', 'get_outcome_table', '{"first_fiscal_year": 2016, "last_fiscal_year": 2014}') - array['code', 'message'],
	'{"reason": "YEARS_SWAPPED", "field": "first_fiscal_year", "metadata": {"first": 2016, "last": 2014}}', 'years the wrong way round are named both');
select is(pg_temp.tab('{"first_fiscal_year": 2020, "last_fiscal_year": 2021}') -> 'coverage', '{"expected": 0, "reported": 0, "nil": 0, "missing": 0, "not_due": 0,
	"late": 0, "returned": 0, "accepted": 0}', 'of years without a period nothing is expected, and the answer says so');
select is(jsonb_path_query_array(pg_temp.tab('{}', '281000'), '$.rows[*].municipality_code'), '["281000"]', 'a municipality sees its own row');
select * from finish();
rollback;
