-- renkei_api.record_there - has a version a record of this id in this list.
create function renkei_api.record_there(p renkei.report_version, p_list text, p_id text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select case p_list
		when 'activities' then exists (select from renkei.activity r
			where r.municipality_code = p.municipality_code and r.version_id = p.version_id and r.activity_id = p_id)
		when 'needs' then exists (select from renkei.need r
			where r.municipality_code = p.municipality_code and r.version_id = p.version_id and r.need_id = p_id)
		when 'outcomes' then exists (select from renkei.outcome r
			where r.municipality_code = p.municipality_code and r.version_id = p.version_id and r.outcome_id = p_id)
		when 'challenges' then exists (select from renkei.challenge r
			where r.municipality_code = p.municipality_code and r.version_id = p.version_id and r.challenge_id = p_id)
		when 'projects' then exists (select from renkei.project r
			where r.municipality_code = p.municipality_code and r.version_id = p.version_id and r.project_id = p_id)
		when 'policy_contributions' then exists (select from renkei.policy_contribution r
			where r.municipality_code = p.municipality_code and r.version_id = p.version_id and r.contribution_id = p_id)
		else false end
$$;
