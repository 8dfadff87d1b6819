-- Who may call, by which certificate, and what was asked already.
create table renkei.principal (
	principal_uri text constraint principal_pk primary key,
	role text not null constraint principal_role_known
		check (role in ('municipality', 'secretariat', 'ministry', 'analyst', 'operator')),
	municipality_code renkei.lg_code,
	name text not null,
	state text not null default 'active' constraint principal_state_known check (state in ('active', 'suspended')),
	state_reason text,
	created_at timestamptz not null default clock_timestamp(),
	changed_at timestamptz not null default clock_timestamp(),
	constraint principal_uri_form check (principal_uri ~ '^renkei://[A-Za-z0-9.-]+/[a-z]+/[A-Za-z0-9._-]+$'),
	constraint principal_uri_says_role check (split_part(principal_uri, '/', 4) = role),
	constraint principal_has_code_when_municipality check ((role = 'municipality') = (municipality_code is not null))
);
comment on table renkei.principal is 'Organisations that may call: what a certificate''s identity may do, effective at the next call.';
comment on column renkei.principal.principal_uri is 'SAN URI of its certificates: renkei://AUTHORITY/ROLE/ID.';
comment on column renkei.principal.role is 'What it is: municipality, secretariat, ministry, analyst, operator.';
comment on column renkei.principal.municipality_code is 'Japanese local government code of a municipality; null for the others.';
comment on column renkei.principal.name is 'Name for people.';
comment on column renkei.principal.state is 'Active, or suspended: refused at the next call.';
comment on column renkei.principal.state_reason is 'Why it has that state.';
comment on column renkei.principal.created_at is 'When it was entered, UTC.';
comment on column renkei.principal.changed_at is 'When it was last changed, UTC.';

create table renkei.certificate (
	principal_uri text not null,
	spki_sha256 renkei.sha256 not null,
	serial text,
	issuer text,
	not_after timestamptz,
	registered_at timestamptz not null default clock_timestamp(),
	revoked_at timestamptz,
	revoked_reason text,
	constraint certificate_pk primary key (principal_uri, spki_sha256),
	constraint certificate_key_once unique (spki_sha256),
	constraint certificate_of foreign key (principal_uri) references renkei.principal
);
comment on table renkei.certificate is 'Keys of principals: a call needs a key that is here and not revoked.';
comment on column renkei.certificate.principal_uri is 'Whose key.';
comment on column renkei.certificate.spki_sha256 is 'SHA-256 of the SubjectPublicKeyInfo.';
comment on column renkei.certificate.serial is 'Serial number of the certificate.';
comment on column renkei.certificate.issuer is 'Who issued the certificate.';
comment on column renkei.certificate.not_after is 'When the certificate expires, UTC.';
comment on column renkei.certificate.registered_at is 'When it was entered, UTC.';
comment on column renkei.certificate.revoked_at is 'When it was revoked, UTC; null = valid.';
comment on column renkei.certificate.revoked_reason is 'Why it was revoked.';

create table renkei.request (
	municipality_code renkei.lg_code not null,
	request_id uuid not null,
	principal_uri text not null,
	method text not null constraint request_method_known check (method in ('submit', 'withdraw')),
	sha256 renkei.sha256 not null,
	version_id bigint,
	answer jsonb,
	received_at timestamptz not null,
	constraint request_pk primary key (municipality_code, request_id),
	constraint request_has_an_answer check ((method = 'submit') = (version_id is not null) and (method = 'submit') = (answer is null))
);
comment on table renkei.request is 'Writing calls of municipalities, kept for ever: the same request gives the same answer.';
comment on column renkei.request.municipality_code is 'Municipality of the caller.';
comment on column renkei.request.request_id is 'UUID made by the client.';
comment on column renkei.request.principal_uri is 'Who asked.';
comment on column renkei.request.method is 'What was asked: submit or withdraw.';
comment on column renkei.request.sha256 is 'SHA-256 of what was asked: the report''s bytes, or the request.';
comment on column renkei.request.version_id is 'The version that a submit stored.';
comment on column renkei.request.answer is 'The answer of a withdrawal.';
comment on column renkei.request.received_at is 'When, UTC.';

create table renkei.request_replay (
	municipality_code renkei.lg_code not null,
	replay_id bigint generated always as identity,
	request_id uuid not null,
	replayed_at timestamptz not null,
	constraint request_replay_pk primary key (municipality_code, replay_id),
	constraint request_replay_of foreign key (municipality_code, request_id) references renkei.request
);
comment on table renkei.request_replay is 'Times a request came again: the repeated answer rests on a commit of its own.';
comment on column renkei.request_replay.municipality_code is 'Municipality of the caller.';
comment on column renkei.request_replay.replay_id is 'Number of the entry.';
comment on column renkei.request_replay.request_id is 'The request.';
comment on column renkei.request_replay.replayed_at is 'When it came again, UTC.';

create table renkei.office_request (
	principal_uri text not null,
	request_id uuid not null,
	method text not null constraint office_request_method_known check (method in ('review', 'accept', 'return', 'import')),
	sha256 renkei.sha256 not null,
	answer jsonb not null,
	received_at timestamptz not null,
	replays integer not null default 0,
	constraint office_request_pk primary key (principal_uri, request_id)
);
comment on table renkei.office_request is 'Writing calls of the secretariat, kept for ever.';
comment on column renkei.office_request.principal_uri is 'Who asked.';
comment on column renkei.office_request.request_id is 'UUID made by the client.';
comment on column renkei.office_request.method is 'What was asked: review, accept, return or import.';
comment on column renkei.office_request.sha256 is 'SHA-256 of the request.';
comment on column renkei.office_request.answer is 'The answer.';
comment on column renkei.office_request.received_at is 'When, UTC.';
comment on column renkei.office_request.replays is 'How often it came again; counted so that the repeated answer rests on a commit of its own.';
