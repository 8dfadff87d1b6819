-- renkei_api.question_digest - what a question is cited by, in whatever order its answer is shown.
-- Takes    renkei_api.question.      Returns  the SHA-256 of its text with measures and groups in the order of their names.
create function renkei_api.question_digest(p_question jsonb) returns bytea
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select sha256(convert_to((p_question || jsonb_build_object(
		'measures', array(select m collate "C" from jsonb_array_elements_text(p_question -> 'measures') m order by 1),
		'group_by', array(select g collate "C" from jsonb_array_elements_text(p_question -> 'group_by') g order by 1)))::text, 'UTF8'))
$$;
