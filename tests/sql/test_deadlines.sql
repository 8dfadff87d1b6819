-- How deadlines come about, and their extension for one municipality.
begin;
select plan(52);
create function pg_temp.explained(p_year integer, p_quarter integer, p_variant text default 'regular') returns jsonb language sql as $$
	select fixture.call('130001', 'get_period', jsonb_build_object('period', renkei_api.period_json(p_year, p_quarter, p_variant), 'explain', true)) -> 'explanation' $$;
create function pg_temp.import(p_number integer, p_registry jsonb) returns jsonb language sql as $$
	select fixture.refused('secretariat', 'import_registry', jsonb_build_object('request_id', fixture.id(p_number), 'registry', p_registry)) $$;
create function pg_temp.wrong(p_registry jsonb) returns text[] language sql as $$
	select array(select concat_ws(' ', replace(v ->> 'field', 'registry.', ''), v ->> 'reason') from jsonb_array_elements(pg_temp.import(2, p_registry) -> 'violations') v) $$;
create function pg_temp.due(p_year integer, p_quarter integer) returns text language sql as $$
	select fixture.call('130001', 'get_period', jsonb_build_object('period', renkei_api.period_json(p_year, p_quarter, 'regular'))) -> 'period' ->> 'due_at' $$;

-- rules and holidays as data
select is(pg_temp.explained(2016, 3) ->> 'planned_date', '2017-01-15', 'fifteen days after the quarter');
select is(jsonb_path_query_array(pg_temp.explained(2016, 3), '$.skipped[*].date'), '["2017-01-15", "2017-01-16"]', 'a Sunday and a holiday are skipped');
select is(pg_temp.explained(2016, 3) #> '{skipped,1}' ->> 'name', '仮の休日', 'the holiday by its name');
select is(pg_temp.explained(2016, 3) ->> 'due_date', '2017-01-17', 'then it is Tuesday');
select is(pg_temp.explained(2016, 3) -> 'by_rule', 'true', 'which holds as the rule gave it');
select is(pg_temp.explained(2016, 3) -> 'calendar', null, 'nobody has said for which days the holidays are known');
select is(pg_temp.explained(2016, 4, 'forecast') #> '{rule,days_after_quarter_end}', '-21', 'a forecast is due before its quarter ends');
select is(pg_temp.import(3, '{"holiday_calendars": [{"country": "JP", "first_day": "2014-01-01", "last_day": "2017-01-16", "source": "告示"}],
	"holidays": [{"country": "CN", "date": "2017-01-03", "name": "元旦"}, {"country": "CN", "date": "2017-01-02", "name": "元旦"}, {"country": "CN", "date": "2016-12-31", "name": "元旦"}]}')
	-> 'answer' -> 'changes' -> 3, '{"entity": "holiday_calendar", "id": "JP 2014-01-01", "kind": "IMPORT_CHANGE_KIND_CREATED"}', 'the secretariat says so');
select is(pg_temp.explained(2016, 3) -> 'calendar', null, 'what ends a day too early covers nothing');
select is(pg_temp.import(4, '{"holiday_calendars": [{"country": "JP", "first_day": "2014-01-01", "last_day": "2017-12-31", "source": "告示"}]}') #>> '{answer,changes,0,kind}',
	'IMPORT_CHANGE_KIND_CHANGED', 'and says more');
select is(pg_temp.explained(2016, 3) -> 'calendar' ->> 'source', '告示', 'known, and from where');
select is(jsonb_path_query_array(pg_temp.explained(2016, 3), '$.partner_days_off[*].date'), '["2017-01-03"]', 'days off in China in the two weeks before');
select is(pg_temp.import(5, '{"deadline_rules": [{"first_fiscal_year": 2030, "quarter": "QUARTER_Q1", "days_after_quarter_end": 20, "country": "JP", "source": "要領"}],
	"periods": [{"period": {"fiscal_year": 2029, "quarter": "QUARTER_Q1"}}, {"period": {"fiscal_year": 2030, "quarter": "QUARTER_Q1"}}, {"period": {"fiscal_year": 2031, "quarter": "QUARTER_Q1"}}]}')
	#>> '{answer,changes,0,id}', '2030Q1', 'a rule is a record of the registry');
select is(array[pg_temp.due(2029, 1), pg_temp.due(2030, 1), pg_temp.due(2031, 1)],
	array['2029-07-16T14:59:59Z', '2030-07-22T14:59:59Z', '2031-07-21T14:59:59Z'], 'it holds from its year on');
select is(pg_temp.explained(2030, 1) #>> '{history,0,due_rule,ja}', '四半期末の 20 日後（2030-07-20 から日本の次の開庁日に繰り下げ）、日本時間 23:59:59', 'and is told in words');
select is(pg_temp.import(6, '{"deadline_rules": [{"first_fiscal_year": 2030, "quarter": "QUARTER_Q1", "days_after_quarter_end": 10, "country": "JP"}]}') #>> '{answer,changes,0,kind}',
	'IMPORT_CHANGE_KIND_CHANGED', 'a rule can be changed');
select is(pg_temp.due(2030, 1), '2030-07-22T14:59:59Z', 'which moves no deadline that is there');
select is(pg_temp.explained(2030, 1) ->> 'due_date', '2030-07-10', 'but is explained');
select is(pg_temp.import(7, jsonb_build_object('periods', jsonb_build_array(fixture.call('secretariat', 'get_period',
	jsonb_build_object('period', renkei_api.period_json(2030, 1, 'regular'))) #- '{period,due_at}' #- '{period,due_rule}' -> 'period'))) #>> '{answer,changes,0,kind}', 'IMPORT_CHANGE_KIND_CHANGED', 'imported anew without a deadline');
select is(pg_temp.due(2030, 1), '2030-07-10T14:59:59Z', 'it is computed anew');
select is(jsonb_path_query_array(pg_temp.explained(2030, 1), '$.history[*].due_at'), '["2030-07-22T14:59:59Z", "2030-07-10T14:59:59Z"]', 'and both are kept');
select is(pg_temp.explained(2030, 1) #>> '{history,1,principal}', fixture.uri('secretariat'), 'with who set it');
select is(pg_temp.import(8, jsonb_build_object('periods', jsonb_build_array(fixture.call('secretariat', 'get_period',
	jsonb_build_object('period', renkei_api.period_json(2030, 1, 'regular'))) -> 'period'))) #>> '{answer,changes,0,kind}', 'IMPORT_CHANGE_KIND_UNCHANGED', 'taken back as it was read');
select is(pg_temp.explained(2030, 1) -> 'by_rule', 'true', 'it is still the rule''s');
select is(pg_temp.import(9, jsonb_build_object('periods', jsonb_build_array(fixture.call('secretariat', 'get_period',
	jsonb_build_object('period', renkei_api.period_json(2030, 1, 'regular'))) -> 'period' || '{"due_at": "2030-08-01T14:59:59Z", "due_rule": {"ja": "会合のため"}}'))) #>> '{answer,changes,0,kind}',
	'IMPORT_CHANGE_KIND_CHANGED', 'set by hand');
select is(pg_temp.explained(2030, 1) -> 'by_rule', 'false', 'it is not');
select throws_ok('update renkei.deadline set due_at = null', 'RK403', null, 'what was a deadline stays known');
select is(pg_temp.wrong('{"holiday_calendars": [{"country": "US", "first_day": "2016-01-01", "last_day": "2016-12-31"}, {"country": "JP", "first_day": "2016-12-31", "last_day": "2016-01-01"},
	{"country": "JP", "first_day": "2016-02-30", "last_day": "2016-12-31"}], "deadline_rules": [{"quarter": "QUARTER_Q1", "country": "JP"},
	{"first_fiscal_year": 2016, "quarter": "QUARTER_Q1", "variant": "VARIANT_FORECAST", "country": "JP"}, {"first_fiscal_year": 2016, "quarter": "QUARTER_Q1", "country": "JP", "days_after_quarter_end": 400},
	{"first_fiscal_year": 2016, "quarter": "QUARTER_Q2"}]}'),
	array['holiday_calendars[0] REGISTRY_CALENDAR_WRONG', 'holiday_calendars[1] REGISTRY_CALENDAR_WRONG', 'holiday_calendars[2] REGISTRY_CALENDAR_WRONG',
	'deadline_rules[0] REGISTRY_RULE_WRONG', 'deadline_rules[1] REGISTRY_RULE_WRONG', 'deadline_rules[2] REGISTRY_RULE_WRONG', 'deadline_rules[3] REGISTRY_RULE_WRONG'],
	'what is wrong with them is told');

-- extensions
create function pg_temp.day(p_days integer) returns text language sql as $$ select ((clock_timestamp() at time zone 'Asia/Tokyo')::date + p_days)::text $$;
create function pg_temp.ask(p_who text, p_number integer, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,extension,number}') from fixture.refused(p_who, 'request_extension', jsonb_build_object('request_id', fixture.id(p_number),
		'municipality_code', '401005', 'period', renkei_api.period_json(2016, 3, 'regular'), 'until_date', pg_temp.day(10), 'reason', '人事異動のため') || p_more) r $$;
create function pg_temp.decide(p_who text, p_number integer, p_extension text, p_more jsonb) returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,extension,state}') from fixture.refused(p_who, 'decide_extension',
		jsonb_build_object('request_id', fixture.id(p_number), 'number', p_extension) || p_more) r $$;
create function pg_temp.cell(p_quarter integer) returns jsonb language sql as $$
	select r -> 'cells' -> (p_quarter - 1) from jsonb_array_elements(fixture.call('secretariat', 'get_platform_status',
		'{"first_fiscal_year": 2016, "last_fiscal_year": 2016}') -> 'rows') r where r ->> 'municipality_code' = '401005' $$;
create function pg_temp.sums(p_past boolean) returns jsonb language sql as $$
	select jsonb_agg(to_jsonb(s) order by to_jsonb(s)::text) from renkei_api.status_sums(p_past, clock_timestamp(), 2016, 2016) s $$;
update renkei.reporting_period set due_at = clock_timestamp() - interval '1 day' where fiscal_year = 2016 and quarter = 3;
select is(pg_temp.cell(3) ->> 'state', 'CELL_STATE_MISSING', 'the deadline was yesterday');
select is(pg_temp.ask('400009', 10), 'NOT_YOUR_MUNICIPALITY', 'nobody asks for another');
select is(pg_temp.ask('secretariat', 10), 'ROLE_NOT_ALLOWED', 'nor does the secretariat ask');
select is(pg_temp.ask('401005', 10, '{"reason": ""}'), 'REASON_REQUIRED', 'why is said');
select is(pg_temp.ask('401005', 10, jsonb_build_object('until_date', pg_temp.day(-1))), 'EXTENSION_DATE_INVALID', 'later than the deadline');
select is(pg_temp.ask('401005', 10, jsonb_build_object('until_date', pg_temp.day(366))), 'EXTENSION_DATE_INVALID', 'and not for ever');
select is(pg_temp.ask('401005', 10, jsonb_build_object('period', renkei_api.period_json(2003, 3, 'regular'))), 'PERIOD_NOT_FOUND', 'of a period there is');
select is(pg_temp.ask('401005', 10, '{"validate_only": true}'), '401005-2016Q3-E1', 'a dry run says what it would be');
select is(pg_temp.ask('a401005', 11), '401005-2016Q3-E1', 'the approver asks as well');
select is(pg_temp.ask('a401005', 11), '401005-2016Q3-E1', 'the same request has the same answer');
select is(pg_temp.ask('401005', 12), 'EXTENSION_PENDING', 'one at a time');
select is(pg_temp.cell(3) ->> 'state', 'CELL_STATE_MISSING', 'asking moves nothing');
select is(pg_temp.decide('401005', 13, '401005-2016Q3-E1', '{"grant": true}'), 'ROLE_NOT_ALLOWED', 'nobody grants his own');
select is(pg_temp.decide('secretariat', 13, '401005-2016Q3-E1', '{}'), 'REASON_REQUIRED', 'a refusal says why');
select is(pg_temp.decide('secretariat', 13, '401005-2016Q3-E9', '{"grant": true}'), 'EXTENSION_NOT_FOUND', 'only what is there is decided');
select is(pg_temp.decide('secretariat', 13, '401005-2016Q3-E1', '{"reason": "二度目です"}'), 'EXTENSION_STATE_REFUSED', 'refused');
select is(pg_temp.decide('secretariat', 14, '401005-2016Q3-E1', '{"grant": true}'), 'EXTENSION_DECIDED', 'once');
select is(pg_temp.ask('401005', 15) || ' ' || pg_temp.decide('secretariat', 16, '401005-2016Q3-E2', '{"grant": true}'), '401005-2016Q3-E2 EXTENSION_STATE_GRANTED', 'another one is granted');
select is(pg_temp.cell(3) ->> 'state' || ' ' || (pg_temp.cell(3) ->> 'extended_until'), 'CELL_STATE_NOT_DUE ' || renkei.time_json((pg_temp.day(10)::date + time '23:59:59') at time zone 'Asia/Tokyo'),
	'it is not missing any more, and says until when');
select is(pg_temp.sums(true), pg_temp.sums(false), 'the sums kept are those counted');
select fixture.submit(array['401005'], array['full'], array[30]);
select is((select v.timeliness || ' ' || v.extension_number || ' ' || v.deadline_entry from renkei.report_version v where v.receipt_number = '401005-2016Q3-1'), 'on_time 2 2',
	'what is sent now is in time, by the extension and the deadline that are named');
select is(fixture.call('401005', 'get_report', '{"receipt_number": "401005-2016Q3-1"}') #>> '{summary,extension_number}', '401005-2016Q3-E2', 'its summary says so');
select is(jsonb_path_query_array(fixture.call('401005', 'list_extensions', '{}'), '$.extensions[*].state'), '["EXTENSION_STATE_GRANTED", "EXTENSION_STATE_REFUSED"]', 'all is kept');
select is(fixture.call('400009', 'list_extensions', '{"municipality_code": "401005"}'), '{"extensions": []}', 'and not shown to others');
select * from finish();
rollback;
