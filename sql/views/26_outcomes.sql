-- renkei_api.outcomes - Outcomes, exactly as typed, but those for the secretariat only.
create view renkei_api.outcomes as
select v.municipality_code,
	v.version_id,
	o.outcome_id,
	o.position,
	o.text,
	o.benefit_jp,
	coalesce(o.first_fiscal_year, v.fiscal_year) as first_fiscal_year,
	coalesce(o.last_fiscal_year, v.fiscal_year) as last_fiscal_year,
	o.for_outcome_table,
	o.disclosure
from renkei_api.reports v
join renkei.outcome o on o.municipality_code = v.municipality_code and o.version_id = v.version_id
where o.disclosure is distinct from 'secretariat';
comment on view renkei_api.outcomes is 'Outcomes, exactly as typed, but those for the secretariat only.';
comment on column renkei_api.outcomes.first_fiscal_year is 'First fiscal year it speaks of.';
comment on column renkei_api.outcomes.last_fiscal_year is 'Last fiscal year it speaks of.';
grant select on renkei_api.outcomes to renkei_analyst;
