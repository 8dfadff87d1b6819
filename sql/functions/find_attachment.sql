-- renkei_api.find_attachment - the attachment of a number.
-- Returns  the attachment, a removed one too where it is the caller's own, or the caller the secretariat.
-- Errors   RK404 ATTACHMENT_NOT_FOUND, the same for what is not there and for what the caller may not read.
--
-- Others' attachments are looked at too: the wall is opened for this one question.
create function renkei_api.find_attachment(p_number text) returns renkei.attachment
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	part constant text[] := regexp_match(p_number, '^([0-9]{6})-([0-9]{4})Q([1-4])(F?)-A([1-9][0-9]{0,8})$');
	one renkei.attachment;
begin
	perform set_config('renkei.tenant', '*', true);
	select a.* into one from renkei.attachment a
	where a.municipality_code::text = part[1] and a.fiscal_year = part[2]::integer and a.quarter = part[3]::integer
		and a.variant::text = case part[4] when 'F' then 'forecast' else 'regular' end and a.serial = part[5]::integer
		and renkei_api.attachment_seen(a, current_setting('renkei.role', true), own);
	perform set_config('renkei.tenant', own, true);
	if one.serial is null then
		perform renkei_api.refuse('RK404', 'ATTACHMENT_NOT_FOUND', 'there is no such attachment',
			jsonb_build_object('number', left(p_number, 40)), 'number');
	end if;
	return one;
end $$;
