-- The evaluation as a document: lines of its table as chosen and edited, what municipalities confirmed of them, and what was fixed.
create domain renkei.evaluation_state as text constraint evaluation_state_known check (value in ('draft', 'final'));

create table renkei.evaluation_bullet (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	municipality_code renkei.lg_code not null,
	position smallint not null constraint evaluation_bullet_position check (position between 1 and 100),
	text text not null constraint evaluation_bullet_length check (char_length(text) between 1 and 400),
	constraint evaluation_bullet_pk primary key (municipality_code, first_fiscal_year, last_fiscal_year, position),
	constraint evaluation_bullet_of foreign key (municipality_code) references renkei.municipality
);
comment on table renkei.evaluation_bullet is 'Lines of the evaluation''s table as the secretariat chose and edited them; a municipality without any has its own words there.';
comment on column renkei.evaluation_bullet.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_bullet.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_bullet.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.evaluation_bullet.position is 'Place, from 1.';
comment on column renkei.evaluation_bullet.text is 'The line as it is printed.';

create table renkei.evaluation_bullet_source (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	municipality_code renkei.lg_code not null,
	position smallint not null,
	outcome_id renkei.own_id not null,
	constraint evaluation_bullet_source_pk primary key (municipality_code, first_fiscal_year, last_fiscal_year, position, outcome_id),
	constraint evaluation_bullet_source_of foreign key (municipality_code, first_fiscal_year, last_fiscal_year, position)
		references renkei.evaluation_bullet on delete cascade
);
comment on table renkei.evaluation_bullet_source is 'Outcomes as reported that a line of the table rests on.';
comment on column renkei.evaluation_bullet_source.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_bullet_source.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_bullet_source.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.evaluation_bullet_source.position is 'Place of the line.';
comment on column renkei.evaluation_bullet_source.outcome_id is 'Identity of the outcome within the municipality''s reports.';

create table renkei.evaluation_confirmation (
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	municipality_code renkei.lg_code not null,
	row_sha256 renkei.sha256 not null,
	confirmed_at timestamptz not null,
	principal_uri text not null,
	constraint evaluation_confirmation_pk primary key (municipality_code, first_fiscal_year, last_fiscal_year, row_sha256),
	constraint evaluation_confirmation_of foreign key (municipality_code) references renkei.municipality
);
comment on table renkei.evaluation_confirmation is 'Rows of the evaluation''s table that their municipality confirmed, by the digest of what it saw; only added to.';
comment on column renkei.evaluation_confirmation.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_confirmation.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_confirmation.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.evaluation_confirmation.row_sha256 is 'SHA-256 of the row as it was shown.';
comment on column renkei.evaluation_confirmation.confirmed_at is 'When, UTC.';
comment on column renkei.evaluation_confirmation.principal_uri is 'Who.';

create table renkei.evaluation_snapshot (
	snapshot_id text constraint evaluation_snapshot_pk primary key
		constraint evaluation_snapshot_id_form check (snapshot_id ~ '^FY[0-9]{4}-[0-9]{4}-[0-9]{1,5}$'),
	first_fiscal_year smallint not null,
	last_fiscal_year smallint not null,
	serial integer not null,
	state renkei.evaluation_state not null,
	as_of timestamptz not null,
	fixed_at timestamptz not null,
	principal_uri text not null,
	document jsonb not null,
	sha256 renkei.sha256 not null,
	constraint evaluation_snapshot_serial_once unique (first_fiscal_year, last_fiscal_year, serial)
);
comment on table renkei.evaluation_snapshot is 'Evaluations as they were fixed, whole: printing one asks nothing else; only added to.';
comment on column renkei.evaluation_snapshot.snapshot_id is 'FY2014-2016-3: years and serial number.';
comment on column renkei.evaluation_snapshot.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei.evaluation_snapshot.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei.evaluation_snapshot.serial is 'Count within the evaluation, from 1.';
comment on column renkei.evaluation_snapshot.state is 'Draft (案) or final.';
comment on column renkei.evaluation_snapshot.as_of is 'The moment whose knowledge it shows, UTC.';
comment on column renkei.evaluation_snapshot.fixed_at is 'When it was fixed, UTC.';
comment on column renkei.evaluation_snapshot.principal_uri is 'Who fixed it.';
comment on column renkei.evaluation_snapshot.document is 'The document: proto3 JSON of renkei.v1.EvaluationDocument.';
comment on column renkei.evaluation_snapshot.sha256 is 'SHA-256 of the document''s text.';

do $$
declare
	t text;
	begun constant text := $q$nullif(current_setting('renkei.role', true), '') is not null$q$;
	office constant text := $q$current_setting('renkei.role', true) = 'secretariat'$q$;
	tenant constant text := $q$nullif(current_setting('renkei.tenant', true), '') = '*'
		or municipality_code = any (string_to_array(nullif(current_setting('renkei.tenant', true), ''), ','))$q$;
	analyst constant text := $q$pg_catalog.pg_has_role(current_user, 'renkei_analyst', 'member')$q$;
begin
	foreach t in array array['evaluation_snapshot']
	loop
		execute format('alter table renkei.%I enable row level security', t);
		execute format('alter table renkei.%I force row level security', t);
		execute format('create policy by_call on renkei.%I for select to renkei_owner using (%s)', t, begun);
		execute format('create policy by_office on renkei.%I to renkei_owner using (%s) with check (%s)', t, office, office);
		execute format('create policy for_views on renkei.%I for select to renkei_owner using (%s)', t, analyst);
	end loop;
	foreach t in array array['evaluation_bullet', 'evaluation_bullet_source', 'evaluation_confirmation'] loop
		execute format('alter table renkei.%I enable row level security', t);
		execute format('alter table renkei.%I force row level security', t);
		execute format('create policy by_tenant on renkei.%I to renkei_owner using (%s) with check (%s)', t, tenant, tenant);
	end loop;
	foreach t in array array['evaluation_confirmation', 'evaluation_snapshot'] loop
		execute format('create trigger only_added_to before update or delete or truncate on renkei.%I
			for each statement execute function renkei.only_added_to()', t);
	end loop;
end $$;

alter table renkei.request drop constraint request_method_known;
alter table renkei.request add constraint request_method_known check (method in ('submit', 'withdraw', 'confirm', 'release', 'send_back', 'remove_attachment', 'request_extension', 'confirm_outcomes'));
comment on column renkei.request.method is 'What was asked: submit, withdraw, confirm, release, send_back, remove_attachment, request_extension or confirm_outcomes.';
alter table renkei.office_request drop constraint office_request_method_known;
alter table renkei.office_request add constraint office_request_method_known check (method in ('review', 'accept', 'return', 'import', 'revoke_invitation', 'revoke_certificate', 'put_export_schedule', 'remove_export_schedule', 'decide_extension', 'decide', 'choose', 'fix_evaluation'));
comment on column renkei.office_request.method is
	'What was asked: review, accept, return, import, revoke_invitation, revoke_certificate, put_export_schedule, remove_export_schedule, decide_extension, decide, choose or fix_evaluation.';
