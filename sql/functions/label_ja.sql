-- renkei_api.label_ja - a value of a dimension for Japanese readers.
-- Takes    the dimension ("municipality", "kind" ...), the value; an empty value is one that nobody gave.
create function renkei_api.label_ja(p_dimension text, p_value text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(case p_dimension
		when 'municipality' then (select m.name_ja from renkei.municipality m where m.municipality_code::text = p_value)
		when 'partner' then (select g.name_ja from renkei.partner_government g where g.partner_code::text = p_value)
		when 'prefecture' then (select p.ja from renkei_api.prefectures() p where p.code = p_value)
		when 'theme' then (select t.label_ja from renkei.theme t where t.theme::text = p_value)
		when 'fiscal_year' then p_value || '年度'
		when 'quarter' then '第' || substr(p_value, 2) || '四半期'
		else (select l.ja from renkei_api.word_labels() l where l.dimension = p_dimension and l.value = p_value) end,
		case when p_value = '' then '（記載なし）' else p_value end)
$$;
