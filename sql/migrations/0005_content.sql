-- What stands in the reports: rows that follow from the bytes of a version and can be made again from them.
create table renkei.activity (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	kind renkei.activity_kind,
	title text not null,
	status renkei.activity_status,
	planned_start renkei.partial_date,
	planned_end renkei.partial_date,
	actual_start renkei.partial_date,
	actual_end renkei.partial_date,
	days smallint,
	country text,
	city text,
	mode renkei.activity_mode,
	scope renkei.scope,
	scope_reason text,
	need_id renkei.own_id,
	result text,
	disclosure renkei.disclosure,
	occurrences smallint,
	same_as_municipality_code renkei.lg_code,
	same_as_activity_id renkei.own_id,
	constraint activity_pk primary key (municipality_code, version_id, activity_id),
	constraint activity_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint activity_days check (days between 1 and 3660),
	constraint activity_occurrences check (occurrences between 1 and 999),
	constraint activity_same_as_is_whole check ((same_as_municipality_code is null) = (same_as_activity_id is null))
);
comment on table renkei.activity is 'Events held or planned (取組・実績).';
comment on column renkei.activity.activity_id is 'Identity across quarters and versions, unique within the municipality.';
comment on column renkei.activity.kind is 'Kind of the event.';
comment on column renkei.activity.title is 'Title as printed.';
comment on column renkei.activity.status is 'Planned, held, postponed, cancelled, continued.';
comment on column renkei.activity.planned_start is 'Start as planned.';
comment on column renkei.activity.planned_end is 'End as planned.';
comment on column renkei.activity.actual_start is 'Start as it was.';
comment on column renkei.activity.actual_end is 'End as it was.';
comment on column renkei.activity.days is 'Length in days; null = unknown.';
comment on column renkei.activity.country is 'ISO 3166-1 alpha-2 of the place.';
comment on column renkei.activity.city is 'City or venue as typed.';
comment on column renkei.activity.mode is 'How people met.';
comment on column renkei.activity.scope is 'How far it belongs to the programme; related_only never counts.';
comment on column renkei.activity.scope_reason is 'Why the scope is part or related only.';
comment on column renkei.activity.need_id is 'The need it answers.';
comment on column renkei.activity.result is 'What came of it.';
comment on column renkei.activity.disclosure is 'Who may see it; null = parties.';
comment on column renkei.activity.occurrences is 'Number of occurrences when one record stands for several; null = one.';
comment on column renkei.activity.same_as_municipality_code is 'Municipality that reports the same event too: Japanese local government code.';
comment on column renkei.activity.same_as_activity_id is 'Identity of the event in that municipality''s reports.';

create table renkei.activity_municipality (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	party_municipality_code renkei.lg_code not null,
	role renkei.party_role,
	constraint activity_municipality_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_municipality_of foreign key (municipality_code, version_id, activity_id) references renkei.activity,
	constraint activity_municipality_known foreign key (party_municipality_code) references renkei.municipality
);
comment on table renkei.activity_municipality is 'Japanese municipalities that took part in an event, with role.';
comment on column renkei.activity_municipality.party_municipality_code is 'Who took part: Japanese local government code.';
comment on column renkei.activity_municipality.role is 'What it did.';

create table renkei.activity_partner (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	partner_code renkei.gb2260 not null,
	role renkei.party_role,
	constraint activity_partner_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_partner_of foreign key (municipality_code, version_id, activity_id) references renkei.activity,
	constraint activity_partner_known foreign key (partner_code) references renkei.partner_government
);
comment on table renkei.activity_partner is 'Chinese governments that took part in an event, with role.';
comment on column renkei.activity_partner.partner_code is 'Who took part: GB/T 2260 code.';
comment on column renkei.activity_partner.role is 'What it did.';

create table renkei.activity_body (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	body text not null,
	constraint activity_body_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_body_of foreign key (municipality_code, version_id, activity_id) references renkei.activity
);
comment on table renkei.activity_body is 'Bodies that carried an event out.';
comment on column renkei.activity_body.body is 'Name of the body.';

