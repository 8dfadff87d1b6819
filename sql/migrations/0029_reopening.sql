-- Single items of an accepted report, reopened until a day.

create table renkei.reopening (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	number smallint not null,
	version_id bigint not null,
	until_at timestamptz not null,
	reason text not null,
	reopened_at timestamptz not null,
	principal_uri text not null,
	constraint reopening_pk primary key (municipality_code, fiscal_year, quarter, variant, number),
	constraint reopening_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint reopening_number check (number between 1 and 9999),
	constraint reopening_reason check (char_length(reason) between 1 and 2000)
);
comment on table renkei.reopening is 'Accepted reports of which the secretariat reopened single items until a moment; only added to.';
comment on column renkei.reopening.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.reopening.number is 'Number of the reopening of this report, from 1; the last one holds.';
comment on column renkei.reopening.version_id is 'The accepted version whose items are named.';
comment on column renkei.reopening.until_at is 'Last moment at which they may be corrected, UTC; then the report is closed again.';
comment on column renkei.reopening.reason is 'Why.';
comment on column renkei.reopening.reopened_at is 'When, UTC.';
comment on column renkei.reopening.principal_uri is 'Who.';

create table renkei.reopening_item (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	number smallint not null,
	position smallint not null,
	field_path text,
	reason text not null,
	constraint reopening_item_pk primary key (municipality_code, fiscal_year, quarter, variant, number, position),
	constraint reopening_item_of foreign key (municipality_code, fiscal_year, quarter, variant, number) references renkei.reopening,
	constraint reopening_item_reason check (char_length(reason) between 1 and 1000)
);
comment on table renkei.reopening_item is 'Items that a reopening names; only added to.';
comment on column renkei.reopening_item.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.reopening_item.number is 'Number of the reopening.';
comment on column renkei.reopening_item.position is 'Order, from 1.';
comment on column renkei.reopening_item.field_path is 'Path in the version; null = the report as a whole.';
comment on column renkei.reopening_item.reason is 'What is to be corrected.';

call renkei.wall_by_tenant('reopening', 'reopening_item');
call renkei.only_add_to('reopening', 'reopening_item');
call renkei.name_period('reopening', 'reopening_item');

call renkei.know_method('office_request', 'reopen');
