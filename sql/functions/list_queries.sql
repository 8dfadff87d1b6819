-- renkei_api.list_queries - questions that were kept, by name.
-- Takes    ListQueriesRequest.
-- Returns  ListQueriesResponse: of each name the last version, if it was not removed; all of them, removals too, or the one asked for.
-- Errors   RK404 SAVED_QUERY_UNKNOWN when one is named that is not there; RK403.
create function renkei_api.list_queries(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := coalesce(p_request ->> 'name', '');
	number constant integer := coalesce((p_request ->> 'version')::integer, 0);
	every constant boolean := coalesce((p_request ->> 'all_versions')::boolean, false);
	queries jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	queries := (select coalesce(jsonb_agg(renkei_api.saved_query_json(s) order by s.name collate "C", s.version desc), '[]') from renkei.saved_query s
		where wanted in ('', s.name) and (every or case when number > 0 then s.version = number and s.question is not null
			else s.question is not null and not exists (select from renkei.saved_query l where l.name = s.name and l.version > s.version) end));
	if wanted <> '' and queries = '[]' then
		perform renkei_api.refuse('RK404', 'SAVED_QUERY_UNKNOWN', format('there is no saved query %s', left(wanted, 64)), jsonb_strip_nulls(jsonb_build_object(
			'name', left(wanted, 64), 'version', nullif(number, 0)::text)), 'name');
	end if;
	return jsonb_build_object('queries', queries);
end $$;
grant execute on function renkei_api.list_queries to renkei_daemon;
