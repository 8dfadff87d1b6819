-- Who is named for what was said at a meeting, to whom; and the agenda and papers of meetings.
begin;
select plan(39);
create function pg_temp.add(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
	select fixture.refused('secretariat', 'add_meeting', jsonb_build_object('request_id', fixture.id(p_number), 'kind', 'MEETING_KIND_DOMESTIC_MEETING', 'held_on', '2016-11', 'title', '国内関係者会合') || p_more) $$;
create function pg_temp.record(p_number integer, p_code text, p_tags jsonb) returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,meeting,hearings,0,state}') from fixture.refused('secretariat', 'record_hearing', jsonb_build_object('request_id', fixture.id(p_number),
		'number', '2016-M1', 'municipality_code', p_code, 'text', '発言', 'tags', p_tags)) r $$;
create function pg_temp.answer(p_who text, p_number integer, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,meeting,hearings,0,state}') from fixture.refused(p_who, 'answer_hearing', jsonb_build_object('request_id', fixture.id(p_number), 'number', '2016-M1',
		'sha256', (fixture.call(p_who, 'list_meetings', '{"number": "2016-M1"}') #>> '{meetings,0,hearings,0,sha256}')) || p_more) r $$;
create function pg_temp.told(p_document jsonb) returns text[] language sql as $$
	select array(select concat_ws(' ', f #>> '{statement,statement_id}', right(h ->> 'stance', -7), h ->> 'municipality_code', h ->> 'indicator_id', h ->> 'count')
		from jsonb_array_elements(p_document -> 'findings') with ordinality as f (f, n)
		cross join lateral (select h.h, h.n as place from jsonb_array_elements(f.f -> 'hearings') with ordinality as h (h, n)
			union all select u.h, 1000 + u.n from jsonb_array_elements(f.f -> 'unnamed_hearings') with ordinality as u (h, n)) h order by f.n, h.place) $$;
create function pg_temp.live(p_who text) returns text[] language sql as $$
	select pg_temp.told(fixture.call(p_who, 'get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}') -> 'document') $$;
create function pg_temp.fixed(p_who text, p_id text) returns text[] language sql as $$
	select pg_temp.told(fixture.call(p_who, 'get_evaluation_snapshot', jsonb_build_object('snapshot_id', p_id)) -> 'document') $$;
create function pg_temp.fix(p_number integer, p_state text) returns text language sql as $$
	select fixture.call('secretariat', 'fix_evaluation', jsonb_build_object('request_id', fixture.id(p_number), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016,
		'state', 'EVALUATION_STATE_' || p_state)) #>> '{snapshot,snapshot_id}' $$;
create function pg_temp.read(p_who text, p_more jsonb default '{}') returns text[] language sql as $$
	select array(select concat_ws(' ', h ->> 'municipality_code', h ->> 'wording', substr(h ->> 'state', 15)) from jsonb_path_query(fixture.call(p_who, 'list_meetings', '{"number": "2016-M1"}' || p_more),
		'$.meetings[*].hearings[*]') h) $$;
select fixture.call('secretariat', 'import_registry', jsonb_build_object('request_id', fixture.id(900), 'registry', jsonb_build_object('evaluation_statements', (select jsonb_agg(jsonb_build_object(
	'first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'statement_id', i, 'part', 'EVALUATION_PART_PROGRESS', 'position', n, 'text', '記述', 'rule', '{}'::jsonb))
	from unnest(array['P1', 'P2']) with ordinality as s (i, n)))));

-- Agenda and papers
select is(array(select pg_temp.add(1, m) ->> 'reason' from unnest(array['{"agenda": ["議題", " "]}', jsonb_build_object('agenda', to_jsonb(array_fill('x'::text, array[101])))]) m),
	array_fill('MEETING_AGENDA_WRONG'::text, array[2]), 'an agenda has items with words, and not too many');
select is(array(select pg_temp.add(1, jsonb_build_object('papers', jsonb_build_array(p))) ->> 'reason' from unnest(array['{"title": "資料1"}', '{"title": "", "file_name": "a.pdf", "sha256": ""}',
	'{"title": "資料1", "file_name": "a.pdf", "sha256": "00"}', jsonb_build_object('title', '資料1', 'file_name', 'a.pdf', 'sha256', repeat('0', 64), 'attachment_number', '401005-2016Q3-A1')]) p),
	array_fill('MEETING_PAPER_WRONG'::text, array[4]), 'a paper has a title, and is either a file with its digest or an attachment');
select is(pg_temp.add(1, '{"papers": [{"title": "資料1", "attachment_number": "401005-2016Q3-A9"}]}') ->> 'reason', 'ATTACHMENT_NOT_FOUND', 'one that is there');
create temp table made as select pg_temp.add(2, jsonb_build_object('agenda', '["中間評価案", "ヒアリング"]'::jsonb, 'papers', jsonb_build_array(jsonb_build_object('title', '資料1 中間評価案', 'file_name',
	'案.pdf', 'sha256', repeat('a', 64))))) -> 'answer' -> 'meeting' as m;
select is((select array[m -> 'agenda', m -> 'papers' -> 0 -> 'title', m -> 'papers' -> 0 -> 'sha256'] from made), array['["中間評価案", "ヒアリング"]'::jsonb, '"資料1 中間評価案"', to_jsonb(repeat('a', 64))],
	'they are kept with the meeting');
select is(fixture.refused('secretariat', 'add_meeting_papers', jsonb_build_object('request_id', fixture.id(3), 'number', '2016-M1', 'papers', '[]'::jsonb)) ->> 'reason', 'MEETING_PAPER_WRONG', 'papers that come later are at least one');
select is(fixture.refused('401005', 'add_meeting_papers', jsonb_build_object('request_id', fixture.id(3), 'number', '2016-M1')) ->> 'reason', 'ROLE_NOT_ALLOWED', 'the secretariat''s');
create function pg_temp.minutes(p_dry boolean) returns integer language sql as $$
	select jsonb_array_length(fixture.call('secretariat', 'add_meeting_papers', jsonb_build_object('request_id', fixture.id(4), 'validate_only', p_dry, 'number', '2016-M1', 'papers',
		jsonb_build_array(jsonb_build_object('title', '議事録', 'file_name', '議事録.docx', 'sha256', repeat('b', 64))))) -> 'meeting' -> 'papers') $$;
select is(pg_temp.minutes(true), 2, 'a dry run says what would be there');
select is((select count(*) from renkei.meeting_paper), 1::bigint, 'and keeps nothing');
select is(array[pg_temp.minutes(false), pg_temp.minutes(false)], array[2, 2], 'minutes come behind the others, once');
select is(jsonb_path_query_array(fixture.call('400009', 'list_meetings', '{"number": "2016-M1"}'), '$.meetings[*].papers[*].title'), '["資料1 中間評価案", "議事録"]', 'everybody who reads meetings reads of them');
select throws_ok('update renkei.meeting_paper set title = ''x''', 'RK403', null, 'and they cannot be changed');

-- Tags to indicators
select is(pg_temp.record(10, '401005', '[{"statement_id": "P1.99", "stance": "STANCE_FOR"}]'), 'STATEMENT_NOT_FOUND', 'an indicator that there is');
select is(pg_temp.record(10, '401005', '[{"statement_id": "I4.1", "stance": "STANCE_FOR"}]'), 'STATEMENT_NOT_FOUND', 'of a statement that there is');
select is(pg_temp.record(10, '401005', '[{"statement_id": "P1", "stance": "STANCE_FOR"}, {"statement_id": "P1.2", "stance": "STANCE_FOR"}, {"statement_id": "P2", "stance": "STANCE_AGAINST"}]'),
	'HEARING_STATE_RECORDED', 'a record speaks to statements and to indicators');
select is(pg_temp.record(10 + n::integer, c, '[{"statement_id": "P1", "stance": "STANCE_FOR"}]'), 'HEARING_STATE_RECORDED', c || ' too') from unnest(array['400009', '281000']) with ordinality as u (c, n);

-- Named or counted
select is(pg_temp.live('secretariat'), array['P1 FOR 3', 'P2 AGAINST 1'], 'what is not confirmed is counted without a name, a record once');
select is(array[pg_temp.answer('401005', 20), pg_temp.answer('400009', 21, '{"disclosure": "DISCLOSURE_SECRETARIAT"}'), pg_temp.answer('281000', 22, '{"disclosure": "DISCLOSURE_PUBLIC"}')],
	array_fill('HEARING_STATE_CONFIRMED'::text, array[3]), 'each says who may know');
select is(pg_temp.live('secretariat'), array['P1 FOR 281000', 'P1 FOR 400009', 'P1 FOR 401005', 'P1 FOR 401005 P1.2', 'P2 AGAINST 401005'], 'the secretariat knows all by name');
select is(pg_temp.live('ministry'), array['P1 FOR 281000', 'P1 FOR 401005', 'P1 FOR 401005 P1.2', 'P1 FOR 1', 'P2 AGAINST 401005'], 'the ministry who lets the parties know');

-- Read
select is(pg_temp.read('secretariat'), array['281000 1 CONFIRMED', '400009 1 CONFIRMED', '401005 1 CONFIRMED'], 'the secretariat reads all words');
select is(pg_temp.read('ministry'), array['281000 1 CONFIRMED', '401005 1 CONFIRMED'], 'the ministry those that it may know');
select is(pg_temp.read('400009'), array['400009 1 CONFIRMED'], 'who keeps its words for the secretariat reads them');
create temp table kept as select pg_temp.fix(30, 'DRAFT') as draft, pg_temp.fix(31, 'FINAL') as final;
select is(pg_temp.fixed(w, (select final from kept)), array['P1 FOR 281000', 'P1 FOR 401005', 'P1 FOR 401005 P1.2', 'P1 FOR 1', 'P2 AGAINST 401005'], 'in the final one ' || w || ' reads the same')
from unnest(array['secretariat', 'ministry', '281000', 'a401005']) w;
select is(pg_temp.fixed('analyst', (select final from kept)), array['P1 FOR 281000', 'P1 FOR 2', 'P2 AGAINST 1'], 'an analyst who lets everybody know, and how many others');
select is(pg_temp.answer('281000', 23, '{"object": true, "reason": "違います"}'), 'HEARING_STATE_OBJECTED', 'who objects');
select is(pg_temp.live('ministry'), array['P1 FOR 401005', 'P1 FOR 401005 P1.2', 'P1 FOR 1', 'P2 AGAINST 401005'], 'is counted no more');
select is(pg_temp.read('ministry'), array['401005 1 CONFIRMED'], 'nor read outside');
select is(array[pg_temp.record(24, '401005', '[]'), pg_temp.record(25, '400009', '[]')], array_fill('HEARING_STATE_RECORDED'::text, array[2]), 'records are worded anew');
select is(pg_temp.read('ministry') || pg_temp.read('ministry', '{"unanswered": true}'), array[]::text[], 'what waits for its municipality is not read outside');
select is(pg_temp.read('ministry', '{"history": true}'), array['401005 1 CONFIRMED'], 'the wording before it is, as it was confirmed');
select is(pg_temp.answer('401005', 26, '{"disclosure": "DISCLOSURE_SECRETARIAT"}'), 'HEARING_STATE_CONFIRMED', 'until the municipality keeps what it said there');
select is(pg_temp.read('ministry', '{"history": true}'), array[]::text[], 'in whatever wording');
select is(array_length(pg_temp.read('secretariat', '{"history": true}'), 1), 5, 'the secretariat reads every wording');
select is(pg_temp.answer('400009', 27), 'HEARING_STATE_CONFIRMED', 'who lets others know of a later wording');
select is(pg_temp.read('ministry', '{"history": true}'), array['400009 2 CONFIRMED'], 'still keeps the earlier one');
select * from finish();
rollback;
