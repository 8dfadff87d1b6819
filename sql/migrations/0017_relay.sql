-- Reports that came from an office without a line: sealed by their officer, relayed by somebody else.
--
-- The version is the officer's, like any other.  Beside it stands who brought it, and what proves that it is the officer's: head and the version's
-- bytes, one behind the other and behind the line "renkei sealed report v1", are what the signature is of; the certificate is in the head.
create table renkei.report_relay (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	principal_uri text not null,
	sealed_at timestamptz not null,
	head bytea not null,
	signature bytea not null,
	constraint report_relay_pk primary key (municipality_code, version_id),
	constraint report_relay_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint report_relay_sizes check (octet_length(head) between 1 and 16384 and octet_length(signature) between 1 and 1024)
);
comment on table renkei.report_relay is 'Versions that were sealed in an office without a line and relayed by another; only added to.';
comment on column renkei.report_relay.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.report_relay.version_id is 'The version.';
comment on column renkei.report_relay.principal_uri is 'Who relayed it.';
comment on column renkei.report_relay.sealed_at is 'When it was sealed, by the officer''s clock, UTC; lateness goes by the arrival.';
comment on column renkei.report_relay.head is 'The signed bytes before those of the report: a renkei.v1.SealedContent without its report.';
comment on column renkei.report_relay.signature is 'Of the officer''s key over the line, the head and the report.';
call renkei.wall_by_tenant('report_relay');
call renkei.open_to_views('report_relay');
call renkei.only_add_to('report_relay');

-- A removal is a request like the others of a municipality.
call renkei.know_method('request', 'remove_attachment');
