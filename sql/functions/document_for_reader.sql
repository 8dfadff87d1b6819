-- renkei_api.document_for_reader - a fixed evaluation as the caller may read it: who reads what is public is not told by name what was said among the parties.
-- Takes    renkei.v1.EvaluationDocument as it was kept.      Returns  the same for all parties; for others what was said at meetings is counted without a name.
create function renkei_api.document_for_reader(p_document jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select case when current_setting('renkei.role', true) in ('municipality', 'approver', 'secretariat', 'ministry') or not p_document ? 'findings' then p_document
		else p_document || jsonb_build_object('findings', (select coalesce(jsonb_agg(jsonb_strip_nulls(f.finding - array['hearings', 'unnamed_hearings'] || jsonb_build_object(
			'hearings', (select jsonb_agg(h.said order by h.n) from jsonb_array_elements(f.finding -> 'hearings') with ordinality as h (said, n)
				where h.said ->> 'disclosure' = 'DISCLOSURE_PUBLIC'),
			'unnamed_hearings', (select jsonb_agg(jsonb_build_object('stance', c.stance, 'count', c.count) order by c.stance desc)
				from (select u.stance, sum(u.count) as count from (
						select c.one ->> 'stance' as stance, (c.one ->> 'count')::bigint as count from jsonb_array_elements(f.finding -> 'unnamed_hearings') as c (one)
						union all
						select h.said ->> 'stance', count(distinct (h.said ->> 'number', h.said ->> 'municipality_code')) from jsonb_array_elements(f.finding -> 'hearings') as h (said)
						where h.said ->> 'disclosure' is distinct from 'DISCLOSURE_PUBLIC' group by h.said ->> 'stance') u group by u.stance) c))) order by f.n), '[]')
			from jsonb_array_elements(p_document -> 'findings') with ordinality as f (finding, n))) end
$$;
