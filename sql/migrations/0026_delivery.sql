-- Delivery of exports: by which command a bundle is handed over, who hears of corrections, and the letters about runs that failed.
alter table renkei.export_schedule
	add column command text constraint export_schedule_command check (command ~ '^[a-z][a-z0-9-]{0,39}$'),
	add column recipients text[] not null default '{}' constraint export_schedule_recipients check (cardinality(recipients) <= 20),
	add column language text not null default 'ja' constraint export_schedule_language check (language in ('ja', 'en', 'zh')),
	add column base text collate "C" constraint export_schedule_base check (base ~ '^[a-z][a-z0-9-]{0,39}$' and base <> name);
comment on column renkei.export_schedule.command is 'Command of renkeid.conf that hands a bundle over, by its name; null = none.';
comment on column renkei.export_schedule.recipients is 'Addresses of who uses its bundles: they are told of corrections.';
comment on column renkei.export_schedule.language is 'Language of letters about it: ja, en or zh.';
comment on column renkei.export_schedule.base is 'Schedule since whose latest bundle changes alone are told; null = bundles are whole.';
alter table renkei.export_run
	add column base_id text collate "C";
comment on column renkei.export_run.base_id is 'NAME/ID of the bundle that this one tells the changes since; null = it is whole.';

-- Reports of which a later version was accepted: few, and only they can contradict a bundle.
create index report_corrected on renkei.report (municipality_code, accepted_at) where first_accepted_at < accepted_at;

create table renkei.export_letter (
	letter_id uuid constraint export_letter_pk primary key,
	schedule text collate "C" not null,
	kind text not null constraint export_letter_kind check (kind in ('failed', 'made_again', 'corrected')),
	email text not null,
	language text not null constraint export_letter_language check (language in ('ja', 'en', 'zh')),
	facts jsonb not null,
	queued_at timestamptz not null,
	state text not null constraint export_letter_state_known check (state in ('queued', 'sent', 'failed', 'dropped')),
	attempts smallint not null default 0,
	next_at timestamptz not null,
	settled_at timestamptz,
	problem text,
	constraint export_letter_settled check ((state = 'queued') = (settled_at is null))
);
create index export_letter_waits on renkei.export_letter (next_at) where state = 'queued';
create index export_letter_of on renkei.export_letter (schedule, queued_at);
comment on table renkei.export_letter is 'Letters about exports: the outbox, and what was sent.';
comment on column renkei.export_letter.letter_id is 'UUID; stands in the letter''s Message-ID.';
comment on column renkei.export_letter.schedule is 'Schedule it is about.';
comment on column renkei.export_letter.kind is 'A run failed; bundles are made again after failures; figures of a bundle were corrected.';
comment on column renkei.export_letter.email is 'Address it goes to.';
comment on column renkei.export_letter.language is 'Its language: ja, en or zh.';
comment on column renkei.export_letter.facts is 'What it tells, as proto3 JSON of renkei.v1.ExportLetter.';
comment on column renkei.export_letter.queued_at is 'When it was queued, UTC.';
comment on column renkei.export_letter.state is 'Queued, sent, failed (refused by the mail server), or dropped because it came to nothing.';
comment on column renkei.export_letter.attempts is 'How often it was tried.';
comment on column renkei.export_letter.next_at is 'Not tried before, UTC; who sends it now has it until then.';
comment on column renkei.export_letter.settled_at is 'When it was sent or given up, UTC.';
comment on column renkei.export_letter.problem is 'What the mail server said last.';

create table renkei.export_correction (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	name text collate "C" not null,
	bundle_id text collate "C" not null,
	told_at timestamptz not null,
	constraint export_correction_pk primary key (municipality_code, version_id, name, bundle_id)
);
comment on table renkei.export_correction is 'Corrections of bundles that the recipients were written to about, once each; only added to.';
comment on column renkei.export_correction.name is 'Schedule.';
comment on column renkei.export_correction.bundle_id is 'Its bundle.';
comment on column renkei.export_correction.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.export_correction.version_id is 'The version that was accepted in the place of the one in the bundle.';
comment on column renkei.export_correction.told_at is 'When the letter was queued, UTC.';

call renkei.put_wall('by_work', 'all', $q$nullif(current_setting('renkei.exports', true), '') is not null$q$, array['export_letter']);
call renkei.wall_by_tenant('export_correction');
call renkei.only_add_to('export_correction');
create trigger only_kept before delete or truncate on renkei.export_letter for each statement execute function renkei.only_added_to();
