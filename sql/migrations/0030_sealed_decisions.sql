-- What an approver of an office without a line decided: sealed there, relayed by somebody else.
--
-- The release, or the sending back, is the approver's, like any other (renkei.request).  Beside it stands who brought it, and what proves that it is
-- the approver's: head and body, one behind the other and behind the line "renkei sealed report v1", are what the signature is of.
create table renkei.decision_relay (
	municipality_code renkei.lg_code not null,
	request_id uuid not null,
	principal_uri text not null,
	sealed_at timestamptz not null,
	head bytea not null,
	body bytea not null,
	signature bytea not null,
	constraint decision_relay_pk primary key (municipality_code, request_id),
	constraint decision_relay_of foreign key (municipality_code, request_id) references renkei.request,
	constraint decision_relay_sizes check (octet_length(head) between 1 and 16384 and octet_length(body) between 1 and 16384
		and octet_length(signature) between 1 and 1024)
);
comment on table renkei.decision_relay is 'Decisions of approvers that were sealed in an office without a line and relayed by another; only added to.';
comment on column renkei.decision_relay.municipality_code is 'Whose approver: Japanese local government code.';
comment on column renkei.decision_relay.request_id is 'The request.';
comment on column renkei.decision_relay.principal_uri is 'Who relayed it.';
comment on column renkei.decision_relay.sealed_at is 'When it was sealed, by the approver''s clock, UTC; what counts is the arrival.';
comment on column renkei.decision_relay.head is 'The signed bytes before those of the decision: a renkei.v1.SealedContent without it.';
comment on column renkei.decision_relay.body is 'The bytes of the decision: a renkei.v1.ReleaseReportRequest or SendBackReportRequest.';
comment on column renkei.decision_relay.signature is 'Of the approver''s key over the line, the head and the body.';
call renkei.wall_by_tenant('decision_relay');
call renkei.only_add_to('decision_relay');