create table renkei.activity_theme (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	theme renkei.theme_code not null,
	constraint activity_theme_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_theme_of foreign key (municipality_code, version_id, activity_id) references renkei.activity
);
comment on table renkei.activity_theme is 'Themes of an event; position 1 is the primary one.';
comment on column renkei.activity_theme.theme is 'Theme.';

create table renkei.activity_scheme (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	scheme renkei.payer not null,
	constraint activity_scheme_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_scheme_of foreign key (municipality_code, version_id, activity_id) references renkei.activity,
	constraint activity_scheme_named check (scheme <> 'unknown'),
	constraint activity_scheme_once unique (municipality_code, version_id, activity_id, scheme)
);
comment on table renkei.activity_scheme is 'Schemes under which an event ran; none = not known.';
comment on column renkei.activity_scheme.scheme is 'Scheme, in the words for payers.';

create table renkei.activity_participants (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	side renkei.side,
	category renkei.participant_category,
	persons integer,
	person_times integer,
	person_days integer,
	basis renkei.count_basis,
	constraint activity_participants_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_participants_of foreign key (municipality_code, version_id, activity_id) references renkei.activity,
	constraint activity_participants_persons check (persons between 0 and 1000000),
	constraint activity_participants_person_times check (person_times between 0 and 1000000),
	constraint activity_participants_person_days check (person_days between 0 and 10000000)
);
comment on table renkei.activity_participants is 'Numbers of people of an event, a line for each side and category.';
comment on column renkei.activity_participants.side is 'Japanese or Chinese side.';
comment on column renkei.activity_participants.category is 'Category of participants.';
comment on column renkei.activity_participants.persons is 'Different people (実人数); null = unknown.';
comment on column renkei.activity_participants.person_times is 'Attendances (延べ人数); null = unknown.';
comment on column renkei.activity_participants.person_days is 'Person-days (人日); null = unknown.';
comment on column renkei.activity_participants.basis is 'How the number came about; capacity never enters a sum.';

create table renkei.activity_cost_line (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	item renkei.cost_item,
	payer renkei.payer,
	share renkei.cost_share,
	partner_code renkei.gb2260,
	currency renkei.currency,
	minor_units bigint,
	upper_minor_units bigint,
	accuracy renkei.amount_accuracy,
	note text,
	payer_municipality_code renkei.lg_code,
	constraint activity_cost_line_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_cost_line_of foreign key (municipality_code, version_id, activity_id) references renkei.activity,
	constraint activity_cost_line_partner_known foreign key (partner_code) references renkei.partner_government,
	constraint activity_cost_line_payer_known foreign key (payer_municipality_code) references renkei.municipality,
	constraint activity_cost_line_amount check (minor_units between 0 and 1000000000000000
		and upper_minor_units between 0 and 1000000000000000),
	constraint activity_cost_line_has_currency check ((coalesce(minor_units, upper_minor_units) is null) = (currency is null))
);
comment on table renkei.activity_cost_line is 'Who bears which cost of an event; unknown is said openly.';
create table renkei.report_cost_line (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	position smallint not null,
	item renkei.cost_item,
	payer renkei.payer,
	share renkei.cost_share,
	partner_code renkei.gb2260,
	currency renkei.currency,
	minor_units bigint,
	upper_minor_units bigint,
	accuracy renkei.amount_accuracy,
	note text,
	payer_municipality_code renkei.lg_code,
	constraint report_cost_line_pk primary key (municipality_code, version_id, position),
	constraint report_cost_line_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint report_cost_line_partner_known foreign key (partner_code) references renkei.partner_government,
	constraint report_cost_line_payer_known foreign key (payer_municipality_code) references renkei.municipality,
	constraint report_cost_line_amount check (minor_units between 0 and 1000000000000000
		and upper_minor_units between 0 and 1000000000000000),
	constraint report_cost_line_has_currency check ((coalesce(minor_units, upper_minor_units) is null) = (currency is null))
);
comment on table renkei.report_cost_line is 'Who bears which cost that belongs to no single event.';
do $$
declare
	t text;
