-- renkei_api.due_explained - the deadline of a period by the rule that holds for it, with what led there.
-- Takes    fiscal year, quarter, variant.
-- Returns  the rule; the day that it names; the working day that this comes to, at most 92 days later.
create function renkei_api.due_explained(p_fiscal_year integer, p_quarter integer, p_variant text,
	out rule renkei.deadline_rule, out planned date, out working date)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	select r.* into rule from renkei.deadline_rule r
	where r.first_fiscal_year <= p_fiscal_year and r.quarter = p_quarter and r.variant = p_variant order by r.first_fiscal_year desc limit 1;
	planned := renkei.quarter_end(p_fiscal_year, p_quarter) + rule.days_after_quarter_end;
	working := planned;
	while working < planned + 92 and (extract(isodow from working) > 5
		or exists (select from renkei.holiday h where h.country = rule.country and h.day = working)) loop
		working := working + 1;
	end loop;
end $$;
