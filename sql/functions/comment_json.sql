-- renkei_api.comment_json - a comment with all that was answered to it, as proto3 JSON of renkei.v1.Comment.
-- Takes    its first turn.
create function renkei_api.comment_json(p renkei.review_comment) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'number', p.municipality_code || '-' || renkei.period_tag(p.fiscal_year, p.quarter, p.variant) || case when p.office_only then '-S' else '-C' end || p.number,
		'municipality_code', p.municipality_code,
		'municipality_name_ja', (select m.name_ja from renkei.municipality m where m.municipality_code = p.municipality_code),
		'period', renkei_api.period_json(p.fiscal_year, p.quarter, p.variant),
		'version', v.version, 'receipt_number', v.receipt_number, 'field_path', p.field_path, 'office_only', p.office_only,
		'state', 'COMMENT_STATE_' || upper(t.state), 'turns', t.turns))
	from renkei.report_version v
	cross join lateral (select (array_agg(c.state order by c.entry desc) filter (where c.state is not null))[1] as state,
			jsonb_agg(jsonb_strip_nulls(jsonb_build_object('text', c.text, 'state', 'COMMENT_STATE_' || upper(c.state), 'said_at', renkei.time_json(c.said_at),
				'principal', c.principal_uri)) order by c.entry) as turns
		from renkei.review_comment c
		where c.municipality_code = p.municipality_code and c.fiscal_year = p.fiscal_year and c.quarter = p.quarter and c.variant = p.variant
			and c.office_only = p.office_only and c.number = p.number) t
	where v.municipality_code = p.municipality_code and v.version_id = p.version_id
$$;
