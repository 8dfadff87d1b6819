-- renkei_api.bare_word - a word as it is compared: without case, width, blanks and signs.
create function renkei_api.bare_word(p_word text) returns text
language sql immutable parallel safe as $$
	select regexp_replace(lower(normalize(p_word, nfkc)), '[[:space:]_.,・()/-]', '', 'g')
$$;
