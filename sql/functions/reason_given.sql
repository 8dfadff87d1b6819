-- renkei_api.reason_given - a request says why.      Errors  RK400 REASON_REQUIRED, TEXT_TOO_LONG.
create function renkei_api.reason_given(p_request jsonb, p_sentence text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	reason constant text := coalesce(p_request ->> 'reason', '');
begin
	if renkei_api.is_blank(reason) then
		perform renkei_api.refuse('RK400', 'REASON_REQUIRED', p_sentence, '{}', 'reason');
	elsif char_length(reason) > 2000 then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a reason of %s characters; at most 2000', char_length(reason)),
			jsonb_build_object('length', char_length(reason)::text, 'max', '2000'), 'reason');
	end if;
	return reason;
end $$;