begin
	foreach t in array array['activity_cost_line', 'report_cost_line'] loop
		execute format('comment on column renkei.%I.item is %L', t, 'What it pays.');
		execute format('comment on column renkei.%I.payer is %L', t, 'Whose money; unknown is not nobody.');
		execute format('comment on column renkei.%I.share is %L', t, 'How much of the item the payer bears.');
		execute format('comment on column renkei.%I.partner_code is %L', t, 'Chinese government that pays: GB/T 2260 code; null = not known which.');
		execute format('comment on column renkei.%I.currency is %L', t, 'ISO 4217; amounts of two currencies are never added.');
		execute format('comment on column renkei.%I.minor_units is %L', t, 'Amount in yen or fen, or the lower end of a band; null = not given.');
		execute format('comment on column renkei.%I.upper_minor_units is %L', t, 'Upper end of a band, same currency.');
		execute format('comment on column renkei.%I.accuracy is %L', t, 'How exact the amount is.');
		execute format('comment on column renkei.%I.note is %L', t, 'Note.');
		execute format('comment on column renkei.%I.payer_municipality_code is %L', t,
			'Japanese municipality that pays: Japanese local government code; null = the reporting one, or not known which.');
	end loop;
end $$;

create table renkei.activity_organisation (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	name text not null,
	kind renkei.organisation_kind,
	role renkei.organisation_role,
	learned renkei.answer,
	publicity renkei.answer,
	issue text,
	follow_up renkei.follow_up_business,
	consent_to_be_named renkei.answer,
	learned_text text,
	constraint activity_organisation_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_organisation_of foreign key (municipality_code, version_id, activity_id) references renkei.activity,
	constraint activity_organisation_learned_text check (char_length(learned_text) <= 1000)
);
comment on table renkei.activity_organisation is 'Companies, associations and institutes in an event, with what they say of it.';
comment on column renkei.activity_organisation.name is 'Name.';
comment on column renkei.activity_organisation.kind is 'What kind of organisation.';
comment on column renkei.activity_organisation.role is 'What it did.';
comment on column renkei.activity_organisation.learned is 'Was it a chance to learn the Chinese situation?';
comment on column renkei.activity_organisation.publicity is 'Was it publicity?';
comment on column renkei.activity_organisation.issue is 'The issue it found that it has to tackle.';
comment on column renkei.activity_organisation.follow_up is 'Business that followed.';
comment on column renkei.activity_organisation.consent_to_be_named is 'May its name appear in exports?';
comment on column renkei.activity_organisation.learned_text is 'What it learned of the Chinese situation; null = not said.';

create table renkei.activity_source (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	activity_id renkei.own_id not null,
	position smallint not null,
	title text not null,
	publisher text,
	url text,
	constraint activity_source_pk primary key (municipality_code, version_id, activity_id, position),
	constraint activity_source_of foreign key (municipality_code, version_id, activity_id) references renkei.activity
);
comment on table renkei.activity_source is 'Where the figures of an event come from.';
comment on column renkei.activity_source.title is 'Document or page.';
comment on column renkei.activity_source.publisher is 'Who published it.';
comment on column renkei.activity_source.url is 'Address.';

create table renkei.type_change (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	position smallint not null,
	partner_code renkei.gb2260 not null,
	new_type renkei.cooperation_type not null,
	effective renkei.partial_date,
	reason text,
	evidence text,
	constraint type_change_pk primary key (municipality_code, version_id, position),
	constraint type_change_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint type_change_partner_known foreign key (partner_code) references renkei.partner_government
);
comment on table renkei.type_change is 'Changes of a cooperation''s type as reported; they join its history once the report is accepted.';
comment on column renkei.type_change.partner_code is 'Chinese government of the cooperation: GB/T 2260 code.';
comment on column renkei.type_change.new_type is 'The type from then on.';
comment on column renkei.type_change.effective is 'Since when; null = not known.';
comment on column renkei.type_change.reason is 'Why.';
comment on column renkei.type_change.evidence is 'Document it rests on.';

