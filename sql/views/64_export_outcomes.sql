-- renkei_api.export_outcomes - Outcomes, exactly as typed.
create view renkei_api.export_outcomes as
select v.receipt_number,
	v.municipality_code,
	v.version_id,
	v.fiscal_year,
	v.quarter,
	v.variant,
	o.outcome_id,
	o.position,
	o.text,
	o.benefit_jp,
	coalesce(o.first_fiscal_year, v.fiscal_year) as first_fiscal_year,
	coalesce(o.last_fiscal_year, v.fiscal_year) as last_fiscal_year,
	o.for_outcome_table,
	o.disclosure
from renkei_api.export_versions v
join renkei.outcome o on o.municipality_code = v.municipality_code and o.version_id = v.version_id
where o.disclosure is distinct from 'secretariat' and (o.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public');
comment on view renkei_api.export_outcomes is 'Outcomes, exactly as typed.';
comment on column renkei_api.export_outcomes.first_fiscal_year is 'First fiscal year it speaks of.';
comment on column renkei_api.export_outcomes.last_fiscal_year is 'Last fiscal year it speaks of.';
grant select on renkei_api.export_outcomes to renkei_analyst;
