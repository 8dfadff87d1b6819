-- renkei_api.attachment_seen - may a caller of this role and tenant read this attachment.
-- Whoever asks has opened the wall: what left the house is looked up too.
create function renkei_api.attachment_seen(p renkei.attachment, p_role text, p_tenant text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(p_role in ('municipality', 'approver') and p_tenant = p.municipality_code
		or renkei_api.attachment_left(p) and (p_role = 'secretariat' or p.removed_at is null and case p.disclosure
			when 'public' then p_role in ('municipality', 'approver', 'ministry', 'analyst')
			when 'parties' then p_role in ('municipality', 'approver', 'ministry')
			else false end), false)
$$;
