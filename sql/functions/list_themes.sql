-- renkei_api.list_themes - the controlled list of themes, in its order.
-- Takes    ListThemesRequest.      Returns  ListThemesResponse.      Errors  RK403.
create function renkei_api.list_themes(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return (select jsonb_build_object('themes', jsonb_agg(jsonb_build_object('theme', 'THEME_' || upper(t.theme),
			'label', jsonb_build_object('ja', t.label_ja, 'en', t.label_en, 'zh', t.label_zh),
			'in_scope', t.in_scope, 'list_version', t.list_version) order by t.position))
		from renkei.theme t);
end $$;
grant execute on function renkei_api.list_themes to renkei_daemon;
