-- renkei_api.search_documents - what a version says, record by record, as it is searched.
-- Takes    the version.
-- Returns  kind and identity of the record, what it is called, its texts with U+E000 between them; behind them the names of the municipalities and Chinese
--          governments in it, as the registry has them (renkei_api.party_names).  Names of companies are not in it: they are told with their consent alone.
create function renkei_api.search_documents(p_municipality_code text, p_version_id bigint)
returns table (kind text, record_id text, title text, text text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select 'activity', a.activity_id::text, a.title, concat_ws(U&'\E000', a.title, a.city, a.scope_reason, a.result,
		(select string_agg(b.body, U&'\E000' order by b.position) from renkei.activity_body b where b.municipality_code = a.municipality_code
			and b.version_id = a.version_id and b.activity_id = a.activity_id),
		(select string_agg(s.title, U&'\E000' order by s.position) from renkei.activity_source s where s.municipality_code = a.municipality_code
			and s.version_id = a.version_id and s.activity_id = a.activity_id),
		renkei_api.party_names(array(select p.party_municipality_code::text from renkei.activity_municipality p where p.municipality_code = a.municipality_code
				and p.version_id = a.version_id and p.activity_id = a.activity_id),
			array(select p.partner_code::text from renkei.activity_partner p where p.municipality_code = a.municipality_code
				and p.version_id = a.version_id and p.activity_id = a.activity_id)))
	from renkei.activity a where a.municipality_code = p_municipality_code and a.version_id = p_version_id
	union all
	select 'outcome', o.outcome_id, left(o.text, 60), concat_ws(U&'\E000', o.text,
		(select string_agg(e.evidence, U&'\E000' order by e.position) from renkei.outcome_evidence e where e.municipality_code = o.municipality_code
			and e.version_id = o.version_id and e.outcome_id = o.outcome_id))
	from renkei.outcome o where o.municipality_code = p_municipality_code and o.version_id = p_version_id
	union all
	select 'need', n.need_id, left(coalesce(n.text_ja, n.text_zh, ''), 60), concat_ws(U&'\E000', n.text_ja, n.text_zh, n.addressed_to, n.supplied_by,
		renkei_api.party_names('{}', array[n.partner_code::text]))
	from renkei.need n where n.municipality_code = p_municipality_code and n.version_id = p_version_id
	union all
	select 'challenge', c.challenge_id, left(c.text, 60), concat_ws(U&'\E000', c.text, c.support_wanted)
	from renkei.challenge c where c.municipality_code = p_municipality_code and c.version_id = p_version_id
	union all
	select 'project', p.project_id, p.title, concat_ws(U&'\E000', p.title, p.problem, p.intended_user, p.output, p.use_in_policy, p.measure, p.pollutant,
		p.reduction_text, p.indicator, p.result_report,
		renkei_api.party_names(array(select m.party_municipality_code::text from renkei.project_municipality m where m.municipality_code = p.municipality_code
				and m.version_id = p.version_id and m.project_id = p.project_id),
			array(select g.partner_code::text from renkei.project_partner g where g.municipality_code = p.municipality_code
				and g.version_id = p.version_id and g.project_id = p.project_id)))
	from renkei.project p where p.municipality_code = p_municipality_code and p.version_id = p_version_id
	union all
	select 'policy_contribution', c.contribution_id, left(c.text, 60), concat_ws(U&'\E000', c.text, c.document_issuer, c.document_title_ja,
		c.document_title_zh, c.document_number, c.agreement, renkei_api.party_names('{}', array[c.partner_code::text]))
	from renkei.policy_contribution c where c.municipality_code = p_municipality_code and c.version_id = p_version_id
	union all
	select 'report', '', left(concat_ws(' ', v.change_reason, v.comments), 60), concat_ws(U&'\E000', v.change_reason, v.comments)
	from renkei.report_version v where v.municipality_code = p_municipality_code and v.version_id = p_version_id
		and (v.comments is not null or v.change_reason is not null)
$$;
