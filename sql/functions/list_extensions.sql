-- renkei_api.list_extensions - requests for a later deadline with their decisions, newest first.
-- Takes    ListExtensionsRequest.      Returns  ListExtensionsResponse.      Errors  RK403.
create function renkei_api.list_extensions(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry');
	return (select jsonb_build_object('extensions', coalesce(jsonb_agg(renkei_api.extension_json(f.e) order by (f.e).requested_at desc), '[]'))
		from (select e from renkei.extension e
			where coalesce(p_request ->> 'municipality_code', '') in ('', e.municipality_code)
				and coalesce((p_request ->> 'fiscal_year')::integer, 0) in (0, e.fiscal_year)
				and (not coalesce((p_request ->> 'undecided')::boolean, false) or not exists (select from renkei.extension_decision d
					where d.municipality_code = e.municipality_code and d.fiscal_year = e.fiscal_year and d.quarter = e.quarter
						and d.variant = e.variant and d.number = e.number))
			order by e.requested_at desc limit 1000) f);
end $$;
grant execute on function renkei_api.list_extensions to renkei_daemon;
