-- Two municipalities submit while the sums are folded: nobody waits, and whoever looks sees each change once.
create extension if not exists dblink schema tap;
create procedure fixture.submit_many(p_who text, p_name text, p_times integer) language plpgsql as $$
declare
	had constant integer := (select coalesce(max(version), 0) from renkei.report_version where municipality_code = p_who and fiscal_year = 2016 and quarter = 3);
	said jsonb;
begin
	for n in 1 .. p_times loop
		select outcome into said from fixture.report r cross join lateral renkei_api.submit_reports(array[fixture.uri(p_who)],
			array[fixture.spki(fixture.uri(p_who))], array[gen_random_uuid()::text], array['f'], array[r.bytes], array[r.document
				|| jsonb_build_object('base_version', had + n - 1, 'nil', n % 2 = 0, 'action', case when had + n = 1 then 'REPORT_ACTION_NEW'
				else 'REPORT_ACTION_REPLACE' end)], array['{}'::jsonb], 'k') where r.name = p_name;
		if said -> 'receipt' is null then
			raise exception '%', said;
		end if;
		commit;
	end loop;
end $$;
create procedure fixture.fold_many(p_times integer) language plpgsql as $$
begin
	for n in 1 .. p_times loop
		perform renkei_api.fold_rollups(3);
		commit;
	end loop;
end $$;
begin;
select plan(5);
create function pg_temp.conninfo() returns text language sql as $$
	select format('host=%s port=%s dbname=%s user=postgres', current_setting('unix_socket_directories'), current_setting('port'), current_database()) $$;
set local statement_timeout = '60s';
select tap.dblink_connect(c, pg_temp.conninfo()) from unnest(array['a', 'b', 'c']) c;
select tap.dblink_send_query('a', $$call fixture.submit_many('281000', 'kobe', 60)$$),
	tap.dblink_send_query('b', $$call fixture.submit_many('110001', 'nil', 60)$$), tap.dblink_send_query('c', 'call fixture.fold_many(300)');
create temp table looked (busy integer, wrong bigint);
create function pg_temp.look() returns boolean language plpgsql as $$
declare
	busy constant integer := tap.dblink_is_busy('a') + tap.dblink_is_busy('b') + tap.dblink_is_busy('c');
begin
	insert into looked select busy, (select count(*) from renkei_api.check_rollup());
	return busy > 0;
end $$;
do $$
begin
	while pg_temp.look() loop
		perform pg_sleep(0.01);
	end loop;
end $$;
select cmp_ok((select count(*) from looked where busy > 0), '>', 3::bigint, 'the sums were looked at while all of this went on');
select is((select sum(wrong) from looked), 0::numeric, 'and were right each time');
select lives_ok(format('select * from tap.dblink_get_result(%L) as t (r text)', c), 'session ' || c || ' came through') from unnest(array['a', 'b', 'c']) c;
select * from finish();
rollback;
