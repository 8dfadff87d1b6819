-- A session keeps its plans; they are as good for a full database as for the empty one they were made in.
begin;
select plan(4);
-- The tables stay unknown to the planner: none of this is committed, so nothing analyses it.
create function pg_temp.submitted(p_version integer) returns jsonb language plpgsql as $$
declare
	said jsonb;
begin
	select outcome into said from fixture.report r cross join lateral renkei_api.submit_reports(array[fixture.uri('401005')],
		array[fixture.spki(fixture.uri('401005'))], array[gen_random_uuid()::text], array['f'], array[r.bytes],
		array[r.document || jsonb_build_object('base_version', p_version - 1, 'action', case p_version when 1 then 'REPORT_ACTION_NEW'
			else 'REPORT_ACTION_REPLACE' end)], array['{}'::jsonb], 'k')
	where r.name = 'full';
	return said -> 'receipt' -> 'number';
end $$;
create function pg_temp.rows_read() returns bigint language sql as $$
	select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_xact_user_tables where schemaname = 'renkei' $$;
create temp table reading (what text primary key, before bigint, after bigint);
create function pg_temp.read_by(p_what text, p_version integer) returns void language plpgsql as $$
declare
	before constant bigint := pg_temp.rows_read();
begin
	perform pg_temp.submitted(p_version);
	insert into reading values (p_what, before, pg_temp.rows_read());
end $$;
-- The same for a later report that answers a need which the first one told; only asked, so that it stays a first version.
create function pg_temp.asked(p_what text) returns void language plpgsql as $$
declare
	before constant bigint := pg_temp.rows_read();
begin
	perform from fixture.report r cross join lateral renkei_api.submit_reports(array[fixture.uri('401005')],
		array[fixture.spki(fixture.uri('401005'))], array[gen_random_uuid()::text], array['t'], array[r.bytes],
		array[r.document || '{"needs": [], "activities": [{"activity_id": "x", "need_id": "n-1"}], "outcomes": [],
			"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q4", "variant": "VARIANT_REGULAR"}}'], array['{}'::jsonb], 'k') s
	where r.name = 'full' and s.outcome ? 'valid';
	if not found then
		raise exception 'the need is not known';
	end if;
	insert into reading values (p_what, before, pg_temp.rows_read());
end $$;
select pg_temp.submitted(n) from generate_series(1, 4) n;
select pg_temp.read_by('young', 5), pg_temp.asked('young need');
select pg_temp.submitted(n) from generate_series(6, 199) n;
select pg_temp.read_by('old', 200), pg_temp.asked('old need');
select is((select count(*) from renkei.report_version where municipality_code = '401005'), 200::bigint, 'two hundred versions are stored');
select cmp_ok((select after - before from reading where what = 'young'), '>', 0::bigint, 'a submission reads rows');
select is((select after - before from reading where what = 'old'), (select after - before from reading where what = 'young'),
	'and the two hundredth in a session as many as the fifth');
select is((select after - before from reading where what = 'old need'), (select after - before from reading where what = 'young need'),
	'a need is looked for in the reports as they stand, not in all versions there were');
select * from finish();
rollback;
