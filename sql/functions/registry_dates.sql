-- renkei_api.registry_dates - the partial dates and intervals of an import that are wrong.
-- Takes    renkei.v1.Registry.
-- Returns  one row a mistake: the place, the id of its record, the reason.
create function renkei_api.registry_dates(p_registry jsonb) returns table (field text, id text, reason text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with span as (
		select r.id, format('%s.%s[%s]', r.at, l.list, t.place - 1) as at, l.first, l.last, t.record -> l.first as began, t.record -> l.last as ended
		from renkei_api.registry_records(p_registry) r
		cross join (values ('participations', 'from', 'to'), ('bodies', 'valid_from', 'valid_to'), ('schemes', 'from', 'to'),
			('type_history', 'effective', null)) as l (list, first, last)
		cross join lateral jsonb_array_elements(r.record -> l.list) with ordinality as t (record, place)
	), fact as (
		select r.id, r.at, r.record -> 'began' as began, r.record -> 'ended' as ended from renkei_api.registry_records(p_registry) r
		where r.entity = 'programme_fact'
	), single as (
		select s.id, s.at || '.' || s.first as at, s.began as value from span s
		union all
		select s.id, s.at || '.' || s.last, s.ended from span s where s.last is not null
		union all
		select r.id, r.at || '.' || n.name, r.record -> n.name from renkei_api.registry_records(p_registry) r
		cross join unnest(array['basis_date', 'status_since']) as n (name) where r.entity = 'cooperation'
		union all
		select f.id, f.at || '.began', f.began from fact f
		union all
		select f.id, f.at || '.ended', f.ended from fact f
	)
	select s.at, s.id, 'REGISTRY_DATE_WRONG' from single s where not renkei_api.is_partial_date_json(s.value)
	union all
	select f.at || '.ended', f.id, 'REGISTRY_DATES_SWAPPED' from fact f
	where case when renkei_api.is_partial_date_json(f.began) and renkei_api.is_partial_date_json(f.ended)
		then coalesce(renkei.first_day(renkei.partial_date(f.began)) > renkei.last_day(renkei.partial_date(f.ended)), false) else false end
	union all
	select s.at || '.' || s.last, s.id, 'REGISTRY_DATES_SWAPPED' from span s
	where case when renkei_api.is_partial_date_json(s.began) and renkei_api.is_partial_date_json(s.ended)
		then coalesce(renkei.first_day(renkei.partial_date(s.began)) > renkei.last_day(renkei.partial_date(s.ended)), false) else false end
$$;
