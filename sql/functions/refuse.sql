-- renkei_api.refuse - end the call with a refusal meant for people.
-- Takes    the SQLSTATE (RK4xx), the stable reason, an English sentence, values for the sentence, the path of the field;
--          or several mistakes, each {"field", "reason", "metadata"}: the first hundred are told.
-- Errors   always: that is its work.
create function renkei_api.refuse(p_code text, p_reason text, p_message text, p_metadata jsonb default '{}', p_field text default '',
	p_violations jsonb default null)
returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	raise exception using errcode = p_code, message = p_message,
		detail = jsonb_strip_nulls(jsonb_build_object('reason', p_reason, 'field', p_field, 'metadata', p_metadata,
			'violations', jsonb_path_query_array(p_violations, '$[0 to 99]')))::text;
end $$;
