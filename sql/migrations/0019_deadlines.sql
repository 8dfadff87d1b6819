-- How a deadline comes about, as data; and its extension for one municipality.
--
-- Rules and the range of days for which a country's holidays are known are records of the registry.  Every deadline a period ever had is an entry
-- that stays, and a version names the entry, or the extension, that its arrival was compared with.
create table renkei.deadline_rule (
	first_fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	days_after_quarter_end smallint not null,
	country text not null,
	source text,
	constraint deadline_rule_pk primary key (first_fiscal_year, quarter, variant),
	constraint deadline_rule_year check (first_fiscal_year between 2000 and 2199),
	constraint deadline_rule_quarter check (quarter between 1 and 4),
	constraint deadline_rule_forecast_is_q4 check (variant = 'regular' or quarter = 4),
	constraint deadline_rule_days check (days_after_quarter_end between -92 and 366),
	constraint deadline_rule_country check (country in ('JP', 'CN'))
);
comment on table renkei.deadline_rule is 'Rules for the deadlines of periods that name none: so many days after the quarter, then the next working day.';
comment on column renkei.deadline_rule.first_fiscal_year is 'First fiscal year it holds for; it ends where another one of the same quarter begins.';
comment on column renkei.deadline_rule.quarter is 'Quarter it is for.';
comment on column renkei.deadline_rule.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.deadline_rule.days_after_quarter_end is 'Days after the last day of the quarter; below 0 = before it.';
comment on column renkei.deadline_rule.country is 'Whose working days are meant: JP or CN.';
comment on column renkei.deadline_rule.source is 'Where the rule is known from.';

create table renkei.holiday_calendar (
	country text not null,
	first_day date not null,
	last_day date not null,
	source text,
	constraint holiday_calendar_pk primary key (country, first_day),
	constraint holiday_calendar_country check (country in ('JP', 'CN')),
	constraint holiday_calendar_in_order check (first_day <= last_day)
);
comment on table renkei.holiday_calendar is 'Ranges of days for which the holidays of a country are known to be complete.';
comment on column renkei.holiday_calendar.country is 'JP or CN.';
comment on column renkei.holiday_calendar.first_day is 'First day of the range.';
comment on column renkei.holiday_calendar.last_day is 'Last day of the range.';
comment on column renkei.holiday_calendar.source is 'Where this is known from.';

create table renkei.deadline (
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	entry smallint not null,
	due_at timestamptz,
	by_rule boolean not null,
	due_rule_ja text not null,
	due_rule_en text not null,
	due_rule_zh text not null,
	set_at timestamptz not null,
	principal_uri text,
	constraint deadline_pk primary key (fiscal_year, quarter, variant, entry),
	constraint deadline_of foreign key (fiscal_year, quarter, variant) references renkei.reporting_period
);
comment on table renkei.deadline is 'Every deadline that a period had, and why; only added to.';
comment on column renkei.deadline.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.deadline.quarter is 'Quarter of that fiscal year.';
comment on column renkei.deadline.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.deadline.entry is 'Number of the entry, from 1; the last one holds.';
comment on column renkei.deadline.due_at is 'Deadline, UTC; null = none.';
comment on column renkei.deadline.by_rule is 'Computed by a rule of deadline_rule; else set by the secretariat.';
comment on column renkei.deadline.due_rule_ja is 'How the deadline came about, in Japanese.';
comment on column renkei.deadline.due_rule_en is 'How the deadline came about, in English.';
comment on column renkei.deadline.due_rule_zh is 'How the deadline came about, in Chinese.';
comment on column renkei.deadline.set_at is 'When it was set, UTC.';
comment on column renkei.deadline.principal_uri is 'SAN URI of who set it; null = before this was recorded.';

alter table renkei.reporting_period
	add column by_rule boolean not null default false,
	add column deadline_entry smallint not null default 0;
comment on column renkei.reporting_period.by_rule is 'Its deadline was computed by a rule of deadline_rule; else the secretariat set it.';
comment on column renkei.reporting_period.deadline_entry is 'Entry of renkei.deadline that holds.';

