-- renkei_api.event_municipalities - whose records may be one event with this one.
-- Takes    a record: municipality and id.
-- Returns  their codes, its own among them: everybody's whom any version of a report or any word of the secretariat has ever linked with it, directly or by way of
--          others.  Which of these links hold is for renkei_api.counted_events.
create function renkei_api.event_municipalities(p_municipality_code text, p_activity_id text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
	with recursive linked (municipality_code, activity_id) as (
		select p_municipality_code collate "C", p_activity_id collate "C"
		union
		select n.municipality_code, n.activity_id from linked l cross join lateral (
			select a.same_as_municipality_code::text as municipality_code, a.same_as_activity_id::text as activity_id from renkei.activity a
			where a.municipality_code = l.municipality_code and a.activity_id = l.activity_id and a.same_as_activity_id is not null
			union all
			select a.municipality_code, a.activity_id from renkei.activity a
			where a.same_as_municipality_code = l.municipality_code and a.same_as_activity_id = l.activity_id
			union all
			select d.other_municipality_code, d.other_activity_id from renkei.event_decision d
			where d.municipality_code = l.municipality_code and d.activity_id = l.activity_id and d.decision = 'linked'
			union all
			select d.municipality_code, d.activity_id from renkei.event_decision d
			where d.other_municipality_code = l.municipality_code and d.other_activity_id = l.activity_id and d.decision = 'linked') n
	)
	select array_agg(distinct l.municipality_code) from linked l
$$;
