-- The table as the secretariat words it: lines by numbers that stay theirs, chosen, edited, moved, dropped, put back; not once it is final.
begin;
select plan(46);
create function pg_temp.row(p_who text default 'secretariat', p_code text default '401005') returns jsonb language sql as $$
	select jsonb_path_query_first(fixture.call(p_who, 'get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'), '$.rows[*] ? (@.municipality_code == $code)',
		jsonb_build_object('code', p_code)) $$;
create function pg_temp.lines() returns text[] language sql as $$
	select array(select concat_ws(' ', o ->> 'line', o ->> 'text', o ->> 'outcome_ids') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o) $$;
create function pg_temp.line(p_line integer, p_text text, variadic p_ids text[]) returns jsonb language sql as $$
	select jsonb_build_object('line', p_line, 'text', p_text, 'outcome_ids', to_jsonb(p_ids)) $$;
create function pg_temp.edit(p_number integer, p_lines jsonb, p_more jsonb default '{}', p_who text default 'secretariat') returns jsonb language sql as $$
	select fixture.refused(p_who, 'edit_outcomes', jsonb_build_object('request_id', fixture.id(p_number), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016,
		'municipality_code', '401005', 'seen_sha256', coalesce(pg_temp.row() ->> 'lines_sha256', ''), 'lines', p_lines) || p_more) $$;
create function pg_temp.why(p jsonb) returns text language sql as $$ select coalesce(p ->> 'reason', 'done') $$;
-- Whoever fixes the table and whoever words it wait for one another.
create function pg_temp.table_held() returns bigint language sql as $$
	select count(*) from pg_locks l where l.locktype = 'advisory' and l.pid = pg_backend_pid() and l.granted
		and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('registry', 0) $$;
select is(pg_temp.table_held(), 0::bigint, 'nobody has the table');
select fixture.call('secretariat', 'fix_evaluation', jsonb_build_object('request_id', fixture.id(99), 'validate_only', true, 'first_fiscal_year', 2014, 'last_fiscal_year', 2016));
select is(pg_temp.table_held(), 1::bigint, 'who fixes it holds it as one does who edits its lines');
select fixture.submit(array['401005', '281000'], array['full', 'kobe'], array[1, 2]);
select is(pg_temp.why(pg_temp.edit(10, jsonb_build_array(pg_temp.line(0, '一', 'o1')))), 'OUTCOME_NOT_ACCEPTED', 'an outcome that is not accepted cannot be chosen');
select fixture.accept('secretariat', n, i::int) from unnest(array['401005-2016Q3-1', '281000-2016Q3-1']) with ordinality t (n, i);

select is((select array_agg(c ->> 'number' || ' ' || (c ->> 'outcome_id')) from jsonb_array_elements(fixture.call('secretariat', 'list_outcome_candidates',
	'{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "municipality_code": "401005"}') -> 'candidates') c), array['1 o1', '2 o2', '3 o3'], 'candidates are numbered');
select is((select array_agg(o ->> 'line') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o), array['1', '2'], 'what a municipality proposes has its place for a number');
select is(pg_temp.why(pg_temp.edit(11, '[]', '{}', '401005')), 'ROLE_NOT_ALLOWED', 'the secretariat words the table');
select is(array[pg_temp.why(pg_temp.edit(11, '[]')), pg_temp.why(pg_temp.edit(11, jsonb_build_array(pg_temp.line(1, '一', 'o1')), '{"own_words": true}'))],
	array_fill('OUTCOME_LINES_EMPTY'::text, array[2]), 'a row has lines, or the own words of the municipality');
select is(array(select pg_temp.why(pg_temp.edit(11, jsonb_build_array(l))) from unnest(array[pg_temp.line(1, E'\u3000', 'o1'), pg_temp.line(1, repeat('あ', 401), 'o1'), '{"line": 1, "text": "一"}']) l),
	array_fill('OUTCOME_LINE_WRONG'::text, array[3]), 'a line has words, not too many, and rests on something');
