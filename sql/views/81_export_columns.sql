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
	case when a.attname = 'organisation_name' then 'withheld'
		when w.condition is null and (d.name in ('ended', 'superseded_by', 'parent_code', 'released_at', 'confirmed_at', 'change_reason', 'upper_minor_units', 'same_as_municipality_code',
			'same_as_activity_id', 'party_code', 'passed_to_municipality_code', 'other_municipality_code', 'other_activity_id', 'figure', 'word', 'chosen',
			'series_label_ja', 'series_label_en', 'series_label_zh', 'record_list', 'record_id', 'due_at')
			or t.name = 'outcome_evidence' or t.name like '%\_parties' and d.name = 'name') then 'not_applicable'
		else 'unknown' end as missing,
	w.condition as absent_when,
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
left join pg_catalog.pg_type b on b.oid = y.typbasetype
-- A precision is missing where its date is, and means the same then.
cross join lateral (select regexp_replace(a.attname::text, '_precision$', '') as name) d
left join (values
	('activities', 'actual_start', 'status=planned,postponed,cancelled'),
	('activities', 'actual_end', 'status=planned,postponed,cancelled'),
	('activities', 'result', 'status=planned,postponed,cancelled'),
	('activities', 'city', 'mode=online,video'),
	('activities', 'scope_reason', 'scope=whole'),
	('activity_parties', 'role', 'party_kind=body'),
	('cost_lines', 'payer_municipality_code', 'payer!=municipal'),
	('cost_lines', 'partner_code', 'payer!=cn_local'),
	('cost_lines', 'currency', 'share=none'),
	('cost_lines', 'minor_units', 'share=none'),
	('cost_lines', 'accuracy', 'share=none'),
	('needs', 'responded', 'response=not_met,open'),
	('projects', 'began', 'status=planned'),
	('projects', 'ended', 'status=planned,running'),
	('projects', 'result_report', 'status=planned,running'),
	('projects', 'result_report_date', 'status=planned,running'),
	('policy_contributions', 'confirmed_date', 'confirmed_by_cn=no'),
	('indicators', 'numerator', 'counting!=share,portion,special'),
	('indicators', 'denominator', 'counting!=share,portion,special')) as w (table_name, column_name, condition) on w.table_name = t.name and w.column_name = d.name;
comment on view renkei_api.export_columns is 'The columns of the tables of an export, with type, code list, unit, and what a missing value means.';
comment on column renkei_api.export_columns.table_name is 'Table.';
comment on column renkei_api.export_columns.position is 'Order.';
comment on column renkei_api.export_columns.name is 'Name in every format.';
comment on column renkei_api.export_columns.type is 'Type of PostgreSQL.';
comment on column renkei_api.export_columns.codes is 'Code list, or system of codes; null = none.';
comment on column renkei_api.export_columns.unit is 'Unit; null = none.';
comment on column renkei_api.export_columns.key is 'Part of the key.';
comment on column renkei_api.export_columns.missing is 'What a missing value means: unknown (or not said), not_applicable (there is none), withheld (it is known and not told).';
comment on column renkei_api.export_columns.absent_when is 'Where a missing value is not applicable although it is unknown elsewhere: the rows in which another column of the table has one of these values (COLUMN=A,B), or another one (COLUMN!=A,B); null = nowhere.';
comment on column renkei_api.export_columns.free_text is 'Sentences of people, which an export may leave out.';
comment on column renkei_api.export_columns.company_name is 'Name of a company, which an export may leave out.';
comment on column renkei_api.export_columns.says is 'What it means.';
grant select on renkei_api.export_columns to renkei_analyst;
