-- Files that the approver released (決裁) alone, after the report of their quarter had left the house.
create table renkei.attachment_release (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	serial integer not null,
	released_at timestamptz not null,
	principal_uri text not null,
	constraint attachment_release_pk primary key (municipality_code, fiscal_year, quarter, variant, serial),
	constraint attachment_release_of foreign key (municipality_code, fiscal_year, quarter, variant, serial) references renkei.attachment
);
comment on table renkei.attachment_release is 'Files that the approver released (決裁) behind the report of their quarter; only added to.';
comment on column renkei.attachment_release.municipality_code is 'Whose: Japanese local government code.';
call renkei.name_period('attachment_release');
comment on column renkei.attachment_release.serial is 'Which attachment of the quarter.';
comment on column renkei.attachment_release.released_at is 'When it was released, UTC: from then on it is seen outside.';
comment on column renkei.attachment_release.principal_uri is 'Who released it.';
call renkei.wall_by_tenant('attachment_release');
call renkei.open_to_views('attachment_release');
call renkei.only_add_to('attachment_release');
