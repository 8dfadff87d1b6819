-- renkei_api.list_outcome_candidates - outcomes of accepted reports that could stand in the evaluation's table, as worded last.
-- Takes    ListOutcomeCandidatesRequest.      Returns  ListOutcomeCandidatesResponse.      Errors  RK400 YEARS_SWAPPED, ARGUMENT_INVALID; RK403.
create function renkei_api.list_outcome_candidates(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	years record;
	wanted constant text := renkei.word(p_request ->> 'category', 'OUTCOME_CATEGORY_');
begin
	perform renkei_api.require_role('secretariat');
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, false);
	return (
		with told as (
			select distinct on (o.municipality_code, o.outcome_id) o.*, r.receipt_number, r.turn
			from renkei_api.evaluation_records(null, false, years.first, years.last) r
			join renkei.outcome o on o.municipality_code::text = r.municipality_code and o.version_id = r.version_id
			order by o.municipality_code, o.outcome_id, r.turn desc
		), described as (
			select t.*, row_number() over (partition by t.municipality_code order by t.turn, t.position) as number, array(select c.category::text from renkei.outcome_category c where c.municipality_code = t.municipality_code
				and c.version_id = t.version_id and c.outcome_id = t.outcome_id order by c.position) as categories from told t
		)
		select jsonb_build_object('candidates', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('municipality_code', d.municipality_code,
			'municipality_name_ja', m.name_ja, 'outcome_id', d.outcome_id, 'number', d.number, 'text', d.text,
			'categories', (select jsonb_agg('OUTCOME_CATEGORY_' || upper(c)) from unnest(d.categories) c), 'benefit_jp', 'ANSWER_' || upper(d.benefit_jp),
			'proposed', d.for_outcome_table, 'chosen', exists (select from renkei.evaluation_bullet_source s where s.municipality_code = d.municipality_code
				and s.first_fiscal_year = years.first and s.last_fiscal_year = years.last and s.outcome_id = d.outcome_id),
			'receipt_number', d.receipt_number, 'disclosure', 'DISCLOSURE_' || upper(d.disclosure))) order by m.kind <> 'prefecture', d.municipality_code, d.turn, d.position), '[]'))
		from described d join renkei.municipality m on m.municipality_code = d.municipality_code
		where coalesce(p_request ->> 'municipality_code', '') in ('', d.municipality_code::text) and (wanted is null or wanted = any (d.categories)));
end $$;
grant execute on function renkei_api.list_outcome_candidates to renkei_daemon;