create table renkei.need (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	need_id renkei.own_id not null,
	position smallint not null,
	said_on renkei.partial_date,
	partner_code renkei.gb2260,
	theme renkei.theme_code,
	text_ja text,
	text_zh text,
	level renkei.need_level,
	urgency renkei.urgency,
	response renkei.need_response,
	responded renkei.partial_date,
	passed_to_municipality_code renkei.lg_code,
	supplied_by text,
	disclosure renkei.disclosure,
	addressed_to text,
	constraint need_pk primary key (municipality_code, version_id, need_id),
	constraint need_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint need_partner_known foreign key (partner_code) references renkei.partner_government,
	constraint need_passed_to_known foreign key (passed_to_municipality_code) references renkei.municipality,
	constraint need_addressed_to check (char_length(addressed_to) <= 300)
);
comment on table renkei.need is 'What the Chinese side asks for (要望・ニーズ).';
comment on column renkei.need.need_id is 'Identity within the municipality.';
comment on column renkei.need.said_on is 'When it was said.';
comment on column renkei.need.partner_code is 'Who asks: GB/T 2260 code.';
comment on column renkei.need.theme is 'Theme.';
comment on column renkei.need.text_ja is 'In Japanese.';
comment on column renkei.need.text_zh is 'In Chinese.';
comment on column renkei.need.level is 'How demanding it is.';
comment on column renkei.need.urgency is 'How urgent it is.';
comment on column renkei.need.response is 'What became of it.';
comment on column renkei.need.responded is 'When it was answered.';
comment on column renkei.need.passed_to_municipality_code is 'Municipality it was passed to: Japanese local government code.';
comment on column renkei.need.supplied_by is 'Who supplied the expertise.';
comment on column renkei.need.disclosure is 'Who may see it; null = parties.';
comment on column renkei.need.addressed_to is 'Whom it is addressed to; null = not said.';

create table renkei.outcome (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	outcome_id renkei.own_id not null,
	position smallint not null,
	text text not null,
	benefit_jp renkei.answer,
	first_fiscal_year smallint,
	last_fiscal_year smallint,
	for_outcome_table boolean not null,
	disclosure renkei.disclosure,
	constraint outcome_pk primary key (municipality_code, version_id, outcome_id),
	constraint outcome_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint outcome_years check (first_fiscal_year <= last_fiscal_year)
);
comment on table renkei.outcome is 'What a municipality achieved, in its own words (成果).';
comment on column renkei.outcome.outcome_id is 'Identity within the municipality.';
comment on column renkei.outcome.text is 'The sentence, exactly as typed.';
comment on column renkei.outcome.benefit_jp is 'Does Japan benefit (日本への裨益)?';
comment on column renkei.outcome.first_fiscal_year is 'First fiscal year it speaks of; null = that of the report.';
comment on column renkei.outcome.last_fiscal_year is 'Last fiscal year it speaks of; null = that of the report.';
comment on column renkei.outcome.for_outcome_table is 'Proposed for the table of main outcomes.';
comment on column renkei.outcome.disclosure is 'Who may see it; null = parties.';

create table renkei.outcome_category (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	outcome_id renkei.own_id not null,
	position smallint not null,
	category renkei.outcome_kind not null,
	constraint outcome_category_pk primary key (municipality_code, version_id, outcome_id, position),
	constraint outcome_category_of foreign key (municipality_code, version_id, outcome_id) references renkei.outcome
);
comment on table renkei.outcome_category is 'What an outcome is about.';
comment on column renkei.outcome_category.category is 'Category.';
create table renkei.outcome_activity (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	outcome_id renkei.own_id not null,
	position smallint not null,
	activity_id renkei.own_id not null,
	constraint outcome_activity_pk primary key (municipality_code, version_id, outcome_id, position),
	constraint outcome_activity_of foreign key (municipality_code, version_id, outcome_id) references renkei.outcome
);
comment on table renkei.outcome_activity is 'Evidence of an outcome: events of this or an earlier report.';
comment on column renkei.outcome_activity.activity_id is 'Identity of the event within the municipality.';

