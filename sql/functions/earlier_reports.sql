-- renkei_api.earlier_reports - the accepted reports that a report is seen beside: those of the quarters before it, of the same municipality.
-- Takes    whose report, its fiscal year and quarter; 0 and '' for a report that does not say it.
-- Returns  receipt number and bytes of at most 8, newest first, together at most 1 MiB but for the newest; none where the caller may see none.
-- Errors   RK403.
create function renkei_api.earlier_reports(p_municipality_code text, p_fiscal_year integer, p_quarter integer)
returns table (receipt_number text, report bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	return query
	select e.receipt_number::text, e.report
	from (select v.receipt_number, v.report, h.fiscal_year, h.quarter,
			row_number() over w as place, sum(v.length) over w as bytes
		from renkei.report h
		join renkei.report_version v on v.municipality_code = h.municipality_code and v.version_id = h.accepted_version_id
		where h.municipality_code::text = p_municipality_code and h.variant = 'regular'
			and (h.fiscal_year < p_fiscal_year or h.fiscal_year = p_fiscal_year and h.quarter < p_quarter)
		window w as (order by h.fiscal_year desc, h.quarter desc)) e
	where e.place = 1 or e.place <= 8 and e.bytes <= 1048576
	order by e.place;
end $$;
grant execute on function renkei_api.earlier_reports to renkei_daemon;
