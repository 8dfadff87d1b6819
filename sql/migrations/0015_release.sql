-- The approver's release (決裁) as a second step, where a municipality wants it: nothing counts before it.
--
-- What has not left the house stands in tables of its own.  renkei.report, and with it every total, matrix and table, knows a version from its
-- release on; before, the version is in renkei.preparation and its bytes in renkei.report_version, where timeliness awaiting_release says
-- that it needs one.

-- Who may release: another principal than the officers', of the same municipality.
alter table renkei.principal drop constraint principal_role_known, drop constraint principal_has_code_when_municipality;
alter table renkei.principal
	add constraint principal_role_known check (role in ('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator')),
	add constraint principal_has_code_when_municipality check ((role in ('municipality', 'approver')) = (municipality_code is not null));
comment on column renkei.principal.role is 'What it is: municipality, approver, secretariat, ministry, analyst, operator.';
comment on column renkei.principal.municipality_code is 'Japanese local government code of a municipality or its approver; null for the others.';
alter table renkei.invitation drop constraint invitation_role_known;
alter table renkei.invitation
	add constraint invitation_role_known check (role in ('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator'));
comment on column renkei.invitation.role is 'Role of the invited: municipality, approver, secretariat, ministry, analyst, operator.';

-- Whether a municipality wants it, and since when.
alter table renkei.municipality add column release_required boolean not null default false;
comment on column renkei.municipality.release_required is 'Reports count only after the release by the municipality''s approver (決裁).';
create table renkei.release_setting (
	municipality_code renkei.lg_code not null,
	entry integer not null,
	release_required boolean not null,
	set_at timestamptz not null,
	principal_uri text not null,
	constraint release_setting_pk primary key (municipality_code, entry),
	constraint release_setting_of foreign key (municipality_code) references renkei.municipality
);
comment on table renkei.release_setting is 'When a municipality''s setting release_required was changed, and by whom; only added to.';
comment on column renkei.release_setting.municipality_code is 'Whose setting: Japanese local government code.';
comment on column renkei.release_setting.entry is 'Number of the change, from 1.';
comment on column renkei.release_setting.release_required is 'What it was set to; before the first change it is false.';
comment on column renkei.release_setting.set_at is 'When, UTC.';
comment on column renkei.release_setting.principal_uri is 'Who.';
create function renkei.release_setting_kept() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	if new.release_required <> coalesce(old.release_required, false) then
		insert into renkei.release_setting (municipality_code, entry, release_required, set_at, principal_uri)
		select new.municipality_code, coalesce(max(s.entry), 0) + 1, new.release_required, clock_timestamp(),
			coalesce(nullif(current_setting('renkei.principal', true), ''), session_user)
		from renkei.release_setting s where s.municipality_code = new.municipality_code;
	end if;
	return null;
end $$;
create trigger release_setting_kept after insert or update of release_required on renkei.municipality
	for each row execute function renkei.release_setting_kept();

-- The version: whether it came in time is not known before it leaves.
alter domain renkei.timeliness drop constraint timeliness_known;
alter domain renkei.timeliness add constraint timeliness_known check (value in ('on_time', 'late', 'no_deadline', 'awaiting_release'));
alter table renkei.report_version drop constraint report_version_timeliness;
alter table renkei.report_version add constraint report_version_timeliness check (case timeliness when 'awaiting_release' then late_seconds = 0
	else (timeliness = 'no_deadline') = (due_at is null)
		and (timeliness = 'late') = coalesce(date_trunc('second', received_at) > due_at, false) and late_seconds >= 0 end);
comment on column renkei.report_version.timeliness is 'On time, late, without deadline; awaiting_release: decided by its release, in report_release.';
alter table renkei.report add constraint report_timeliness_is_decided check (timeliness <> 'awaiting_release');
comment on column renkei.report.received_at is 'When the latest version was submitted: stored, or released where that was needed, UTC.';

create domain renkei.preparation_state as text
	constraint preparation_state_known check (value in ('awaiting_release', 'sent_back', 'withdrawn', 'released', 'superseded'));