create table renkei.outcome_evidence (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	outcome_id renkei.own_id not null,
	position smallint not null,
	evidence text not null,
	constraint outcome_evidence_pk primary key (municipality_code, version_id, outcome_id, position),
	constraint outcome_evidence_of foreign key (municipality_code, version_id, outcome_id) references renkei.outcome,
	constraint outcome_evidence_length check (char_length(evidence) between 1 and 300)
);
comment on table renkei.outcome_evidence is 'Evidence of an outcome other than events.';
comment on column renkei.outcome_evidence.evidence is 'Title of the document, page or survey.';

create table renkei.challenge (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	challenge_id renkei.own_id not null,
	position smallint not null,
	text text not null,
	category renkei.challenge_category,
	severity renkei.challenge_severity,
	support_wanted text,
	state renkei.challenge_state,
	disclosure renkei.disclosure,
	constraint challenge_pk primary key (municipality_code, version_id, challenge_id),
	constraint challenge_of foreign key (municipality_code, version_id) references renkei.report_version
);
comment on table renkei.challenge is 'What stands in the way (課題).';
comment on column renkei.challenge.challenge_id is 'Identity within the municipality.';
comment on column renkei.challenge.text is 'What stands in the way.';
comment on column renkei.challenge.category is 'What it is about.';
comment on column renkei.challenge.severity is 'How grave it is.';
comment on column renkei.challenge.support_wanted is 'Support wanted from the platform.';
comment on column renkei.challenge.state is 'Open, handled, carried over.';
comment on column renkei.challenge.disclosure is 'Who may see it; null = parties.';

create table renkei.project (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	project_id renkei.own_id not null,
	position smallint not null,
	kind renkei.project_kind,
	status renkei.project_status,
	began renkei.partial_date,
	ended renkei.partial_date,
	title text not null,
	problem text,
	theme renkei.theme_code,
	intended_user text,
	output text,
	use_in_policy text,
	measure text,
	pathway renkei.pathway,
	pollutant text,
	reduction_tonnes_per_year double precision,
	reduction_text text,
	indicator text,
	result_report text,
	result_report_date renkei.partial_date,
	disclosure renkei.disclosure,
	constraint project_pk primary key (municipality_code, version_id, project_id),
	constraint project_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint project_reduction check (reduction_tonnes_per_year between 0 and 1e9)
);
comment on table renkei.project is 'Joint research and model projects (type B) with the logic from output to reduction.';
comment on column renkei.project.project_id is 'Identity within the municipality.';
comment on column renkei.project.kind is 'Joint research or model project.';
comment on column renkei.project.status is 'State of the project.';
comment on column renkei.project.began is 'Start.';
comment on column renkei.project.ended is 'End.';
comment on column renkei.project.title is 'Title.';
comment on column renkei.project.problem is 'The problem it works on.';
comment on column renkei.project.theme is 'Theme.';
comment on column renkei.project.intended_user is 'Chinese office, plan, standard or measure that uses the result.';
comment on column renkei.project.output is 'Output.';
comment on column renkei.project.use_in_policy is 'How the output enters policy.';
comment on column renkei.project.measure is 'Measure that follows.';
comment on column renkei.project.pathway is 'Whether the effect comes directly or through others.';
comment on column renkei.project.pollutant is 'Pollutant.';
comment on column renkei.project.reduction_tonnes_per_year is 'Expected reduction, tonnes a year; null = not known.';
comment on column renkei.project.reduction_text is 'Expected reduction in words.';
comment on column renkei.project.indicator is 'Indicator that shows it.';
comment on column renkei.project.result_report is 'Title of the result report.';
comment on column renkei.project.result_report_date is 'Date of the result report.';
comment on column renkei.project.disclosure is 'Who may see it; null = parties.';

