-- renkei_api.reminder_items - the stages of deadlines that are reached, of reports that are owed.
-- Takes    the moment whose day in Japan counts.
-- Returns  one row a municipality and period, of those that the transaction may see: the deadline, the stage reached last (at most three days ago:
--          who was away on that day is still told, and not weeks later), and what is owed, as proto3 JSON of renkei.v1.ReminderItem.
create function renkei_api.reminder_items(p_now timestamptz)
returns table (municipality_code text, fiscal_year smallint, quarter smallint, variant text, due_day date, days smallint, item jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	today constant date := (p_now at time zone 'Asia/Tokyo')::date;
	year constant integer := renkei.fiscal_year_of(today);
begin
	return query
	with owed as (
		select c.municipality_code, c.fiscal_year, c.quarter, c.variant, c.state, c.preparation, c.version,
			case when c.state = 'returned' then coalesce(t.due_date, (c.due_at at time zone 'Asia/Tokyo')::date) else (c.due_at at time zone 'Asia/Tokyo')::date end as due_day,
			case when c.state = 'returned' and t.due_date is not null then (t.due_date + time '23:59:59') at time zone 'Asia/Tokyo' else c.due_at end as due_at,
			t.reasons
		-- What was returned is owed however old it is.
		from renkei_api.status_cells(null, least(year - 1, (select min(r.fiscal_year) from renkei.report r where r.state = 'returned')), year + 1) c
		left join lateral (select r.due_date, (select jsonb_agg(i.reason order by i.position) from renkei.return_item i
				where i.municipality_code = r.municipality_code and i.fiscal_year = r.fiscal_year and i.quarter = r.quarter and i.variant = r.variant
					and i.step = r.step) as reasons
			from renkei.report_transition r where r.municipality_code = c.municipality_code and r.fiscal_year = c.fiscal_year and r.quarter = c.quarter
				and r.variant = c.variant and r.state = 'returned' order by r.step desc limit 1) t on c.state = 'returned'
		where c.expected and (not c.reported and c.fiscal_year >= year - 1 or c.state = 'returned')
	), reached as (
		select o.*, (select max(s.days) from renkei.reminder_stage s where s.days <= today - o.due_day) as days from owed o where o.due_day is not null
	)
	select r.municipality_code, r.fiscal_year, r.quarter, r.variant, r.due_day, r.days, jsonb_strip_nulls(jsonb_build_object(
		'period', renkei_api.period_json(r.fiscal_year, r.quarter, r.variant), 'due_at', renkei.time_json(r.due_at), 'days_left', r.due_day - today,
		'stage_days', r.days, 'owed', 'OWED_' || case when r.preparation is not null then upper(r.preparation) when r.state = 'returned' then 'RETURNED' else 'MISSING' end,
		'reasons', r.reasons))
	from reached r where today - r.due_day - r.days <= 3;
end $$;
