-- Random joint events, submitted, corrected, withdrawn, accepted, returned, linked and kept apart: what is asked equals what is counted by hand, no
-- part is more than the whole, coverage adds up to the register, and an answer of a moment stays what it was.
begin;
select plan(21);
select setseed(0.2017);
create temp table document as select document from fixture.report where name = 'nil';
create temp table step (n integer primary key, wrong text[] not null, most integer);
create temp table done (what text not null);
create temp table kept (n integer primary key, request jsonb not null, answer text not null);
create function pg_temp.any_of(variadic p text[]) returns text language sql volatile as $$ select p[1 + floor(random() * cardinality(p))] $$;
create function pg_temp.ask(p jsonb) returns jsonb language sql as $$ select fixture.call('secretariat', 'aggregate_activities', p) $$;
create function pg_temp.an_activity(p_code text, p_id text) returns jsonb language plpgsql volatile as $$
declare
	other constant text := pg_temp.any_of('110001', '400009', '281000', '401005');
begin
	return jsonb_strip_nulls(jsonb_build_object('activity_id', p_id, 'title', '催し', 'status', 'ACTIVITY_STATUS_' || pg_temp.any_of('HELD', 'HELD', 'HELD', 'HELD', 'HELD', 'HELD', 'CANCELLED'),
		'kind', 'ACTIVITY_KIND_' || pg_temp.any_of('STUDY_VISIT', 'TRAINING_IN_JAPAN'), 'scope', 'SCOPE_' || pg_temp.any_of('WHOLE', 'WHOLE', 'WHOLE', 'PART', 'PART', 'RELATED_ONLY'),
		'occurrences', 1 + floor(random() * 2)::integer, 'themes', case when random() < 0.6 then jsonb_build_array('THEME_VOC', 'THEME_PM25') end,
		'municipalities', (select jsonb_agg(jsonb_build_object('municipality_code', m, 'role', case when m = p_code and random() < 0.5 then 'PARTY_ROLE_HOST' else 'PARTY_ROLE_CO_HOST' end))
			from unnest(case when random() < 0.5 then array[p_code] else array[p_code, other] end) m),
		'partners', (select jsonb_agg(jsonb_build_object('partner_code', c)) from unnest(array['310000', '120000', '210200']) c where random() < 0.5),
		'participants', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('side', s, 'persons', case when random() < 0.7 then floor(random() * 50)::integer end,
			'person_times', case when random() < 0.5 then floor(random() * 90)::integer end, 'basis', 'COUNT_BASIS_' || pg_temp.any_of('COUNTED', 'ESTIMATE', 'CAPACITY'))))
			from unnest(array['SIDE_JP', 'SIDE_CN']) s where random() < 0.7),
		'same_as_municipality_code', case when other <> p_code and random() < 0.7 then other end));
