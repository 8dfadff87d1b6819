-- renkei_api.rows_environmental_value - measured values as they follow from reports.
-- Takes    codes, versions, ids and records of contributions, element by element.      Returns  rows of renkei.environmental_value.
create function renkei_api.rows_environmental_value(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.environmental_value
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		r.ordinality,
		nullif(r.pollutant, ''),
		nullif(r.statistic, ''),
		nullif(r.unit, ''),
		nullif(r.area, ''),
		nullif(r.base_year, 0),
		r.base_value,
		nullif(r.latest_year, 0),
		r.latest_value,
		nullif(r.source, '')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral rows from (jsonb_to_recordset(v.record -> 'values') as (pollutant text, statistic text, unit text, area text, base_year smallint, base_value double precision, latest_year smallint, latest_value double precision, source text)) with ordinality as r
$$;
