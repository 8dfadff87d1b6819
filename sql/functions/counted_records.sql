-- renkei_api.counted_records - what was counted, for the list behind a number.
-- Takes    the populations of renkei_api.measures that were counted; the things wanted; as renkei_api.counted_events.
-- Returns  the thing as renkei_api.aggregate_facts names it, and proto3 JSON of renkei.v1.ActivityReference without values: an event by the words
--          of the record that speaks for it.  What the caller may not see is left out.
create function renkei_api.counted_records(p_populations text[], p_things text[], p_as_of timestamptz, p_include_submitted boolean, p_any_status boolean,
	p_first integer default 2000, p_last integer default 2199)
returns table (thing text, reference jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	-- Who may see what is disclosed to the secretariat alone; of a municipality's own the wall shows no other.
	all_seen constant boolean := current_setting('renkei.role', true) in ('municipality', 'approver', 'secretariat');
begin
	if p_populations && array['event', 'people', 'cost'] then
		return query
		select r.event, renkei_api.activity_reference(r.municipality_code, r.version_id, r.activity_id, r.report_state)
		from renkei_api.counted_events(p_as_of, p_include_submitted, p_any_status, p_first, p_last) r
		join unnest(p_things) as w (thing) on w.thing = r.event
		join renkei.activity a on a.municipality_code = r.municipality_code and a.version_id = r.version_id and a.activity_id = r.activity_id
		where r.speaks and (all_seen or a.disclosure is distinct from 'secretariat');
	end if;
	if p_populations && array['report', 'cost'] then
		return query
		select v.municipality_code || ' ' || v.version_id, jsonb_build_object('municipality_code', v.municipality_code, 'receipt_number', v.receipt_number,
			'report_state', 'REPORT_STATE_' || upper(k.state))
		from renkei_api.counted_versions(p_as_of, p_include_submitted, 2000, 2199) k
		join renkei.report_version v on v.municipality_code = k.municipality_code and v.version_id = k.version_id
		where k.variant = 'regular' or 'cost' = any (p_populations);
	end if;
	if p_populations && array['outcome', 'need', 'challenge', 'project', 'policy_contribution', 'intention'] then
		return query
		-- The last wording says who may see a record; an older one opens nothing.
		select c.municipality_code || ' ' || c.population || ' ' || c.id, jsonb_strip_nulls(jsonb_build_object(
			'municipality_code', c.municipality_code, 'activity_id', c.id, 'receipt_number', v.receipt_number, 'title', left(c.title, 200),
			'report_state', 'REPORT_STATE_' || upper(c.state)))
		from (select distinct on (k.municipality_code, x.population, x.id) k.*, x.population, x.id, x.title, x.disclosure from renkei_api.counted_versions(p_as_of, p_include_submitted, 2000, 2199) k
			cross join lateral (
				select 'outcome' as population, o.outcome_id::text as id, o.text as title, o.disclosure::text as disclosure from renkei.outcome o
				where o.municipality_code = k.municipality_code and o.version_id = k.version_id
				union all select 'need', n.need_id, coalesce(n.text_ja, n.text_zh), n.disclosure from renkei.need n
				where n.municipality_code = k.municipality_code and n.version_id = k.version_id
				union all select 'challenge', h.challenge_id, h.text, h.disclosure from renkei.challenge h
				where h.municipality_code = k.municipality_code and h.version_id = k.version_id
				union all select 'project', j.project_id, j.title, j.disclosure from renkei.project j
				where j.municipality_code = k.municipality_code and j.version_id = k.version_id
				union all select 'policy_contribution', q.contribution_id, q.text, q.disclosure from renkei.policy_contribution q
				where q.municipality_code = k.municipality_code and q.version_id = k.version_id
				union all select 'intention', i.partner_code, g.name_ja, null from renkei.intention i join renkei.partner_government g on g.partner_code = i.partner_code
				where i.municipality_code = k.municipality_code and i.version_id = k.version_id) x
			where x.population = any (p_populations)
			order by k.municipality_code, x.population, x.id, k.fiscal_year desc, k.quarter desc) c
		join renkei.report_version v on v.municipality_code = c.municipality_code and v.version_id = c.version_id
		where all_seen or c.disclosure is distinct from 'secretariat';
	end if;
end $$;