create table renkei.extension (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	number smallint not null,
	until_day date not null,
	reason text not null,
	requested_at timestamptz not null,
	principal_uri text not null,
	constraint extension_pk primary key (municipality_code, fiscal_year, quarter, variant, number),
	constraint extension_of_municipality foreign key (municipality_code) references renkei.municipality,
	constraint extension_in_period foreign key (fiscal_year, quarter, variant) references renkei.reporting_period,
	constraint extension_number check (number between 1 and 9999),
	constraint extension_reason check (char_length(reason) between 1 and 2000)
);
comment on table renkei.extension is 'Requests of municipalities for a later deadline (提出期限の延長); only added to.';
comment on column renkei.extension.municipality_code is 'Who asks: Japanese local government code.';
comment on column renkei.extension.number is 'Number of the request for this period, from 1.';
comment on column renkei.extension.until_day is 'Day in Japan until whose end it is asked for.';
comment on column renkei.extension.reason is 'Why.';
comment on column renkei.extension.requested_at is 'When, UTC.';
comment on column renkei.extension.principal_uri is 'SAN URI of who asked.';
create table renkei.extension_decision (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	number smallint not null,
	due_at timestamptz,
	reason text,
	decided_at timestamptz not null,
	principal_uri text not null,
	constraint extension_decision_pk primary key (municipality_code, fiscal_year, quarter, variant, number),
	constraint extension_decision_of foreign key (municipality_code, fiscal_year, quarter, variant, number) references renkei.extension,
	constraint extension_refused_with_reason check (due_at is not null or reason is not null),
	constraint extension_decision_reason check (char_length(reason) between 1 and 2000)
);
comment on table renkei.extension_decision is 'What the secretariat decided on a request for a later deadline; only added to.';
comment on column renkei.extension_decision.municipality_code is 'Who asked: Japanese local government code.';
comment on column renkei.extension_decision.number is 'Number of the request.';
comment on column renkei.extension_decision.due_at is 'Deadline granted, UTC; null = refused.';
comment on column renkei.extension_decision.reason is 'Why; of a refusal always.';
comment on column renkei.extension_decision.decided_at is 'When, UTC.';
comment on column renkei.extension_decision.principal_uri is 'SAN URI of who decided.';

-- What a version's arrival was compared with.
alter table renkei.report_version add column deadline_entry smallint, add column extension_number smallint;
comment on column renkei.report_version.deadline_entry is 'Entry of renkei.deadline that held when it was received; null = before this was recorded.';
comment on column renkei.report_version.extension_number is 'Extension whose deadline it was compared with; null = that of the period.';
alter table renkei.report_release add column deadline_entry smallint, add column extension_number smallint;
comment on column renkei.report_release.deadline_entry is 'Entry of renkei.deadline that held at the release; null = before this was recorded.';
comment on column renkei.report_release.extension_number is 'Extension whose deadline it was compared with; null = that of the period.';

call renkei.know_method('request', 'request_extension');
call renkei.know_method('office_request', 'decide_extension');

call renkei.wall_by_office('deadline_rule', 'holiday_calendar', 'deadline');
call renkei.open_to_views('deadline_rule', 'holiday_calendar', 'deadline');
call renkei.wall_by_tenant('extension', 'extension_decision');
call renkei.name_period('extension', 'extension_decision');
call renkei.only_add_to('deadline', 'extension', 'extension_decision');

select set_config('renkei.role', 'secretariat', true);
insert into renkei.deadline_rule (first_fiscal_year, quarter, variant, days_after_quarter_end, country, source) values
	(2000, 1, 'regular', 15, 'JP', 'renkei の既定'), (2000, 2, 'regular', 15, 'JP', 'renkei の既定'), (2000, 3, 'regular', 15, 'JP', 'renkei の既定'),
	(2000, 4, 'forecast', -21, 'JP', 'renkei の既定'), (2000, 4, 'regular', 15, 'JP', 'renkei の既定');
insert into renkei.deadline (fiscal_year, quarter, variant, entry, due_at, by_rule, due_rule_ja, due_rule_en, due_rule_zh, set_at)
select t.fiscal_year, t.quarter, t.variant, 1, t.due_at, false, t.due_rule_ja, t.due_rule_en, t.due_rule_zh, clock_timestamp() from renkei.reporting_period t;
update renkei.reporting_period set deadline_entry = 1;
select set_config('renkei.role', '', true);

-- Whoever changes a deadline, it is kept.
create function renkei.deadline_numbered() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	if tg_op = 'INSERT' then
		new.deadline_entry := 1;
	elsif row(new.due_at, new.by_rule, new.due_rule_ja, new.due_rule_en, new.due_rule_zh)
		is distinct from row(old.due_at, old.by_rule, old.due_rule_ja, old.due_rule_en, old.due_rule_zh) then
		new.deadline_entry := old.deadline_entry + 1;
	else
		new.deadline_entry := old.deadline_entry;
	end if;
	return new;
end $$;
create function renkei.deadline_kept() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	insert into renkei.deadline (fiscal_year, quarter, variant, entry, due_at, by_rule, due_rule_ja, due_rule_en, due_rule_zh, set_at, principal_uri)
	values (new.fiscal_year, new.quarter, new.variant, new.deadline_entry, new.due_at, new.by_rule, new.due_rule_ja, new.due_rule_en, new.due_rule_zh,
		clock_timestamp(), nullif(current_setting('renkei.principal', true), ''))
	on conflict on constraint deadline_pk do nothing;
	return null;
end $$;
create trigger deadline_numbered before insert or update on renkei.reporting_period for each row execute function renkei.deadline_numbered();
create trigger deadline_kept after insert or update on renkei.reporting_period for each row execute function renkei.deadline_kept();
