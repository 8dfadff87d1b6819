-- The ground: schema, rights, the words that columns are made of, and what the migration runner writes down.
create schema renkei;
comment on schema renkei is 'Tables, types and triggers of renkei; changed by numbered migrations only.';

revoke all on schema renkei from public;
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;

-- The database's own rights belong to its owner: taken from everybody where renkei_owner is that owner.
do $$
begin
	if exists (select from pg_catalog.pg_database d
		where d.datname = current_database() and pg_catalog.pg_has_role(current_user, d.datdba, 'member')) then
		execute format('revoke all on database %I from public', current_database());
		execute format('grant connect on database %I to renkei_migrate, renkei_daemon, renkei_analyst', current_database());
		execute 'revoke all on schema public from public';
	end if;
end $$;

create table renkei.migration (
	number integer constraint migration_pk primary key,
	name text not null,
	sha256 text not null,
	applied_at timestamptz not null default now(),
	version text not null
);
comment on table renkei.migration is 'Migrations that were applied, written by renkeid migrate.';
comment on column renkei.migration.number is 'Number at the front of the file name.';
comment on column renkei.migration.name is 'File name.';
comment on column renkei.migration.sha256 is 'SHA-256 of the file, lower-case hexadecimal.';
comment on column renkei.migration.applied_at is 'When it was applied, UTC.';
comment on column renkei.migration.version is 'Version of the program that applied it.';

create table renkei.wire_field (
	message text not null,
	number integer not null,
	name text not null,
	type text not null constraint wire_field_type_known
		check (type in ('int32', 'int64', 'bool', 'string', 'bytes', 'double', 'enum', 'message')),
	repeated boolean not null,
	optional boolean not null,
	type_name text,
	constraint wire_field_pk primary key (message, number)
);
comment on table renkei.wire_field is 'Fields of the messages, filled from the descriptors by renkeid migrate; renkei.decode_message reads it.';
comment on column renkei.wire_field.message is 'Full name of the message, such as renkei.v1.Report.';
comment on column renkei.wire_field.number is 'Field number on the wire.';
comment on column renkei.wire_field.name is 'Name in the .proto file.';
comment on column renkei.wire_field.type is 'Kind of value.';
comment on column renkei.wire_field.repeated is 'A list.';
comment on column renkei.wire_field.optional is 'Has presence (optional in the .proto file): written when present, even when zero.';
comment on column renkei.wire_field.type_name is 'Full name of the message or enum; null for the other types.';

create table renkei.wire_enum (
	type_name text not null,
	number integer not null,
	name text not null,
	constraint wire_enum_pk primary key (type_name, number)
);
comment on table renkei.wire_enum is 'Values of the enums, filled from the descriptors by renkeid migrate.';
comment on column renkei.wire_enum.type_name is 'Full name of the enum, such as renkei.v1.ActivityKind.';
comment on column renkei.wire_enum.number is 'Number on the wire.';
comment on column renkei.wire_enum.name is 'Name in the .proto file.';

-- Codes.  A code never travels without its system: two domains, two kinds of column names.

create function renkei.is_lg_code(p_code text) returns boolean
language sql immutable parallel safe as $$
	select p_code ~ '^(0[1-9]|[1-3][0-9]|4[0-7])[0-9]{4}$'
		and (11 - (6 * substr(p_code, 1, 1)::int + 5 * substr(p_code, 2, 1)::int + 4 * substr(p_code, 3, 1)::int
			+ 3 * substr(p_code, 4, 1)::int + 2 * substr(p_code, 5, 1)::int) % 11) % 10 = substr(p_code, 6, 1)::int
$$;
comment on function renkei.is_lg_code(text) is 'Is this a Japanese local government code: prefecture 01 to 47, check digit right.';

create domain renkei.lg_code as text collate "C"
	constraint lg_code_check_digit check (renkei.is_lg_code(value));
comment on domain renkei.lg_code is 'Japanese local government code, six digits with check digit (municipality_code).';
create domain renkei.gb2260 as text collate "C"
	constraint gb2260_digits check (value ~ '^[1-9][0-9]{5}$');
comment on domain renkei.gb2260 is 'Chinese GB/T 2260 code, six digits (partner_code).';
create domain renkei.own_id as text collate "C"
	constraint own_id_characters check (value ~ '^[A-Za-z0-9._-]{1,64}$');
