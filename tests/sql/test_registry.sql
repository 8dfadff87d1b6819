-- The registry: read by all, written by the secretariat, all or none.
begin;
select plan(32);
create function pg_temp.import(p_number integer, p_registry jsonb, p jsonb default '{}') returns jsonb language sql as $$
	select fixture.refused('secretariat', 'import_registry', jsonb_build_object('request_id', fixture.id(p_number), 'registry', p_registry) || p) $$;
select is(jsonb_path_query_array(pg_temp.import(1, registry), '$.answer.changes[*].kind ? (@ != "IMPORT_CHANGE_KIND_UNCHANGED")'), '[]',
	'the same registry again changes nothing') from fixture.registry;
select is(fixture.refused('401005', 'import_registry', '{}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'only the secretariat writes it');
select is(pg_temp.import(2, '{"holidays": [{"country": "JP", "date": "2016-08-11", "name": "山の日"}],
	"municipalities": [{"municipality_code": "242022", "name_ja": "四日市市", "kind": "MUNICIPALITY_KIND_CITY"}]}') ->> 'reason', 'REGISTRY_INVALID',
	'a wrong check digit is refused');
create function pg_temp.wrong(p_registry jsonb) returns text[] language sql as $$
	select array(select concat_ws(' ', replace(v ->> 'field', 'registry.', ''), v ->> 'reason', v -> 'metadata' ->> 'expected')
		from jsonb_array_elements(pg_temp.import(2, p_registry) -> 'violations') v) $$;
select is(pg_temp.wrong('{"municipalities": [{"municipality_code": "242022", "name_ja": "四日市市", "kind": "MUNICIPALITY_KIND_CITY"}]}'),
	array['municipalities[0].municipality_code REGISTRY_CODE_WRONG'], 'by its place and its reason');
select is(pg_temp.wrong('{"municipalities": [
	{"municipality_code": "242021", "name_ja": "四日市市", "kind": "MUNICIPALITY_KIND_PREFECTURE", "prefecture_code": "25"},
	{"municipality_code": "24", "participations": [{"from": {"year": 2016, "month": 2, "day": 30, "precision": "DATE_PRECISION_DAY"}}, {"to": {"year": 2016}}]},
	{"municipality_code": "242021", "name_ja": "四日市市", "kind": "MUNICIPALITY_KIND_CITY", "participations": [
		{"from": {"year": 2016, "precision": "DATE_PRECISION_YEAR"}, "to": {"year": 2014, "precision": "DATE_PRECISION_YEAR"}}]}],
	"partner_governments": [{"partner_code": "320000", "name_ja": "江蘇省", "name_zh": "江苏省", "level": "PARTNER_LEVEL_CITY", "parent_code": "110000", "bodies": [{}]}],
	"cooperations": [{"cooperation_id": "110001-140000", "municipality_code": "110001", "partner_code": "320000"}, {"cooperation_id": "platform-unknown"},
		{"cooperation_id": "401005-990000", "municipality_code": "401005", "partner_code": "990000", "schemes": [{}], "type_history": [{}]},
		{"cooperation_id": "401005-310000", "municipality_code": "401005", "partner_code": "310000"}],
	"holidays": [{"country": "US", "date": "2016-07-18", "name": "海の日"}, {"country": "JP", "date": "2016-02-30", "name": "x"}, {"country": "JP", "date": "2016-08-11"}],
	"periods": [{"period": {"fiscal_year": 1999, "quarter": "QUARTER_Q1"}}, {"period": {"fiscal_year": 2030, "quarter": "QUARTER_Q1", "variant": "VARIANT_FORECAST"}},
		{"period": {"fiscal_year": 2030}}, {"period": {"fiscal_year": 2030, "quarter": "QUARTER_Q2"}, "opens_at": "2031-01-01T00:00:00Z"}],
	"evaluation_notes": [{"number": 0, "text": "x", "first_fiscal_year": 2016, "last_fiscal_year": 2014, "municipality_codes": ["401005", "999999", "242021", "401005", "310000"]}]}'),
	array['municipalities[0].kind REGISTRY_KIND_WRONG', 'municipalities[0].prefecture_code REGISTRY_PREFECTURE_WRONG 24',
	'municipalities[1].kind REGISTRY_FIELD_EMPTY', 'municipalities[1].municipality_code REGISTRY_CODE_WRONG', 'municipalities[1].name_ja REGISTRY_FIELD_EMPTY',
	'municipalities[1].participations[0].from REGISTRY_DATE_WRONG', 'municipalities[1].participations[1].to REGISTRY_DATE_WRONG',
	'municipalities[2] REGISTRY_TWICE', 'municipalities[2].participations[0].to REGISTRY_DATES_SWAPPED',
	'partner_governments[0].bodies[0] REGISTRY_BODY_NAMELESS', 'partner_governments[0].level REGISTRY_LEVEL_WRONG', 'partner_governments[0].parent_code REGISTRY_PARENT_WRONG 320000',
	'cooperations[0].cooperation_id REGISTRY_COOPERATION_ID_WRONG 110001-320000', 'cooperations[1].municipality_code REGISTRY_FIELD_EMPTY',
	'cooperations[2].partner_code PARTNER_NOT_FOUND', 'cooperations[2].schemes[0].scheme REGISTRY_FIELD_EMPTY', 'cooperations[2].type_history[0].type REGISTRY_FIELD_EMPTY',
	'holidays[0] REGISTRY_HOLIDAY_WRONG', 'holidays[1] REGISTRY_HOLIDAY_WRONG', 'holidays[2].name REGISTRY_FIELD_EMPTY',
	'periods[0].period REGISTRY_PERIOD_WRONG', 'periods[1].period REGISTRY_PERIOD_WRONG', 'periods[2].period REGISTRY_PERIOD_WRONG', 'periods[3].opens_at REGISTRY_OPENS_LATE',
	'evaluation_notes[0] REGISTRY_NOTE_WRONG', 'evaluation_notes[0].municipality_codes[1] REGISTRY_CODE_WRONG', 'evaluation_notes[0].municipality_codes[3] REGISTRY_TWICE',
	'cooperations[3].type_history REGISTRY_HISTORY_CHANGED'],
	'all that is wrong is told at once, each with its place, a code of another record of the import being known');
select is(pg_temp.import(2, '{"holidays": [{"country": "JP", "date": "2016-08-11", "name": "山の日"}, {"country": "JP", "date": "2016-08-11", "name": "山の日"}]}') -> 'violations' -> 0,
	'{"field": "registry.holidays[1]", "reason": "REGISTRY_TWICE", "metadata": {"id": "JP 2016-08-11", "entity": "holiday"}}', 'what stands twice is no change');
select is(pg_temp.import(2, '{"municipalities": [{"municipality_code": "242021", "name_ja": "四日市市", "kind": "MUNICIPALITY_KIND_CITY", "state": "9"}]}') -> 'violations' -> 0 ->> 'reason',
	'REGISTRY_VALUE_WRONG', 'what nobody foresaw is told too');
select is((select count(*) from renkei.holiday where day = '2016-08-11'), 0::bigint, 'and nothing of its import stays');
select is(jsonb_path_query_array(pg_temp.import(2, fixture.call('secretariat', 'get_registry', '{}') -> 'registry', '{"validate_only": true}'),
	'$.answer.changes[*].kind ? (@ != "IMPORT_CHANGE_KIND_UNCHANGED")'), '[]', 'what is read as a whole is taken back as it is');
create temp table good as select '{"municipalities": [{"municipality_code": "242021", "name_ja": "四日市市", "name_en": "Yokkaichi City",
	"kind": "MUNICIPALITY_KIND_CITY", "participations": [{"from": {"year": 2014, "precision": "DATE_PRECISION_FISCAL_YEAR"}}]}]}'::jsonb as r;
