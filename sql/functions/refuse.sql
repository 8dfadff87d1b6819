-- renkei_api.refuse - end the call with a refusal meant for people.
-- Takes    the SQLSTATE (RK4xx), the stable reason, an English sentence, values for the sentence, the path of the field.
-- Errors   always: that is its work.
create function renkei_api.refuse(p_code text, p_reason text, p_message text, p_metadata jsonb default '{}', p_field text default '')
returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	raise exception using errcode = p_code, message = p_message,
		detail = jsonb_build_object('reason', p_reason, 'field', p_field, 'metadata', jsonb_strip_nulls(p_metadata))::text;
end $$;
