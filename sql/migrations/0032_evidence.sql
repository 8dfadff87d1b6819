-- Attachments as evidence: what kind of paper it is, its language, and the record of the report that it is evidence for; and what a report says beside its like.
--
-- The record is named by its list and its own id, which a later version of the report keeps, and not by its place, which it may not.
create domain renkei.attachment_kind as text
	constraint attachment_kind_known check (value in ('programme', 'roster', 'presentation', 'report', 'minutes', 'agreement', 'questionnaire', 'photo',
		'material', 'other'));
create domain renkei.record_list as text
	constraint record_list_known check (value in ('activities', 'needs', 'outcomes', 'challenges', 'projects', 'policy_contributions'));

alter table renkei.attachment
	add column kind renkei.attachment_kind,
	add column language text constraint attachment_language check (language in ('ja', 'en', 'zh')),
	add column record_list renkei.record_list,
	add column record_id renkei.own_id,
	add constraint attachment_record_is_whole check ((record_list is null) = (record_id is null)),
	-- Names of persons stay with those who have to know them.
	add constraint attachment_roster_is_restricted check (kind is distinct from 'roster' or disclosure = 'secretariat');
create index attachment_by_record on renkei.attachment (municipality_code, record_list, record_id) where record_id is not null;
comment on column renkei.attachment.kind is 'What kind of paper it is; null = not said, by a client of before.';
comment on column renkei.attachment.language is 'Language of its text: ja, en or zh; null = not said.';
comment on column renkei.attachment.record_list is 'List of the report that holds the record it is evidence for; null = it belongs to the quarter alone.';
comment on column renkei.attachment.record_id is 'The record''s id in its report; null = it belongs to the quarter alone.';
create trigger only_added_to_evidence before update of kind, language, record_list, record_id on renkei.attachment
	for each statement execute function renkei.only_added_to();
-- Exports list what lay beside accepted reports, by its digest and without its bytes.
call renkei.open_to_views('attachment', 'release_setting');

-- Attachments that an officer of an office without a line sealed, and another relayed.
create table renkei.attachment_relay (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	serial integer not null,
	principal_uri text not null,
	sealed_at timestamptz not null,
	head bytea not null,
	body bytea not null,
	signature bytea not null,
	constraint attachment_relay_pk primary key (municipality_code, fiscal_year, quarter, variant, serial),
	constraint attachment_relay_of foreign key (municipality_code, fiscal_year, quarter, variant, serial) references renkei.attachment,
	constraint attachment_relay_sizes check (octet_length(head) between 1 and 16384 and octet_length(body) between 1 and 16384
		and octet_length(signature) between 1 and 1024)
);
comment on table renkei.attachment_relay is 'Attachments that were sealed in an office without a line and relayed by another; only added to.';
comment on column renkei.attachment_relay.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.attachment_relay.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.attachment_relay.quarter is 'Quarter of that fiscal year.';
comment on column renkei.attachment_relay.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.attachment_relay.serial is 'Which attachment of the quarter.';
comment on column renkei.attachment_relay.principal_uri is 'Who relayed it.';
comment on column renkei.attachment_relay.sealed_at is 'When it was sealed, by the officer''s clock, UTC; what counts is the arrival.';
comment on column renkei.attachment_relay.head is 'The signed bytes before those of the file''s head: a renkei.v1.SealedContent without it.';
comment on column renkei.attachment_relay.body is 'The bytes of the file''s head: a renkei.v1.UploadHead, with its SHA-256.';
comment on column renkei.attachment_relay.signature is 'Of the officer''s key over the line, the head and the body.';
call renkei.wall_by_tenant('attachment_relay');
call renkei.only_add_to('attachment_relay');

-- A report beside the accepted ones of the quarters before, as it was seen behind its submission.
create table renkei.comparison_pending (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	next_at timestamptz not null,
	tries smallint not null default 0,
	constraint comparison_pending_pk primary key (municipality_code, version_id),
	constraint comparison_pending_of foreign key (municipality_code, version_id) references renkei.report_version
);
comment on table renkei.comparison_pending is 'Versions that wait to be seen beside the accepted reports before them.';
comment on column renkei.comparison_pending.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.comparison_pending.version_id is 'The version.';
comment on column renkei.comparison_pending.next_at is 'Not tried before, UTC; who compares it now has it until then.';
comment on column renkei.comparison_pending.tries is 'How often it was tried.';

create table renkei.report_comparison (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	comparison jsonb not null,
	warning_count integer not null,
	compared_at timestamptz not null,
	constraint report_comparison_pk primary key (municipality_code, version_id),
	constraint report_comparison_of foreign key (municipality_code, version_id) references renkei.report_version
);
comment on table renkei.report_comparison is 'What was doubtful in versions beside the accepted reports before them, as these were then; only added to.';
comment on column renkei.report_comparison.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.report_comparison.version_id is 'The version.';
comment on column renkei.report_comparison.comparison is 'The findings, and the reports compared with by number and SHA-256, as proto3 JSON of renkei.v1.Comparison.';
comment on column renkei.report_comparison.warning_count is 'How many warnings.';
comment on column renkei.report_comparison.compared_at is 'When, UTC.';
call renkei.wall_by_tenant('comparison_pending', 'report_comparison');
call renkei.only_add_to('report_comparison');
