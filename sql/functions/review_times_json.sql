-- renkei_api.review_times_json - how long the secretariat takes to accept or return what comes, as a list of proto3 JSON of renkei.v1.ReviewTimes.
-- Takes    the range of fiscal years.      Returns  over all, by year, and for the secretariat by reviewer: who reviews
--          what is its own, and others would be told that nobody does.
create function renkei_api.review_times_json(p_first integer, p_last integer) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	with answer as materialized (select * from renkei_api.review_answers(p_first, p_last)), parted as (
		select 1 as place, 0 as year, null as reviewer, a.answer, a.working_days from answer a
		union all select 2, a.fiscal_year, null, a.answer, a.working_days from answer a
		union all select 3, 0, coalesce(a.reviewer, ''), a.answer, a.working_days from answer a
			where current_setting('renkei.role', true) = 'secretariat'
	)
	select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('fiscal_year', nullif(t.year, 0), 'reviewer', nullif(t.reviewer, ''),
		'unassigned', case when t.reviewer = '' then true end, 'accepted', t.accepted, 'returned', t.returned, 'median_working_days', t.median, 'longest_working_days', t.longest,
		'waiting', t.waiting, 'longest_waiting_working_days', t.oldest)) order by t.place, t.year, t.reviewer = '', t.reviewer), '[]')
	from (select p.place, p.year, p.reviewer, count(*) filter (where p.answer = 'accepted') as accepted, count(*) filter (where p.answer = 'returned') as returned,
			percentile_cont(0.5) within group (order by p.working_days) filter (where p.answer is not null) as median,
			max(p.working_days) filter (where p.answer is not null) as longest,
			count(*) filter (where p.answer is null) as waiting, max(p.working_days) filter (where p.answer is null) as oldest
		from parted p group by p.place, p.year, p.reviewer) t
$$;
