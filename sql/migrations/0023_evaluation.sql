-- What the evaluation rests on beside the reports: facts of the programme, the texts of its sections, its statements with their rules.
create domain renkei.fact_kind as text constraint fact_kind_known check (value in (
	'event', 'participation', 'agreement', 'project', 'request', 'cost', 'plan', 'platform', 'total', 'other'));
create domain renkei.fact_status as text constraint fact_status_known check (value in ('held', 'planned', 'ongoing', 'reported'));
create domain renkei.fact_scope as text constraint fact_scope_known check (value in ('programme', 'related', 'background'));
create domain renkei.people_measure as text constraint people_measure_known check (value in ('persons', 'person_times', 'person_days'));
create domain renkei.evaluation_part as text constraint evaluation_part_known check (value in ('progress', 'outcomes', 'challenges'));
create domain renkei.evaluation_place as text constraint evaluation_place_known check (value in (
	'title', 'section_1_heading', 'section_1_lead', 'table_title', 'section_2_heading', 'section_2_lead', 'progress_heading', 'outcomes_heading',
	'challenges_heading', 'closing'));

-- What the indicators of an evaluation are counted from, gathered once and handed on in arrays.
create type renkei.evaluation_event as (event text, fiscal_year integer, kind text, occurrences integer, municipality_code text, version_id bigint,
	activity_id text, municipalities text[], partners text[], partner_number integer, themes text[], refs text[]);
create type renkei.evaluation_people as (measure text, event text, line bigint, side text, category text, value bigint);
create type renkei.evaluation_record as (municipality_code text, version_id bigint, fiscal_year integer, receipt_number text, turn bigint);
create type renkei.evaluation_source as (events renkei.evaluation_event[], people renkei.evaluation_people[], records renkei.evaluation_record[]);

