-- Search in what reports say, by words of two characters and more, in Japanese and Chinese.
--
-- Text is compared folded: width, kana, case and blanks do not matter.  A record's folded text is found by the pairs of characters in it
-- (there is no blank between words to find it by), and then looked at itself.  Who changes a report appends a row to search_pending in the same
-- transaction; renkei_api.index_search, which workers ask from time to time, makes what is searched of it.  Until then a search reads those
-- versions themselves, so nothing that was submitted is missing.
create function renkei.fold_text(p_text text) returns text
language sql immutable parallel safe as $$
	select translate(regexp_replace(lower(normalize(p_text, nfkc) collate "C"), '\s+', '', 'g'),
		'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶヽヾ〜',
		'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖゝゞ~')
$$;
comment on function renkei.fold_text(text) is 'A text as it is searched: NFKC, small letters, hiragana for katakana, no blanks.';
create function renkei.pairs_of(p_folded text) returns bigint[]
language sql immutable parallel safe as $$
	-- Not by substr, which counts from the first character each time.
	select coalesce(array_agg(distinct ascii(this)::bigint << 21 | ascii(following)), '{}')
	from (select c as this, lead(c) over (order by n) as following from unnest(string_to_array(p_folded, null)) with ordinality as u (c, n)) as pair
	where following is not null
$$;
comment on function renkei.pairs_of(text) is 'The pairs of neighbouring characters of a folded text, each as one number of two code points.';

create table renkei.search_pending (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	constraint search_pending_pk primary key (municipality_code, version_id),
	constraint search_pending_of foreign key (municipality_code, version_id) references renkei.report_version
);
comment on table renkei.search_pending is 'Versions that were submitted and are not in search_text yet.';
comment on column renkei.search_pending.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.search_pending.version_id is 'The version.';

create table renkei.search_text (
	municipality_code renkei.lg_code not null,
	version_id bigint not null,
	kind text not null,
	record_id text not null,
	document bigint generated always as identity,
	title text not null,
	text text not null,
	folded text not null,
	constraint search_text_pk primary key (municipality_code, version_id, kind, record_id),
	constraint search_text_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint search_text_kind_known check (kind in ('activity', 'outcome', 'need', 'challenge', 'project', 'policy_contribution', 'report'))
);
create index search_text_by_document on renkei.search_text (document);
comment on table renkei.search_text is 'What reports say, record by record, as it is searched; made from the rows of their content, and again when needed.';
comment on column renkei.search_text.municipality_code is 'Whose report: Japanese local government code.';
comment on column renkei.search_text.version_id is 'Version of the report it stands in.';
comment on column renkei.search_text.kind is 'What kind of record: activity, outcome, need ...; report: the remarks of the report itself.';
comment on column renkei.search_text.record_id is 'Identity of the record within the municipality; empty for the report itself.';
comment on column renkei.search_text.document is 'Number that joins search_pair.';
comment on column renkei.search_text.title is 'What the record is called.';
comment on column renkei.search_text.text is 'Its texts as typed, with U+E000 between them.';
comment on column renkei.search_text.folded is 'The same folded.';

-- Without row security: an index may not answer before the wall has been asked, so here is nothing that a wall would be for.  It holds neither whose
-- a text is nor the text; both are in search_text, which every answer goes through.
create table renkei.search_pair (
	document bigint not null,
	pairs bigint[] not null,
	constraint search_pair_pk primary key (document)
);
create index search_pair_by_pairs on renkei.search_pair using gin (pairs);
comment on table renkei.search_pair is 'Which pairs of characters stand in a text of search_text.';
comment on column renkei.search_pair.document is 'The text.';
comment on column renkei.search_pair.pairs is 'Its pairs (renkei.pairs_of).';

call renkei.wall_by_tenant('search_pending', 'search_text');

create function renkei.report_is_searched() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	insert into renkei.search_pending (municipality_code, version_id)
	select a.municipality_code, a.latest_version_id from added a on conflict do nothing;
	return null;
end $$;
comment on function renkei.report_is_searched() is 'A version that was submitted will be searched.';
create function renkei.report_is_searched_anew() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	insert into renkei.search_pending (municipality_code, version_id)
	select a.municipality_code, a.latest_version_id from added a join gone g on g.municipality_code = a.municipality_code
		and g.fiscal_year = a.fiscal_year and g.quarter = a.quarter and g.variant = a.variant
	where g.latest_version_id <> a.latest_version_id on conflict do nothing;
	return null;
end $$;
comment on function renkei.report_is_searched_anew() is 'So is one that takes another''s place.';
create trigger report_is_searched after insert on renkei.report referencing new table as added
	for each statement execute function renkei.report_is_searched();
create trigger report_is_searched_anew after update on renkei.report referencing new table as added old table as gone
	for each statement execute function renkei.report_is_searched_anew();
-- What was submitted before.
select set_config('renkei.tenant', '*', true);
insert into renkei.search_pending (municipality_code, version_id)
select r.municipality_code, r.latest_version_id from renkei.report r
union select r.municipality_code, r.accepted_version_id from renkei.report r where r.accepted_version_id is not null;
select set_config('renkei.tenant', '', true);
