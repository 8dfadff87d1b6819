-- renkei_api.question_digest - what a question is cited by.      Takes  renkei_api.question.      Returns  the SHA-256 of its text.
create function renkei_api.question_digest(p_question jsonb) returns bytea
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select sha256(convert_to(p_question::text, 'UTF8'))
$$;