comment on domain renkei.own_id is 'Identity chosen by a municipality, unique within it: 1 to 64 of A-Z a-z 0-9 . _ -';
create domain renkei.sha256 as bytea constraint sha256_length check (octet_length(value) = 32);
comment on domain renkei.sha256 is 'SHA-256 digest, 32 bytes.';

-- Words of the protocol, without prefix and in lower case; "unspecified" is null.

create function renkei.word(p_name text, p_prefix text) returns text
language sql immutable parallel safe as $$ select nullif(lower(substr(p_name, length(p_prefix) + 1)), 'unspecified') $$;
comment on function renkei.word(text, text) is 'ACTIVITY_KIND_FIELD_SURVEY, ACTIVITY_KIND_ to field_survey.';

create domain renkei.variant as text constraint variant_known check (value in ('regular', 'forecast'));
create domain renkei.date_precision as text
	constraint date_precision_known check (value in ('day', 'month', 'year', 'fiscal_year'));
create domain renkei.timeliness as text constraint timeliness_known check (value in ('on_time', 'late', 'no_deadline'));
create domain renkei.report_action as text constraint report_action_known check (value in ('new', 'replace', 'correct'));
create domain renkei.report_state as text
	constraint report_state_known check (value in ('submitted', 'under_review', 'returned', 'accepted', 'withdrawn'));
create domain renkei.answer as text constraint answer_known check (value in ('yes', 'no', 'unknown'));
create domain renkei.side as text constraint side_known check (value in ('jp', 'cn'));
create domain renkei.disclosure as text constraint disclosure_known check (value in ('public', 'parties', 'secretariat'));
create domain renkei.activity_kind as text constraint activity_kind_known check (value in (
	'training_in_japan', 'researcher_exchange', 'expert_dispatch', 'staff_dispatch', 'field_survey', 'local_seminar',
	'consultation', 'joint_research', 'model_project', 'research_exchange', 'seminar_in_japan', 'joint_meeting',
	'platform_meeting', 'domestic_meeting', 'study_visit', 'exhibition', 'outreach', 'agreement'));
create domain renkei.activity_status as text constraint activity_status_known check (value in (
	'planned', 'held', 'postponed', 'cancelled', 'continued'));
create domain renkei.activity_mode as text
	constraint activity_mode_known check (value in ('on_site', 'online', 'video', 'mixed'));
create domain renkei.scope as text constraint scope_known check (value in ('whole', 'part', 'related_only'));
create domain renkei.party_role as text constraint party_role_known check (value in (
	'host', 'co_host', 'lecturer', 'visited_site', 'sender', 'participant'));
create domain renkei.theme_code as text constraint theme_code_known check (value in (
	'pm25', 'source_apportionment', 'voc', 'photochemical_oxidants', 'nox_sox', 'mobile_sources', 'stationary_sources',
	'cooking_fumes', 'monitoring', 'forecasting', 'inventory', 'emergency_measures', 'regulation_planning', 'education',
	'business', 'other', 'out_of_scope_water', 'out_of_scope_soil', 'out_of_scope_waste', 'out_of_scope_noise_odour'));
create domain renkei.participant_category as text constraint participant_category_known check (value in (
	'municipal_staff', 'national', 'research_institute', 'company', 'industry_association', 'university', 'interpreter',
	'other', 'unknown'));
create domain renkei.count_basis as text constraint count_basis_known check (value in ('counted', 'capacity', 'estimate'));
create domain renkei.cost_item as text constraint cost_item_known check (value in (
	'international_travel', 'domestic_travel', 'lodging', 'interpretation', 'venue', 'lecturer_fee', 'equipment',
	'analysis_consumables', 'insurance', 'other'));
create domain renkei.payer as text constraint payer_known check (value in (
	'moe_platform', 'jica_grassroots', 'municipal', 'municipal_commission', 'cn_local', 'cn_national', 'private', 'other',
	'unknown'));
create domain renkei.cost_share as text constraint cost_share_known check (value in ('all', 'part', 'none', 'unknown'));
create domain renkei.amount_accuracy as text constraint amount_accuracy_known check (value in ('exact', 'about', 'band'));
create domain renkei.currency as text constraint currency_known check (value in ('JPY', 'CNY'));
create domain renkei.organisation_kind as text constraint organisation_kind_known check (value in (
	'company', 'industry_association', 'foundation', 'institute'));
