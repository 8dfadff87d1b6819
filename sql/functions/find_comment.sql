-- renkei_api.find_comment - the first turn of the comment of this number; the report's comments are locked for this transaction.
-- Errors   RK404 COMMENT_NOT_FOUND; the same for what is not there and for what the caller may not see.
create function renkei_api.find_comment(p_number text) returns renkei.review_comment
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	part constant text[] := regexp_match(p_number, '^([0-9]{6})-([0-9]{4})Q([1-4])(F?)-([CS])([1-9][0-9]{0,2})$');
	one renkei.review_comment;
begin
	if part is not null then
		perform pg_advisory_xact_lock(hashtextextended(format('comments %s %s %s %s', part[1], part[2], part[3], case part[4] when 'F' then 'forecast' else 'regular' end), 0));
		select c.* into one from renkei.review_comment c
		where c.municipality_code::text = part[1] and c.fiscal_year = part[2]::integer and c.quarter = part[3]::integer
			and c.variant = case part[4] when 'F' then 'forecast' else 'regular' end and c.office_only = (part[5] = 'S')
			and c.number = part[6]::integer and c.entry = 1;
	end if;
	if one.number is null then
		perform renkei_api.refuse('RK404', 'COMMENT_NOT_FOUND', format('there is no comment %s', left(p_number, 40)),
			jsonb_build_object('number', left(p_number, 40)), 'number');
	end if;
	return one;
end $$;
