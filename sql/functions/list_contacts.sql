-- renkei_api.list_contacts - persons who are reminded, of one's own municipality or, to the secretariat, of all.
-- Takes    ListContactsRequest.      Returns  ListContactsResponse.      Errors  RK403.
create function renkei_api.list_contacts(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	return (select jsonb_build_object('contacts', coalesce(jsonb_agg(renkei_api.contact_json(c) order by c.municipality_code, c.email), '[]'))
		from renkei.contact c where coalesce(p_request ->> 'municipality_code', '') in ('', c.municipality_code));
end $$;
grant execute on function renkei_api.list_contacts to renkei_daemon;
