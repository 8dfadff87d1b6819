-- renkei_api.list_joint_events - events that several records tell of, with what each says in numbers and which of them counts.
-- Takes    ListJointEventsRequest.      Returns  ListJointEventsResponse: those whose records disagree first.
-- Errors   RK400 YEARS_SWAPPED, AS_OF_FUTURE, ARGUMENT_INVALID; RK403.
create function renkei_api.list_joint_events(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
	years record;
begin
	perform renkei_api.require_role('secretariat');
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	return (select jsonb_build_object('events', coalesce(jsonb_agg(j.answer order by not j.disagrees, j.event), '[]'),
			'as_of', renkei.time_json(coalesce(as_of, clock_timestamp())))
		from renkei_api.joint_events(as_of, coalesce((p_request ->> 'include_submitted')::boolean, false), years.first, years.last) j
		where j.disagrees or not coalesce((p_request ->> 'disagreeing')::boolean, false));
end $$;
grant execute on function renkei_api.list_joint_events to renkei_daemon;
