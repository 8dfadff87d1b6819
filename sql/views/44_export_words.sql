-- renkei_api.export_words - what kinds of events, items of cost and payers are called.
-- Returns  as renkei_api.word_labels.  Views read it for analysts, who may execute nothing else.
create function renkei_api.export_words()
returns table (dimension text, value text, ja text, en text, zh text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select l.dimension, l.value, l.ja, replace(replace(l.value, '_', ' '), 'japan', 'Japan'), l.zh from renkei_api.word_labels() l
$$;
grant execute on function renkei_api.export_words to renkei_analyst;
