-- renkei_api.lists_in - which lists there are at all in records of events or outcomes; in one pass over them.
create function renkei_api.lists_in(p_record jsonb[]) returns text[]
language sql immutable parallel safe as $$
	select array[case when bool_or(r ? 'municipalities') then 'municipalities' end, case when bool_or(r ? 'partners') then 'partners' end,
		case when bool_or(r ? 'implementing_bodies') then 'implementing_bodies' end, case when bool_or(r ? 'themes') then 'themes' end,
		case when bool_or(r ? 'schemes') then 'schemes' end, case when bool_or(r ? 'participants') then 'participants' end,
		case when bool_or(r ? 'cost_lines') then 'cost_lines' end, case when bool_or(r ? 'organisations') then 'organisations' end,
		case when bool_or(r ? 'sources') then 'sources' end, case when bool_or(r ? 'categories') then 'categories' end,
		case when bool_or(r ? 'activity_ids') then 'activity_ids' end, case when bool_or(r ? 'evidence') then 'evidence' end]
	from unnest(p_record) r
$$;
