-- The records kept for questions equal those counted anew, whatever was submitted, corrected, withdrawn, accepted, returned, linked and kept apart; and the
-- events made of them equal those made of the reports themselves.
begin;
select plan(16);
select setseed(0.2018);
create temp table document as select document from fixture.report where name = 'nil';
create temp table step (n integer primary key, events bigint not null, years bigint not null, own bigint not null, shared integer not null);
create function pg_temp.any_of(variadic p text[]) returns text language sql volatile as $$ select p[1 + floor(random() * cardinality(p))] $$;
create function pg_temp.an_activity(p_code text, p_id text) returns jsonb language sql volatile as $$
	select jsonb_strip_nulls(jsonb_build_object('activity_id', p_id, 'title', '催し', 'status', 'ACTIVITY_STATUS_' || pg_temp.any_of('HELD', 'HELD', 'HELD', 'CONTINUED', 'CONTINUED', 'CANCELLED', 'PLANNED'),
		'kind', 'ACTIVITY_KIND_' || pg_temp.any_of('STUDY_VISIT', 'TRAINING_IN_JAPAN'), 'scope', case when random() < 0.9 then 'SCOPE_' || pg_temp.any_of('WHOLE', 'PART', 'RELATED_ONLY') end,
		'occurrences', case when random() < 0.5 then 1 + floor(random() * 3)::integer end,
		'actual_start', case pg_temp.any_of('day', 'year', 'none') when 'day' then jsonb_build_object('precision', 'DATE_PRECISION_MONTH', 'year', 2015 + floor(random() * 3)::integer, 'month', 1 + floor(random() * 12)::integer)
			when 'year' then jsonb_build_object('precision', 'DATE_PRECISION_FISCAL_YEAR', 'year', 2015 + floor(random() * 3)::integer) end,
		'municipalities', jsonb_build_array(jsonb_build_object('municipality_code', p_code, 'role', 'PARTY_ROLE_' || pg_temp.any_of('HOST', 'CO_HOST'))))
		|| case when o.code <> p_code and random() < 0.5 then jsonb_build_object('same_as_municipality_code', o.code, 'same_as_activity_id', pg_temp.any_of('a', 'b', 'c')) else '{}' end)
	from (select pg_temp.any_of('110001', '400009', '281000', '401005') as code) o
$$;
create function pg_temp.act(p_n integer) returns text language plpgsql as $$
declare
	code constant text := pg_temp.any_of('110001', '400009', '281000', '401005');
	in_quarter constant integer := 3 + floor(random() * 2);
	of_kind constant text := case when in_quarter = 4 and random() < 0.5 then 'forecast' else 'regular' end;
	what constant text := pg_temp.any_of('submit', 'submit', 'submit', 'accept', 'accept', 'accept', 'return', 'withdraw', 'link', 'link');
	h renkei.report;
	one record;
	two record;
	said jsonb;
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	if what = 'link' then
		select e.* into one from renkei_api.counted_events(null, true, true) e where e.municipality_code = code order by random() limit 1;
		select e.* into two from renkei_api.counted_events(null, true, true) e where e.event <> one.event and e.status = one.status order by random() limit 1;
		said := fixture.refused('secretariat', 'decide_event', jsonb_build_object('request_id', fixture.id(7000 + p_n), 'reason', 'x', 'word', 'EVENT_WORD_' || pg_temp.any_of('LINKED', 'LINKED', 'LINKED', 'APART', 'OPEN'),
			'record', jsonb_build_object('municipality_code', one.municipality_code, 'activity_id', one.activity_id),
			'other', jsonb_build_object('municipality_code', two.municipality_code, 'activity_id', two.activity_id)));
		return format('link: %s', coalesce(said ->> 'reason', 'done'));
	end if;
	select r.* into h from renkei.report r where r.municipality_code = code and r.fiscal_year = 2016 and r.quarter = in_quarter and r.variant = of_kind;
	if what = 'submit' then
		update fixture.report f set document = jsonb_strip_nulls(d.document - 'nil' || jsonb_build_object('municipality_code', code, 'period', renkei_api.period_json(2016, in_quarter, of_kind),
			'base_version', coalesce(h.latest_version, 0), 'action', case when h.state is null then 'REPORT_ACTION_NEW' when h.state = 'accepted' then 'REPORT_ACTION_CORRECT'
				else 'REPORT_ACTION_REPLACE' end, 'change_reason', case when h.state = 'accepted' then '訂正' end,
			'activities', (select jsonb_agg(pg_temp.an_activity(code, i)) from unnest(array['a', 'b', 'c']) i where random() < 0.7)))
		from document d where f.name = 'nil';
		said := fixture.submit(code, 'nil', 7000 + p_n);
	else
		said := fixture.refused(case what when 'withdraw' then code else 'secretariat' end, what || '_report', jsonb_build_object('request_id', fixture.id(7000 + p_n), 'municipality_code', code,
			'period', renkei_api.period_json(2016, in_quarter, of_kind), 'version', h.latest_version, 'sha256', (select encode(v.sha256, 'hex') from renkei.report_version v
				where v.municipality_code = code and v.version_id = h.latest_version_id), 'reason', 'x', 'due_date', (now() at time zone 'Asia/Tokyo')::date + 7, 'items', '[{"reason": "x"}]'::jsonb));
	end if;
	return format('%s%s%s: %s', what, case when h.accepted_version_id is not null then ' again' end, case of_kind when 'forecast' then ' forecast' end,
		coalesce(said ->> 'reason', said -> 'refusal' ->> 'reason', 'done'));
