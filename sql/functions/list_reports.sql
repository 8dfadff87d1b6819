-- renkei_api.list_reports - reports by municipality, period and state: newest period first, then by code.  In the house a report stands where
-- what is prepared of it stands, and else where it was submitted.
-- Takes    ListReportsRequest; with as_of the reports as they stood at that moment.
-- Returns  ListReportsResponse.  The token of a page holds the moment of the first page and the last report shown: later pages show
--          the state at that moment, whatever happened since.
-- Errors   RK400 PAGE_TOKEN_INVALID, AS_OF_FUTURE, ARGUMENT_INVALID; RK403.
create function renkei_api.list_reports(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	size integer := coalesce((p_request ->> 'page_size')::integer, 0);
	wish constant text := left(encode(sha256(convert_to((p_request - 'page_token' - 'page_size')::text, 'UTF8')), 'hex'), 12);
	year constant integer := coalesce((p_request ->> 'fiscal_year')::integer, 0);
	quarter_wanted constant integer := coalesce(nullif(substr(p_request ->> 'quarter', 10), 'ECIFIED')::integer, 0);
	token text := coalesce(p_request ->> 'page_token', '');
	after jsonb;
	whose constant text := coalesce(nullif(nullif(current_setting('renkei.tenant', true), '*'), ''), nullif(p_request ->> 'municipality_code', ''));
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
	moment timestamptz := coalesce(as_of, clock_timestamp());
	answer jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry');
	if size = 0 then
		size := 100;
	elsif size not between 1 and 1000 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('a page of %s reports; 1 to 1000', size),
			jsonb_build_object('value', size::text, 'range', '1-1000'), 'page_size');
	end if;
	if token <> '' then
		begin
			after := convert_from(decode(token, 'base64'), 'UTF8')::jsonb;
			moment := (after ->> 0)::timestamptz;
			if after ->> 1 is distinct from wish or (after ->> 2)::integer is null or moment > clock_timestamp() then
				raise data_exception;
			end if;
		exception when data_exception then
			perform renkei_api.refuse('RK400', 'PAGE_TOKEN_INVALID', 'this page token belongs to no earlier answer to this request', '{}', 'page_token');
		end;
	end if;
	with head as (
		select h.* from renkei_api.heads(moment, case year when 0 then 2000 else year end, case year when 0 then 2199 else year end, whose) h
	), prepared as (
		select p.* from renkei_api.preparations(moment, case year when 0 then 2000 else year end, case year when 0 then 2199 else year end, whose) p
		where renkei_api.in_the_house()
	), matching as (
		select h.*, (h.fiscal_year * 10 + h.quarter) * 2 + case h.variant when 'regular' then 1 else 0 end as place
		from (select h.municipality_code, h.fiscal_year, h.quarter, h.variant, h.state, h.version_id from head h
				where not exists (select from prepared p where p.municipality_code = h.municipality_code and p.fiscal_year = h.fiscal_year
					and p.quarter = h.quarter and p.variant = h.variant and p.state <> 'withdrawn')
			union all
			select p.municipality_code, p.fiscal_year, p.quarter, p.variant, p.state, p.version_id from prepared p
				where p.state <> 'withdrawn' or not exists (select from head h where p.municipality_code = h.municipality_code
					and p.fiscal_year = h.fiscal_year and p.quarter = h.quarter and p.variant = h.variant)) h
		where (coalesce(p_request ->> 'municipality_code', '') in ('', h.municipality_code))
			and quarter_wanted in (0, h.quarter)
			and (coalesce(p_request -> 'states', '[]') = '[]' or p_request -> 'states' ? ('REPORT_STATE_' || upper(h.state)))
			and (not coalesce((p_request ->> 'unconfirmed')::boolean, false) or h.state <> 'withdrawn' and exists (
				select from renkei.report_version d where d.municipality_code = h.municipality_code and d.version_id = h.version_id
					and renkei.is_delegate(d.principal_uri) and not exists (select from renkei.report_confirmation c
						where c.municipality_code = d.municipality_code and c.version_id = d.version_id and c.confirmed_at <= moment)))
	), page as (
		select m.* from matching m
		where after is null or m.place < (after ->> 2)::integer
			or m.place = (after ->> 2)::integer and m.municipality_code > after ->> 3
		order by m.place desc, m.municipality_code limit size + 1
	), shown as (
		select p.*, row_number() over (order by p.place desc, p.municipality_code) as n from page p
	)
	select jsonb_build_object(
		'reports', coalesce(jsonb_agg(renkei_api.report_summary(v, moment) order by s.n) filter (where s.n <= size), '[]'),
		'next_page_token', case when max(s.n) > size then (
			select translate(encode(convert_to(jsonb_build_array(moment, wish, l.place, l.municipality_code)::text, 'UTF8'), 'base64'), E'\n', '')
			from shown l where l.n = size) else '' end)
	into answer
	from shown s join renkei.report_version v on v.municipality_code = s.municipality_code and v.version_id = s.version_id;
	return answer || case when as_of is null then '{}' else jsonb_build_object('as_of', renkei.time_json(moment)) end;
end $$;
grant execute on function renkei_api.list_reports to renkei_daemon;
