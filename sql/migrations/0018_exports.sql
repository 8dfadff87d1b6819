-- Exports: when they are made and of what, and what became of each run.
create domain renkei.export_run_state as text constraint export_run_state_known check (value in ('running', 'failed', 'done'));

create table renkei.export_schedule (
	name text collate "C" constraint export_schedule_pk primary key,
	calendar text not null,
	time_zone text not null,
	formats text[] not null,
	all_versions boolean not null,
	planned boolean not null,
	public_only boolean not null,
	free_text boolean not null,
	company_names boolean not null,
	keep smallint not null,
	paused boolean not null,
	handled_to timestamptz not null,
	changed_at timestamptz not null,
	principal_uri text not null,
	constraint export_schedule_name check (name ~ '^[a-z][a-z0-9-]{0,39}$'),
	constraint export_schedule_calendar_length check (char_length(calendar) between 1 and 200),
	constraint export_schedule_formats check (cardinality(formats) between 1 and 16),
	constraint export_schedule_keep check (keep between 1 and 1000)
);
comment on table renkei.export_schedule is 'When exports are made, and of what.';
comment on column renkei.export_schedule.name is 'Name, and that of the folder its bundles come into.';
comment on column renkei.export_schedule.calendar is 'When: OnCalendar of systemd.time(7), or quarter-deadline and days; renkeid reads it.';
comment on column renkei.export_schedule.time_zone is 'Time zone of the calendar where it names none.';
comment on column renkei.export_schedule.formats is 'Formats of a bundle.';
comment on column renkei.export_schedule.all_versions is 'Every version that was accepted, not the newest alone.';
comment on column renkei.export_schedule.planned is 'Events that are only planned too.';
comment on column renkei.export_schedule.public_only is 'Only what is public, not what is for the parties.';
comment on column renkei.export_schedule.free_text is 'With the sentences of people.';
comment on column renkei.export_schedule.company_names is 'With the names of companies that consented.';
comment on column renkei.export_schedule.keep is 'So many bundles are kept.';
comment on column renkei.export_schedule.paused is 'No run is begun.';
comment on column renkei.export_schedule.handled_to is 'Runs due until here are done or were never wanted, UTC.';
comment on column renkei.export_schedule.changed_at is 'When it was changed last, UTC.';
comment on column renkei.export_schedule.principal_uri is 'Who changed it last.';

create table renkei.export_run (
	name text collate "C" not null,
	due_at timestamptz not null,
	attempt integer not null,
	state renkei.export_run_state not null,
	holder text not null,
	started_at timestamptz not null,
	lease_until timestamptz not null,
	ended_at timestamptz,
	retry_at timestamptz,
	why text,
	bundle_id text collate "C",
	as_of timestamptz,
	manifest_sha256 text,
	bytes bigint,
	files integer,
	row_count bigint,
	removed_at timestamptz,
	constraint export_run_pk primary key (name, due_at),
	constraint export_run_attempt check (attempt >= 1),
	constraint export_run_done_has_a_bundle check ((state = 'done') = (bundle_id is not null)),
	constraint export_run_failed_says_why check (state <> 'failed' or why is not null and retry_at is not null)
);
comment on table renkei.export_run is 'Runs of exports: one row a schedule and moment, whoever makes it and however often it is tried.';
comment on column renkei.export_run.name is 'Schedule.';
comment on column renkei.export_run.due_at is 'When it was due, UTC; of a run by hand when it was begun.';
comment on column renkei.export_run.attempt is 'Number of the attempt, from 1: who holds an earlier one may not end it.';
comment on column renkei.export_run.state is 'Running, failed or done.';
comment on column renkei.export_run.holder is 'Host and process that makes it.';
comment on column renkei.export_run.started_at is 'When this attempt began, UTC.';
comment on column renkei.export_run.lease_until is 'Until when it is the holder''s, UTC; then another may take it.';
comment on column renkei.export_run.ended_at is 'When it ended, UTC.';
comment on column renkei.export_run.retry_at is 'When a failed run may be tried again, UTC.';
comment on column renkei.export_run.why is 'Why it failed.';
comment on column renkei.export_run.bundle_id is 'The bundle it made.';
comment on column renkei.export_run.as_of is 'Of when the data are, UTC.';
comment on column renkei.export_run.manifest_sha256 is 'SHA-256 of the bundle''s manifest.';
comment on column renkei.export_run.bytes is 'Bytes of the bundle.';
comment on column renkei.export_run.files is 'Files of the bundle.';
comment on column renkei.export_run.row_count is 'Rows of its tables, each once.';
comment on column renkei.export_run.removed_at is 'When its bundle was removed because later ones took its place, UTC.';

call renkei.put_wall('by_call', 'select', $q$nullif(current_setting('renkei.role', true), '') is not null$q$, array['export_schedule', 'export_run']);
call renkei.put_wall('by_work', 'all', $q$nullif(current_setting('renkei.exports', true), '') is not null$q$, array['export_schedule', 'export_run']);

call renkei.know_method('office_request', 'put_export_schedule', 'remove_export_schedule');
