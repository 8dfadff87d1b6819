-- Records below records (the themes of an event ...) have their parent: checked once a statement instead of once a row.
--
-- A foreign key runs a query for each row put in, and these tables take in most rows of a report: a third of what a submission
-- costs.  The promise is the same: no row without its parent at any commit.  A parent that this transaction put in cannot be taken
-- away by another; any other one is locked, as a foreign key does it.  Rows are never updated, and deleted by a repair alone
-- (renkei.only_repaired); there the parents' side is looked at.
do $$
declare
	p record;
	f record;
	below text;
begin
	for p in select distinct c.confrelid::regclass as parent, r.relname, c.confrelid from pg_catalog.pg_constraint c
		join pg_catalog.pg_class r on r.oid = c.confrelid join renkei.content_table t on t.name = r.relname
		where c.contype = 'f' and c.connamespace = 'renkei'::regnamespace
	loop
		below := '';
		for f in select c.conname, c.conrelid::regclass as child, r.relname, a.attname as id from pg_catalog.pg_constraint c
			join pg_catalog.pg_class r on r.oid = c.conrelid
			join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[3]
			where c.contype = 'f' and c.confrelid = p.confrelid order by 1
		loop
			execute format('alter table %s drop constraint %I', f.child, f.conname);
			execute format($make$
				create function renkei.%1$I() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $f$
				declare
					own constant xid := pg_current_xact_id()::xid;
				begin
					if exists (select from added c where not exists (select from %3$s p where p.municipality_code = c.municipality_code
						and p.version_id = c.version_id and p.%4$I = c.%4$I and p.xmin = own offset 0)) then
						perform from %3$s p where exists (select from added c where c.municipality_code = p.municipality_code
							and c.version_id = p.version_id and c.%4$I = p.%4$I) for key share;
						if exists (select from added c where not exists (select from %3$s p where p.municipality_code = c.municipality_code
							and p.version_id = c.version_id and p.%4$I = c.%4$I)) then
							raise foreign_key_violation using constraint = tg_name, schema = tg_table_schema, table = tg_table_name,
								message = format('a row of renkei.%%s has no parent in %3$s', tg_table_name);
						end if;
					end if;
					return null;
				end $f$;
				create trigger %1$I after insert on %2$s referencing new table as added
					for each statement execute function renkei.%1$I()$make$, f.conname, f.child, p.parent, f.id);
			execute format('comment on function renkei.%I() is %L', f.conname, format('Every row of %s has its parent in %s.', f.child, p.parent));
			below := below || format(' union all select from %1$s c join gone g on g.municipality_code = c.municipality_code
				and g.version_id = c.version_id and g.%2$I = c.%2$I', f.child, f.id);
		end loop;
		execute format($make$
			create function renkei.%1$I() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $f$
			begin
				if exists (%3$s) then
					raise foreign_key_violation using constraint = tg_name, schema = tg_table_schema, table = tg_table_name,
						message = format('rows below renkei.%%s are still there', tg_table_name);
				end if;
				return null;
			end $f$;
			create trigger %1$I after delete on %2$s referencing old table as gone
				for each statement execute function renkei.%1$I()$make$, p.relname || '_is_whole', p.parent, substr(below, 12));
		execute format('comment on function renkei.%I() is %L', p.relname || '_is_whole', format('Nothing goes from %s that has rows below it.', p.parent));
	end loop;
end $$;