create table renkei.programme_fact (
	fact_id renkei.own_id constraint programme_fact_pk primary key,
	kind renkei.fact_kind not null,
	activity_kind renkei.activity_kind,
	status renkei.fact_status not null,
	scope renkei.fact_scope not null,
	fiscal_year smallint constraint programme_fact_year check (fiscal_year between 1900 and 2199),
	began renkei.partial_date,
	ended renkei.partial_date,
	date_text text,
	place text,
	occurrences smallint constraint programme_fact_occurrences check (occurrences between 1 and 1000),
	bodies text[] not null default '{}',
	municipality_count integer constraint programme_fact_municipality_count check (municipality_count >= 0),
	active_municipality_count integer constraint programme_fact_active_municipality_count check (active_municipality_count >= 0),
	partner_count integer constraint programme_fact_partner_count check (partner_count >= 0),
	people integer constraint programme_fact_people check (people between 0 and 1000000),
	people_measure renkei.people_measure,
	people_side renkei.side,
	people_basis renkei.count_basis,
	people_text text,
	payer renkei.payer,
	cost_item renkei.cost_item,
	currency renkei.currency,
	minor_units bigint constraint programme_fact_minor_units check (minor_units between 0 and 1000000000000000),
	accuracy renkei.amount_accuracy,
	note text not null,
	publisher text not null,
	url text,
	seen text,
	same_as_fact_id renkei.own_id,
	same_as_municipality_code renkei.lg_code,
	same_as_activity_id renkei.own_id,
	constraint programme_fact_same_as_fact foreign key (same_as_fact_id) references renkei.programme_fact deferrable initially deferred,
	constraint programme_fact_same_as_municipality foreign key (same_as_municipality_code) references renkei.municipality,
	constraint programme_fact_same_as_whole check ((same_as_municipality_code is null) = (same_as_activity_id is null)),
	constraint programme_fact_not_itself check (same_as_fact_id <> fact_id),
	constraint programme_fact_event_has_kind check ((kind = 'event') = (activity_kind is not null)),
	constraint programme_fact_people_measured check ((people is null) = (people_measure is null)),
	constraint programme_fact_amount_has_currency check ((minor_units is null) = (currency is null)),
	constraint programme_fact_in_order check (renkei.first_day(began) <= renkei.last_day(ended))
);
create index programme_fact_by_year on renkei.programme_fact (fiscal_year);
comment on table renkei.programme_fact is 'What sources tell of the programme beside the reports, each with its source; nothing is filled in.';
comment on column renkei.programme_fact.fact_id is 'Identity of the fact, chosen by the secretariat.';
comment on column renkei.programme_fact.kind is 'What the fact is about.';
comment on column renkei.programme_fact.activity_kind is 'Kind of an event; null where it is none.';
comment on column renkei.programme_fact.status is 'Held, planned, ongoing, or a state that a source reports.';
comment on column renkei.programme_fact.scope is 'Part of the programme, only related to it, or background; the last two never count.';
comment on column renkei.programme_fact.fiscal_year is 'Japanese fiscal year, western number; null = no source tells.';
comment on column renkei.programme_fact.began is 'When it began or happened; null = not known.';
comment on column renkei.programme_fact.ended is 'When it ended; null = not known.';
comment on column renkei.programme_fact.date_text is 'What a source says of the date in words.';
comment on column renkei.programme_fact.place is 'Place, as the source has it.';
comment on column renkei.programme_fact.occurrences is 'Number of occurrences when one fact stands for several; null = one.';
comment on column renkei.programme_fact.bodies is 'Bodies that the source names.';
comment on column renkei.programme_fact.municipality_count is 'Municipalities that take part in the programme by the source; null = not said.';
comment on column renkei.programme_fact.active_municipality_count is 'Municipalities of these that were active by the source; null = not said.';
comment on column renkei.programme_fact.partner_count is 'Chinese governments that take part by the source, of an event: that were present; null = not said.';
comment on column renkei.programme_fact.people is 'Number of people; null = not said.';
comment on column renkei.programme_fact.people_measure is 'Persons, person-times or person-days.';
comment on column renkei.programme_fact.people_side is 'Japanese or Chinese side; null = both, or not said.';
comment on column renkei.programme_fact.people_basis is 'How the number came about; null = as the source states it.';
comment on column renkei.programme_fact.people_text is 'Whom the number counts, in the source''s words.';
comment on column renkei.programme_fact.payer is 'Whose money; null = not said.';
comment on column renkei.programme_fact.cost_item is 'What it paid; null = not said.';
comment on column renkei.programme_fact.currency is 'ISO 4217; amounts of two currencies are never added.';
comment on column renkei.programme_fact.minor_units is 'Amount in yen or fen; null = not given.';
comment on column renkei.programme_fact.accuracy is 'How exact the amount is.';
comment on column renkei.programme_fact.note is 'What the source tells.';
comment on column renkei.programme_fact.publisher is 'Who published the source.';
comment on column renkei.programme_fact.url is 'Address of the source; null = none.';
comment on column renkei.programme_fact.seen is 'How far the source was seen.';
comment on column renkei.programme_fact.same_as_fact_id is 'Fact that tells of the same thing and counts in the place of this one.';
comment on column renkei.programme_fact.same_as_municipality_code is 'Municipality whose reports tell of the same event: Japanese local government code.';
comment on column renkei.programme_fact.same_as_activity_id is 'Identity of the event in that municipality''s reports, which count in the place of this fact.';

create table renkei.programme_fact_municipality (
	fact_id renkei.own_id not null,
	position smallint not null,
	municipality_code renkei.lg_code not null,
	constraint programme_fact_municipality_pk primary key (fact_id, position),
	constraint programme_fact_municipality_of foreign key (fact_id) references renkei.programme_fact on delete cascade,
	constraint programme_fact_municipality_known foreign key (municipality_code) references renkei.municipality,
	constraint programme_fact_municipality_once unique (fact_id, municipality_code)
);
comment on table renkei.programme_fact_municipality is 'Japanese municipalities that a fact names.';
comment on column renkei.programme_fact_municipality.fact_id is 'Fact.';
comment on column renkei.programme_fact_municipality.position is 'Place in its list, from 1.';
comment on column renkei.programme_fact_municipality.municipality_code is 'Japanese local government code.';