create domain renkei.organisation_role as text constraint organisation_role_known check (value in (
	'expert_sent', 'training_host', 'visited_site', 'exhibitor', 'co_researcher', 'co_host'));
create domain renkei.follow_up_business as text
	constraint follow_up_business_known check (value in ('none', 'inquiry', 'contract'));
create domain renkei.cooperation_type as text constraint cooperation_type_known check (value in ('a', 'b'));
create domain renkei.need_level as text constraint need_level_known check (value in ('basic', 'advanced', 'research'));
create domain renkei.urgency as text constraint urgency_known check (value in ('low', 'normal', 'high'));
create domain renkei.need_response as text constraint need_response_known check (value in (
	'met', 'partly', 'not_met', 'passed_to_platform', 'passed_to_other_municipality', 'open'));
create domain renkei.outcome_kind as text constraint outcome_kind_known check (value in (
	'trust', 'skills_cn', 'skills_jp', 'information', 'progression', 'jp_network', 'policy', 'private', 'outreach', 'volume'));
create domain renkei.challenge_category as text constraint challenge_category_known check (value in (
	'response_capacity', 'theme_convergence', 'policy_linkage', 'after_programme', 'cost', 'language', 'schedule_visa',
	'staff_rotation', 'other'));
create domain renkei.challenge_severity as text
	constraint challenge_severity_known check (value in ('low', 'medium', 'high'));
create domain renkei.challenge_state as text
	constraint challenge_state_known check (value in ('open', 'handled', 'carried_over'));
create domain renkei.project_kind as text
	constraint project_kind_known check (value in ('joint_research', 'model_project'));
create domain renkei.project_status as text
	constraint project_status_known check (value in ('planned', 'running', 'finished', 'stopped'));
create domain renkei.pathway as text constraint pathway_known check (value in ('direct', 'indirect', 'unknown'));
create domain renkei.policy_level as text constraint policy_level_known check (value in (
	'referred_to', 'reflected', 'measure_carried_out', 'improvement_measured'));
create domain renkei.intention_kind as text
	constraint intention_kind_known check (value in ('continue', 'reduce', 'end', 'undecided'));
create domain renkei.municipality_kind as text constraint municipality_kind_known check (value in (
	'prefecture', 'designated_city', 'city', 'town', 'village', 'special_ward'));
create domain renkei.participation_state as text
	constraint participation_state_known check (value in ('candidate', 'participating', 'left'));
create domain renkei.partner_level as text
	constraint partner_level_known check (value in ('province', 'municipality', 'city'));
create domain renkei.served_by as text constraint served_by_known check (value in ('municipality', 'platform'));
create domain renkei.cooperation_basis as text constraint cooperation_basis_known check (value in (
	'friendship_city', 'agreement', 'memorandum', 'programme_only'));
create domain renkei.cooperation_status as text constraint cooperation_status_known check (value in (
	'preparing', 'active', 'suspended', 'ended'));

-- A date of which the end may be unknown.  Null = nothing is known.

create type renkei.partial_date_parts as (year smallint, month smallint, day smallint, precision text);
create function renkei.is_partial_date(p renkei.partial_date_parts) returns boolean
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
	if (p).year is null or (p).year not between 1900 and 2199 or (p).month is null or (p).day is null then
		return false;
	end if;
	case (p).precision
	when 'day' then
		return (p).month between 1 and 12 and (p).day between 1 and 31 and (p).day <= extract(day from
			(make_date((p).year, (p).month, 1) + interval '1 month' - interval '1 day'));
	when 'month' then
		return (p).month between 1 and 12 and (p).day = 0;
	when 'year', 'fiscal_year' then
		return (p).month = 0 and (p).day = 0;
	else
		return false;
	end case;
end $$;
comment on function renkei.is_partial_date(renkei.partial_date_parts) is 'Do the parts that are known agree with the precision, and is it a day of the calendar.';
create domain renkei.partial_date as renkei.partial_date_parts
	constraint partial_date_agrees check (value is null or renkei.is_partial_date(value));
comment on domain renkei.partial_date is 'Year, month, day (0 = unknown) and precision: day, month, year or fiscal_year; null = nothing is known.';

