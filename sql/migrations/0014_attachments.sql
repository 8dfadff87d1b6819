-- Attachments: files of a municipality's quarter.  The bytes lie here and nowhere else, so that one backup has all.
create domain renkei.attachment_type as text
	constraint attachment_type_known check (value in ('pdf', 'xlsx', 'docx', 'pptx', 'jpeg', 'csv'));

create table renkei.attachment_content (
	municipality_code renkei.lg_code not null,
	sha256 renkei.sha256 not null,
	size integer not null constraint attachment_content_size_range check (size between 1 and 20971520),
	held integer not null default 0,
	type renkei.attachment_type,
	upload_id uuid,
	begun_at timestamptz not null,
	touched_at timestamptz not null,
	completed_at timestamptz,
	constraint attachment_content_pk primary key (municipality_code, sha256),
	constraint attachment_content_upload_once unique (municipality_code, upload_id),
	constraint attachment_content_of foreign key (municipality_code) references renkei.municipality,
	constraint attachment_content_holds_at_most_all check (held between 0 and size),
	constraint attachment_content_complete_is_whole check (completed_at is null or held = size),
	constraint attachment_content_complete_is_known check ((completed_at is null) = (type is null)),
	constraint attachment_content_open_has_an_upload check ((completed_at is null) = (upload_id is not null))
) with (fillfactor = 50);
comment on table renkei.attachment_content is 'The bytes of attachments, once for a municipality, by their SHA-256; unfinished ones until they expire.';
comment on column renkei.attachment_content.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.attachment_content.sha256 is 'SHA-256 of all bytes: as announced, and when complete as computed.';
comment on column renkei.attachment_content.size is 'Bytes in all.';
comment on column renkei.attachment_content.held is 'Bytes that are stored, from the beginning.';
comment on column renkei.attachment_content.type is 'What the bytes are, by their own word; null = not complete.';
comment on column renkei.attachment_content.upload_id is 'The upload that goes on with it; null = complete.';
comment on column renkei.attachment_content.begun_at is 'When its first upload began, UTC.';
comment on column renkei.attachment_content.touched_at is 'When an upload last brought something, UTC: it expires so many hours later.';
comment on column renkei.attachment_content.completed_at is 'When all bytes were there and their SHA-256 was found right, UTC; null = not yet.';

create table renkei.attachment_chunk (
	municipality_code renkei.lg_code not null,
	sha256 renkei.sha256 not null,
	at integer not null,
	bytes bytea not null,
	constraint attachment_chunk_pk primary key (municipality_code, sha256, at),
	constraint attachment_chunk_of foreign key (municipality_code, sha256) references renkei.attachment_content on delete cascade,
	constraint attachment_chunk_size_range check (octet_length(bytes) between 1 and 65536)
);
-- What PDF, Office and JPEG hold is packed already.
alter table renkei.attachment_chunk alter column bytes set storage external;
comment on table renkei.attachment_chunk is 'The bytes of attachments in pieces of at most 64 KiB.';
comment on column renkei.attachment_chunk.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.attachment_chunk.sha256 is 'SHA-256 of all bytes of the file.';
comment on column renkei.attachment_chunk.at is 'Where the piece begins, from 0.';
comment on column renkei.attachment_chunk.bytes is 'The piece.';

create table renkei.attachment (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	variant renkei.variant not null,
	serial integer not null constraint attachment_serial_positive check (serial > 0),
	content renkei.sha256,
	file_name text not null constraint attachment_file_name_is_no_path check (octet_length(file_name) between 1 and 255
		and file_name !~ '[/\\[:cntrl:]]' and file_name not in ('.', '..')),
	title text constraint attachment_title_length check (char_length(title) between 1 and 200),
	type renkei.attachment_type not null,
	size integer not null,
	sha256 renkei.sha256 not null,
	disclosure renkei.disclosure not null,
	principal_uri text not null,
	request_id uuid not null,
	request_sha256 renkei.sha256 not null,
	received_at timestamptz not null,
	key_id text not null,
	removed_at timestamptz,
	removed_by text,
	removal_id uuid,
	constraint attachment_pk primary key (municipality_code, fiscal_year, quarter, variant, serial),
	constraint attachment_request_once unique (municipality_code, request_id),
	constraint attachment_once unique (municipality_code, fiscal_year, quarter, variant, content),
	constraint attachment_of foreign key (municipality_code, content) references renkei.attachment_content,
	constraint attachment_period foreign key (fiscal_year, quarter, variant) references renkei.reporting_period,
	constraint attachment_content_is_its_own check (content = sha256),
	constraint attachment_removed_has_no_content check ((removed_at is null) = (content is not null)),
	constraint attachment_removed_by_somebody check ((removed_at is null) = (removed_by is null) and (removed_at is null) = (removal_id is null))
);
create index attachment_by_content on renkei.attachment (municipality_code, content);
comment on table renkei.attachment is 'Files that belong to a municipality''s quarter; of one that was removed the facts stay, and no bytes.';
comment on column renkei.attachment.municipality_code is 'Whose: Japanese local government code.';
comment on column renkei.attachment.fiscal_year is 'Japanese fiscal year, western number.';
comment on column renkei.attachment.quarter is 'Quarter of that fiscal year.';
comment on column renkei.attachment.variant is 'Regular, or the forecast of the fourth quarter.';
comment on column renkei.attachment.serial is 'Count within the quarter, from 1; never given twice.';
comment on column renkei.attachment.content is 'Its bytes; null = removed.';
comment on column renkei.attachment.file_name is 'As its sender named it; no path.';
comment on column renkei.attachment.title is 'What it is about; null = not said.';
comment on column renkei.attachment.type is 'What the bytes are, by their own word.';
comment on column renkei.attachment.size is 'Bytes.';
comment on column renkei.attachment.sha256 is 'SHA-256 of the bytes.';
comment on column renkei.attachment.disclosure is 'Who may read it besides the municipality itself and the secretariat.';
comment on column renkei.attachment.principal_uri is 'Who sent it.';
comment on column renkei.attachment.request_id is 'UUID of the upload, made by the client.';
comment on column renkei.attachment.request_sha256 is 'SHA-256 of what was asked.';
comment on column renkei.attachment.received_at is 'When its last byte was stored, UTC.';
comment on column renkei.attachment.key_id is 'Key that signs its receipt.';
comment on column renkei.attachment.removed_at is 'When it was removed, UTC; null = it is there.';
comment on column renkei.attachment.removed_by is 'Who removed it.';
comment on column renkei.attachment.removal_id is 'UUID of the request that removed it.';

call renkei.wall_by_tenant('attachment_content', 'attachment_chunk', 'attachment');
-- All of it but that it is removed.
create trigger only_added_to before update of municipality_code, fiscal_year, quarter, variant, serial, file_name, title, type, size, sha256,
	disclosure, principal_uri, request_id, request_sha256, received_at, key_id or delete or truncate on renkei.attachment
	for each statement execute function renkei.only_added_to();