select is(pg_temp.import(3, r, '{"validate_only": true}') -> 'answer' -> 'changes' -> 0 ->> 'kind', 'IMPORT_CHANGE_KIND_CREATED', 'a dry run says what would change') from good;
select is((select count(*) from renkei.municipality where municipality_code = '242021'), 0::bigint, 'and changes nothing');
select is(pg_temp.import(3, r) -> 'answer' -> 'changes' -> 0 ->> 'kind', 'IMPORT_CHANGE_KIND_CREATED', 'then it is done') from good;
select is(pg_temp.import(3, r) -> 'answer' -> 'changes' -> 0 ->> 'kind', 'IMPORT_CHANGE_KIND_CREATED', 'the same request gives the same answer') from good;
select is(pg_temp.import(3, '{}') ->> 'reason', 'REQUEST_ID_REUSED', 'its id is used') from good;
select is(pg_temp.import(4, jsonb_set(r, '{municipalities,0,name_zh}', '"四日市市"')) ->> 'reason', 'ETAG_REQUIRED', 'a change names the etag it changes') from good;
select is(pg_temp.import(5, jsonb_set(r, '{municipalities,0,etag}', '"0000"')) ->> 'reason', 'ETAG_MISMATCH', 'another etag is refused') from good;
select is(array(select concat_ws(' ', v ->> 'field', v ->> 'reason') from jsonb_array_elements(pg_temp.import(5, jsonb_set(r, '{municipalities,0,etag}', '"0000"')
	|| jsonb_build_object('partner_governments', jsonb_build_array((fixture.call('secretariat', 'get_partner_government', '{"partner_code": "310000"}')
	-> 'partner_government') - 'etag' || '{"name_en": "x"}'))) -> 'violations') v), array['registry.municipalities[0].etag ETAG_MISMATCH',
	'registry.partner_governments[0].etag ETAG_REQUIRED'], 'every record concerned is told') from good;
