-- renkei_api.party_names - what parties are called, as it is searched.
-- Takes    codes of municipalities, and of Chinese governments.
-- Returns  their names in Japanese, Chinese and English with U+E000 between them; null = no party.
create function renkei_api.party_names(p_municipality_codes text[], p_partner_codes text[]) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
	select string_agg(concat_ws(U&'\E000', n.ja, nullif(n.zh, n.ja), n.en), U&'\E000' order by n.partner, n.code) from (
		select false as partner, m.municipality_code::text as code, m.name_ja as ja, m.name_zh as zh, m.name_en as en
		from renkei.municipality m where m.municipality_code = any (p_municipality_codes)
		union all
		select true, g.partner_code::text, g.name_ja, g.name_zh, g.name_en from renkei.partner_government g where g.partner_code = any (p_partner_codes)) n
$$;
