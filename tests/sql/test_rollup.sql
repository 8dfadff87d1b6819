-- The sums kept of the status matrix equal those counted anew, whatever happened and however much of it is folded in.
begin;
select plan(13);
select setseed(0.2016);
create temp table step (n integer primary key, what text not null, differs bigint not null, answers_differ boolean not null, coverage_differs boolean not null);
create temp table document as select name, document from fixture.report;
create function pg_temp.status(p_who text, p jsonb) returns jsonb language sql as $$
	select fixture.call(p_who, 'get_platform_status', '{"first_fiscal_year": 2015, "last_fiscal_year": 2017}' || p) - 'as_of' $$;
create function pg_temp.coverage(p_as_of timestamptz, p_where jsonb) returns jsonb language sql as $$
	select set_config('renkei.tenant', '*', true);
	select renkei_api.coverage(p_as_of, 2000, 2199, p_where) $$;
-- Two of the four want a release before anything counts.
select is(fixture.require_release(code, true, 990 + n::integer) ->> 'reason', null, code || ' wants a release') from unnest(array['281000', '401005']) with ordinality as c (code, n);
-- The next thing that one municipality or the secretariat does to one report: whatever is possible in its state, and at times what is not.
create function pg_temp.act(p_n integer) returns text language plpgsql as $$
declare
	code constant text := (array['110001', '400009', '281000', '401005'])[1 + floor(random() * 4)];
	in_quarter constant integer := 2 + floor(random() * 3);
	of_kind constant text := case when in_quarter = 4 and random() < 0.4 then 'forecast' else 'regular' end;
	what constant text := (array['submit', 'submit', 'submit', 'accept', 'return', 'review', 'withdraw', 'fold', 'release', 'release', 'send_back'])[1 + floor(random() * 11)];
	period constant jsonb := renkei_api.period_json(2016, in_quarter, of_kind);
	h renkei.report;
	p renkei.preparation;
	open boolean;
	request jsonb;
	said jsonb;
begin
	if what = 'fold' then
		return format('fold %s', renkei_api.fold_rollups((1 + floor(random() * 3))::integer));
	end if;
	perform set_config('renkei.tenant', '*', true);
	select r.* into h from renkei.report r where r.municipality_code = code and r.fiscal_year = 2016 and r.quarter = in_quarter and r.variant = of_kind;
	select k.* into p from renkei.preparation k where k.municipality_code = code and k.fiscal_year = 2016 and k.quarter = in_quarter and k.variant = of_kind;
	open := coalesce(p.state, '') in ('awaiting_release', 'sent_back');
	if what = 'submit' then
		update fixture.report f set document = d.document || jsonb_build_object('municipality_code', code, 'period', period,
			'nil', random() < 0.5, 'base_version', greatest(h.latest_version, p.version, 0), 'action', case when h.state is null and p.state is null then 'REPORT_ACTION_NEW'
				when h.state = 'accepted' then 'REPORT_ACTION_CORRECT' else 'REPORT_ACTION_REPLACE' end)
		from document d where f.name = 'nil' and d.name = f.name;
		said := fixture.submit(code, 'nil', 1000 + p_n);
	else
		request := jsonb_build_object('request_id', fixture.id(1000 + p_n), 'municipality_code', code, 'period', period,
			'version', w.version, 'sha256', (select encode(v.sha256, 'hex') from renkei.report_version v
				where v.municipality_code = code and v.version_id = w.id),
			'reason', 'x', 'due_date', (now() at time zone 'Asia/Tokyo')::date + 7, 'items', '[{"reason": "x"}]'::jsonb)
		from (select case when open and what in ('withdraw', 'release', 'send_back') then p.version else h.latest_version end,
			case when open and what in ('withdraw', 'release', 'send_back') then p.version_id else h.latest_version_id end) as w (version, id);
		said := fixture.refused(case when what = 'withdraw' then code when what in ('release', 'send_back') then case when code in ('281000', '401005')
				then 'a' || code else 'a400009' end else 'secretariat' end,
			case what when 'review' then 'start_review' else what || '_report' end, request);
	end if;
	return format('%s %s %s%s: %s', what, code, in_quarter, left(of_kind, 1), coalesce(said ->> 'reason', said -> 'refusal' ->> 'reason', 'done'));
end $$;
create function pg_temp.compare(p_n integer, p_what text) returns void language plpgsql as $$
declare
	moment jsonb := jsonb_build_object('as_of', renkei.time_json(clock_timestamp()));
	who constant text := (array['secretariat', '401005', 'operator'])[1 + p_n % 3];
	wanted constant jsonb := (array[null, '{"quarter": ["q4", "q2"]}', '{"municipality": ["401005", "110001"], "fiscal_year": ["2016"]}'])[1 + p_n % 3]::jsonb;
begin
	-- A past moment is answered from the history alone.
	insert into step select p_n, p_what, (select count(*) from renkei_api.check_rollup()),
		pg_temp.status(who, '{}') is distinct from pg_temp.status(who, moment),
		pg_temp.coverage(null, wanted) is distinct from pg_temp.coverage((moment ->> 'as_of')::timestamptz, wanted);
end $$;
select pg_temp.compare(0, 'nothing yet');
-- A statement each: begin_call gives a call's time to the statement it stands in.
select format('select pg_temp.compare(%s, pg_temp.act(%s))', n, n) from generate_series(1, 250) n \gexec
select is_empty($$select n, what from step where differs > 0$$, 'after each of 250 steps the sums kept equal those counted anew');
select is_empty($$select n, what from step where answers_differ$$, 'and the matrix is answered as from the history');
select is_empty($$select n, what from step where coverage_differs$$, 'and so is the coverage of numbers, filtered or not');
select cmp_ok((select count(*) from step where what ~ 'done$' and what ~ ('^' || a)), '>', 1::bigint, a || ' happened')
from unnest(array['submit', 'accept', 'return', 'withdraw', 'release', 'send_back']) a;
select cmp_ok((select count(*) from step where what ~ '^fold [1-9]'), '>', 1::bigint, 'and so did folding in parts');
-- What a delta too many looks like.
set local session_replication_role = replica;
select set_config('renkei.tenant', '*', true);
insert into renkei.status_delta (municipality_code, fiscal_year, there, nil, late, returned, accepted) values ('401005', 2016, 0, 0, 1, 0, 0);
set local session_replication_role = origin;
create temp table found as select * from renkei_api.check_rollup(true);
select results_eq($$select (select array_agg(municipality_code) from found), (select count(*) from renkei_api.check_rollup())$$,
	$$values (array['401005'], 0::bigint)$$, 'a sum that is wrong is found, and on demand put right');
select * from finish();
rollback;