end $$;
-- Answers of a moment are made of the reports; the moment after all others is now.
create function pg_temp.differing(p_any boolean) returns bigint language sql as $$
	select count(*) from ((select * from renkei_api.counted_events(null, false, p_any) except all select * from renkei_api.counted_events('infinity', false, p_any))
		union all (select * from renkei_api.counted_events('infinity', false, p_any) except all select * from renkei_api.counted_events(null, false, p_any))) d $$;
create function pg_temp.compare(p_n integer) returns void language plpgsql as $$
declare
	events bigint;
	years bigint;
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	events := pg_temp.differing(false) + pg_temp.differing(true);
	-- Asked for a year, its events are whole.
	select count(*) into years from generate_series(2015, 2016) y cross join lateral (
		(select e.* from renkei_api.counted_events(null, false, true, y, y) e where e.event in (select s.event from renkei_api.counted_events(null, false, true, y, y) s where s.fiscal_year = y)
			except all select e.* from renkei_api.counted_events('infinity', false, true) e)
		union all
		(select e.* from renkei_api.counted_events('infinity', false, true) e where e.event in (select s.event from renkei_api.counted_events('infinity', false, true) s where s.fiscal_year = y)
			except all select e.* from renkei_api.counted_events(null, false, true, y, y) e)) d;
	-- A municipality's events are made of what it sees.
	perform set_config('renkei.tenant', '401005', true);
	insert into step select p_n, events, years, pg_temp.differing(true), coalesce((select max(e.records) from renkei_api.counted_events('infinity', false, true) e), 0);
	perform set_config('renkei.tenant', '*', true);
	update step set shared = greatest(shared, coalesce((select max(e.records) from renkei_api.counted_events(null, false, true) e), 0)) where n = p_n;
end $$;
-- A statement each: begin_call gives a call's time to the statement it stands in.
create temp table done (n integer primary key, what text not null, kept bigint not null);
create function pg_temp.go_on(p_n integer) returns void language plpgsql as $$
declare
	what constant text := pg_temp.act(p_n);
begin
	insert into done values (p_n, what, (select count(*) from renkei_api.check_counted()));
end $$;
select c from generate_series(1, 160) n cross join lateral (values (1, format('select pg_temp.go_on(%s)', n)),
	(2, case when n % 16 = 0 then format('select pg_temp.compare(%s)', n) end)) as q (k, c) where c is not null order by n, k \gexec
select is_empty($$select n, what, kept from done where kept > 0$$, 'after each of 160 steps the records kept equal those counted anew');
select is_empty($$select n, events from step where events > 0$$, 'and events are those that the reports make');
select is_empty($$select n, years from step where years > 0$$, 'of some years as of all');
select is_empty($$select n, own from step where own > 0$$, 'and for a municipality those of its own records');
select cmp_ok((select count(*) from done where what ~ ('^' || a || '.*done$')), '>', 1::bigint, a || ' happened')
from unnest(array['submit', 'submit again', 'submit forecast', 'accept', 'accept again', 'accept forecast', 'return', 'withdraw', 'link']) a;
select cmp_ok((select max(shared) from step), '>', 2, 'and three records and more were one event');
-- What a record too many and a wrong one look like.
select set_config('renkei.tenant', '*', true);
insert into renkei.counted_activity select (jsonb_populate_record(c, '{"activity_id": "none"}')).* from renkei.counted_activity c limit 1;
update renkei.counted_activity c set fiscal_year = 2001 where c.activity_id = 'a' and c.municipality_code = (select min(municipality_code) from renkei.counted_activity where activity_id = 'a');
create temp table found as select * from renkei_api.check_counted(true);
select results_eq($$select activity_id, counted is null, kept ->> 'fiscal_year' = '2001' from found order by 1$$, $$values ('a', false, true), ('none', true, false)$$,
	'a record that should not be there is found, and one that says something else');
select is_empty($$select * from renkei_api.check_counted()$$, 'and both are put right');
select * from finish();
rollback;