create function renkei.partial_date(p jsonb) returns renkei.partial_date
language sql immutable parallel safe as $$
	select case when p ->> 'precision' is null or p ->> 'precision' = 'DATE_PRECISION_UNSPECIFIED' then null
		else row((p ->> 'year')::smallint, coalesce((p ->> 'month')::smallint, 0::smallint),
			coalesce((p ->> 'day')::smallint, 0::smallint),
			lower(substr(p ->> 'precision', 16)))::renkei.partial_date_parts end
$$;
comment on function renkei.partial_date(jsonb) is 'PartialDate as proto3 JSON to a partial date.';

create function renkei.partial_date_json(p renkei.partial_date) returns jsonb
language sql immutable parallel safe as $$
	select case when (p).year is null then null else jsonb_strip_nulls(jsonb_build_object('year', (p).year,
		'month', nullif((p).month, 0), 'day', nullif((p).day, 0),
		'precision', 'DATE_PRECISION_' || upper((p).precision))) end
$$;
comment on function renkei.partial_date_json(renkei.partial_date) is 'A partial date as proto3 JSON.';

create function renkei.first_day(p renkei.partial_date) returns date
language sql immutable parallel safe as $$
	select case (p).precision when 'day' then make_date((p).year, (p).month, (p).day)
		when 'month' then make_date((p).year, (p).month, 1)
		when 'year' then make_date((p).year, 1, 1)
		when 'fiscal_year' then make_date((p).year, 4, 1) end
$$;
comment on function renkei.first_day(renkei.partial_date) is 'The earliest day that a partial date can mean.';
create function renkei.last_day(p renkei.partial_date) returns date
language sql immutable parallel safe as $$
	select case (p).precision when 'day' then make_date((p).year, (p).month, (p).day)
		when 'month' then (make_date((p).year, (p).month, 1) + interval '1 month - 1 day')::date
		when 'year' then make_date((p).year, 12, 31)
		when 'fiscal_year' then make_date((p).year + 1, 3, 31) end
$$;
comment on function renkei.last_day(renkei.partial_date) is 'The latest day that a partial date can mean.';
create function renkei.partial_date_text(p renkei.partial_date) returns text
language sql immutable parallel safe as $$
	select case (p).precision when 'day' then to_char(make_date((p).year, (p).month, (p).day), 'YYYY-MM-DD')
		when 'month' then to_char(make_date((p).year, (p).month, 1), 'YYYY-MM')
		when 'year' then (p).year::text
		when 'fiscal_year' then 'FY' || (p).year end
$$;
comment on function renkei.partial_date_text(renkei.partial_date) is 'A partial date for people and exports: 2016-11-04, 2016-11, 2016, FY2016.';

-- Periods.

create function renkei.quarter_start(p_fiscal_year integer, p_quarter integer) returns date
language sql immutable parallel safe as $$
	select make_date(p_fiscal_year + p_quarter / 4, (p_quarter % 4) * 3 + 1, 1)
$$;
comment on function renkei.quarter_start(integer, integer) is 'First day of a quarter of a Japanese fiscal year.';
create function renkei.quarter_end(p_fiscal_year integer, p_quarter integer) returns date
language sql immutable parallel safe as $$
	select (renkei.quarter_start(p_fiscal_year, p_quarter) + interval '3 months - 1 day')::date
$$;
comment on function renkei.quarter_end(integer, integer) is 'Last day of a quarter of a Japanese fiscal year.';
create function renkei.period_tag(p_fiscal_year integer, p_quarter integer, p_variant text) returns text
language sql immutable parallel safe as $$
	select p_fiscal_year || 'Q' || p_quarter || case p_variant when 'forecast' then 'F' else '' end
$$;
comment on function renkei.period_tag(integer, integer, text) is '2016Q1, 2016Q4F: the period as it stands in receipt numbers.';
create function renkei.fiscal_year_of(p_day date) returns integer
language sql immutable parallel safe as $$
	select extract(year from p_day)::integer - case when extract(month from p_day) < 4 then 1 else 0 end
$$;
comment on function renkei.fiscal_year_of(date) is 'Fiscal year of a day.';
create function renkei.time_json(p timestamptz) returns text
language sql stable parallel safe as $$
	select to_char(p at time zone 'UTC', case when extract(microseconds from p)::bigint % 1000000 = 0
		then 'YYYY-MM-DD"T"HH24:MI:SS"Z"' else 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' end)
$$;
comment on function renkei.time_json(timestamptz) is 'A moment as RFC 3339 in UTC, with microseconds when there are any.';
