-- renkei_api.find_meeting - the meeting of a number such as 2016-M1; it is locked for this transaction.      Errors  RK404 MEETING_NOT_FOUND.
create function renkei_api.find_meeting(p_number text) returns renkei.meeting
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	part constant text[] := regexp_match(p_number, '^([0-9]{4})-M([1-9][0-9]{0,2})$');
	one renkei.meeting;
begin
	if part is not null then
		perform pg_advisory_xact_lock(hashtextextended(format('meeting %s %s', part[1], part[2]), 0));
		select m.* into one from renkei.meeting m where m.fiscal_year = part[1]::integer and m.serial = part[2]::integer;
	end if;
	if one.serial is null then
		perform renkei_api.refuse('RK404', 'MEETING_NOT_FOUND', format('there is no meeting %s', left(p_number, 40)),
			jsonb_build_object('number', left(p_number, 40)), 'number');
	end if;
	return one;
end $$;
