-- renkei_api.export_event_records - records of events as they count at the moment of an export, each with the event it tells of.
-- Takes    the moment of the export from its reader's setting.
-- Returns  one row a record that is not for the secretariat alone: a number for its event, and its turn among the records of the event, the one that
--          speaks for it first.  Views read it for analysts, who see no table; so it says nothing that a view of events would not.
create function renkei_api.export_event_records()
returns table (municipality_code text, version_id bigint, activity_id text, event bigint, turn bigint)
language plpgsql stable rows 100000 security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	tenant constant text := current_setting('renkei.tenant', true);
	role constant text := current_setting('renkei.role', true);
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'analyst', true);
	return query
	select e.municipality_code, e.version_id, e.activity_id, dense_rank() over (order by e.event),
		row_number() over (partition by e.event order by e.speaker)
	from renkei_api.counted_events(coalesce(nullif(current_setting('renkei.export_as_of', true), '')::timestamptz, now()), false, true) e
	join renkei.activity a on a.municipality_code::text = e.municipality_code and a.version_id = e.version_id and a.activity_id::text = e.activity_id
	where a.disclosure is distinct from 'secretariat'
		and (a.disclosure = 'public' or current_setting('renkei.export_disclosure', true) is distinct from 'public')
		and (a.status is distinct from 'planned' or current_setting('renkei.export_planned', true) = 'on');
	perform set_config('renkei.tenant', coalesce(tenant, ''), true), set_config('renkei.role', coalesce(role, ''), true);
end $$;
grant execute on function renkei_api.export_event_records to renkei_analyst;