create table renkei.preparation (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	state renkei.preparation_state not null,
	version smallint not null,
	version_id bigint not null,
	changed_at timestamptz not null,
	constraint preparation_pk primary key (municipality_code, fiscal_year, quarter, variant),
	constraint preparation_of foreign key (municipality_code, version_id) references renkei.report_version
);
comment on table renkei.preparation is 'Of each report the version prepared last that needs or needed a release: where it stands in the house.';
comment on column renkei.preparation.state is 'Awaiting release, sent back to the preparer, withdrawn, released, or superseded by a version that needed none.';
comment on column renkei.preparation.version is 'Number of the version.';
comment on column renkei.preparation.version_id is 'The version.';
comment on column renkei.preparation.changed_at is 'When the state last changed, UTC.';
create table renkei.preparation_step (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	step integer not null,
	version smallint not null,
	version_id bigint not null,
	state renkei.preparation_state not null,
	at timestamptz not null,
	principal_uri text not null,
	reason text,
	constraint preparation_step_pk primary key (municipality_code, fiscal_year, quarter, variant, step),
	constraint preparation_step_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint preparation_step_has_reason check ((state in ('sent_back', 'withdrawn')) = (reason is not null))
);
comment on table renkei.preparation_step is 'Every change of state within the house: who, when, why; only added to.';
comment on column renkei.preparation_step.step is 'Number of the change within the report, from 1.';
comment on column renkei.preparation_step.version is 'Version whose state changed.';
comment on column renkei.preparation_step.version_id is 'That version.';
comment on column renkei.preparation_step.state is 'State that it took.';
comment on column renkei.preparation_step.at is 'When, UTC.';
comment on column renkei.preparation_step.principal_uri is 'Who.';
comment on column renkei.preparation_step.reason is 'Why, of what was sent back or withdrawn.';
create table renkei.report_release (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	released_at timestamptz not null,
	principal_uri text not null,
	due_at timestamptz,
	timeliness renkei.timeliness not null,
	late_seconds bigint not null,
	key_id text not null,
	constraint report_release_pk primary key (municipality_code, version_id),
	constraint report_release_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint report_release_timeliness check (timeliness <> 'awaiting_release' and (timeliness = 'no_deadline') = (due_at is null)
		and (timeliness = 'late') = coalesce(date_trunc('second', released_at) > due_at, false) and late_seconds >= 0)
);
comment on table renkei.report_release is 'Releases: when a version left its house, which is its submission; only added to.';
comment on column renkei.report_release.version_id is 'The version.';
comment on column renkei.report_release.released_at is 'When, by the database''s clock, UTC.';
comment on column renkei.report_release.principal_uri is 'The approver.';
comment on column renkei.report_release.due_at is 'Deadline the release was compared with, UTC; null = none.';
comment on column renkei.report_release.timeliness is 'On time, late, or without deadline.';
comment on column renkei.report_release.late_seconds is 'Whole seconds after the second of the deadline; 0 = not late.';
comment on column renkei.report_release.key_id is 'Key that signs the receipt of the release.';

call renkei.know_method('request', 'release', 'send_back');
comment on column renkei.request.answer is 'The answer of any other than a submit.';

call renkei.wall_by_tenant('release_setting', 'preparation', 'preparation_step', 'report_release');
call renkei.open_to_views('report_release');
call renkei.only_add_to('release_setting', 'preparation_step', 'report_release');
create trigger only_kept before delete or truncate on renkei.preparation for each statement execute function renkei.only_added_to();
call renkei.name_period('preparation', 'preparation_step');
comment on column renkei.preparation.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.preparation_step.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.report_release.municipality_code is 'Whose report: Japanese local government code.';

-- The state machines, out of reach of any function's mistake.  A report takes no version that awaits its release; those that never left their
-- house are gaps in its numbers.
create or replace function renkei.report_moves() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	legal boolean;
begin
	if tg_op = 'INSERT' then
		legal := new.state = 'submitted' and new.accepted_version is null;
	elsif new.latest_version > old.latest_version then
		legal := new.state = 'submitted' and old.state <> 'under_review'
			and new.accepted_version is not distinct from old.accepted_version;
	elsif new.latest_version = old.latest_version then
		legal := (old.state, new.state) in (('submitted', 'under_review'), ('submitted', 'accepted'), ('submitted', 'returned'),
			('submitted', 'withdrawn'), ('under_review', 'accepted'), ('under_review', 'returned'), ('under_review', 'withdrawn'),
			('returned', 'returned'), ('returned', 'withdrawn'));
	else
		legal := false;
	end if;
	if legal and (tg_op = 'INSERT' or new.latest_version_id <> old.latest_version_id) then
		legal := not exists (select from renkei.report_version v
			where v.municipality_code = new.municipality_code and v.version_id = new.latest_version_id and v.timeliness = 'awaiting_release'
				and not exists (select from renkei.report_release r
					where r.municipality_code = v.municipality_code and r.version_id = v.version_id));
	end if;
	if not legal then
		raise exception 'report % % Q% %: from % version % to % version % is no step a report can take', new.municipality_code,
			new.fiscal_year, new.quarter, new.variant, old.state, old.latest_version, new.state, new.latest_version
			using errcode = 'RK409', detail = '{"reason": "ACTION_NOT_ALLOWED"}';
	end if;
	return new;
end $$;
create function renkei.preparation_moves() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	if not (case when tg_op = 'INSERT' then new.state = 'awaiting_release'
		when new.version > old.version then new.state = 'awaiting_release'
		when new.version = old.version then (old.state, new.state) in (('awaiting_release', 'sent_back'), ('awaiting_release', 'released'),
			('awaiting_release', 'withdrawn'), ('awaiting_release', 'superseded'), ('sent_back', 'withdrawn'), ('sent_back', 'superseded'))
		else false end)
	then
		raise exception 'preparation % % Q% %: from % version % to % version % is no step it can take', new.municipality_code,
			new.fiscal_year, new.quarter, new.variant, old.state, old.version, new.state, new.version
			using errcode = 'RK409', detail = '{"reason": "ACTION_NOT_ALLOWED"}';
	end if;
	return new;
end $$;
create trigger preparation_moves before insert or update on renkei.preparation for each row execute function renkei.preparation_moves();
