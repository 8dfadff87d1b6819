-- Reports: versions that are only added to, the head that says where each report stands, every change of state.
create table renkei.report_version (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	version smallint not null,
	receipt_number text collate "C" not null,
	request_id uuid not null,
	principal_uri text not null,
	action renkei.report_action not null,
	base_version smallint not null,
	change_reason text,
	nil boolean not null,
	comments text,
	activity_count smallint not null,
	outcome_count smallint not null,
	report bytea compression lz4 not null,
	sha256 renkei.sha256 not null,
	length integer not null,
	verdict jsonb compression lz4 not null,
	rule_set_hash text not null,
	warning_count integer not null,
	info_count integer not null,
	received_at timestamptz not null,
	due_at timestamptz,
	timeliness renkei.timeliness not null,
	late_seconds bigint not null,
	key_id text not null,
	constraint report_version_pk primary key (municipality_code, version_id),
	constraint report_version_once unique (municipality_code, fiscal_year, quarter, variant, version),
	constraint report_version_of_municipality foreign key (municipality_code) references renkei.municipality,
	constraint report_version_in_period foreign key (fiscal_year, quarter, variant) references renkei.reporting_period,
	constraint report_version_follows_base check (version = base_version + 1 and version between 1 and 9999),
	constraint report_version_first_is_new check ((action = 'new') = (version = 1)),
	constraint report_version_length check (length = octet_length(report)),
	constraint report_version_digest check (sha256 = sha256(report)),
	constraint report_version_receipt_number check (receipt_number = municipality_code || '-'
		|| renkei.period_tag(fiscal_year, quarter, variant) || '-' || version),
	constraint report_version_timeliness check ((timeliness = 'no_deadline') = (due_at is null)
		and (timeliness = 'late') = coalesce(date_trunc('second', received_at) > due_at, false) and late_seconds >= 0)
);
create sequence renkei.report_version_number as bigint owned by renkei.report_version.version_id;
comment on table renkei.report_version is 'Versions of reports as received; only added to.';
comment on column renkei.report_version.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.report_version.version_id is 'Number of the version over all reports; joins the rows of its content.';
comment on column renkei.report_version.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.report_version.quarter is 'Quarter of that fiscal year, 1 = April to June.';
comment on column renkei.report_version.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.report_version.version is 'Version of the report, from 1.';
comment on column renkei.report_version.receipt_number is 'Receipt number (到達番号).';
comment on column renkei.report_version.request_id is 'Request that brought it.';
comment on column renkei.report_version.principal_uri is 'Who submitted it.';
comment on column renkei.report_version.action is 'New, replacement or correction.';
comment on column renkei.report_version.base_version is 'The version it is based on; 0 for the first.';
comment on column renkei.report_version.change_reason is 'Why a correction was made.';
comment on column renkei.report_version.nil is 'Nothing to report (実績なし).';
comment on column renkei.report_version.comments is 'Remarks to the secretariat.';
comment on column renkei.report_version.activity_count is 'Number of activities in it.';
comment on column renkei.report_version.outcome_count is 'Number of outcomes in it.';
comment on column renkei.report_version.report is 'The bytes of the field report exactly as received: the evidence.';
comment on column renkei.report_version.sha256 is 'SHA-256 of those bytes.';
comment on column renkei.report_version.length is 'Number of those bytes.';
comment on column renkei.report_version.verdict is 'What the rules found, as proto3 JSON of renkei.v1.Verdict.';
comment on column renkei.report_version.rule_set_hash is 'Rule set that judged it.';
comment on column renkei.report_version.warning_count is 'Number of warnings.';
comment on column renkei.report_version.info_count is 'Number of infos.';
comment on column renkei.report_version.received_at is 'When it was stored, by the database''s clock, UTC.';
comment on column renkei.report_version.due_at is 'Deadline it was compared with, UTC; null = none.';
comment on column renkei.report_version.timeliness is 'On time, late, or without deadline.';
comment on column renkei.report_version.late_seconds is 'Whole seconds after the second of the deadline; 0 = not late.';
comment on column renkei.report_version.key_id is 'Key that signs its receipt.';

alter table renkei.request add constraint request_of_version
	foreign key (municipality_code, version_id) references renkei.report_version;

