-- renkei_api.snippet - the place of a text where searched words stand, as it was typed.
-- Takes    the text as renkei_api.search_documents gives it; the words, folded.
-- Returns  an array of proto3 JSON of renkei.v1.SnippetPart: some 120 characters around the first word, each found word a part of its own; of
--          several places of a word the first one there.  Null when none of the words is found.
create function renkei_api.snippet(p_text text, p_words text[]) returns jsonb
language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	raws text[];
	ends integer[];
	folded text;
	at integer;
	spans int4multirange := '{}';
	first_piece integer;
	last_piece integer;
	from_piece integer;
	upto integer;
	parts jsonb := '[]';
	w text;
	r int4range;
begin
	-- Pieces that fold on their own: a character with the marks behind it; and where each ends in the folded text.
	select array_agg(p.raw order by p.n), array_agg(p.upto order by p.n), string_agg(p.folded, '' order by p.n) into raws, ends, folded
	from (select t.m[1] as raw, t.n, f.folded, sum(char_length(f.folded)) over (order by t.n)::integer as upto
		from regexp_matches(p_text, U&'.[\3099\309A\FF9E\FF9F]*', 'gs') with ordinality as t (m, n)
		cross join lateral (select renkei.fold_width(t.m[1]) as folded) f) p;
	folded := renkei.fold_variants(folded);
	foreach w in array p_words loop
		at := strpos(folded, w);
		if at > 0 then
			first_piece := (select min(e.n) from unnest(ends) with ordinality as e (upto, n) where e.upto >= at);
			last_piece := (select min(e.n) from unnest(ends) with ordinality as e (upto, n) where e.upto >= at + char_length(w) - 1);
			spans := spans + int4multirange(int4range(first_piece, last_piece + 1));
		end if;
	end loop;
	if isempty(spans) then
		return null;
	end if;
	from_piece := greatest(lower(spans) - 30, 1);
	upto := least(from_piece + 120, cardinality(raws) + 1);
	for r in select u from unnest(spans) u where lower(u) < upto order by u loop
		parts := parts || case when lower(r) > from_piece then jsonb_build_array(jsonb_build_object('text',
			translate(array_to_string(raws[from_piece:lower(r) - 1], ''), U&'\E000\000A\000D', '/  '))) else '[]' end
			|| jsonb_build_object('text', translate(array_to_string(raws[lower(r):upper(r) - 1], ''), U&'\E000\000A\000D', '/  '), 'found', true);
		from_piece := upper(r);
	end loop;
	if from_piece < upto then
		parts := parts || jsonb_build_object('text', translate(array_to_string(raws[from_piece:upto - 1], ''), U&'\E000\000A\000D', '/  '));
	end if;
	return parts;
end $$;