select is(pg_temp.why(pg_temp.edit(11, jsonb_build_array(pg_temp.line(1, '一', 'o1'), pg_temp.line(1, '二', 'o2')))), 'OUTCOME_LINE_TWICE', 'a line stands once');
select is(pg_temp.why(pg_temp.edit(11, jsonb_build_array(pg_temp.line(9, '一', 'o1')))), 'OUTCOME_LINE_UNKNOWN', 'a number is of a line that is there or was');
select is(pg_temp.why(pg_temp.edit(11, jsonb_build_array(pg_temp.line(1, '一', 'z')))), 'OUTCOME_NOT_ACCEPTED', 'what another municipality reported is nothing to rest on');
select is(pg_temp.why(pg_temp.edit(11, jsonb_build_array(pg_temp.line(1, '一', 'o1')))), 'REASON_REQUIRED', 'who drops a line says why');
select is(pg_temp.why(pg_temp.edit(11, jsonb_build_array(pg_temp.line(1, '一', 'o1')), '{"seen_sha256": "00"}')), 'OUTCOMES_CHANGED', 'what is changed is what was seen');
select is(pg_temp.why(pg_temp.edit(11, jsonb_build_array(pg_temp.line(1, '一', 'o1')), '{"municipality_code": "999999"}')), 'MUNICIPALITY_NOT_FOUND', 'of a municipality that there is');
create temp table asked as select jsonb_build_array(pg_temp.line(1, '6 都市との協力を進めた。', 'o1'), pg_temp.line(2, '中国から 7 都市等の代表計 49 人が参加した。', 'o2'), pg_temp.line(0, '表に出さない成果', 'o3', 'o2')) as lines;
select is((select pg_temp.edit(12, lines, '{"validate_only": true}') #>> '{answer,row,outcomes,2,text}' from asked), '表に出さない成果', 'a dry run says what the row would be');
select is((select array_agg(o ->> 'edited') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o), array[null, null]::text[], 'and changes nothing');
create temp table unedited as select pg_temp.row() as row;
select is((select array[pg_temp.why(pg_temp.edit(12, lines)), pg_temp.why(pg_temp.edit(12, lines, jsonb_build_object('seen_sha256', row ->> 'lines_sha256')))] from asked, unedited),
	array['done', 'done'], 'lines are edited and chosen, once');
select is(pg_temp.lines(), array['1 6 都市との協力を進めた。 ["o1"]', '2 中国から 7 都市等の代表計 49 人が参加した。 ["o2"]', '3 表に出さない成果 ["o2", "o3"]'], 'in their order, each with what it rests on');
select is((select pg_temp.why(pg_temp.edit(13, lines || jsonb_build_array(pg_temp.line(3, 'x', 'o1'), pg_temp.line(3, 'y', 'o1')))) from asked), 'OUTCOME_LINE_TWICE', 'nor twice when it was chosen');
-- Two at once
create temp table both_saw as select pg_temp.row() as row;
create temp table first_edit as select pg_temp.edit(100, jsonb_build_array(pg_temp.line(1, '6 都市との協力を進めた。', 'o1', 'o3'), pg_temp.line(2, '中国から 7 都市等の代表計 49 人が参加した。', 'o2'),
	pg_temp.line(3, '表に出さない成果', 'o3', 'o2'))) -> 'answer' -> 'row' as row;
select is((select array[f.row ->> 'sha256' = b.row ->> 'sha256', f.row ->> 'lines_sha256' = b.row ->> 'lines_sha256'] from first_edit f, both_saw b), array[true, false],
	'who confirms words sees the same, who edits lines does not, when a line rests on more');
select is((select pg_temp.why(pg_temp.edit(101, a.lines, jsonb_build_object('seen_sha256', b.row ->> 'lines_sha256'))) from asked a, both_saw b), 'OUTCOMES_CHANGED', 'so the edit of one is not lost to another');
select is(array[pg_temp.row('401005') ? 'lines_sha256', pg_temp.row('ministry') ? 'lines_sha256'], array[false, false], 'and it is for those who edit');
select fixture.call('401005', 'confirm_outcomes', jsonb_build_object('request_id', fixture.id(14), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'sha256', pg_temp.row('401005') ->> 'sha256'));
select ok(pg_temp.row() ? 'confirmed_at', 'the municipality confirms the row');
create temp table moved as select pg_temp.edit(15, jsonb_build_array(pg_temp.line(3, '表に出さない成果', 'o3', 'o2'), pg_temp.line(1, '6 都市との協力を進めた。', 'o1'))
	, '{"reason": "重複"}') -> 'answer' as answer;
select is((select array[answer -> 'was' ? 'confirmed_at', answer -> 'row' ? 'confirmed_at'] from moved), array[true, false], 'what is worded anew waits for it again, and the answer says so');
select is((select array_agg(o ->> 'line') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o), array['3', '1'], 'a line keeps its number wherever it stands');
select is((fixture.call('secretariat', 'list_outcome_edits', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}') -> 'edits' -> 0) - 'edited_at',
	jsonb_build_object('municipality_code', '401005', 'municipality_name_ja', '北九州市', 'edit', 3, 'edited_by', fixture.uri('secretariat'), 'reason', '重複', 'lines', jsonb_build_array(
		'{"line": 3, "text": "表に出さない成果", "outcome_ids": ["o2", "o3"]}'::jsonb, pg_temp.line(1, '6 都市との協力を進めた。', 'o1')),
		'dropped', jsonb_build_array(pg_temp.line(2, '中国から 7 都市等の代表計 49 人が参加した。', 'o2'))), 'what went is kept, with who and why');
select is(fixture.refused('401005', 'list_outcome_edits', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'for the secretariat');
select throws_ok('update renkei.evaluation_edit set reason = ''x''', 'RK403', null, 'and cannot be changed');
select is(pg_temp.why(pg_temp.edit(16, jsonb_build_array(pg_temp.line(3, '表に出さない成果', 'o3', 'o2'), pg_temp.line(1, '6 都市との協力を進めた。', 'o1'),
	pg_temp.line(2, '中国から 7 都市等の代表計 49 人が参加した。', 'o2'), pg_temp.line(0, '四', 'o1')))), 'done', 'a dropped line is put back');
select is((select array_agg(o ->> 'line') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o), array['3', '1', '2', '4'], 'with its number, and a new one has another');
select is(pg_temp.why(pg_temp.edit(17, '[]', '{"own_words": true}')), 'done', 'the row is given back to the municipality''s words');
select is((select array_agg(o ->> 'text') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o), array['6 都市との協力を着実に実施。', '中国から 7 都市等の代表計 49 人が参加した。'], 'which stand there again');
select is((select array_agg(o ->> 'line') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o), array['5', '6'], 'by numbers that no line had');
select is(pg_temp.why(pg_temp.edit(18, jsonb_build_array(pg_temp.line(6, '中国から 7 都市等の代表計 49 人が参加した。', 'o2')), '{"reason": "重複"}')), 'done', 'when they become lines of the secretariat''s again');
select is(array[pg_temp.lines(), array[pg_temp.why(pg_temp.edit(103, '[]', '{"own_words": true}'))]], array[array['6 中国から 7 都市等の代表計 49 人が参加した。 ["o2"]'], array['done']],
	'none of them takes the number of one that was dropped');
select is((select array_agg(o ->> 'line') from jsonb_array_elements(pg_temp.row() -> 'outcomes') o), array['7', '8'], 'however often');
-- The registry
create function pg_temp.import(p_number integer, p jsonb) returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,changes,0,kind}') from fixture.refused('secretariat', 'import_registry', jsonb_build_object('request_id', fixture.id(p_number), 'registry', p)) r $$;
create function pg_temp.bullets(variadic p_texts text[]) returns jsonb language sql as $$
	select jsonb_build_object('evaluation_rows', jsonb_build_array(jsonb_build_object('first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'municipality_code', '401005',
		'bullets', (select jsonb_agg(jsonb_build_object('text', t, 'outcome_ids', '["o1"]'::jsonb)) from unnest(p_texts) t)))) $$;
select is(array[pg_temp.import(20, pg_temp.bullets('甲', '乙', '甲')), pg_temp.import(21, pg_temp.bullets('甲', '乙', '甲')), pg_temp.import(22, pg_temp.bullets('丙', '甲'))],
	array['IMPORT_CHANGE_KIND_CREATED', 'IMPORT_CHANGE_KIND_UNCHANGED', 'IMPORT_CHANGE_KIND_CHANGED'], 'records of the registry say the same');
select is(pg_temp.lines(), array['10 丙 ["o1"]', '7 甲 ["o1"]'], 'a line whose words stay keeps its number, and no number is given twice');
select is((select count(*) from renkei.evaluation_edit), 9::bigint, 'every change is kept, and what changes nothing is none');
select is(pg_temp.import(23, '{"evaluation_notes": [{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "number": 7, "text": "注", "columns": ["type"]}]}'), 'IMPORT_CHANGE_KIND_CREATED', 'a note is written');
select is(pg_temp.import(24, '{"evaluation_notes": [{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "number": 7, "off": true}]}'), 'IMPORT_CHANGE_KIND_CHANGED', 'and taken out');
select is((select count(*) from renkei.evaluation_note n where n.number = 7), 0::bigint, 'without a trace');
-- Final
select fixture.call('401005', 'confirm_outcomes', jsonb_build_object('request_id', fixture.id(30), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'sha256', pg_temp.row('401005') ->> 'sha256'));
select fixture.call('281000', 'confirm_outcomes', jsonb_build_object('request_id', fixture.id(31), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'sha256', pg_temp.row('281000', '281000') ->> 'sha256'));
select is(fixture.refused('secretariat', 'fix_evaluation', jsonb_build_object('request_id', fixture.id(32), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'state', 'EVALUATION_STATE_FINAL'))
	#>> '{answer,snapshot,snapshot_id}', 'FY2014-2016-1', 'the evaluation is final');
select is(array[pg_temp.why(pg_temp.edit(33, jsonb_build_array(pg_temp.line(7, '丁', 'o1')), '{"reason": "誤り"}')), pg_temp.import(34, pg_temp.bullets('丁')), pg_temp.import(35, pg_temp.bullets('丙', '甲')),
	pg_temp.import(36, '{"evaluation_notes": [{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "number": 8, "text": "注"}]}')],
	array['EVALUATION_FIXED', 'EVALUATION_FIXED', 'IMPORT_CHANGE_KIND_UNCHANGED', 'EVALUATION_FIXED'], 'and nothing of its table is changed');
select fixture.call('secretariat', 'fix_evaluation', jsonb_build_object('request_id', fixture.id(37), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016));
select is(pg_temp.why(pg_temp.edit(38, jsonb_build_array(pg_temp.line(7, '丁', 'o1')), '{"reason": "誤り"}')), 'done', 'a new draft opens it, for all to see');
select is(jsonb_array_length(fixture.call('secretariat', 'list_evaluation_snapshots') -> 'snapshots'), 2, 'and the final one stays');
select * from finish();
rollback;
