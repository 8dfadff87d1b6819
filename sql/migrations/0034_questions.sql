-- A record of an event is asked for by itself: who says that it is the same as another is found from both ends.
create index activity_by_same_as on renkei.activity (same_as_municipality_code, same_as_activity_id) where same_as_activity_id is not null;

-- Questions that are kept under a name.  A question is cited by its digest: every answer says of which question it is.
create table renkei.saved_query (
	name text collate "C" not null,
	version integer not null,
	question jsonb,
	digest renkei.sha256,
	description text,
	saved_at timestamptz not null,
	principal_uri text not null,
	constraint saved_query_pk primary key (name, version),
	constraint saved_query_version check (version >= 1),
	constraint saved_query_name check (name ~ '^[^[:space:][:cntrl:]/@]{1,64}$'),
	constraint saved_query_description check (char_length(description) between 1 and 500),
	constraint saved_query_removed_or_whole check ((question is null) = (digest is null))
);
comment on table renkei.saved_query is 'Questions of the secretariat for numbers, version by version; only added to.';
comment on column renkei.saved_query.name is 'What it is called.';
comment on column renkei.saved_query.version is 'Number of the version, from 1; the last one holds.';
comment on column renkei.saved_query.question is 'What is asked, as renkei_api.question says; null = removed.';
comment on column renkei.saved_query.digest is 'SHA-256 of the question''s text: what answers and those who cite them name it by.';
comment on column renkei.saved_query.description is 'What it is for, in the words of who saved it; null = nothing was said.';
comment on column renkei.saved_query.saved_at is 'When it was saved or removed, UTC.';
comment on column renkei.saved_query.principal_uri is 'Who did.';
call renkei.wall_by_office('saved_query');
call renkei.only_add_to('saved_query');
call renkei.know_method('office_request', 'save_query', 'remove_query');
