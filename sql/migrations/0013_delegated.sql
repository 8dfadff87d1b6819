-- Reports entered for a municipality by the secretariat (代理提出), and the municipality's confirmation.
--
-- Who entered a version is report_version.principal_uri, whose third part is the role (principal_uri_says_role): nothing else says it.
create function renkei.is_delegate(p_principal_uri text) returns boolean
language sql immutable parallel safe as $$ select split_part(p_principal_uri, '/', 4) = 'secretariat' $$;
comment on function renkei.is_delegate(text) is 'Does a version that this principal submitted stand for a municipality that did not enter it itself.';

create table renkei.report_confirmation (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	principal_uri text not null,
	confirmed_at timestamptz not null,
	constraint report_confirmation_pk primary key (municipality_code, version_id),
	constraint report_confirmation_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint report_confirmation_by_its_own check (not renkei.is_delegate(principal_uri))
);
comment on table renkei.report_confirmation is 'Versions entered by the secretariat that their municipality has confirmed; only added to.';
comment on column renkei.report_confirmation.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.report_confirmation.version_id is 'The version confirmed.';
comment on column renkei.report_confirmation.principal_uri is 'Who of the municipality confirmed it.';
comment on column renkei.report_confirmation.confirmed_at is 'When, UTC.';
call renkei.wall_by_tenant('report_confirmation');
call renkei.open_to_views('report_confirmation');
call renkei.only_add_to('report_confirmation');

call renkei.know_method('request', 'confirm');
comment on table renkei.request is 'Writing calls of municipalities, and for them, kept for ever: the same request gives the same answer.';
comment on column renkei.request.municipality_code is 'Municipality of the caller, or for which the caller submitted.';
comment on column renkei.request.answer is 'The answer of a withdrawal or a confirmation.';
