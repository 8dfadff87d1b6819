-- renkei_api.named_municipality - the municipality of a code, or of a name: Japanese, Chinese, or English in whatever case.
-- Takes    what was written; the field that says it.
-- Errors   RK400 MUNICIPALITY_AMBIGUOUS; RK404 MUNICIPALITY_NOT_FOUND.
create function renkei_api.named_municipality(p_wanted text, p_field text) returns renkei.municipality
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := btrim(p_wanted);
	one renkei.municipality;
	several text;
begin
	-- A name that several have is nobody's: the code tells them apart, and the prefecture which code it is.
	select case when count(*) > 1 then
			string_agg(concat_ws(' ', m.municipality_code, p.name_ja, m.name_ja), ', ' order by m.municipality_code) end,
		min(m.municipality_code)
	into several, one.municipality_code
	from renkei.municipality m
		left join renkei.municipality p on p.kind = 'prefecture' and p.prefecture_code = m.prefecture_code and p.municipality_code <> m.municipality_code
	where m.municipality_code = wanted or wanted !~ '^\d{6}$' and (wanted in (m.name_ja, m.name_zh) or lower(wanted) = lower(m.name_en));
	if several is not null then
		perform renkei_api.refuse('RK400', 'MUNICIPALITY_AMBIGUOUS', format('%s is the name of several municipalities: %s', left(wanted, 40), several),
			jsonb_build_object('value', left(wanted, 40), 'choices', several), p_field);
	elsif one.municipality_code is null then
		perform renkei_api.refuse('RK404', 'MUNICIPALITY_NOT_FOUND', format('municipality %s is not in the registry', left(wanted, 40)),
			jsonb_build_object('municipality_code', left(wanted, 40)), p_field);
	end if;
	select m.* into one from renkei.municipality m where m.municipality_code = one.municipality_code;
	return one;
end $$;
