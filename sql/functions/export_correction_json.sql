-- renkei_api.export_correction_json - ExportCorrection as proto3 JSON: which figures of a report a later version changed, from what to what, and why.
-- Takes    whose report; its period; the version in the bundle and the one that counts now; when that was accepted; whether figures
--          alone that are public are told; whether the reason is.
create function renkei_api.export_correction_json(p_municipality_code text, p_fiscal_year smallint, p_quarter smallint, p_variant text, p_old bigint,
	p_new bigint, p_accepted_at timestamptz, p_public boolean, p_reason boolean) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('municipality_code', p_municipality_code, 'municipality_name_ja', m.name_ja, 'municipality_name_en', m.name_en,
		'municipality_name_zh', m.name_zh, 'period', renkei_api.period_json(p_fiscal_year, p_quarter, p_variant), 'from_version', o.version, 'to_version', n.version,
		'accepted_at', renkei.time_json(p_accepted_at), 'reason', case when p_reason then n.change_reason end,
		'changes', (select jsonb_agg(jsonb_build_object('measure', 'MEASURE_' || upper(x.name), 'from', b.value, 'to', a.value) order by x.place)
			from renkei_api.version_figures(p_municipality_code, p_old, p_public) b
			join renkei_api.version_figures(p_municipality_code, p_new, p_public) a on a.measure = b.measure
			join renkei_api.measures() x on x.name = a.measure
			where a.value is distinct from b.value)))
	from renkei.report_version n
	join renkei.report_version o on o.municipality_code = n.municipality_code and o.version_id = p_old
	join renkei.municipality m on m.municipality_code = n.municipality_code
	where n.municipality_code = p_municipality_code and n.version_id = p_new
$$;
