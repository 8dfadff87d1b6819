-- renkei_api.list_meetings - meetings with what was said there, the latest first; a municipality reads its own words.
-- Takes    ListMeetingsRequest.      Returns  ListMeetingsResponse.      Errors  RK404 MEETING_NOT_FOUND; RK403.
create function renkei_api.list_meetings(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	named constant text := coalesce(p_request ->> 'number', '');
	unanswered constant boolean := coalesce((p_request ->> 'unanswered')::boolean, false);
	only_one renkei.meeting;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry');
	if named <> '' then
		only_one := renkei_api.find_meeting(named);
	end if;
	return (select jsonb_build_object('meetings', coalesce(jsonb_agg(f.shown order by f.fiscal_year desc, f.held_on desc, f.serial desc), '[]'))
		from (select m.fiscal_year, m.held_on, m.serial, j.shown
			from renkei.meeting m
			cross join lateral (select renkei_api.meeting_json(m, coalesce(p_request ->> 'municipality_code', ''),
				coalesce((p_request ->> 'history')::boolean, false), unanswered)) as j (shown)
			where (named = '' or m.fiscal_year = only_one.fiscal_year and m.serial = only_one.serial)
				and coalesce((p_request ->> 'fiscal_year')::integer, 0) in (0, m.fiscal_year)
				and (not unanswered or j.shown ? 'hearings')
			order by m.fiscal_year desc, m.serial desc limit 1000) f);
end $$;
grant execute on function renkei_api.list_meetings to renkei_daemon;