create table renkei.project_partner (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	project_id renkei.own_id not null,
	position smallint not null,
	partner_code renkei.gb2260 not null,
	constraint project_partner_pk primary key (municipality_code, version_id, project_id, position),
	constraint project_partner_of foreign key (municipality_code, version_id, project_id) references renkei.project,
	constraint project_partner_known foreign key (partner_code) references renkei.partner_government
);
comment on table renkei.project_partner is 'Chinese governments in a project.';
comment on column renkei.project_partner.partner_code is 'GB/T 2260 code.';
create table renkei.project_municipality (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	project_id renkei.own_id not null,
	position smallint not null,
	party_municipality_code renkei.lg_code not null,
	constraint project_municipality_pk primary key (municipality_code, version_id, project_id, position),
	constraint project_municipality_of foreign key (municipality_code, version_id, project_id) references renkei.project,
	constraint project_municipality_known foreign key (party_municipality_code) references renkei.municipality
);
comment on table renkei.project_municipality is 'Other Japanese municipalities in a project.';
comment on column renkei.project_municipality.party_municipality_code is 'Japanese local government code.';
create table renkei.project_body (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	project_id renkei.own_id not null,
	position smallint not null,
	body text not null,
	constraint project_body_pk primary key (municipality_code, version_id, project_id, position),
	constraint project_body_of foreign key (municipality_code, version_id, project_id) references renkei.project
);
comment on table renkei.project_body is 'Bodies in a project.';
comment on column renkei.project_body.body is 'Name of the body.';

create table renkei.policy_contribution (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	contribution_id renkei.own_id not null,
	position smallint not null,
	partner_code renkei.gb2260,
	level renkei.policy_level,
	text text not null,
	document_issuer text,
	document_title_ja text,
	document_title_zh text,
	document_number text,
	document_date renkei.partial_date,
	agreement text,
	pathway renkei.pathway,
	confirmed_by_cn renkei.answer,
	confirmed_date renkei.partial_date,
	theme renkei.theme_code,
	disclosure renkei.disclosure,
	constraint policy_contribution_pk primary key (municipality_code, version_id, contribution_id),
	constraint policy_contribution_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint policy_contribution_partner_known foreign key (partner_code) references renkei.partner_government
);
comment on table renkei.policy_contribution is 'Contributions to Chinese policy or air; never an automatic attribution.';
comment on column renkei.policy_contribution.contribution_id is 'Identity within the municipality.';
comment on column renkei.policy_contribution.partner_code is 'Chinese government: GB/T 2260 code.';
comment on column renkei.policy_contribution.level is 'How far it went.';
comment on column renkei.policy_contribution.text is 'What was contributed.';
comment on column renkei.policy_contribution.document_issuer is 'Who issued the document.';
comment on column renkei.policy_contribution.document_title_ja is 'Title of the document in Japanese.';
comment on column renkei.policy_contribution.document_title_zh is 'Title of the document in Chinese.';
comment on column renkei.policy_contribution.document_number is 'Number of the document.';
comment on column renkei.policy_contribution.document_date is 'Date of the document.';
comment on column renkei.policy_contribution.agreement is 'Agreement between the two sides it rests on.';
comment on column renkei.policy_contribution.pathway is 'Whether the effect comes directly or through others.';
comment on column renkei.policy_contribution.confirmed_by_cn is 'Did the Chinese side confirm it?';
comment on column renkei.policy_contribution.confirmed_date is 'When it was confirmed.';
comment on column renkei.policy_contribution.theme is 'Theme.';
comment on column renkei.policy_contribution.disclosure is 'Who may see it; null = parties.';

create table renkei.environmental_value (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	contribution_id renkei.own_id not null,
	position smallint not null,
	pollutant text,
	statistic text,
	unit text,
	area text,
	base_year smallint,
	base_value double precision,
	latest_year smallint,
	latest_value double precision,
	source text,
	constraint environmental_value_pk primary key (municipality_code, version_id, contribution_id, position),
	constraint environmental_value_of foreign key (municipality_code, version_id, contribution_id)
		references renkei.policy_contribution
);
comment on table renkei.environmental_value is 'Measured values before and after.';
comment on column renkei.environmental_value.pollutant is 'Pollutant.';
comment on column renkei.environmental_value.statistic is 'Statistic, such as annual mean.';
comment on column renkei.environmental_value.unit is 'Unit: ug/m3, ppb or t/year.';
comment on column renkei.environmental_value.area is 'Area.';
comment on column renkei.environmental_value.base_year is 'Base year.';
comment on column renkei.environmental_value.base_value is 'Value of the base year; null = not known.';
comment on column renkei.environmental_value.latest_year is 'Latest year.';
comment on column renkei.environmental_value.latest_value is 'Value of the latest year; null = not known.';
comment on column renkei.environmental_value.source is 'Where the figures come from.';

