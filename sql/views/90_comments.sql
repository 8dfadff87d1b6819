-- What a view shows unchanged means what it means in its table: the comments come over, and precisions get theirs.
-- The words of dates are made by a function of renkei, which whoever reads a view has to be allowed to call.
grant execute on function renkei.partial_date_text to renkei_analyst;
do $$
declare
	c record;
begin
	-- Views of views get theirs when those below have them.
	for round in 1..3 loop
	for c in
		select v.relname as view, a.attname as name, coalesce(
			(select min(pg_catalog.col_description(t.attrelid, t.attnum)) from pg_catalog.pg_depend d
				join pg_catalog.pg_rewrite w on w.oid = d.objid and w.ev_class = v.oid
				join pg_catalog.pg_attribute t on t.attrelid = d.refobjid and t.attnum = d.refobjsubid
				where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
					and t.attname = a.attname and pg_catalog.col_description(t.attrelid, t.attnum) is not null),
			case when a.attname like '%\_precision' then 'How much of the date is known: day, month, year, fiscal_year.' end) as said
		from pg_catalog.pg_class v join pg_catalog.pg_attribute a on a.attrelid = v.oid and a.attnum > 0
		where v.relnamespace = 'renkei_api'::regnamespace and v.relkind = 'v' and pg_catalog.col_description(v.oid, a.attnum) is null
		order by v.oid, a.attnum
	loop
		if c.said is not null then
			execute format('comment on column renkei_api.%I.%I is %L', c.view, c.name, c.said);
		end if;
	end loop;
	end loop;
end $$;
