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

do $$
declare
	t text;
	tenant constant text := $q$nullif(current_setting('renkei.tenant', true), '') = '*'
		or municipality_code = any (string_to_array(nullif(current_setting('renkei.tenant', true), ''), ','))$q$;
begin
	foreach t in array array['reopening', 'reopening_item'] loop
		execute format('alter table renkei.%I enable row level security', t);
		execute format('alter table renkei.%I force row level security', t);
		execute format('create policy by_tenant on renkei.%I to renkei_owner using (%s) with check (%s)', t, tenant, tenant);
		execute format('create trigger only_added_to before update or delete or truncate on renkei.%I
			for each statement execute function renkei.only_added_to()', t);
		execute format('comment on column renkei.%I.fiscal_year is %L', t, 'Japanese fiscal year, western number.');
		execute format('comment on column renkei.%I.quarter is %L', t, 'Quarter of that fiscal year.');
		execute format('comment on column renkei.%I.variant is %L', t, 'Regular, or the forecast of the fourth quarter.');
	end loop;
end $$;

alter table renkei.office_request drop constraint office_request_method_known;
alter table renkei.office_request add constraint office_request_method_known check (method in ('review', 'accept', 'return', 'import', 'revoke_invitation', 'revoke_certificate', 'put_export_schedule', 'remove_export_schedule', 'decide_extension', 'decide', 'choose', 'fix_evaluation', 'comment', 'add_meeting', 'record_hearing', 'reopen'));
comment on column renkei.office_request.method is
	'What was asked: review, accept, return, import, revoke_invitation, revoke_certificate, put_export_schedule, remove_export_schedule, decide_extension, decide, choose, fix_evaluation, comment, add_meeting, record_hearing or reopen.';
