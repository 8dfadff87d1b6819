-- Invitations, and where a certificate comes from.
create table renkei.invitation (
	invitation_id uuid constraint invitation_pk primary key,
	token_sha256 renkei.sha256 not null,
	principal_uri text not null,
	role text not null constraint invitation_role_known check (role in ('municipality', 'secretariat', 'ministry', 'analyst', 'operator')),
	name text not null,
	holder text,
	invited_by text not null,
	request_id uuid not null,
	request_sha256 renkei.sha256 not null,
	invited_at timestamptz not null,
	expires_at timestamptz not null,
	used_at timestamptz,
	used_spki renkei.sha256,
	revoked_at timestamptz,
	revoked_by text,
	constraint invitation_token_once unique (token_sha256),
	constraint invitation_request_once unique (invited_by, request_id),
	constraint invitation_uri_form check (principal_uri ~ '^renkei://[A-Za-z0-9.-]+/[a-z]+/[A-Za-z0-9._-]+$'),
	constraint invitation_uri_says_role check (split_part(principal_uri, '/', 4) = role),
	constraint invitation_names_are_short check (char_length(name) between 1 and 200 and char_length(holder) between 1 and 200),
	constraint invitation_expires_later check (expires_at > invited_at),
	constraint invitation_used_by_somebody check ((used_at is null) = (used_spki is null)),
	constraint invitation_revoked_by_somebody check ((revoked_at is null) = (revoked_by is null)),
	constraint invitation_ends_once check (used_at is null or revoked_at is null)
);
comment on table renkei.invitation is 'Invitations to get a certificate: each is used once, by whoever knows its token.';
comment on column renkei.invitation.invitation_id is 'UUID, to name it by.';
comment on column renkei.invitation.token_sha256 is 'SHA-256 of the token; the token itself is nowhere.';
comment on column renkei.invitation.principal_uri is 'SAN URI that the certificate will hold.';
comment on column renkei.invitation.role is 'Role of the invited: municipality, secretariat, ministry, analyst, operator.';
comment on column renkei.invitation.name is 'Name of the organisation, for people.';
comment on column renkei.invitation.holder is 'Whom in the organisation it is for, as the inviter wrote it.';
comment on column renkei.invitation.invited_by is 'SAN URI of who invited.';
comment on column renkei.invitation.request_id is 'UUID of the request, made by the client.';
comment on column renkei.invitation.request_sha256 is 'SHA-256 of the request.';
comment on column renkei.invitation.invited_at is 'When it was made, UTC.';
comment on column renkei.invitation.expires_at is 'Until when it can be used, UTC.';
comment on column renkei.invitation.used_at is 'When it was used, UTC; null = not yet.';
comment on column renkei.invitation.used_spki is 'SHA-256 of the public key that it was used with.';
comment on column renkei.invitation.revoked_at is 'When it was taken back, UTC; null = never.';
comment on column renkei.invitation.revoked_by is 'SAN URI of who took it back.';

-- renkei.token    SHA-256, hexadecimal, of the one token that this transaction may look up; set where somebody enrols, and nowhere else.
alter table renkei.invitation enable row level security;
alter table renkei.invitation force row level security;
create policy by_office on renkei.invitation to renkei_owner
	using (nullif(current_setting('renkei.role', true), '') = any (array['secretariat', 'operator']))
	with check (nullif(current_setting('renkei.role', true), '') = any (array['secretariat', 'operator']));
create policy by_claim on renkei.invitation for select to renkei_owner using (nullif(current_setting('renkei.principal', true), '') = principal_uri);
create policy by_token on renkei.invitation to renkei_owner
	using (nullif(current_setting('renkei.token', true), '') = encode(token_sha256, 'hex'))
	with check (nullif(current_setting('renkei.token', true), '') = encode(token_sha256, 'hex'));

alter table renkei.certificate
	add column not_before timestamptz,
	add column invitation_id uuid,
	add column renewed_from renkei.sha256,
	add column revoked_by text,
	add constraint certificate_invited_by foreign key (invitation_id) references renkei.invitation,
	add constraint certificate_renewed_from foreign key (renewed_from) references renkei.certificate (spki_sha256);
comment on column renkei.certificate.not_before is 'When the certificate begins, UTC; null = not known.';
comment on column renkei.certificate.invitation_id is 'Invitation that it, or the first one it was renewed from, comes from; null = entered by the operator.';
comment on column renkei.certificate.renewed_from is 'Key of the certificate over which it was renewed; null = the first one.';
comment on column renkei.certificate.revoked_by is 'SAN URI of who revoked it; null = the operator, by hand.';
create index certificate_renewals on renkei.certificate (renewed_from) where renewed_from is not null;

call renkei.know_method('office_request', 'revoke_invitation', 'revoke_certificate');
comment on table renkei.office_request is 'Writing calls of the secretariat, and about access, kept for ever.';