select is(pg_temp.import(6, jsonb_set(r, '{municipalities,0}', fixture.call('secretariat', 'get_municipality', '{"municipality_code": "242021"}') -> 'municipality'
	|| '{"name_zh": "四日市市"}')) -> 'answer' -> 'changes' -> 0 ->> 'kind', 'IMPORT_CHANGE_KIND_CHANGED', 'the one read is taken') from good;
select is(pg_temp.import(7, jsonb_build_object('cooperations', jsonb_build_array(fixture.call('secretariat', 'get_cooperation',
	'{"cooperation_id": "401005-310000"}') -> 'cooperation' || '{"type_history": []}'))) -> 'violations' -> 0 ->> 'reason', 'REGISTRY_HISTORY_CHANGED', 'history is only added to');
select is(pg_temp.import(8, jsonb_build_object('cooperations', jsonb_build_array(fixture.call('secretariat', 'get_cooperation',
	'{"cooperation_id": "401005-310000"}') -> 'cooperation' || '{"type_history": [{"type": "COOPERATION_TYPE_B", "reason": "later"},
	{"type": "COOPERATION_TYPE_A", "effective": {"year": 2014, "precision": "DATE_PRECISION_FISCAL_YEAR"}}]}'))) -> 'answer' -> 'changes' -> 0 ->> 'kind',
	'IMPORT_CHANGE_KIND_CHANGED', 'so added to');
select is(fixture.call('130001', 'get_period', jsonb_build_object('period', renkei_api.period_json(2016, 3, 'regular'))) -> 'period' ->> 'due_at',
	'2017-01-17T14:59:59Z', 'a deadline on Sunday before a holiday moves to Tuesday');
select is(fixture.call('130001', 'get_period', jsonb_build_object('period', renkei_api.period_json(2016, 4, 'forecast'))) -> 'period' ->> 'due_at',
	'2017-03-10T14:59:59Z', 'a forecast is due on 10 March');
select is(fixture.call('130001', 'get_period', jsonb_build_object('period', renkei_api.period_json(2016, 4, 'regular'))) -> 'period' -> 'due_rule',
	'{"ja": "四半期末の 15 日後（2017-04-15 から日本の次の開庁日に繰り下げ）、日本時間 23:59:59", "en": "15 days after the end of the quarter; moved from 2017-04-15 to the next working day in Japan; 23:59:59 JST",
	"zh": "季度末后 15 天（自 2017-04-15 顺延至日本的下一个工作日），日本时间 23:59:59"}',
	'and the rule says so in words');
select is((select array_agg(distinct t.due_rule_ja || '/' || t.due_rule_en || '/' || t.due_rule_zh) from renkei.reporting_period t where t.due_rule_ja = '例'),
	array['例/例/例'], 'a rule said in one language is said so in all');
select is(jsonb_path_query_array(fixture.call('analyst', 'list_municipalities', '{"valid_on": "2016-06-22"}'), '$.municipalities[*].municipality_code'),
	'["110001", "130001", "400009", "141305", "242021", "281000", "401005"]', 'who took part on a day, in the order of papers');
select is(jsonb_path_query_array(fixture.call('analyst', 'list_municipalities', '{"valid_on": "2016-06-23"}'), '$.municipalities[*].municipality_code') -> -1,
	'"442011"', 'the day after one more');
select is(fixture.refused('analyst', 'list_municipalities', '{"valid_on": "2016-6-23"}') ->> 'reason', 'DATE_INVALID', 'a date is written in full');
select is(fixture.refused('analyst', 'get_partner_government', '{"partner_code": "999999"}') ->> 'reason', 'PARTNER_NOT_FOUND', 'what is not there');
select is(fixture.call('analyst', 'get_municipality', '{"municipality_code": "310000"}') -> 'municipality' ->> 'name_ja', '鳥取県', '310000 is Tottori');
select is(fixture.call('analyst', 'get_partner_government', '{"partner_code": "310000"}') -> 'partner_government' ->> 'name_ja', '上海市', 'and Shanghai');
select is(jsonb_array_length(fixture.call('operator', 'list_themes') -> 'themes'), 20, 'twenty themes');
select is(fixture.call('401005', 'get_server_info') -> 'caller' ->> 'municipality_code', '401005', 'the server says whom it takes one for');
select * from finish();
rollback;
