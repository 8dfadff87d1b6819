-- Which index answers a lookup is decided here and not by the planner's guess of a table that was empty when a session planned.
--
-- Of two indexes that begin alike, both look equally good on an empty table, and a plan is kept: every submission then read all
-- versions of its municipality.  A partial index is taken only where a query says its condition, so a version is found by its number
-- through the primary key; a period's index that holds the whole key is as good as the key.
alter table renkei.report_version drop constraint report_version_once;
create unique index report_version_once on renkei.report_version (municipality_code, fiscal_year, quarter, variant, version)
	where version > 0;
comment on index renkei.report_version_once is 'One version of a number; used by queries that say version > 0, which every version is.';
drop index renkei.report_by_period;
create index report_by_period on renkei.report (fiscal_year, quarter, variant, municipality_code);

-- Tables below a list of records are made from the records, which a batch takes out of the documents once.
alter table renkei.content_table add column list text, add column list_id text,
	add constraint content_table_list_is_whole check ((list is null) = (list_id is null));
comment on column renkei.content_table.list is 'List of the report whose records its rows stand in; null = the report itself.';
comment on column renkei.content_table.list_id is 'Field that identifies a record of that list.';
update renkei.content_table c set list = l.list, list_id = l.list_id
from (values ('activity_', 'activities', 'activity_id'), ('outcome_', 'outcomes', 'outcome_id'), ('project_', 'projects', 'project_id'),
	('policy_contribution_', 'policy_contributions', 'contribution_id'), ('environmental_value', 'policy_contributions', 'contribution_id'))
	as l (front, list, list_id)
where starts_with(c.name, l.front);
