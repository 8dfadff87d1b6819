-- renkei_api.dimension_values - the values that a filter by a dimension may name.
-- Takes    the dimension ("municipality", "kind" ...).
-- Returns  each value, the first of its names, and all it may be called instead: its Japanese, Chinese and English name, also
--          without what stands in brackets, and its full name in the protocol.
create function renkei_api.dimension_values(p_dimension text) returns table (value text, label text, names text[])
language sql stable set search_path = pg_catalog, pg_temp as $$
	select v.value, v.names[1], array_remove(v.names || array(select regexp_replace(n.name, '（.*）', '') from unnest(v.names) as n (name)), null)
	from (
		select m.municipality_code::text, array[m.name_ja, m.name_kana, m.name_en, m.name_zh]
		from renkei.municipality m where p_dimension = 'municipality'
		union all
		select g.partner_code::text, array[g.name_ja, g.name_zh, g.name_en] from renkei.partner_government g where p_dimension = 'partner'
		union all
		select p.code, array[p.ja, p.zh, p.en] from renkei_api.prefectures() p where p_dimension = 'prefecture'
		union all
		select t.theme::text, array[t.label_ja, t.label_zh, t.label_en, 'THEME_' || upper(t.theme)] from renkei.theme t where p_dimension = 'theme'
		union all
		select y::text, array[y || '年度', 'FY' || y] from generate_series(2000, 2199) as y where p_dimension = 'fiscal_year'
		union all
		select 'q' || q, array['第' || q || '四半期', 'QUARTER_Q' || q, q::text] from generate_series(1, 4) as q where p_dimension = 'quarter'
		union all
		-- As accepted reports write them and the caller may read them: no other word is told, not even as the nearest one.
		select distinct w.word, array[w.word] from (
			select a.city as word, a.disclosure::text as disclosure from renkei.counted_activity c
				join renkei.activity a on a.municipality_code = c.municipality_code and a.version_id = c.version_id and a.activity_id = c.activity_id
			where p_dimension = 'city' and a.city is not null
			union all
			select b.body, a.disclosure from renkei.counted_activity c
				join renkei.activity a on a.municipality_code = c.municipality_code and a.version_id = c.version_id and a.activity_id = c.activity_id
				join renkei.activity_body b on b.municipality_code = c.municipality_code and b.version_id = c.version_id and b.activity_id = c.activity_id
			where p_dimension = 'implementing_body') w
		where w.disclosure is distinct from 'secretariat' or renkei_api.sees_office_words()
		union all
		select l.value, array[l.ja, l.zh, l.name] from renkei_api.word_labels() l where l.dimension = p_dimension
	) as v (value, names)
$$;
