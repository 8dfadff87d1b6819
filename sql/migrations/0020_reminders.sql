-- Reminders: whom to write to, when, and the outbox of letters.
--
-- A letter is queued in the transaction that notes for which stages of which deadlines it is, so each stage is written about once; sending it is
-- another matter, tried until the mail server takes it.
create table renkei.contact (
	municipality_code renkei.lg_code not null,
	email text not null,
	name text not null,
	language text not null constraint contact_language check (language in ('ja', 'en', 'zh')),
	set_at timestamptz not null,
	principal_uri text not null,
	constraint contact_pk primary key (municipality_code, email),
	constraint contact_of foreign key (municipality_code) references renkei.municipality,
	constraint contact_email_form check (email ~ '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$' and char_length(email) <= 254),
	constraint contact_name_is_a_line check (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]')
);
comment on table renkei.contact is 'Persons of a municipality who are reminded of its reports.';
comment on column renkei.contact.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.contact.email is 'Address, in lower case.';
comment on column renkei.contact.name is 'Name or office, as the letter addresses it.';
comment on column renkei.contact.language is 'Language of the letters: ja, en or zh.';
comment on column renkei.contact.set_at is 'When it was last set, UTC.';
comment on column renkei.contact.principal_uri is 'SAN URI of who set it.';

create table renkei.reminder_stage (
	days smallint constraint reminder_stage_pk primary key,
	constraint reminder_stage_days check (days between -90 and 90)
);
comment on table renkei.reminder_stage is 'When reminders are written.';
comment on column renkei.reminder_stage.days is 'Days after the day of the deadline in Japan; below 0 = before it.';

create table renkei.reminder (
	municipality_code renkei.lg_code not null,
	reminder_id uuid not null,
	email text not null,
	name text not null,
	language text not null,
	items jsonb not null,
	queued_at timestamptz not null,
	state text not null constraint reminder_state_known check (state in ('queued', 'sent', 'failed', 'dropped')),
	attempts smallint not null default 0,
	next_at timestamptz not null,
	settled_at timestamptz,
	problem text,
	constraint reminder_pk primary key (municipality_code, reminder_id),
	constraint reminder_of foreign key (municipality_code) references renkei.municipality,
	constraint reminder_settled check ((state = 'queued') = (settled_at is null))
);
create index reminder_waits on renkei.reminder (municipality_code, next_at) where state = 'queued';
comment on table renkei.reminder is 'Letters that remind of reports: the outbox, and what was sent.';
comment on column renkei.reminder.municipality_code is 'Whose reports: Japanese local government code.';
comment on column renkei.reminder.reminder_id is 'UUID; stands in the letter''s Message-ID.';
comment on column renkei.reminder.email is 'Address it goes to.';
comment on column renkei.reminder.name is 'Whom it addresses.';
comment on column renkei.reminder.language is 'Its language: ja, en or zh.';
comment on column renkei.reminder.items is 'What it reminds of, as proto3 JSON of renkei.v1.ReminderItem.';
comment on column renkei.reminder.queued_at is 'When it was queued, UTC.';
comment on column renkei.reminder.state is 'Queued, sent, failed (refused by the mail server), or dropped because nothing was owed any more.';
comment on column renkei.reminder.attempts is 'How often it was tried.';
comment on column renkei.reminder.next_at is 'Not tried before, UTC; who sends it now has it until then.';
comment on column renkei.reminder.settled_at is 'When it was sent or given up, UTC.';
comment on column renkei.reminder.problem is 'What the mail server said last.';

create table renkei.reminder_written (
	municipality_code renkei.lg_code not null,
	email text not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	due_day date not null,
	days smallint not null,
	reminder_id uuid not null,
	constraint reminder_written_pk primary key (municipality_code, email, fiscal_year, quarter, variant, due_day, days),
	constraint reminder_written_by foreign key (municipality_code, reminder_id) references renkei.reminder
);
comment on table renkei.reminder_written is 'Stages of deadlines for which somebody was written to, once each; only added to.';
comment on column renkei.reminder_written.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.reminder_written.email is 'Who was written to.';
comment on column renkei.reminder_written.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.reminder_written.quarter is 'Quarter of that fiscal year.';
comment on column renkei.reminder_written.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.reminder_written.due_day is 'Day of the deadline in Japan: another deadline has stages of its own.';
comment on column renkei.reminder_written.days is 'The stage.';
comment on column renkei.reminder_written.reminder_id is 'The letter.';

call renkei.wall_by_tenant('contact', 'reminder', 'reminder_written');
call renkei.wall_by_office('reminder_stage');
call renkei.only_add_to('reminder_written');
create trigger only_kept before delete or truncate on renkei.reminder for each statement execute function renkei.only_added_to();
select set_config('renkei.role', 'secretariat', true);
insert into renkei.reminder_stage (days) values (-14), (-7), (-1), (1), (7);
select set_config('renkei.role', '', true);
