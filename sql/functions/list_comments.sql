-- renkei_api.list_comments - comments on reports with what was answered, by report, the first one first.
-- Takes    ListCommentsRequest.      Returns  ListCommentsResponse.      Errors  RK403.
create function renkei_api.list_comments(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	return (select jsonb_build_object('comments', coalesce(jsonb_agg(renkei_api.comment_json(f.c) order by (f.c).fiscal_year desc, (f.c).quarter desc,
			(f.c).municipality_code, (f.c).variant, (f.c).office_only, (f.c).number), '[]'))
		from (select c from renkei.review_comment c
			where c.entry = 1 and coalesce(p_request ->> 'municipality_code', '') in ('', c.municipality_code)
				and (p_request -> 'period' is null or c.fiscal_year = (p_request -> 'period' ->> 'fiscal_year')::integer
					and c.quarter = substring(p_request -> 'period' ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer
					and c.variant = coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular'))
				and (not coalesce((p_request ->> 'open_only')::boolean, false) or 'open' = (select k.state from renkei.review_comment k
					where k.municipality_code = c.municipality_code and k.fiscal_year = c.fiscal_year and k.quarter = c.quarter and k.variant = c.variant
						and k.office_only = c.office_only and k.number = c.number and k.state is not null order by k.entry desc limit 1))
			order by c.said_at desc limit 1000) f);
end $$;
grant execute on function renkei_api.list_comments to renkei_daemon;
