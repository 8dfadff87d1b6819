-- What the secretariat says of events that several records tell of: which records are one event, and whose figure counts where they disagree.
--
-- Reports are not touched by it.  A word is a row, and undone only by a further row; the last one of a pair, or of a record's figure, holds.
create domain renkei.event_decision_word as text
	constraint event_decision_word_known check (value in ('linked', 'apart', 'open'));
create domain renkei.event_figure as text
	constraint event_figure_known check (value in ('activities', 'persons', 'person_times', 'person_days'));

create table renkei.event_decision (
	municipality_code renkei.lg_code not null,
	activity_id renkei.own_id not null,
	other_municipality_code renkei.lg_code not null,
	other_activity_id renkei.own_id not null,
	entry integer not null,
	decision renkei.event_decision_word not null,
	reason text not null,
	decided_at timestamptz not null,
	principal_uri text not null,
	constraint event_decision_pk primary key (municipality_code, activity_id, other_municipality_code, other_activity_id, entry),
	constraint event_decision_of foreign key (municipality_code) references renkei.municipality,
	constraint event_decision_with foreign key (other_municipality_code) references renkei.municipality,
	constraint event_decision_once_a_pair check (municipality_code::text || '/' || activity_id::text collate "C"
		< other_municipality_code::text || '/' || other_activity_id::text collate "C"),
	constraint event_decision_entry check (entry >= 1),
	constraint event_decision_reason check (char_length(reason) between 1 and 2000)
);
comment on table renkei.event_decision is 'Whether two records tell of one event: every word of the secretariat; only added to.';
comment on column renkei.event_decision.municipality_code is 'Whose record, the first of the two by code and identity: Japanese local government code.';
comment on column renkei.event_decision.activity_id is 'Identity of that record in its reports.';
comment on column renkei.event_decision.other_municipality_code is 'Whose the other record is: Japanese local government code.';
comment on column renkei.event_decision.other_activity_id is 'Identity of the other record.';
comment on column renkei.event_decision.entry is 'Number of the word on this pair, from 1; the last one holds.';
comment on column renkei.event_decision.decision is 'Linked: one event. Apart: two, whatever reports say. Open: as if nothing had been said.';
comment on column renkei.event_decision.reason is 'Why.';
comment on column renkei.event_decision.decided_at is 'When, UTC.';
comment on column renkei.event_decision.principal_uri is 'Who.';

create table renkei.figure_choice (
	municipality_code renkei.lg_code not null,
	activity_id renkei.own_id not null,
	figure renkei.event_figure not null,
	entry integer not null,
	chosen boolean not null,
	reason text not null,
	decided_at timestamptz not null,
	principal_uri text not null,
	constraint figure_choice_pk primary key (municipality_code, activity_id, figure, entry),
	constraint figure_choice_of foreign key (municipality_code) references renkei.municipality,
	constraint figure_choice_entry check (entry >= 1),
	constraint figure_choice_reason check (char_length(reason) between 1 and 2000)
);
comment on table renkei.figure_choice is 'Whose figure counts of an event whose records disagree: every word of the secretariat; only added to.';
comment on column renkei.figure_choice.municipality_code is 'Whose record: Japanese local government code.';
comment on column renkei.figure_choice.activity_id is 'Identity of the record in its reports.';
comment on column renkei.figure_choice.figure is 'Which figure; trainees are persons.';
comment on column renkei.figure_choice.entry is 'Number of the word on this record and figure, from 1; the last one holds.';
comment on column renkei.figure_choice.chosen is 'Chosen, or not any more.  Of several chosen records of an event the last one chosen counts.';
comment on column renkei.figure_choice.reason is 'Why.';
comment on column renkei.figure_choice.decided_at is 'When, UTC.';
comment on column renkei.figure_choice.principal_uri is 'Who.';

call renkei.wall_by_tenant('event_decision', 'figure_choice');
call renkei.only_add_to('event_decision', 'figure_choice');

call renkei.know_method('office_request', 'decide', 'choose');
