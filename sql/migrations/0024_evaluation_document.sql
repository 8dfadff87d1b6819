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

call renkei.wall_by_office('evaluation_snapshot');
call renkei.open_to_views('evaluation_snapshot');
call renkei.wall_by_tenant('evaluation_bullet', 'evaluation_bullet_source', 'evaluation_confirmation');
call renkei.only_add_to('evaluation_confirmation', 'evaluation_snapshot');

call renkei.know_method('request', 'confirm_outcomes');
call renkei.know_method('office_request', 'fix_evaluation');