create table renkei.programme_fact_partner (
	fact_id renkei.own_id not null,
	position smallint not null,
	partner_code renkei.gb2260 not null,
	constraint programme_fact_partner_pk primary key (fact_id, position),
	constraint programme_fact_partner_of foreign key (fact_id) references renkei.programme_fact on delete cascade,
	constraint programme_fact_partner_known foreign key (partner_code) references renkei.partner_government,
	constraint programme_fact_partner_once unique (fact_id, partner_code)
);
comment on table renkei.programme_fact_partner is 'Chinese governments that a fact names.';
comment on column renkei.programme_fact_partner.fact_id is 'Fact.';
comment on column renkei.programme_fact_partner.position is 'Place in its list, from 1.';
comment on column renkei.programme_fact_partner.partner_code is 'GB/T 2260 code.';

create table renkei.programme_fact_theme (
	fact_id renkei.own_id not null,
	position smallint not null,
	theme renkei.theme_code not null,
	constraint programme_fact_theme_pk primary key (fact_id, position),
	constraint programme_fact_theme_of foreign key (fact_id) references renkei.programme_fact on delete cascade
);
comment on table renkei.programme_fact_theme is 'Themes of a fact; position 1 is the primary one.';
comment on column renkei.programme_fact_theme.fact_id is 'Fact.';
comment on column renkei.programme_fact_theme.position is 'Place in its list, from 1.';
comment on column renkei.programme_fact_theme.theme is 'Theme.';

create table renkei.evaluation_text (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	place renkei.evaluation_place not null,
	text text not null constraint evaluation_text_length check (char_length(text) between 1 and 2000),
	constraint evaluation_text_pk primary key (first_fiscal_year, last_fiscal_year, place),
	constraint evaluation_text_years check (first_fiscal_year <= last_fiscal_year)
);
comment on table renkei.evaluation_text is 'Headings and passages of an evaluation, exactly as the secretariat words them.';
comment on column renkei.evaluation_text.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_text.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_text.place is 'Where it stands.';
comment on column renkei.evaluation_text.text is 'The text.';

create table renkei.evaluation_statement (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	statement_id renkei.own_id not null,
	part renkei.evaluation_part not null,
	position smallint not null constraint evaluation_statement_position check (position between 1 and 1000),
	text text not null constraint evaluation_statement_length check (char_length(text) between 1 and 2000),
	rule jsonb not null,
	constraint evaluation_statement_pk primary key (first_fiscal_year, last_fiscal_year, statement_id),
	constraint evaluation_statement_years check (first_fiscal_year <= last_fiscal_year)
);
comment on table renkei.evaluation_statement is 'Statements of an evaluation across all municipalities: the secretariat''s words, and the rule that judges them.';
comment on column renkei.evaluation_statement.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_statement.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_statement.statement_id is 'P1, O2, I3 ...';
comment on column renkei.evaluation_statement.part is 'Progress, outcomes or challenges.';
comment on column renkei.evaluation_statement.position is 'Place within its part, from 1.';
comment on column renkei.evaluation_statement.text is 'The statement, exactly as the secretariat words it.';
comment on column renkei.evaluation_statement.rule is 'When it is supported: proto3 JSON of renkei.v1.EvaluationRule.';

call renkei.wall_by_office('programme_fact', 'programme_fact_municipality', 'programme_fact_partner', 'programme_fact_theme', 'evaluation_text',
	'evaluation_statement');
call renkei.open_to_views('programme_fact', 'programme_fact_municipality', 'programme_fact_partner', 'programme_fact_theme', 'evaluation_text',
	'evaluation_statement');
