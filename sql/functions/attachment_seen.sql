-- renkei_api.attachment_seen - may a caller of this role and tenant read this attachment.
create function renkei_api.attachment_seen(p renkei.attachment, p_role text, p_tenant text) returns boolean
language sql immutable parallel safe as $$
	select coalesce(p_role = 'secretariat' or p_role = 'municipality' and p_tenant = (p).municipality_code
		or (p).removed_at is null and case (p).disclosure
			when 'public' then p_role in ('municipality', 'ministry', 'analyst')
			when 'parties' then p_role in ('municipality', 'ministry')
			else false end, false)
$$;