create table renkei.policy_contribution_project (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	contribution_id renkei.own_id not null,
	position smallint not null,
	project_id renkei.own_id not null,
	constraint policy_contribution_project_pk primary key (municipality_code, version_id, contribution_id, position),
	constraint policy_contribution_project_of foreign key (municipality_code, version_id, contribution_id) references renkei.policy_contribution,
	constraint policy_contribution_project_once unique (municipality_code, version_id, contribution_id, project_id)
);
comment on table renkei.policy_contribution_project is 'Projects a contribution to policy rests on, of this or an earlier report.';
comment on column renkei.policy_contribution_project.project_id is 'Identity of the project within the municipality.';

create table renkei.intention (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	position smallint not null,
	partner_code renkei.gb2260 not null,
	kind renkei.intention_kind,
	means text,
	benefit_jp text,
	benefit_cn text,
	constraint intention_pk primary key (municipality_code, version_id, position),
	constraint intention_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint intention_partner_known foreign key (partner_code) references renkei.partner_government
);
comment on table renkei.intention is 'What a municipality intends for a cooperation after the programme.';
comment on column renkei.intention.partner_code is 'Chinese government of the cooperation: GB/T 2260 code.';
comment on column renkei.intention.kind is 'Continue, reduce, end, undecided.';
comment on column renkei.intention.means is 'Means other than the platform''s.';
comment on column renkei.intention.benefit_jp is 'Benefit the Japanese side names for itself.';
comment on column renkei.intention.benefit_cn is 'Benefit the Chinese side names for itself.';

-- The columns that all of them share, and the list of them: whoever adds a table of content adds a line there.
create table renkei.content_table (
	name text constraint content_table_pk primary key,
	position smallint not null constraint content_table_position_once unique
);
comment on table renkei.content_table is 'Tables whose rows follow from the bytes of a version, parents first; renkei_api.rows_NAME makes them.';
comment on column renkei.content_table.name is 'Table of schema renkei.';
comment on column renkei.content_table.position is 'Order in which rows are put in.';
insert into renkei.content_table (name, position)
select name, position from unnest(array['activity', 'activity_municipality', 'activity_partner', 'activity_body', 'activity_theme',
	'activity_scheme', 'activity_participants', 'activity_cost_line', 'activity_organisation', 'activity_source', 'report_cost_line', 'type_change',
	'need', 'outcome', 'outcome_category', 'outcome_activity', 'outcome_evidence', 'challenge', 'project', 'project_partner', 'project_municipality',
	'project_body', 'policy_contribution', 'environmental_value', 'policy_contribution_project', 'intention']) with ordinality as t (name, position);
do $$
declare
	c record;
begin
	for c in
		select a.attrelid::regclass as tab, a.attname as col, v.text
		from renkei.content_table t
		join pg_catalog.pg_attribute a on a.attrelid = ('renkei.' || t.name)::regclass
		join (values ('municipality_code', 'Whose report: Japanese local government code.'),
			('version_id', 'Version of the report it stands in.'),
			('position', 'Place in its list, from 1.'),
			('activity_id', 'Event it belongs to.'), ('outcome_id', 'Outcome it belongs to.'),
			('project_id', 'Project it belongs to.'), ('contribution_id', 'Contribution it belongs to.')) as v (name, text)
			on v.name = a.attname
		where pg_catalog.col_description(a.attrelid, a.attnum) is null
	loop
		execute format('comment on column %s.%I is %L', c.tab, c.col, c.text);
	end loop;
end $$;