end $$;
create function pg_temp.act(p_n integer) returns text language plpgsql as $$
declare
	code constant text := pg_temp.any_of('110001', '400009', '281000', '401005');
	in_quarter constant integer := 1 + floor(random() * 3);
	what constant text := pg_temp.any_of('submit', 'submit', 'submit', 'accept', 'accept', 'accept', 'accept', 'return', 'withdraw', 'link', 'link', 'link', 'choose', 'choose', 'fold');
	h renkei.report;
	request jsonb;
	said jsonb;
	claim renkei.activity;
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	-- Mostly about two records of which a report says something.
	select a.* into claim from renkei.activity a where a.same_as_activity_id is not null and random() < 0.8 order by random() limit 1;
	if what = 'fold' then
		return format('fold %s', renkei_api.fold_rollups(5));
	elsif what in ('link', 'choose') then
		said := fixture.refused('secretariat', case what when 'link' then 'decide_event' else 'choose_figure' end, jsonb_build_object('request_id', fixture.id(5000 + p_n), 'reason', 'x',
			'word', 'EVENT_WORD_' || pg_temp.any_of('LINKED', 'LINKED', 'APART', 'OPEN'), 'figure', pg_temp.any_of('MEASURE_PERSONS', 'MEASURE_PERSON_TIMES', 'MEASURE_ACTIVITIES'),
			'take_back', random() < 0.2, 'record', jsonb_build_object('municipality_code', coalesce(claim.municipality_code, code), 'activity_id', coalesce(claim.activity_id, pg_temp.any_of('a', 'b'))),
			'other', jsonb_build_object('municipality_code', coalesce(claim.same_as_municipality_code, pg_temp.any_of('110001', '400009', '281000', '401005')),
				'activity_id', coalesce(claim.same_as_activity_id, pg_temp.any_of('a', 'b')))));
		return format('%s: %s', what, coalesce(said ->> 'reason', 'done'));
	end if;
	select r.* into h from renkei.report r where r.municipality_code = code and r.fiscal_year = 2016 and r.quarter = in_quarter and r.variant = 'regular';
	if what = 'submit' then
		update fixture.report f set document = d.document - 'nil' || jsonb_build_object('municipality_code', code, 'period', renkei_api.period_json(2016, in_quarter, 'regular'),
			'base_version', coalesce(h.latest_version, 0), 'action', case when h.state is null then 'REPORT_ACTION_NEW' when h.state = 'accepted' then 'REPORT_ACTION_CORRECT'
				else 'REPORT_ACTION_REPLACE' end, 'change_reason', case when h.state = 'accepted' then '訂正' end,
			'activities', (select jsonb_agg(a.one || case when a.one ? 'same_as_municipality_code' then jsonb_build_object('same_as_activity_id', pg_temp.any_of('a', 'b')) else '{}' end)
				from (select pg_temp.an_activity(code, i) as one from unnest(array['a', 'b']) i where random() < 0.8) a))
		from document d where f.name = 'nil';
		update fixture.report set document = jsonb_strip_nulls(document) where name = 'nil';
		said := fixture.submit(code, 'nil', 5000 + p_n);
	else
		request := jsonb_build_object('request_id', fixture.id(5000 + p_n), 'municipality_code', code, 'period', renkei_api.period_json(2016, in_quarter, 'regular'),
			'version', h.latest_version, 'sha256', (select encode(v.sha256, 'hex') from renkei.report_version v where v.municipality_code = code and v.version_id = h.latest_version_id),
			'reason', 'x', 'due_date', (now() at time zone 'Asia/Tokyo')::date + 7, 'items', '[{"reason": "x"}]'::jsonb);
		said := fixture.refused(case what when 'withdraw' then code else 'secretariat' end, what || '_report', request);
	end if;
	return format('%s: %s', what, coalesce(said ->> 'reason', said -> 'refusal' ->> 'reason', 'done'));
end $$;
-- By hand: the accepted versions, each activity as worded last, joined by what is said until nothing moves, and then added.
create function pg_temp.by_hand() returns jsonb language plpgsql as $$
declare
	moved integer;
	answer jsonb;
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	drop table if exists hand, edge;
	create temp table hand as select distinct on (a.municipality_code, a.activity_id) a.municipality_code || '/' || a.activity_id as node, a.municipality_code || '/' || a.activity_id as label,
		a.*, exists (select from renkei.activity_municipality m where (m.municipality_code, m.version_id, m.activity_id) = (a.municipality_code, a.version_id, a.activity_id)
			and m.party_municipality_code = a.municipality_code and m.role = 'host') as host
	from renkei.report r join renkei.activity a on a.municipality_code = r.municipality_code and a.version_id = r.accepted_version_id
	order by a.municipality_code, a.activity_id, r.fiscal_year desc, r.quarter desc;
	delete from hand where status <> 'held' or scope = 'related_only';
	create temp table edge as
		select h.node as one, o.node as two from hand h join hand o on o.node = h.same_as_municipality_code || '/' || h.same_as_activity_id
		union select d.municipality_code || '/' || d.activity_id, d.other_municipality_code || '/' || d.other_activity_id from renkei.event_decision d
		where d.decision = 'linked' and not exists (select from renkei.event_decision l where (l.municipality_code, l.activity_id, l.other_municipality_code, l.other_activity_id)
			= (d.municipality_code, d.activity_id, d.other_municipality_code, d.other_activity_id) and l.entry > d.entry);
	delete from edge e using renkei.event_decision d where d.decision = 'apart' and not exists (select from renkei.event_decision l
			where (l.municipality_code, l.activity_id, l.other_municipality_code, l.other_activity_id)
			= (d.municipality_code, d.activity_id, d.other_municipality_code, d.other_activity_id) and l.entry > d.entry)
		and (d.municipality_code || '/' || d.activity_id, d.other_municipality_code || '/' || d.other_activity_id) in ((e.one, e.two), (e.two, e.one));
	insert into edge select two, one from edge;
	loop
		update hand h set label = n.label from (select e.one, min(o.label) as label from edge e join hand o on o.node = e.two group by e.one) n
		where n.one = h.node and n.label < h.label;
		get diagnostics moved = row_count;
		exit when moved = 0;
	end loop;
	select jsonb_build_object('EVENTS', count(distinct h.label)) into answer from hand h;
	return answer
		|| jsonb_build_object('ACTIVITIES', (select sum(t.occurrences) from (select distinct on (h.label) h.occurrences from hand h left join lateral (
				select max(c.decided_at) as at from renkei.figure_choice c where (c.municipality_code, c.activity_id, c.figure) = (h.municipality_code, h.activity_id, 'activities') and c.chosen
					and not exists (select from renkei.figure_choice l where (l.municipality_code, l.activity_id, l.figure) = (c.municipality_code, c.activity_id, c.figure) and l.entry > c.entry)) c on true
			order by h.label, c.at desc nulls last, h.host desc, h.municipality_code, h.activity_id) t))
		|| (select jsonb_object_agg(upper(f.figure), (select sum(t.total) from (
			select distinct on (h.label) s.total from hand h
			cross join lateral (select sum(case f.figure when 'persons' then p.persons else p.person_times end) as total from renkei.activity_participants p
				where (p.municipality_code, p.version_id, p.activity_id) = (h.municipality_code, h.version_id, h.activity_id) and p.basis is distinct from 'capacity') s
			left join lateral (select max(c.decided_at) as at from renkei.figure_choice c where (c.municipality_code, c.activity_id, c.figure) = (h.municipality_code, h.activity_id, f.figure)
				and c.chosen and not exists (select from renkei.figure_choice l where (l.municipality_code, l.activity_id, l.figure) = (c.municipality_code, c.activity_id, c.figure)
					and l.entry > c.entry)) c on true
			order by h.label, s.total is null, c.at desc nulls last, h.host desc, h.municipality_code, h.activity_id) t))
			from unnest(array['persons', 'person_times']) as f (figure));
