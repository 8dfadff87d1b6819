-- Of each run of an export what it is of: a schedule may be changed, or removed, when its bundles are asked about.
alter table renkei.export_run
	add column all_versions boolean,
	add column planned boolean,
	add column public_only boolean,
	add column free_text boolean,
	add column company_names boolean;
comment on column renkei.export_run.all_versions is 'Every version that was accepted, not the newest alone; null = not known of runs before this was kept.';
comment on column renkei.export_run.planned is 'Events that are only planned too; null likewise.';
comment on column renkei.export_run.public_only is 'Only what is public; null likewise.';
comment on column renkei.export_run.free_text is 'With the sentences of people; null likewise.';
comment on column renkei.export_run.company_names is 'With the names of companies that consented; null likewise.';

-- Of what is there the schedule knows it, unless it was changed since.
do $$ begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_run r set all_versions = s.all_versions, planned = s.planned, public_only = s.public_only, free_text = s.free_text, company_names = s.company_names
	from renkei.export_schedule s where s.name = r.name and s.changed_at <= r.started_at;
	perform set_config('renkei.exports', '', true);
end $$;
