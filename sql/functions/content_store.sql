-- renkei_api.content_store - put in the rows that follow from the documents of versions just stored.
-- Takes    codes, versions and documents of reports, element by element.
-- Writes   the tables of renkei.content_table; a list that no report of the batch has costs nothing.
create function renkei_api.content_store(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	lists text[] := array(select distinct k from unnest(p_document) d cross join lateral jsonb_object_keys(d) k);
	below text[];
	r record;
begin
	if 'activities' = any (lists) then
		insert into renkei.activity select * from renkei_api.rows_activity(p_code, p_version, p_document);
		r := renkei_api.records(p_code, p_version, p_document, 'activities', 'activity_id');
		below := renkei_api.lists_in(r.records);
		if 'municipalities' = any (below) then
			insert into renkei.activity_municipality select * from renkei_api.rows_activity_municipality(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'partners' = any (below) then
			insert into renkei.activity_partner select * from renkei_api.rows_activity_partner(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'implementing_bodies' = any (below) then
			insert into renkei.activity_body select * from renkei_api.rows_activity_body(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'themes' = any (below) then
			insert into renkei.activity_theme select * from renkei_api.rows_activity_theme(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'schemes' = any (below) then
			insert into renkei.activity_scheme select * from renkei_api.rows_activity_scheme(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'participants' = any (below) then
			insert into renkei.activity_participants select * from renkei_api.rows_activity_participants(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'cost_lines' = any (below) then
			insert into renkei.activity_cost_line select * from renkei_api.rows_activity_cost_line(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'organisations' = any (below) then
			insert into renkei.activity_organisation select * from renkei_api.rows_activity_organisation(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'sources' = any (below) then
			insert into renkei.activity_source select * from renkei_api.rows_activity_source(r.codes, r.versions, r.ids, r.records);
		end if;
	end if;
	if 'cost_lines' = any (lists) then
		insert into renkei.report_cost_line select * from renkei_api.rows_report_cost_line(p_code, p_version, p_document);
	end if;
	if 'type_changes' = any (lists) then
		insert into renkei.type_change select * from renkei_api.rows_type_change(p_code, p_version, p_document);
	end if;
	if 'needs' = any (lists) then
		insert into renkei.need select * from renkei_api.rows_need(p_code, p_version, p_document);
	end if;
	if 'outcomes' = any (lists) then
		insert into renkei.outcome select * from renkei_api.rows_outcome(p_code, p_version, p_document);
		r := renkei_api.records(p_code, p_version, p_document, 'outcomes', 'outcome_id');
		below := renkei_api.lists_in(r.records);
		if 'categories' = any (below) then
			insert into renkei.outcome_category select * from renkei_api.rows_outcome_category(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'activity_ids' = any (below) then
			insert into renkei.outcome_activity select * from renkei_api.rows_outcome_activity(r.codes, r.versions, r.ids, r.records);
		end if;
		if 'evidence' = any (below) then
			insert into renkei.outcome_evidence select * from renkei_api.rows_outcome_evidence(r.codes, r.versions, r.ids, r.records);
		end if;
	end if;
	if 'challenges' = any (lists) then
		insert into renkei.challenge select * from renkei_api.rows_challenge(p_code, p_version, p_document);
	end if;
	if 'projects' = any (lists) then
		insert into renkei.project select * from renkei_api.rows_project(p_code, p_version, p_document);
		r := renkei_api.records(p_code, p_version, p_document, 'projects', 'project_id');
		insert into renkei.project_partner select * from renkei_api.rows_project_partner(r.codes, r.versions, r.ids, r.records);
		insert into renkei.project_municipality select * from renkei_api.rows_project_municipality(r.codes, r.versions, r.ids, r.records);
		insert into renkei.project_body select * from renkei_api.rows_project_body(r.codes, r.versions, r.ids, r.records);
	end if;
	if 'policy_contributions' = any (lists) then
		insert into renkei.policy_contribution select * from renkei_api.rows_policy_contribution(p_code, p_version, p_document);
		r := renkei_api.records(p_code, p_version, p_document, 'policy_contributions', 'contribution_id');
		insert into renkei.environmental_value select * from renkei_api.rows_environmental_value(r.codes, r.versions, r.ids, r.records);
		insert into renkei.policy_contribution_project
			select * from renkei_api.rows_policy_contribution_project(r.codes, r.versions, r.ids, r.records);
	end if;
	if 'intentions' = any (lists) then
		insert into renkei.intention select * from renkei_api.rows_intention(p_code, p_version, p_document);
	end if;
	if 'warning_answers' = any (lists) then
		insert into renkei.warning_answer select * from renkei_api.rows_warning_answer(p_code, p_version, p_document);
	end if;
end $$;
