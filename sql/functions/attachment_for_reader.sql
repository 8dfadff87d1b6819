-- renkei_api.attachment_for_reader - an attachment as a caller of this role and tenant may read it: as attachment_json gives it, without a record that is not shown,
-- and for its house with a word when it has not left it.
-- Whoever asks has opened the wall, as for attachment_seen.
create function renkei_api.attachment_for_reader(p renkei.attachment, p_role text, p_tenant text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select renkei_api.attachment_json(p) - case when renkei_api.attachment_record_shown(p, p_role, p_tenant) then '' else 'record' end
		|| case when p_role in ('municipality', 'approver') and p_tenant = p.municipality_code and p.removed_at is null and not renkei_api.attachment_left(p)
			then '{"awaits_release": true}' else '{}'::jsonb end
$$;
