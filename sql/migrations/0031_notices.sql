-- Letters about what became of a report: which letters a contact wants, and the notices that wait to be written about.
--
-- A notice is written in the transaction that changes the report, so none is lost and none is of what did not happen; a letter is made of all that wait.
alter table renkei.contact
	add column topics text[] not null default '{deadline,returned,accepted,confirmation}'
		constraint contact_topics_known check (cardinality(topics) between 1 and 5
			and topics <@ array['deadline', 'returned', 'accepted', 'confirmation', 'release']);
comment on table renkei.contact is 'Persons of a municipality who are written to about its reports.';
comment on column renkei.contact.topics is 'What letters are about: deadline (what is owed), returned, accepted, confirmation (of what the secretariat entered), release (of what waits for the approver).';

create table renkei.notice (
	municipality_code renkei.lg_code not null,
	notice_number bigint generated always as identity,
	topic text not null constraint notice_topic_known check (topic in ('returned', 'accepted', 'confirmation', 'release')),
	version_id bigint not null,
	step integer,
	noticed_at timestamptz not null,
	planned_at timestamptz,
	constraint notice_pk primary key (municipality_code, notice_number),
	constraint notice_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint notice_return_has_a_step check (topic <> 'returned' or step is not null)
);
create index notice_waits on renkei.notice (municipality_code, noticed_at) where planned_at is null;
comment on table renkei.notice is 'What became of reports that their people are written to about, each once.';
comment on column renkei.notice.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.notice.notice_number is 'Counts up.';
comment on column renkei.notice.topic is 'Returned, accepted, entered by the secretariat and to be confirmed, or prepared and to be released.';
comment on column renkei.notice.version_id is 'The version.';
comment on column renkei.notice.step is 'Of what was returned or accepted: the step of report_transition.';
comment on column renkei.notice.noticed_at is 'When it happened, UTC.';
comment on column renkei.notice.planned_at is 'When the letters about it were queued, or nobody wanted one, UTC; null = it waits.';

alter table renkei.reminder
	add column notices jsonb not null default '[]',
	add column notice_numbers bigint[] not null default '{}',
	add constraint reminder_notices_are_numbered check (jsonb_array_length(notices) = cardinality(notice_numbers));
create index reminder_of_notices on renkei.reminder (municipality_code, queued_at) where notices <> '[]';
comment on table renkei.reminder is 'Letters about reports that are owed, and about what became of others: the outbox, and what was sent.';
comment on column renkei.reminder.notices is 'What it tells of, as proto3 JSON of renkei.v1.Notice.';
comment on column renkei.reminder.notice_numbers is 'Their numbers, in the same order.';

call renkei.wall_by_tenant('notice');
-- All of it but that it was written about.
create trigger only_added_to before update of municipality_code, topic, version_id, step, noticed_at or delete or truncate on renkei.notice
	for each statement execute function renkei.only_added_to();
