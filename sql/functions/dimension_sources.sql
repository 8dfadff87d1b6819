-- renkei_api.dimension_sources - where the values of a dimension come from, for each population.
-- Returns  population, dimension, how: one - an SQL expression of the thing; below - an expression of a row x of a table below the records of an
--          event, whose values of all records count; joined - a query over the records of events r that gives event and value; several - an
--          expression that gives the values as a JSON array.  What of people and of costs is not named here they have from their event.
create function renkei_api.dimension_sources() returns table (population text, dimension text, how text, source text, of_table text)
language sql immutable parallel safe as $$
	select s.population, s.dimension, s.how, s.source, s.of_table from (values
		('event', 'municipality', 'below', 'x.party_municipality_code', 'activity_municipality'), ('event', 'role', 'below', 'x.role', 'activity_municipality'),
		('event', 'prefecture', 'below', 'left(x.party_municipality_code, 2)', 'activity_municipality'),
		('event', 'partner', 'below', 'x.partner_code', 'activity_partner'), ('event', 'theme', 'below', 'x.theme', 'activity_theme'),
		('event', 'scheme', 'below', 'x.scheme', 'activity_scheme'), ('event', 'side', 'below', 'x.side', 'activity_participants'),
		('event', 'category', 'below', 'x.category', 'activity_participants'), ('event', 'basis', 'below', 'x.basis', 'activity_participants'),
		('event', 'payer', 'below', 'x.payer', 'activity_cost_line'), ('event', 'cost_item', 'below', 'x.item', 'activity_cost_line'),
		('event', 'cost_share', 'below', 'x.share', 'activity_cost_line'), ('event', 'organisation_kind', 'below', 'x.kind', 'activity_organisation'),
		('event', 'organisation_role', 'below', 'x.role', 'activity_organisation'),
		('event', 'fiscal_year', 'one', 'e.fiscal_year', null), ('event', 'quarter', 'one', '''q'' || e.quarter', null),
		('event', 'kind', 'one', 'e.kind', null), ('event', 'status', 'one', 'e.status', null), ('event', 'scope', 'one', 'e.scope', null),
		('event', 'event', 'one', 'e.event', null), ('event', 'mode', 'one', 'w.mode', null), ('event', 'country', 'one', 'w.country', null),
		-- What records say for the secretariat alone is no key of a number to others: it stands with what nobody gave.
		('event', 'city', 'one', 'case when w.disclosure is distinct from ''secretariat'' or renkei_api.sees_office_words() then w.city end', null), ('event', 'disclosure', 'one', 'w.disclosure', null), ('event', 'variant', 'one', 'u.variant', null),
		('event', 'implementing_body', 'below', '(select x.body from renkei.activity b where b.municipality_code = x.municipality_code and b.version_id = x.version_id
			and b.activity_id = x.activity_id and (b.disclosure is distinct from ''secretariat'' or renkei_api.sees_office_words()))', 'activity_body'), ('event', 'currency', 'below', 'x.currency', 'activity_cost_line'),
		('people', 'side', 'one', 'l.side', null), ('people', 'category', 'one', 'l.category', null), ('people', 'basis', 'one', 'l.basis', null),
		('cost', 'payer', 'one', 'l.payer', null), ('cost', 'cost_item', 'one', 'l.item', null), ('cost', 'cost_share', 'one', 'l.share', null),
		('cost', 'currency', 'one', 'l.currency', null), ('need', 'disclosure', 'one', 'x.disclosure', null), ('challenge', 'disclosure', 'one', 'x.disclosure', null),
		('outcome', 'disclosure', 'one', 'x.disclosure', null), ('project', 'disclosure', 'one', 'x.disclosure', null),
		('policy_contribution', 'disclosure', 'one', 'x.disclosure', null), ('intention', 'intention', 'one', 'x.kind', null), ('intention', 'partner', 'one', 'x.partner_code', null),
		('outcome', 'variant', 'one', 'k.variant', null), ('need', 'variant', 'one', 'k.variant', null), ('challenge', 'variant', 'one', 'k.variant', null),
		('project', 'variant', 'one', 'k.variant', null), ('policy_contribution', 'variant', 'one', 'k.variant', null), ('intention', 'variant', 'one', 'k.variant', null),
		('need', 'partner', 'one', 'x.partner_code', null), ('need', 'theme', 'one', 'x.theme', null), ('need', 'need_level', 'one', 'x.level', null),
		('need', 'need_response', 'one', 'x.response', null), ('need', 'need_urgency', 'one', 'x.urgency', null),
		('challenge', 'challenge_category', 'one', 'x.category', null), ('challenge', 'challenge_state', 'one', 'x.state', null),
		('challenge', 'challenge_severity', 'one', 'x.severity', null), ('outcome', 'benefit_jp', 'one', 'x.benefit_jp', null),
		('outcome', 'outcome_category', 'several', '(select jsonb_agg(y.category order by y.position) from renkei.outcome_category y
			where y.municipality_code = x.municipality_code and y.version_id = x.version_id and y.outcome_id = x.outcome_id)', null),
		('project', 'kind', 'one', 'x.kind', null), ('project', 'project_status', 'one', 'x.status', null), ('project', 'pathway', 'one', 'x.pathway', null), ('project', 'theme', 'one', 'x.theme', null),
		('project', 'partner', 'several', '(select jsonb_agg(y.partner_code order by y.position) from renkei.project_partner y
			where y.municipality_code = x.municipality_code and y.version_id = x.version_id and y.project_id = x.project_id)', null),
		('policy_contribution', 'partner', 'one', 'x.partner_code', null), ('policy_contribution', 'theme', 'one', 'x.theme', null),
		('policy_contribution', 'policy_level', 'one', 'x.level', null),
		('policy_contribution', 'pathway', 'one', 'x.pathway', null), ('policy_contribution', 'confirmed_by_cn', 'one', 'x.confirmed_by_cn', null),
		-- Of each municipality with each Chinese government in the event, as valid on its first day.
		('event', 'cooperation_type', 'joined', 'select r.event, s.type as value from record r
			join renkei.activity a on a.municipality_code = r.municipality_code and a.version_id = r.version_id and a.activity_id = r.activity_id
			join renkei.activity_municipality x on x.municipality_code = r.municipality_code and x.version_id = r.version_id and x.activity_id = r.activity_id
			join renkei.activity_partner y on y.municipality_code = r.municipality_code and y.version_id = r.version_id and y.activity_id = r.activity_id
			join renkei_api.type_spans($1, $2) s on s.municipality_code = x.party_municipality_code and s.partner_code = y.partner_code
			cross join lateral (select coalesce(renkei.first_day(coalesce(a.actual_start, a.planned_start)), renkei.quarter_start(r.fiscal_year, r.quarter)) as day) d
			where d.day >= s.since and d.day < s.until', null)
		) as s (population, dimension, how, source, of_table)
	union all
	select p.name, d.name, 'one', d.source, null
	from unnest(array['report', 'outcome', 'need', 'challenge', 'project', 'policy_contribution', 'intention']) as p (name)
	cross join (values ('municipality', 'k.municipality_code'), ('prefecture', 'left(k.municipality_code, 2)'), ('fiscal_year', 'k.fiscal_year'), ('quarter', '''q'' || k.quarter')) as d (name, source)
$$;