end $$;
create function pg_temp.values_of(p_row jsonb) returns table (measure text, value bigint) language sql as $$
	select v ->> 'measure', (v ->> 'value')::bigint from jsonb_array_elements(p_row -> 'values') v $$;
create function pg_temp.compare(p_n integer) returns void language plpgsql as $$
declare
	asked constant jsonb := '["MEASURE_EVENTS", "MEASURE_ACTIVITIES", "MEASURE_PERSONS", "MEASURE_PERSON_TIMES"]';
	hand jsonb := pg_temp.by_hand();
	whole jsonb := pg_temp.ask(jsonb_build_object('measures', asked));
	wrong text[] := '{}';
	part jsonb;
	dimension text;
	request jsonb;
begin
	wrong := wrong || array(select format('%s is %s, by hand %s', v.measure, v.value, hand ->> substr(v.measure, 9)) from pg_temp.values_of(whole -> 'total') v
		where coalesce(v.value, 0) is distinct from coalesce((hand ->> substr(v.measure, 9))::bigint, 0));
	foreach dimension in array array['MUNICIPALITY', 'PARTNER', 'THEME', 'KIND', 'QUARTER', 'EVENT'] loop
		part := pg_temp.ask(jsonb_build_object('measures', asked, 'group_by', jsonb_build_array('DIMENSION_' || dimension)));
		if part -> 'total' is distinct from whole -> 'total' then
			wrong := wrong || format('the total changes when grouped by %s', dimension);
		end if;
		wrong := wrong || array(select format('%s of %s %s is more than of all', v.measure, dimension, r -> 'keys') from jsonb_array_elements(part -> 'rows') r
			cross join lateral pg_temp.values_of(r) v join pg_temp.values_of(whole -> 'total') t on t.measure = v.measure where v.value > coalesce(t.value, 0));
		-- Filtered by any value it is what its row is, and no more than the whole.
		wrong := wrong || array(select format('%s filtered by %s %s differs from its row', v.measure, dimension, r -> 'keys') from jsonb_array_elements(part -> 'rows') r
			cross join lateral (select pg_temp.ask(jsonb_build_object('measures', asked, 'where', jsonb_build_array(jsonb_build_object('dimension', 'DIMENSION_' || dimension, 'values', r -> 'keys'))))
				-> 'total' as total) f
			cross join lateral pg_temp.values_of(r) v join pg_temp.values_of(f.total) t on t.measure = v.measure where p_n % 40 = 0 and v.value is distinct from t.value);
		if part #>> '{rows,0,basis}' in ('ROW_BASIS_PART', 'ROW_BASIS_EVENT') then
			wrong := wrong || array(select format('%s by %s adds up to %s', t.measure, dimension, s.value) from pg_temp.values_of(whole -> 'total') t
				left join (select v.measure, sum(v.value) as value from jsonb_array_elements(part -> 'rows') r cross join lateral pg_temp.values_of(r) v group by 1) s on s.measure = t.measure
				where coalesce(s.value, 0) <> coalesce(t.value, 0));
		end if;
	end loop;
	-- Coverage of the register, asked in parts.
	if (select (whole #>> '{total,coverage,expected}')::bigint <> (select count(*) from renkei_api.status_cells(null, 2000, 2199) c where c.expected and c.variant = 'regular')) then
		wrong := wrong || 'coverage is not of the register'::text;
	end if;
	wrong := wrong || array(select format('coverage.%s in parts is %s of %s', k.key, s.sum, k.value) from jsonb_each_text(whole #> '{total,coverage}') k
		cross join lateral (select coalesce(sum((pg_temp.ask(jsonb_build_object('measures', '["MEASURE_EVENTS"]'::jsonb, 'where', jsonb_build_array(jsonb_build_object(
			'dimension', 'DIMENSION_QUARTER', 'values', jsonb_build_array('q' || q))))) #>> array['total', 'coverage', k.key])::bigint), 0) as sum from generate_series(1, 4) q) s
		where p_n % 40 = 0 and s.sum <> k.value::bigint);
	wrong := wrong || array(select format('expected of %s is not reported + nil + missing + not due', r -> 'keys') from jsonb_array_elements(part -> 'rows' || whole -> 'total') r
		cross join lateral (select r -> 'coverage' as c) c where (c ->> 'expected')::integer <> (c ->> 'reported')::integer + (c ->> 'nil')::integer + (c ->> 'missing')::integer + (c ->> 'not_due')::integer);
	if exists (select from renkei_api.check_rollup()) then
		wrong := wrong || 'the sums kept differ'::text;
	end if;
	perform set_config('renkei.tenant', '*', true);
	wrong := wrong || array(select format('%s/%s asked for alone is of %s, else of %s', e.municipality_code, e.activity_id, r.event, e.event) from renkei_api.counted_events(null, true, true) e
		cross join lateral renkei_api.event_record(jsonb_build_object('municipality_code', e.municipality_code, 'activity_id', e.activity_id), 'record') r where r.event is distinct from e.event);
	insert into step values (p_n, wrong, (select max(e.records) from renkei_api.counted_events(null, false, false) e));
	if p_n > 0 then
		request := jsonb_build_object('measures', asked, 'group_by', '["DIMENSION_MUNICIPALITY", "DIMENSION_QUARTER"]'::jsonb, 'as_of', renkei.time_json(clock_timestamp()),
			'list_records', true, 'include_submitted', p_n % 16 = 0);
		insert into kept values (p_n, request, pg_temp.ask(request)::text);
	end if;
end $$;
select pg_temp.compare(0);
-- A statement each: begin_call gives a call's time to the statement it stands in.
select c from generate_series(1, 160) n cross join lateral (values (1, format('insert into done select pg_temp.act(%s)', n)),
	(2, case when n % 8 = 0 then format('select pg_temp.compare(%s)', n) end)) as q (k, c) where c is not null order by n, k \gexec
select is_empty($$select n, wrong from step where cardinality(wrong) > 0$$, 'along 160 steps numbers are those counted by hand, no part is more than the whole, coverage is of the register');
select cmp_ok((select count(*) from done where what = a || ': done'), '>', 2::bigint, a || ' happened') from unnest(array['submit', 'accept', 'return', 'withdraw', 'link', 'choose']) a;
select cmp_ok((select max(most) from step), '>', 2, 'events of more than two records came about');
select is_empty($$select k.n from kept k where pg_temp.ask(k.request)::text <> k.answer$$, 'each answer of a moment is the same, byte for byte, whatever followed');
select cmp_ok((select count(distinct answer) from kept), '>', 12::bigint, 'and they were different answers');
-- What is searched, made in parts, is what is made at once.
select set_config('renkei.tenant', '*', true);
select cmp_ok(renkei_api.fold_rollups(100000), '>', -1::bigint, 'the rest is folded') from generate_series(1, 3);
select cmp_ok(renkei_api.index_search(1000000), '>', -1::bigint, 'the rest is made ready to be searched') from generate_series(1, 5);
select is((select count(*) from renkei.search_pending), 0::bigint, 'nothing waits to be searched');
create temp table made as select municipality_code, version_id, kind, record_id, title, text, folded from renkei.search_text t
where exists (select from renkei.report r where t.version_id in (r.latest_version_id, r.accepted_version_id));
select cmp_ok(renkei_api.rebuild_search(), '>', 5::bigint, 'made anew');
select set_config('renkei.tenant', '*', true);
select set_eq('select municipality_code, version_id, kind, record_id, title, text, folded from renkei.search_text', 'select * from made', 'what is searched is the same');
select * from finish();
rollback;
