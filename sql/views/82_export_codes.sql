-- renkei_api.export_codes - The words of the code lists.
create view renkei_api.export_codes as
select y.typname::text as list,
	m.position::integer as position,
	m.value[1] as value
from pg_catalog.pg_type y
join pg_catalog.pg_constraint k on k.contypid = y.oid
cross join lateral regexp_matches(pg_catalog.pg_get_constraintdef(k.oid), '''([A-Za-z0-9_]+)''::text', 'g') with ordinality as m (value, position)
where y.typnamespace = 'renkei'::regnamespace and y.typtype = 'd' and k.conname = y.typname || '_known';
comment on view renkei_api.export_codes is 'The words of the code lists.';
comment on column renkei_api.export_codes.list is 'Name of the list.';
comment on column renkei_api.export_codes.position is 'Order in the list.';
comment on column renkei_api.export_codes.value is 'The word.';
grant select on renkei_api.export_codes to renkei_analyst;
