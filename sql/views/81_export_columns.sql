-- renkei_api.export_columns - The columns of the tables of an export, with type, code list, unit, and what a missing value means.
create view renkei_api.export_columns as
select t.name as table_name,
	a.attnum::integer as position,
	a.attname::text as name,
	coalesce(b.typname, y.typname)::text as type,
	case when a.attname like '%\_precision' then 'date_precision'
		when y.typtype = 'd' and y.typname not in ('own_id', 'sha256') then y.typname::text end as codes,
	case when a.attname in ('persons', 'person_times') then 'person' when a.attname = 'person_days' then 'person-day' when a.attname in ('days', 'review_working_days') then 'day'
		when a.attname = 'late_seconds' then 's' when a.attname = 'reduction_tonnes_per_year' then 't/year'
		when a.attname like '%minor\_units' then 'yen (JPY) or fen (CNY)'
		when a.attname = 'size' then 'byte' end as unit,
	a.attname::text = any (string_to_array(t.keys, ', ')) as key,
	a.attname in ('ended', 'superseded_by', 'parent_code', 'released_at', 'confirmed_at', 'change_reason', 'upper_minor_units', 'same_as_municipality_code',
		'same_as_activity_id', 'party_code', 'passed_to_municipality_code', 'other_municipality_code', 'other_activity_id', 'figure', 'word', 'chosen',
		'series_label_ja', 'series_label_en', 'series_label_zh', 'record_list', 'record_id') or a.attname = 'due_at' or t.name = 'outcome_evidence' as absent,
	-- What people typed is a sentence unless it is named here as an id, a code, a name, a label, or a date by the precision beside it.
	coalesce(b.typname, y.typname) = 'text' and not (y.typtype = 'd' and y.typname not in ('own_id', 'sha256'))
		and not a.attname::text = any (string_to_array(t.keys, ', '))
		and a.attname not like all (array['%\_id', '%\_code', '%\_precision', '%\_number', 'name\_%', '%label\_%', 'unit\_%', 'due\_rule\_%', 'document\_title\_%'])
		and a.attname not in ('name', 'organisation_name', 'title', 'country', 'city', 'area', 'document_issuer', 'pollutant', 'unit', 'sha256', 'support', 'counting', 'rests_on', 'element', 'language', 'record_list')
		and not exists (select from pg_catalog.pg_attribute p where p.attrelid = a.attrelid and p.attname = a.attname || '_precision') as free_text,
	a.attname = 'organisation_name' as company_name,
	coalesce(pg_catalog.col_description(a.attrelid, a.attnum), '') as says
from renkei_api.export_tables t
join pg_catalog.pg_class c on c.relname = 'export_' || t.name and c.relnamespace = 'renkei_api'::regnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname <> 'version_id'
join pg_catalog.pg_type y on y.oid = a.atttypid
left join pg_catalog.pg_type b on b.oid = y.typbasetype;
comment on view renkei_api.export_columns is 'The columns of the tables of an export, with type, code list, unit, and what a missing value means.';
comment on column renkei_api.export_columns.table_name is 'Table.';
comment on column renkei_api.export_columns.position is 'Order.';
comment on column renkei_api.export_columns.name is 'Name in every format.';
comment on column renkei_api.export_columns.type is 'Type of PostgreSQL.';
comment on column renkei_api.export_columns.codes is 'Code list, or system of codes; null = none.';
comment on column renkei_api.export_columns.unit is 'Unit; null = none.';
comment on column renkei_api.export_columns.key is 'Part of the key.';
comment on column renkei_api.export_columns.absent is 'A missing value means that there is none; else it means that it is not known or not said.';
comment on column renkei_api.export_columns.free_text is 'Sentences of people, which an export may leave out.';
comment on column renkei_api.export_columns.company_name is 'Name of a company, which an export may leave out.';
comment on column renkei_api.export_columns.says is 'What it means.';
grant select on renkei_api.export_columns to renkei_analyst;
