-- renkei_api.type_spans - which type a cooperation had from when until when.
-- Takes    the moment, null = now; whether versions not yet accepted count too.
-- Returns  one row an entry of renkei_api.type_entries with both sides known: its type holds from the first day until before the last one.
create function renkei_api.type_spans(p_as_of timestamptz, p_include_submitted boolean)
returns table (municipality_code text, partner_code text, type text, since date, until date)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
begin
	-- The type of a cooperation is the platform's knowledge once its report is accepted, whoever asks.
	if p_include_submitted is not true then
		perform set_config('renkei.tenant', '*', true);
	end if;
	return query
	select e.municipality_code, e.partner_code, e.type, e.begun, coalesce(lead(e.begun) over (partition by e.cooperation_id order by e.place), 'infinity')
	from (select t.*, coalesce(renkei.first_day(t.effective), '-infinity') as begun from renkei_api.type_entries(p_as_of, p_include_submitted) t) e
	where e.municipality_code is not null;
	perform set_config('renkei.tenant', own, true);
end $$;
