-- The second wall: row-level security on every table of people's data, and tables that are only added to.
--
-- renkei.tenant    the municipality whose rows this transaction may see: a code, several with commas, or * for all
-- renkei.role      what the caller is; empty outside a begun call: then nothing is visible
-- renkei.principal the identities this transaction may look up, with blanks between; * for all, only where a key is looked up
-- All three are set by functions of renkei_api for one transaction.  An analyst has no such setting and no right on any table; the
-- views of renkei_api, which belong to renkei_owner, see rows for a member of renkei_analyst by the policies named for_views.

do $$
declare
	t text;
	tenant constant text := $q$nullif(current_setting('renkei.tenant', true), '') = '*'
		or municipality_code = any (string_to_array(nullif(current_setting('renkei.tenant', true), ''), ','))$q$;
	begun constant text := $q$nullif(current_setting('renkei.role', true), '') is not null$q$;
	office constant text := $q$current_setting('renkei.role', true) = 'secretariat'$q$;
	claimed constant text := $q$nullif(current_setting('renkei.principal', true), '') = '*'
		or principal_uri = any (string_to_array(nullif(current_setting('renkei.principal', true), ''), ' '))$q$;
	analyst constant text := $q$pg_catalog.pg_has_role(current_user, 'renkei_analyst', 'member')$q$;
begin
	for t in
		select name from renkei.content_table
		union all select unnest(array['report_version', 'report', 'report_transition', 'return_item', 'request', 'request_replay'])
	loop
		execute format('alter table renkei.%I enable row level security', t);
		execute format('alter table renkei.%I force row level security', t);
		execute format('create policy by_tenant on renkei.%I to renkei_owner using (%s) with check (%s)', t, tenant, tenant);
		if t not in ('request', 'request_replay', 'return_item') then
			execute format('create policy for_views on renkei.%I for select to renkei_owner using (%s)', t, analyst);
		end if;
	end loop;
	foreach t in array array['municipality', 'municipality_participation', 'partner_government', 'partner_participation',
		'counterpart_body', 'cooperation', 'cooperation_scheme', 'type_history', 'theme', 'reporting_period', 'holiday',
		'evaluation_note', 'evaluation_note_item', 'evaluation_note_municipality']
	loop
		execute format('alter table renkei.%I enable row level security', t);
		execute format('alter table renkei.%I force row level security', t);
		execute format('create policy by_call on renkei.%I for select to renkei_owner using (%s)', t, begun);
		execute format('create policy by_office on renkei.%I to renkei_owner using (%s) with check (%s)', t, office, office);
		execute format('create policy for_views on renkei.%I for select to renkei_owner using (%s)', t, analyst);
	end loop;
	foreach t in array array['principal', 'certificate', 'office_request'] loop
		execute format('alter table renkei.%I enable row level security', t);
		execute format('alter table renkei.%I force row level security', t);
		execute format('create policy by_claim on renkei.%I to renkei_owner using (%s) with check (%s)', t, claimed, claimed);
	end loop;
end $$;

create function renkei.only_added_to() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	raise exception 'renkei.% is only added to: % refused', tg_table_name, tg_op using errcode = 'RK403',
		detail = '{"reason": "ACTION_NOT_ALLOWED"}';
end $$;
create function renkei.only_repaired() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	if tg_op = 'DELETE' and current_setting('renkei.repair', true) = 'on' then
		return null;
	end if;
	raise exception 'renkei.% follows from the bytes of its version: % refused', tg_table_name, tg_op using errcode = 'RK403',
		detail = '{"reason": "ACTION_NOT_ALLOWED"}';
end $$;
do $$
declare
	t text;
begin
	foreach t in array array['report_version', 'report_transition', 'return_item', 'request', 'request_replay', 'type_history'] loop
		execute format('create trigger only_added_to before update or delete or truncate on renkei.%I
			for each statement execute function renkei.only_added_to()', t);
	end loop;
	for t in select name from renkei.content_table loop
		execute format('create trigger only_repaired before update or delete or truncate on renkei.%I
			for each statement execute function renkei.only_repaired()', t);
	end loop;
	execute 'create trigger only_kept before delete or truncate on renkei.report
		for each statement execute function renkei.only_added_to()';
	-- All of it but the number of replays.
	execute 'create trigger only_added_to before update of principal_uri, request_id, method, sha256, answer, received_at
		or delete or truncate on renkei.office_request for each statement execute function renkei.only_added_to()';
end $$;
