-- renkei_api.get_outcome_table - the table of main outcomes by municipality, each outcome exactly as typed.
-- Takes    GetOutcomeTableRequest; whether it is for readers besides the secretariat, whoever asks.
-- Returns  GetOutcomeTableResponse: municipalities that took part within the evaluation's years or have outcomes in it, prefectures
--          by code, then cities by code.  Of an outcome reported in several quarters the last wording stands.
--          Outcomes for the secretariat alone, and lines that rest on one, are left out for the ministry and for analysts, and the digest of such
--          a row with them: what a municipality confirmed is the whole row.
--          Lines that the secretariat chose and edited stand in the place of what a municipality proposes; who edits them is told the digest of all that an
--          edit puts anew: numbers, texts, and what they rest on.
-- Errors   RK400 YEARS_SWAPPED, AS_OF_FUTURE, ARGUMENT_INVALID; RK403.
create function renkei_api.get_outcome_table(p_request jsonb, p_readers boolean default false) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
	caller constant text := nullif(current_setting('renkei.role', true), '');
	all_seen constant boolean := not p_readers and caller in ('municipality', 'approver', 'secretariat');
	newest constant boolean := coalesce((p_request ->> 'include_submitted')::boolean, false) and caller is distinct from 'analyst';
	first_year constant integer := coalesce((p_request ->> 'first_fiscal_year')::integer, 0);
	last_year constant integer := coalesce((p_request ->> 'last_fiscal_year')::integer, 0);
	first_day date;
	last_day date;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	if first_year > last_year and last_year > 0 then
		perform renkei_api.refuse('RK400', 'YEARS_SWAPPED', format('the first fiscal year %s lies after the last one, %s', first_year, last_year),
			jsonb_build_object('first', first_year, 'last', last_year), 'first_fiscal_year');
	end if;
	if first_year not between 2000 and 2199 or last_year not between first_year and 2199 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('fiscal years %s to %s are no range within 2000 to 2199',
			first_year, last_year), case when first_year between 2000 and 2199
				then jsonb_build_object('value', last_year::text, 'range', format('%s-2199', first_year))
				else jsonb_build_object('value', first_year::text, 'range', '2000-2199') end,
			case when first_year between 2000 and 2199 then 'last_fiscal_year' else 'first_fiscal_year' end);
	end if;
	first_day := make_date(first_year, 4, 1);
	last_day := make_date(last_year + 1, 3, 31);
	return (
		with counted as materialized (
			select k.* from renkei_api.counted_versions(as_of, newest, first_year, last_year) k
		), item as (
			select distinct on (o.municipality_code, o.outcome_id) o.municipality_code, o.outcome_id, o.text, o.for_outcome_table, o.disclosure,
				v.receipt_number, k.fiscal_year, k.quarter, o.position
			from counted k
			join renkei.outcome o on o.municipality_code = k.municipality_code and o.version_id = k.version_id
			join renkei.report_version v on v.municipality_code = k.municipality_code and v.version_id = k.version_id
			order by o.municipality_code, o.outcome_id, k.fiscal_year desc, k.quarter desc, o.position desc
		), listed as (
			select i.municipality_code, jsonb_agg(jsonb_build_object('outcome_id', i.outcome_id, 'text', i.text,
				'receipt_number', i.receipt_number, 'hidden', i.disclosure = 'secretariat') order by i.fiscal_year, i.quarter, i.position) as outcomes
			from item i where i.for_outcome_table group by i.municipality_code
		), chosen as (
			-- What the secretariat chose and edited stands in the place of what was proposed.
			select b.municipality_code, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('outcome_id', s.ids[1], 'text', b.text, 'receipt_number', s.receipt,
				'hidden', s.hidden, 'edited', true, 'outcome_ids', to_jsonb(s.ids), 'line', b.line)) order by b.position) as outcomes
			from renkei.evaluation_bullet b
			cross join lateral (select array_agg(u.outcome_id::text order by u.outcome_id) as ids, (select i.receipt_number from item i
					where i.municipality_code = b.municipality_code and i.outcome_id = min(u.outcome_id::text)) as receipt,
					bool_or(exists (select from item i where i.municipality_code = b.municipality_code and i.outcome_id::text = u.outcome_id::text
						and i.disclosure = 'secretariat')) as hidden
				from renkei.evaluation_bullet_source u where u.municipality_code = b.municipality_code and u.first_fiscal_year = b.first_fiscal_year
					and u.last_fiscal_year = b.last_fiscal_year and u.position = b.position) s
			where b.first_fiscal_year = first_year and b.last_fiscal_year = last_year group by b.municipality_code
		), worded as (
			-- A number that a line had is not given to what a municipality proposes.
			select coalesce(c.municipality_code, l.municipality_code)::text as municipality_code, coalesce(c.outcomes, l.outcomes) as outcomes,
				case when c.outcomes is null then renkei_api.highest_outcome_line(l.municipality_code::text, first_year, last_year) end as above
			from listed l full join chosen c on c.municipality_code = l.municipality_code
		), dated as (
			select e.municipality_code, e.cooperation_id, e.type, e.effective, lead(e.place) over w is not null as followed,
				lead(e.effective) over w as until
			from renkei_api.type_entries(as_of, newest) e
			window w as (partition by e.cooperation_id order by e.place)
		), typed as (
			select c.municipality_code, coalesce(bool_or(d.type = 'b' and coalesce(renkei.first_day(d.effective), first_day) <= last_day
				and (not d.followed or coalesce(renkei.last_day(d.until), last_day) > first_day)), false) as has_b
			from (select municipality_code::text, cooperation_id from renkei.cooperation
				union select municipality_code, cooperation_id from dated) c
			left join dated d on d.cooperation_id = c.cooperation_id
			where c.municipality_code is not null
			group by c.municipality_code
		)
		select jsonb_strip_nulls(jsonb_build_object(
			'rows', (select jsonb_agg(jsonb_build_object('municipality_code', m.municipality_code, 'municipality_name_ja', m.name_ja,
					'municipality_name_en', m.name_en, 'type', case when t.has_b then 'COOPERATION_TYPE_B'
						when t.municipality_code is not null then 'COOPERATION_TYPE_A' end,
					'note_numbers', (select jsonb_agg(n.number order by n.number) from renkei.evaluation_note_municipality n
						where n.first_fiscal_year = first_year and n.last_fiscal_year = last_year and n.municipality_code = m.municipality_code),
					'outcomes', d.shown, 'sha256', case when not d.cut then encode(d.digest, 'hex') end,
					'lines_sha256', case when all_seen and caller = 'secretariat' then encode(d.lines_digest, 'hex') end, 'confirmed_at', renkei.time_json(f.confirmed_at), 'confirmed_by', f.principal_uri)
					order by m.kind <> 'prefecture', m.municipality_code)
				from renkei.municipality m
				left join worded l on l.municipality_code = m.municipality_code::text
				left join typed t on t.municipality_code = m.municipality_code
				left join lateral (select sha256(convert_to(string_agg(o ->> 'text', E'\n' order by n), 'UTF8')) as digest,
						sha256(convert_to(jsonb_agg(jsonb_build_array(coalesce(o -> 'line', to_jsonb(l.above + n)), o -> 'text', coalesce(o -> 'outcome_ids',
							jsonb_build_array(o -> 'outcome_id'))) order by n)::text, 'UTF8')) as lines_digest,
						jsonb_agg(jsonb_build_object('line', l.above + n) || o - 'hidden' order by n) filter (where all_seen or (o ->> 'hidden')::boolean is not true) as shown,
						not all_seen and bool_or((o ->> 'hidden')::boolean is true) as cut
					from jsonb_array_elements(l.outcomes) with ordinality as e (o, n)) d on true
				left join renkei.evaluation_confirmation f on f.municipality_code = m.municipality_code and f.first_fiscal_year = first_year
					and f.last_fiscal_year = last_year and f.row_sha256 = d.digest
				where (d.shown is not null or renkei_api.takes_part(m.municipality_code, first_day, last_day))
					and (current_setting('renkei.tenant') = '*' or m.municipality_code = current_setting('renkei.tenant'))),
			'notes', (select jsonb_agg(renkei_api.evaluation_note_json(n) order by n.number) from renkei.evaluation_note n
				where n.first_fiscal_year = first_year and n.last_fiscal_year = last_year),
			'coverage', renkei_api.coverage(as_of, first_year, last_year, null),
			'as_of', renkei.time_json(coalesce(as_of, clock_timestamp())))));
end $$;
grant execute on function renkei_api.get_outcome_table to renkei_daemon;
