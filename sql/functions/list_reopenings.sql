-- renkei_api.list_reopenings - reopenings of accepted reports, the latest first.
-- Takes    ListReopeningsRequest.      Returns  ListReopeningsResponse.      Errors  RK403.
create function renkei_api.list_reopenings(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	return (select jsonb_build_object('reopenings', coalesce(jsonb_agg(f.shown order by f.reopened_at desc), '[]'))
		from (select r.reopened_at, renkei_api.reopening_json(r) as shown from renkei.reopening r
			where coalesce(p_request ->> 'municipality_code', '') in ('', r.municipality_code)
				and (p_request -> 'period' is null or r.fiscal_year = (p_request -> 'period' ->> 'fiscal_year')::integer
					and r.quarter = substring(p_request -> 'period' ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer
					and r.variant = coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular'))
				and (not coalesce((p_request ->> 'open_only')::boolean, false) or renkei_api.reopening_open(r))
			order by r.reopened_at desc limit 1000) f);
end $$;
grant execute on function renkei_api.list_reopenings to renkei_daemon;
