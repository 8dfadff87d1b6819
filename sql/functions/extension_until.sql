-- renkei_api.extension_until - the deadline that a day means, later than the one that a municipality has.
-- Takes    the day as it was written; the municipality; the period.
-- Returns  the end of that day in Japan.
-- Errors   RK404 PERIOD_NOT_FOUND; RK409 PERIOD_WITHOUT_DEADLINE; RK400 EXTENSION_DATE_INVALID.
create function renkei_api.extension_until(p_text text, p_code text, p_fiscal_year integer, p_quarter integer, p_variant text) returns timestamptz
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	tag constant text := renkei.period_tag(p_fiscal_year, p_quarter, p_variant);
	until constant date := renkei_api.calendar_day(p_text);
	due timestamptz;
	due_day date;
begin
	select t.due_at into due from renkei.reporting_period t where t.fiscal_year = p_fiscal_year and t.quarter = p_quarter and t.variant = p_variant;
	if not found then
		perform renkei_api.refuse('RK404', 'PERIOD_NOT_FOUND', format('there is no reporting period %s', tag),
			jsonb_build_object('period', coalesce(tag, '')), 'period');
	elsif due is null then
		perform renkei_api.refuse('RK409', 'PERIOD_WITHOUT_DEADLINE', format('period %s has no deadline', tag), jsonb_build_object('period', tag), 'period');
	end if;
	select greatest(due, x.due_at) into due from (select) as one
	left join renkei_api.extended(null, p_fiscal_year, p_fiscal_year) x on x.municipality_code = p_code and x.quarter = p_quarter and x.variant = p_variant;
	due_day := (due at time zone 'Asia/Tokyo')::date;
	if coalesce(until not between due_day + 1 and due_day + 366, true) then
		perform renkei_api.refuse('RK400', 'EXTENSION_DATE_INVALID', format('until_date is a Japanese date from %s to %s', due_day + 1, due_day + 366),
			jsonb_build_object('until_date', left(coalesce(p_text, ''), 40), 'first', due_day + 1, 'last', due_day + 366), 'until_date');
	end if;
	return (until + time '23:59:59') at time zone 'Asia/Tokyo';
end $$;
