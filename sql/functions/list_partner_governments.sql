-- renkei_api.list_partner_governments - Chinese governments by code.
-- Takes    ListPartnerGovernmentsRequest; valid_on: those that may have taken part on that day.
-- Returns  ListPartnerGovernmentsResponse.      Errors  RK400 DATE_INVALID; RK403.
create function renkei_api.list_partner_governments(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	day constant date := renkei_api.valid_on(p_request);
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return (select jsonb_build_object('partner_governments', coalesce(jsonb_agg(renkei_api.partner_json(g) order by g.partner_code), '[]'))
		from renkei.partner_government g
		where day is null or exists (select from renkei.partner_participation p where p.partner_code = g.partner_code
			and coalesce(renkei.first_day(p.began), '-infinity') <= day and coalesce(renkei.last_day(p.ended), 'infinity') >= day));
end $$;
grant execute on function renkei_api.list_partner_governments to renkei_daemon;
