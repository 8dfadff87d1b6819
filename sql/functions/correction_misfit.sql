-- renkei_api.correction_misfit - does a version that follows an accepted one keep to what the secretariat opened of it.
-- Takes    the report; its accepted version; the document of the version that is to follow.
-- Returns  a refusal: REOPENING_ENDED, nothing is open any more; CORRECTION_OUTSIDE_REOPENING, it changes something that is not open.  Null where it
--          may be: nothing of this report was ever reopened, or all it changes is open.
--
-- Open is what the last reopening names, until its day, and what the last return after it names, until its own: who returns an item lets it be
-- changed.  All else stays as it was accepted, or as it stands in the version that was so returned, which was let in when it came.
-- A path below the second step stands for that step: who corrects a figure may say how it was counted.
create function renkei_api.correction_misfit(p_code text, p_fiscal_year integer, p_quarter integer, p_variant text, p_accepted bigint, p_document jsonb)
returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	besides constant text[] := array['action', 'base_version', 'change_reason', 'warning_answers'];
	tag constant text := p_code || '-' || renkei.period_tag(p_fiscal_year, p_quarter, p_variant);
	o renkei.reopening;
	given_back record;
	paths text[];
	steps text[];
	path text;
	before jsonb;
	after jsonb;
	other text;
begin
	select r.* into o from renkei.reopening r where r.municipality_code = p_code and r.fiscal_year = p_fiscal_year and r.quarter = p_quarter
		and r.variant = p_variant order by r.number desc limit 1;
	if not found then
		return null;
	end if;
	select t.step, t.version, t.version_id, (t.due_date + time '23:59:59') at time zone 'Asia/Tokyo' as until_at into given_back
	from renkei.report_transition t join renkei.report_version v on v.municipality_code = t.municipality_code and v.version_id = p_accepted
	where t.municipality_code = p_code and t.fiscal_year = p_fiscal_year and t.quarter = p_quarter and t.variant = p_variant
		and t.state = 'returned' and t.version > v.version and t.at > o.reopened_at order by t.step desc limit 1;
	paths := array(
		select coalesce(i.field_path, '') from renkei.reopening_item i where i.municipality_code = p_code and i.fiscal_year = p_fiscal_year
			and i.quarter = p_quarter and i.variant = p_variant and i.number = o.number and o.until_at >= clock_timestamp()
		union all
		select coalesce(i.field_path, '') from renkei.return_item i where i.municipality_code = p_code and i.fiscal_year = p_fiscal_year
			and i.quarter = p_quarter and i.variant = p_variant and i.step = given_back.step and given_back.until_at >= clock_timestamp());
	if paths = '{}' then
		return renkei_api.refusal(9, 'REOPENING_ENDED', format('reopening %s-R%s ended', tag, o.number), jsonb_build_object('number', tag || '-R' || o.number,
			'until', (greatest(o.until_at, given_back.until_at) at time zone 'Asia/Tokyo')::date));
	elsif '' = any (paths) then
		return null;
	end if;
	for before in select renkei.decode_message(v.report, 'renkei.v1.Report') - besides from renkei.report_version v
		where v.municipality_code = p_code and v.version_id in (p_accepted, given_back.version_id) order by v.version loop
		after := p_document - besides;
		foreach path in array paths loop
			steps := string_to_array(replace(replace(substring(path from '^[^.]+(?:\.[^.]+)?'), '[', '.'), ']', ''), '.');
			before := jsonb_set(before, steps, 'null');
			after := jsonb_set(after, steps, 'null');
		end loop;
		other := renkei_api.first_difference(before, after, '');
		if other is null then
			return null;
		end if;
	end loop;
	return renkei_api.refusal(9, 'CORRECTION_OUTSIDE_REOPENING', format('what is open of report %s does not include %s', tag, other), jsonb_build_object(
		'number', tag || case when given_back.until_at >= clock_timestamp() then '-' || given_back.version else '-R' || o.number end, 'field_path', left(other, 200)), left(other, 200));
end $$;
