-- The second wall: row-level security on every table of people's data, and tables that are only added to.
--
-- renkei.tenant    the municipality whose rows this transaction may see: a code, several with commas, or * for all
-- renkei.role      what the caller is; empty outside a begun call: then nothing is visible
-- renkei.principal the identities this transaction may look up, with blanks between; * for all, only where a key is looked up
-- All three are set by functions of renkei_api for one transaction.  An analyst has no such setting and no right on any table; the
-- views of renkei_api, which belong to renkei_owner, see rows for a member of renkei_analyst by the policies named for_views.

create procedure renkei.put_wall(p_policy text, p_scope text, p_condition text, p_tables text[])
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	t text;
begin
	foreach t in array p_tables loop
		execute format('alter table renkei.%I enable row level security', t);
		execute format('alter table renkei.%I force row level security', t);
		execute format('create policy %I on renkei.%I for %s to renkei_owner using (%s)', p_policy, t, p_scope, p_condition)
			|| case p_scope when 'all' then format(' with check (%s)', p_condition) else '' end;
	end loop;
end $$;
comment on procedure renkei.put_wall(text, text, text, text[]) is 'Tables that let through, by a policy of this name, the rows for which the condition holds: to read (select) or to write, too (all).';
create procedure renkei.wall_by_tenant(variadic p_tables text[])
language sql set search_path = pg_catalog, pg_temp as $$
	call renkei.put_wall('by_tenant', 'all', $q$nullif(current_setting('renkei.tenant', true), '') = '*'
		or municipality_code = any (string_to_array(nullif(current_setting('renkei.tenant', true), ''), ','))$q$, p_tables);
$$;
comment on procedure renkei.wall_by_tenant(text[]) is 'Tables of municipalities: a call sees the rows of those that are its own.';
create procedure renkei.wall_by_office(variadic p_tables text[])
language sql set search_path = pg_catalog, pg_temp as $$
	call renkei.put_wall('by_call', 'select', $q$nullif(current_setting('renkei.role', true), '') is not null$q$, p_tables);
	call renkei.put_wall('by_office', 'all', $q$current_setting('renkei.role', true) = 'secretariat'$q$, p_tables);
$$;
comment on procedure renkei.wall_by_office(text[]) is 'Tables of the platform: every call reads them, the secretariat writes them.';
create procedure renkei.wall_by_claim(variadic p_tables text[])
language sql set search_path = pg_catalog, pg_temp as $$
	call renkei.put_wall('by_claim', 'all', $q$nullif(current_setting('renkei.principal', true), '') = '*'
		or principal_uri = any (string_to_array(nullif(current_setting('renkei.principal', true), ''), ' '))$q$, p_tables);
$$;
comment on procedure renkei.wall_by_claim(text[]) is 'Tables of principals: a transaction sees the rows of those that it may look up.';
create procedure renkei.open_to_views(variadic p_tables text[])
language sql set search_path = pg_catalog, pg_temp as $$
	call renkei.put_wall('for_views', 'select', $q$pg_catalog.pg_has_role(current_user, 'renkei_analyst', 'member')$q$, p_tables);
$$;
comment on procedure renkei.open_to_views(text[]) is 'Tables whose rows the views show to an analyst.';

create function renkei.only_added_to() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	raise exception 'renkei.% is only added to: % refused', tg_table_name, tg_op using errcode = 'RK403',
		detail = '{"reason": "ACTION_NOT_ALLOWED"}';
end $$;
create procedure renkei.only_add_to(variadic p_tables text[])
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	t text;
begin
	foreach t in array p_tables loop
		execute format('create trigger only_added_to before update or delete or truncate on renkei.%I
			for each statement execute function renkei.only_added_to()', t);
	end loop;
end $$;
comment on procedure renkei.only_add_to(text[]) is 'Tables whose rows stay as they were written.';
create function renkei.only_repaired() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	if tg_op = 'DELETE' and current_setting('renkei.repair', true) = 'on' then
		return null;
	end if;
	raise exception 'renkei.% follows from the bytes of its version: % refused', tg_table_name, tg_op using errcode = 'RK403',
		detail = '{"reason": "ACTION_NOT_ALLOWED"}';
end $$;
create procedure renkei.only_repair(variadic p_tables text[])
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	t text;
begin
	foreach t in array p_tables loop
		execute format('create trigger only_repaired before update or delete or truncate on renkei.%I
			for each statement execute function renkei.only_repaired()', t);
	end loop;
end $$;
comment on procedure renkei.only_repair(text[]) is 'Tables whose rows follow from the bytes of a version: they change only when they are made again from them.';

create procedure renkei.know_method(p_table text, variadic p_methods text[])
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	known text[];
begin
	select array_agg(m[1] order by n) || p_methods into known
	from pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), $q$'(\w+)'$q$, 'g') with ordinality as k (m, n)
	where c.conrelid = format('renkei.%I', p_table)::regclass and c.conname = p_table || '_method_known';
	execute format('alter table renkei.%1$I drop constraint %2$I, add constraint %2$I check (method in (%3$s))', p_table, p_table || '_method_known',
		(select string_agg(quote_literal(m), ', ' order by n) from unnest(known) with ordinality as k (m, n)));
	execute format('comment on column renkei.%I.method is %L', p_table,
		format('What was asked: %s or %s.', array_to_string(known[:cardinality(known) - 1], ', '), known[cardinality(known)]));
end $$;
comment on procedure renkei.know_method(text, text[]) is 'One more that renkei.request or renkei.office_request may have been asked.';

create procedure renkei.name_period(variadic p_tables text[])
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	t text;
begin
	foreach t in array p_tables loop
		execute format('comment on column renkei.%I.fiscal_year is %L', t, 'Japanese fiscal year, western number.');
		execute format('comment on column renkei.%I.quarter is %L', t, 'Quarter of that fiscal year.');
		execute format('comment on column renkei.%I.variant is %L', t, 'Regular, or the forecast of the fourth quarter.');
	end loop;
end $$;
comment on procedure renkei.name_period(text[]) is 'Tables of periods: what their columns mean.';

do $$
declare
	content text[];
begin
	select array_agg(t.name) into content from renkei.content_table t;
	call renkei.wall_by_tenant(variadic content);
	call renkei.open_to_views(variadic content);
	call renkei.only_repair(variadic content);
end $$;
call renkei.wall_by_tenant('report_version', 'report', 'report_transition', 'return_item', 'request', 'request_replay');
call renkei.open_to_views('report_version', 'report', 'report_transition');
call renkei.wall_by_office('municipality', 'municipality_participation', 'partner_government', 'partner_participation', 'counterpart_body', 'cooperation',
	'cooperation_scheme', 'type_history', 'theme', 'reporting_period', 'holiday', 'evaluation_note', 'evaluation_note_item', 'evaluation_note_municipality');
call renkei.open_to_views('municipality', 'municipality_participation', 'partner_government', 'partner_participation', 'counterpart_body', 'cooperation',
	'cooperation_scheme', 'type_history', 'theme', 'reporting_period', 'holiday', 'evaluation_note', 'evaluation_note_item', 'evaluation_note_municipality');
call renkei.wall_by_claim('principal', 'certificate', 'office_request');
call renkei.only_add_to('report_version', 'report_transition', 'return_item', 'request', 'request_replay', 'type_history');
create trigger only_kept before delete or truncate on renkei.report for each statement execute function renkei.only_added_to();
-- All of it but the number of replays.
create trigger only_added_to before update of principal_uri, request_id, method, sha256, answer, received_at
	or delete or truncate on renkei.office_request for each statement execute function renkei.only_added_to();
