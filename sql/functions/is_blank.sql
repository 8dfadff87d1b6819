-- renkei_api.is_blank - whether a text has nothing that could be read: empty, or only blanks of any script and marks without width.
create function renkei_api.is_blank(p_text text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select coalesce(p_text, '') ~ '^[\u0009-\u000d\u0020\u0085\u00a0\u00ad\u115f\u1160\u1680\u180e\u2000-\u200f\u2028\u2029\u202f\u205f-\u2064\u2800\u3000\u3164\ufeff\uffa0]*$'
$$;
