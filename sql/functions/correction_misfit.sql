-- renkei_api.correction_misfit - does a version that follows an accepted one keep to what the secretariat reopened of it.
-- Takes    the report; its accepted version; the document of the version that is to follow.
-- Returns  a refusal: REOPENING_ENDED, the report is closed; CORRECTION_OUTSIDE_REOPENING, it changes something that was not named.  Null where it
--          may be: nothing of this report was ever reopened, or all it changes is named.
--
-- A path below the second step stands for that step: who corrects a figure may say how it was counted.
create function renkei_api.correction_misfit(p_code text, p_fiscal_year integer, p_quarter integer, p_variant text, p_accepted bigint, p_document jsonb)
returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	o renkei.reopening;
	before jsonb;
	after jsonb := p_document - array['action', 'base_version', 'change_reason', 'warning_answers'];
	tag constant text := p_code || '-' || renkei.period_tag(p_fiscal_year, p_quarter, p_variant);
	steps text[];
	path text;
	other text;
begin
	select r.* into o from renkei.reopening r where r.municipality_code = p_code and r.fiscal_year = p_fiscal_year and r.quarter = p_quarter
		and r.variant = p_variant order by r.number desc limit 1;
	if not found then
		return null;
	elsif o.until_at < clock_timestamp() then
		return renkei_api.refusal(9, 'REOPENING_ENDED', format('reopening %s-R%s ended at %s', tag, o.number, renkei.time_json(o.until_at)),
			jsonb_build_object('number', tag || '-R' || o.number, 'until', (o.until_at at time zone 'Asia/Tokyo')::date));
	end if;
	select renkei.decode_message(v.report, 'renkei.v1.Report') - array['action', 'base_version', 'change_reason', 'warning_answers'] into before
	from renkei.report_version v where v.municipality_code = p_code and v.version_id = p_accepted;
	for path in select coalesce(i.field_path, '') from renkei.reopening_item i where i.municipality_code = p_code and i.fiscal_year = p_fiscal_year
		and i.quarter = p_quarter and i.variant = p_variant and i.number = o.number loop
		if path = '' then
			return null;
		end if;
		steps := string_to_array(replace(replace(substring(path from '^[^.]+(?:\.[^.]+)?'), '[', '.'), ']', ''), '.');
		before := jsonb_set(before, steps, 'null');
		after := jsonb_set(after, steps, 'null');
	end loop;
	other := renkei_api.first_difference(before, after, '');
	return case when other is not null then renkei_api.refusal(9, 'CORRECTION_OUTSIDE_REOPENING', format('reopening %s-R%s does not name %s', tag, o.number, other),
		jsonb_build_object('number', tag || '-R' || o.number, 'field_path', left(other, 200)), left(other, 200)) end;
end $$;
