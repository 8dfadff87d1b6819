-- renkei_api.refusal - a refusal of one item of a batch, as the daemon reads it.
-- Takes    the gRPC status, the stable reason, an English sentence, values for the sentence, the path of the field.
-- Returns  {"status", "reason", "message", "metadata", "field"}.
create function renkei_api.refusal(p_status integer, p_reason text, p_message text, p_metadata jsonb default '{}', p_field text default '')
returns jsonb
language sql immutable parallel safe as $$
	select jsonb_build_object('status', p_status, 'reason', p_reason, 'message', p_message,
		'metadata', jsonb_strip_nulls(p_metadata), 'field', p_field)
$$;