create table renkei.report (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	state renkei.report_state not null,
	latest_version smallint not null,
	latest_version_id bigint not null,
	nil boolean not null,
	received_at timestamptz not null,
	timeliness renkei.timeliness not null,
	late_seconds bigint not null,
	activity_count smallint not null,
	accepted_version smallint,
	accepted_version_id bigint,
	accepted_at timestamptz,
	first_accepted_at timestamptz,
	changed_at timestamptz not null,
	constraint report_pk primary key (municipality_code, fiscal_year, quarter, variant),
	constraint report_latest foreign key (municipality_code, latest_version_id) references renkei.report_version,
	constraint report_accepted foreign key (municipality_code, accepted_version_id) references renkei.report_version,
	constraint report_accepted_is_whole check ((accepted_version is null) = (accepted_version_id is null)
		and (accepted_version is null) = (accepted_at is null) and (accepted_version is null) = (first_accepted_at is null)),
	constraint report_accepted_is_a_version check (accepted_version <= latest_version),
	constraint report_accepted_says_so check (state <> 'accepted' or accepted_version = latest_version)
) with (fillfactor = 80);
create index report_by_period on renkei.report (fiscal_year, quarter, variant);
comment on table renkei.report is 'Where each report stands: its latest version, its state, and the accepted version that counts.';
comment on column renkei.report.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.report.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.report.quarter is 'Quarter of that fiscal year.';
comment on column renkei.report.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.report.state is 'State of the latest version.';
comment on column renkei.report.latest_version is 'Number of the latest version.';
comment on column renkei.report.latest_version_id is 'The latest version.';
comment on column renkei.report.nil is 'Nothing to report, by the latest version.';
comment on column renkei.report.received_at is 'When the latest version was stored, UTC.';
comment on column renkei.report.timeliness is 'Of the latest version.';
comment on column renkei.report.late_seconds is 'Of the latest version: seconds after the deadline.';
comment on column renkei.report.activity_count is 'Of the latest version.';
comment on column renkei.report.accepted_version is 'Version accepted last: the one that counts; null = none yet.';
comment on column renkei.report.accepted_version_id is 'The version that counts.';
comment on column renkei.report.accepted_at is 'When it was accepted, UTC.';
comment on column renkei.report.first_accepted_at is 'When a version of this report was first accepted, UTC.';
comment on column renkei.report.changed_at is 'When the state last changed, UTC.';

create table renkei.report_transition (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	step integer not null,
	version smallint not null,
	version_id bigint not null,
	state renkei.report_state not null,
	at timestamptz not null,
	principal_uri text not null,
	reason text,
	due_date date,
	constraint report_transition_pk primary key (municipality_code, fiscal_year, quarter, variant, step),
	constraint report_transition_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint report_transition_return_is_due check ((state = 'returned') = (due_date is not null)),
	constraint report_transition_withdrawal_has_reason check (state <> 'withdrawn' or reason is not null)
);
comment on table renkei.report_transition is 'Every change of state: who, when, why; only added to.';
comment on column renkei.report_transition.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.report_transition.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.report_transition.quarter is 'Quarter of that fiscal year.';
comment on column renkei.report_transition.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.report_transition.step is 'Number of the change within the report, from 1.';
comment on column renkei.report_transition.version is 'Version whose state changed.';
comment on column renkei.report_transition.version_id is 'That version.';
comment on column renkei.report_transition.state is 'State that it took.';
comment on column renkei.report_transition.at is 'When, UTC.';
comment on column renkei.report_transition.principal_uri is 'Who.';
comment on column renkei.report_transition.reason is 'Why, of a withdrawal.';
comment on column renkei.report_transition.due_date is 'Until when a returned report is wanted, Japanese date.';

create table renkei.return_item (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	step integer not null,
	position smallint not null,
	field_path text,
	reason text not null,
	constraint return_item_pk primary key (municipality_code, fiscal_year, quarter, variant, step, position),
	constraint return_item_of foreign key (municipality_code, fiscal_year, quarter, variant, step)
		references renkei.report_transition,
	constraint return_item_reason_length check (char_length(reason) between 1 and 1000)
);
comment on table renkei.return_item is 'Things that have to be put right in a returned report; only added to.';
comment on column renkei.return_item.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.return_item.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.return_item.quarter is 'Quarter of that fiscal year.';
comment on column renkei.return_item.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.return_item.step is 'The change of state it belongs to.';
comment on column renkei.return_item.position is 'Order, from 1.';
comment on column renkei.return_item.field_path is 'Path in the report; null = the report as a whole.';
comment on column renkei.return_item.reason is 'What is wrong.';

-- The state machine, out of reach of any function's mistake.
create function renkei.report_moves() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	legal boolean;
begin
	if tg_op = 'INSERT' then
		legal := new.state = 'submitted' and new.latest_version = 1 and new.accepted_version is null;
	elsif new.latest_version = old.latest_version + 1 then
		legal := new.state = 'submitted' and old.state <> 'under_review'
			and new.accepted_version is not distinct from old.accepted_version;
	elsif new.latest_version = old.latest_version then
		legal := (old.state, new.state) in (('submitted', 'under_review'), ('submitted', 'accepted'), ('submitted', 'returned'),
			('submitted', 'withdrawn'), ('under_review', 'accepted'), ('under_review', 'returned'), ('under_review', 'withdrawn'),
			('returned', 'returned'), ('returned', 'withdrawn'));
	else
		legal := false;
	end if;
	if not legal then
		raise exception 'report % % Q% %: from % version % to % version % is no step a report can take', new.municipality_code,
			new.fiscal_year, new.quarter, new.variant, old.state, old.latest_version, new.state, new.latest_version
			using errcode = 'RK409', detail = '{"reason": "ACTION_NOT_ALLOWED"}';
	end if;
	return new;
end $$;
create trigger report_moves before insert or update on renkei.report for each row execute function renkei.report_moves();
