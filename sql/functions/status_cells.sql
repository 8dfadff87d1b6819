-- renkei_api.status_cells - what is known of each municipality in each period.  Missing is not zero.
-- Takes    the moment, null = now; the range of fiscal years.
-- Returns  one row a municipality and period: of a municipality's caller its own, else of all that take part or report.
--          accepted: a version of it is accepted and counts, also while a correction of it waits.
--          preparation: awaiting_release or sent_back where a version has not left the house; it is not there, and changes nothing else.
--          due_at: the municipality's own deadline; extended: it was granted an extension, which is not the period's.
--          expected: the report is due from it, or there.  A forecast is not expected any more once the regular report is there.
create function renkei_api.status_cells(p_as_of timestamptz, p_first integer, p_last integer)
returns table (municipality_code text, fiscal_year smallint, quarter smallint, variant text, due_at timestamptz, state text,
	expected boolean, reported boolean, nil boolean, version smallint, timeliness text, days_late integer, received_at timestamptz,
	activity_count smallint, returned boolean, accepted boolean, preparation text, extended boolean)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	moment constant timestamptz := coalesce(p_as_of, clock_timestamp());
	own constant text := nullif(current_setting('renkei.tenant', true), '');
begin
	return query
	with head as materialized (
		select * from renkei_api.heads(p_as_of, p_first, p_last)
	), prepared as materialized (
		select * from renkei_api.preparations(p_as_of, p_first, p_last) p where p.state <> 'withdrawn'
	), member as materialized (
		select m.municipality_code, array_agg(renkei.first_day(p.began)) filter (where p.position is not null) as began,
			array_agg(renkei.last_day(p.ended)) filter (where p.position is not null) as ended
		from renkei.municipality m left join renkei.municipality_participation p on p.municipality_code = m.municipality_code
		where own = '*' or m.municipality_code = own
		group by m.municipality_code
	), longer as materialized (
		select * from renkei_api.extended(p_as_of, p_first, p_last)
	), part as materialized (
		select t.fiscal_year, t.quarter, t.variant, t.due_at, renkei.quarter_start(t.fiscal_year, t.quarter) as first_day,
			renkei.quarter_end(t.fiscal_year, t.quarter) as last_day
		from renkei.reporting_period t where t.fiscal_year between p_first and p_last
	), cell as (
		select m.municipality_code::text as municipality_code, t.fiscal_year, t.quarter, t.variant::text as variant, coalesce(x.due_at, t.due_at) as due_at, h.state,
			h.state is not null and (h.state <> 'withdrawn' or h.accepted_version is not null) as there,
			exists (select from unnest(m.began, m.ended) as p (began, ended)
				where coalesce(p.began, '-infinity') <= t.last_day and coalesce(p.ended, 'infinity') >= t.first_day) as takes_part,
			h.nil, h.version, h.timeliness, h.late_seconds, h.received_at, h.activity_count, h.accepted_version, p.state as preparation, x.due_at is not null as extended
		from member m cross join part t
		left join head h on h.municipality_code = m.municipality_code and h.fiscal_year = t.fiscal_year and h.quarter = t.quarter
			and h.variant = t.variant
		left join prepared p on p.municipality_code = m.municipality_code and p.fiscal_year = t.fiscal_year and p.quarter = t.quarter
			and p.variant = t.variant
		left join longer x on x.municipality_code = m.municipality_code and x.fiscal_year = t.fiscal_year and x.quarter = t.quarter
			and x.variant = t.variant
	), judged as (
		select c.*, c.there or c.takes_part and not (c.variant = 'forecast' and bool_or(c.there and c.variant = 'regular')
				over (partition by c.municipality_code, c.fiscal_year, c.quarter)) as expected,
			bool_or(c.there or c.takes_part or c.state is not null or c.preparation is not null) over (partition by c.municipality_code) as listed
		from cell c
	)
	select j.municipality_code, j.fiscal_year, j.quarter, j.variant, j.due_at,
		case when j.there then case when j.state = 'withdrawn' then 'accepted' else j.state end
			when j.state = 'withdrawn' then 'withdrawn'
			when not j.expected then 'not_expected'
			when j.due_at < moment then 'missing'
			else 'not_due' end,
		j.expected, j.there, j.there and j.nil, case when j.state is not null then j.version end,
		case when j.there then j.timeliness end,
		case when j.there then ceil(j.late_seconds / 86400.0)
			when j.expected and j.due_at < moment then ceil(extract(epoch from moment - j.due_at) / 86400) else 0 end::integer,
		case when j.state is not null then j.received_at end, case when j.there then j.activity_count end,
		j.there and j.state = 'returned', j.there and j.accepted_version is not null, j.preparation, j.extended
	from judged j
	where j.listed or own <> '*';
end $$;
