-- renkei_api.event_record - the record of an event that a request names.
-- Takes    {"municipality_code", "activity_id"}; the path of the field.
-- Returns  the record as it counts now, or as submitted last where nothing counts yet; of any status; its event, and whose records may belong to that.
-- Errors   RK404 ACTIVITY_NOT_FOUND.
create function renkei_api.event_record(p_key jsonb, p_field text, out node text, out municipality_code text, out version_id bigint,
	out activity_id text, out report_state text, out event text, out municipality_codes text[])
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	node := coalesce(p_key ->> 'municipality_code', '') || '/' || coalesce(p_key ->> 'activity_id', '');
	municipality_codes := renkei_api.event_municipalities(coalesce(p_key ->> 'municipality_code', ''), coalesce(p_key ->> 'activity_id', ''));
	select e.municipality_code, e.version_id, e.activity_id, e.report_state, e.event
	into municipality_code, version_id, activity_id, report_state, event
	from renkei_api.counted_events(null, true, true, 2000, 2199, municipality_codes) e
	where e.municipality_code = p_key ->> 'municipality_code' and e.activity_id = p_key ->> 'activity_id';
	if municipality_code is null then
		perform renkei_api.refuse('RK404', 'ACTIVITY_NOT_FOUND', format('no report that counts has the activity %s', left(node, 80)),
			jsonb_build_object('activity', left(node, 80)), p_field);
	end if;
end $$;
