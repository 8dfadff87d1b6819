-- renkei_api.next_comparison - the next version to be seen beside the accepted reports before it; who asks has it for five minutes.
-- Takes    the worker comparisons from begin_work; the moment, null = now.
-- Returns  the version, its place 0 and no number, and behind it the reports to compare with, newest first; no row when there is nothing to compare.
-- Writes   renkei.comparison_pending: what was tried five times, or has nothing before it any more, is let go.
-- Errors   RK403.
create function renkei_api.next_comparison(p_now timestamptz default null)
returns table (place integer, municipality_code text, version_id text, receipt_number text, sha256 text, report bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	me constant text := coalesce(current_setting('renkei.role', true), '');
	one renkei.comparison_pending;
	v renkei.report_version;
begin
	perform renkei_api.require_role('worker_comparisons');
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	loop
		select p.* into one from renkei.comparison_pending p where p.next_at <= moment order by p.next_at, p.version_id limit 1 for update skip locked;
		exit when not found;
		select r.* into v from renkei.report_version r where r.municipality_code = one.municipality_code and r.version_id = one.version_id;
		return query
		select e.place::integer, v.municipality_code::text, v.version_id::text, e.receipt_number, encode(w.sha256, 'hex'), e.report
		from renkei_api.earlier_reports(v.municipality_code::text, v.fiscal_year, v.quarter) with ordinality as e (receipt_number, report, place)
		join renkei.report_version w on w.receipt_number = e.receipt_number and w.municipality_code = v.municipality_code
		where one.tries < 5
		order by e.place;
		if found then
			update renkei.comparison_pending p set next_at = moment + interval '5 minutes', tries = p.tries + 1
			where p.municipality_code = one.municipality_code and p.version_id = one.version_id;
			return query select 0, v.municipality_code::text, v.version_id::text, null::text, null::text, v.report::bytea;
			exit;
		end if;
		delete from renkei.comparison_pending p where p.municipality_code = one.municipality_code and p.version_id = one.version_id;
	end loop;
	perform set_config('renkei.tenant', own, true), set_config('renkei.role', me, true);
end $$;
grant execute on function renkei_api.next_comparison to renkei_daemon;
