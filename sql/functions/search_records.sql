-- renkei_api.search_records - records whose text has all of these words, newest period first.
-- Takes    SearchRecordsRequest.
-- Returns  SearchRecordsResponse.  A record that stands in several reports is found once, by the last of them; who may not see its last wording
--          finds none of it.
-- Errors   RK400 SEARCH_WORD_SHORT, SEARCH_WORDS_MISSING, SEARCH_WORDS_MANY, YEARS_SWAPPED, ARGUMENT_INVALID; RK403.
--
-- Who sees what: the secretariat all; the ministry and analysts what is not for the secretariat alone, analysts in accepted reports only; a
-- municipality its own, and of others what is accepted and public, or accepted and of an event in which it took part and not for the secretariat
-- alone.  Remarks to the secretariat are their municipality's and the secretariat's.
create function renkei_api.search_records(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	-- Versions that wait for the index are read one by one.
	most_pending constant integer := 1000;
	caller constant text := nullif(current_setting('renkei.role', true), '');
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	house constant boolean := caller in ('municipality', 'approver');
	newest constant boolean := caller is distinct from 'analyst' and (coalesce((p_request ->> 'include_submitted')::boolean, false) or house);
	typed constant text[] := array(select w.word from regexp_split_to_table(normalize(coalesce(p_request ->> 'words', ''), nfkc), '\s+')
		with ordinality as w (word, place) where w.word <> '' order by w.place);
	words text[];
	short text;
	size integer := coalesce((p_request ->> 'limit')::integer, 0);
	years record;
	answer jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	words := array(select renkei.fold_text(w) from unnest(typed) w);
	select t.word into short from unnest(typed, words) as t (word, folded) where char_length(t.folded) < 2 limit 1;
	if cardinality(typed) = 0 then
		perform renkei_api.refuse('RK400', 'SEARCH_WORDS_MISSING', 'a search needs a word', '{}', 'words');
	elsif short is not null then
		perform renkei_api.refuse('RK400', 'SEARCH_WORD_SHORT', format('"%s" is too short: a word has two characters at least', left(short, 40)),
			jsonb_build_object('word', left(short, 40)), 'words');
	elsif cardinality(typed) > 10 or char_length(p_request ->> 'words') > 400 then
		perform renkei_api.refuse('RK400', 'SEARCH_WORDS_MANY', 'at most 10 words and 400 characters',
			jsonb_build_object('count', cardinality(typed)::text, 'max', '10'), 'words');
	elsif size not between 0 and 500 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('%s records; 1 to 500', size),
			jsonb_build_object('value', size::text, 'range', '1-500'), 'limit');
	end if;
	size := coalesce(nullif(size, 0), 50);
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	-- What is others' and public is seen too; every row passes the condition "visible" below.
	if house then
		perform set_config('renkei.tenant', '*', true);
	end if;
	answer := (
		with likely as materialized (
			select g.document from renkei.search_pair g
			where g.pairs @> (select array_agg(distinct x) from unnest(words) w cross join lateral unnest(renkei.pairs_of(w)) x)
		), waiting as materialized (
			select p.municipality_code, p.version_id from renkei.search_pending p order by p.version_id desc limit most_pending
		), said as (
			select t.municipality_code::text, t.version_id, t.kind, t.record_id, t.title, t.text, t.folded
			from likely l join renkei.search_text t on t.document = l.document
			union all
			select w.municipality_code, w.version_id, d.kind, d.record_id, d.title, d.text, renkei.fold_text(d.text)
			from waiting w cross join lateral renkei_api.search_documents(w.municipality_code, w.version_id) d
			-- One made ready before, of which the index is made anew.
			where not exists (select from renkei.search_text t where t.municipality_code = w.municipality_code and t.version_id = w.version_id)
		), there as (
			select s.*, r.fiscal_year, r.quarter, r.variant::text as variant,
				case when s.version_id = r.latest_version_id and r.state <> 'withdrawn' then r.state::text else 'accepted' end as state,
				r.accepted_version_id = s.version_id as accepted, v.receipt_number
			from said s
			join renkei.report_version v on v.municipality_code = s.municipality_code and v.version_id = s.version_id
			join renkei.report r on r.municipality_code = v.municipality_code and r.fiscal_year = v.fiscal_year and r.quarter = v.quarter
				and r.variant = v.variant
			where not exists (select from unnest(words) w where strpos(s.folded, w) = 0)
				and v.fiscal_year between years.first and years.last
				and coalesce(nullif(p_request ->> 'municipality_code', ''), s.municipality_code) = s.municipality_code
				and (coalesce(p_request -> 'kinds', '[]') = '[]' or p_request -> 'kinds' ? ('RECORD_KIND_' || upper(s.kind)))
				and (r.accepted_version_id = s.version_id or newest and r.latest_version_id = s.version_id
					and (r.state in ('submitted', 'under_review') or house and r.state = 'returned'))
		), disclosed as (
			select t.*, case t.kind
				when 'activity' then (select a.disclosure::text from renkei.activity a where a.municipality_code = t.municipality_code and a.version_id = t.version_id and a.activity_id = t.record_id)
				when 'outcome' then (select a.disclosure::text from renkei.outcome a where a.municipality_code = t.municipality_code and a.version_id = t.version_id and a.outcome_id = t.record_id)
				when 'need' then (select a.disclosure::text from renkei.need a where a.municipality_code = t.municipality_code and a.version_id = t.version_id and a.need_id = t.record_id)
				when 'challenge' then (select a.disclosure::text from renkei.challenge a where a.municipality_code = t.municipality_code and a.version_id = t.version_id and a.challenge_id = t.record_id)
				when 'project' then (select a.disclosure::text from renkei.project a where a.municipality_code = t.municipality_code and a.version_id = t.version_id and a.project_id = t.record_id)
				when 'policy_contribution' then (select a.disclosure::text from renkei.policy_contribution a where a.municipality_code = t.municipality_code and a.version_id = t.version_id and a.contribution_id = t.record_id)
				else 'secretariat' end as disclosure
			from there t
		), counting as materialized (
			select r.municipality_code::text, c.version_id, r.fiscal_year, r.quarter, r.variant::text as variant
			from renkei.report r cross join lateral (values (r.accepted_version_id),
				(case when newest and not house and r.state in ('submitted', 'under_review') then r.latest_version_id end)) as c (version_id)
			where c.version_id is not null and caller <> 'secretariat'
		), told as (
			select 'activity' as kind, a.municipality_code, a.version_id, a.activity_id as record_id, a.disclosure from renkei.activity a
			union all select 'outcome', a.municipality_code, a.version_id, a.outcome_id, a.disclosure from renkei.outcome a
			union all select 'need', a.municipality_code, a.version_id, a.need_id, a.disclosure from renkei.need a
			union all select 'challenge', a.municipality_code, a.version_id, a.challenge_id, a.disclosure from renkei.challenge a
			union all select 'project', a.municipality_code, a.version_id, a.project_id, a.disclosure from renkei.project a
			union all select 'policy_contribution', a.municipality_code, a.version_id, a.contribution_id, a.disclosure from renkei.policy_contribution a
		), last as materialized (
			-- How a record is disclosed now, whether its last wording has the words or not: an older one opens nothing.
			select distinct on (t.municipality_code, t.kind, t.record_id) t.municipality_code, t.kind, t.record_id, d.disclosure::text as disclosure
			from (select distinct x.municipality_code, x.kind, x.record_id from there x where x.municipality_code <> own) t
			join counting c on c.municipality_code = t.municipality_code
			join told d on d.municipality_code = c.municipality_code and d.version_id = c.version_id and d.kind = t.kind and d.record_id = t.record_id
			order by t.municipality_code, t.kind, t.record_id, c.fiscal_year desc, c.quarter desc, c.variant desc, c.version_id desc
		), visible as (
			select d.* from disclosed d
			left join last l on l.municipality_code = d.municipality_code and l.kind = d.kind and l.record_id = d.record_id
			where caller = 'secretariat' or d.municipality_code = own
				or not house and d.disclosure is distinct from 'secretariat' and l.disclosure is distinct from 'secretariat'
				or house and d.accepted and (d.disclosure = 'public' and l.disclosure = 'public'
					or d.kind = 'activity' and d.disclosure is distinct from 'secretariat' and l.disclosure is distinct from 'secretariat'
					and exists (select from renkei.activity_municipality p where p.municipality_code = d.municipality_code and p.version_id = d.version_id
						and p.activity_id = d.record_id and p.party_municipality_code = own))
		), found as materialized (
			select distinct on (v.municipality_code, v.kind, v.record_id, case when v.kind = 'report' then v.version_id end) v.* from visible v
			order by v.municipality_code, v.kind, v.record_id, case when v.kind = 'report' then v.version_id end, v.fiscal_year desc, v.quarter desc,
				v.variant desc, v.version_id desc
		), shown as (
			select f.*, row_number() over (order by f.fiscal_year desc, f.quarter desc, f.municipality_code, f.kind, f.record_id) as n from found f
		)
		select jsonb_build_object('records', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
				'municipality_code', s.municipality_code, 'municipality_name_ja', m.name_ja, 'municipality_name_en', m.name_en,
				'period', renkei_api.period_json(s.fiscal_year, s.quarter, s.variant),
				'receipt_number', s.receipt_number, 'kind', 'RECORD_KIND_' || upper(s.kind), 'record_id', s.record_id, 'title', s.title,
				'snippet', renkei_api.snippet(s.text, words), 'report_state', 'REPORT_STATE_' || upper(s.state))) order by s.n)
				from shown s join renkei.municipality m on m.municipality_code = s.municipality_code where s.n <= size), '[]'),
			'total', (select count(*) from found),
			'not_searched', greatest((select count(*) from renkei.search_pending) - most_pending, 0)));
	perform set_config('renkei.tenant', own, true);
	-- How much others have that waits is nobody's business.
	return case when house then answer - 'not_searched' else answer end;
end $$;
grant execute on function renkei_api.search_records to renkei_daemon;
