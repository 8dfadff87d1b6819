-- renkei_api.record_disclosures - Who may read each record of a version's lists.  Views and functions ask it; it is shown to nobody.
create view renkei_api.record_disclosures as
select 'activities'::text collate "C" as list, r.municipality_code, r.version_id, r.activity_id as record_id, r.disclosure from renkei.activity r
union all
select 'needs', r.municipality_code, r.version_id, r.need_id, r.disclosure from renkei.need r
union all
select 'outcomes', r.municipality_code, r.version_id, r.outcome_id, r.disclosure from renkei.outcome r
union all
select 'challenges', r.municipality_code, r.version_id, r.challenge_id, r.disclosure from renkei.challenge r
union all
select 'projects', r.municipality_code, r.version_id, r.project_id, r.disclosure from renkei.project r
union all
select 'policy_contributions', r.municipality_code, r.version_id, r.contribution_id, r.disclosure from renkei.policy_contribution r;
comment on view renkei_api.record_disclosures is 'Who may read each record of a version''s lists; for other views and functions alone.';
comment on column renkei_api.record_disclosures.list is 'The list of the report that holds it, as in renkei.v1.RecordReference.';
comment on column renkei_api.record_disclosures.record_id is 'The record''s id in its report.';
