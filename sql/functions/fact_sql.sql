-- renkei_api.fact_sql - the statement that makes single numbers of what is to be counted, written from the catalogue.
-- Takes    nothing but names of renkei_api.measures and renkei_api.dimensions that fit each other (renkei_api.misfit); those of the dimensions that
--          are filtered by.
-- Returns  SQL with the parameters of renkei_api.aggregate_facts from $1 on: as of, versions not accepted too, any status, first and last fiscal
--          year, the filters.  Its rows: measure, thing, dimensions, value.  Events that no filter would let pass are left out early; the filters themselves are
--          for who reads the rows.
create function renkei_api.fact_sql(p_measures text[], p_dimensions text[], p_filtered text[]) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	asked constant text[] := array(select m.population from renkei_api.measures() m where m.name = any (p_measures));
	events constant boolean := asked && array['event', 'people', 'cost'];
	parties constant boolean := exists (select from renkei_api.measures() m where m.name = any (p_measures) and m.value like '%y.parties%');
	heads text := '';
	joins text := '';
	passing text := '';
	described text;
	parts text[] := '{}';
	d record;
	m record;
begin
	if events then
		for d in select s.dimension, s.how, s.source, s.of_table from renkei_api.dimension_sources() s
			where s.population = 'event' and s.dimension = any (p_dimensions) order by s.dimension
		loop
			if d.how = 'below' then
				heads := heads || format(', of_%1$s as materialized (
					select r.event, jsonb_agg(distinct coalesce(%2$s, '''')) as value from record r join renkei.%3$I x
						on x.municipality_code = r.municipality_code and x.version_id = r.version_id and x.activity_id = r.activity_id
					group by r.event)', d.dimension, d.source, d.of_table);
				joins := joins || format(' left join of_%1$s on of_%1$s.event = e.event', d.dimension);
			elsif d.how = 'joined' then
				heads := heads || format(', of_%1$s as materialized (
					select q.event, jsonb_agg(distinct q.value) as value from (%2$s) q group by q.event)', d.dimension, d.source);
				joins := joins || format(' left join of_%1$s on of_%1$s.event = e.event', d.dimension);
			end if;
			if d.dimension = any (p_filtered) and d.how <> 'joined' then
				passing := passing || case d.how when 'below' then format('
					and ($6 -> %1$L ? '''' or e.event in (select r.event from counted r join renkei.%3$I x
						on x.municipality_code = r.municipality_code and x.version_id = r.version_id and x.activity_id = r.activity_id
						where %2$s = any (array(select jsonb_array_elements_text($6 -> %1$L)))))', d.dimension, d.source, d.of_table)
					else format('
					and coalesce((%2$s)::text, '''') = any (array(select jsonb_array_elements_text($6 -> %1$L)))', d.dimension, d.source) end;
			end if;
		end loop;
		select string_agg(format('%L, %s', s.dimension, case when s.how in ('below', 'joined') then format('coalesce(of_%s.value, ''[""]'')', s.dimension)
			else format('jsonb_build_array(coalesce((%s)::text, ''''))', s.source) end), ', ' order by s.dimension)
		into described from renkei_api.dimension_sources() s where s.population = 'event' and s.dimension = any (p_dimensions);
		-- Events sorted and joined in the order of bytes: it is nobody's order here, and several times as quick as a language's.
		heads := format('with counted as materialized (
				select r.*, r.event collate "C" as named from renkei_api.counted_events($1, $2, $3, $4, $5) r
			), wanted as materialized (
				select e.event from counted e %1$s where e.speaks and e.fiscal_year between $4 and $5 %2$s
			), record as materialized (
				select r.named as event, r.speaks, r.speaker, r.records, r.municipality_code, r.version_id, r.activity_id, r.fiscal_year, r.quarter, r.kind,
					r.status, r.scope, r.occurrences, r.report_state
				from counted r join wanted w on w.event = r.event
			), choice as materialized (
				select * from renkei_api.figure_choices($1)
			)%3$s, described as materialized (
				select e.event, jsonb_build_object(%4$s) as dimensions from record e %1$s %5$s
				where e.speaks
			)%6$s', case when p_dimensions && array['mode', 'country', 'city', 'disclosure']
				then 'join renkei.activity w on w.municipality_code = e.municipality_code and w.version_id = e.version_id and w.activity_id = e.activity_id'
				else '' end || case when 'variant' = any (p_dimensions) then ' join renkei.report_version u on u.municipality_code = e.municipality_code and u.version_id = e.version_id'
				else '' end, passing, heads, coalesce(described, ''), joins,
			case when parties then ', party as materialized (
				select r.event, count(distinct x.party_municipality_code) as parties from record r join renkei.activity_municipality x
					on x.municipality_code = r.municipality_code and x.version_id = r.version_id and x.activity_id = r.activity_id
				group by r.event)' else '' end);
	end if;
	for m in select * from renkei_api.measures() f where f.name = any (p_measures) order by f.place loop
		-- Dimensions that a line or a record has of its own.
		select string_agg(format('%L, %s', s.dimension, case s.how when 'several' then format('coalesce(%s, ''[""]'')', s.source)
			else format('jsonb_build_array(coalesce((%s)::text, ''''))', s.source) end), ', ' order by s.dimension)
		into described from renkei_api.dimension_sources() s
		where s.population = m.population and m.population <> 'event' and s.dimension = any (p_dimensions);
		parts := parts || case m.population
			when 'event' then format('select %1$L, t.event, d.dimensions, t.value from (
					select distinct on (r.event) r.event, (%2$s)::bigint as value from record r
					%6$s
					left join choice h on h.municipality_code = r.municipality_code and h.activity_id = r.activity_id and h.figure = %3$L
					%4$s where %5$s
					order by r.event, (%2$s) is null, h.chosen_at desc nulls last, r.speaker) t
				join described d on d.event = t.event', m.name, m.value, m.figure,
				case when m.value like '%y.parties%' then 'left join party y on y.event = r.event' else '' end, m.condition,
				-- Of most things the record knows enough.
				case when m.value || m.condition ~ '\ma\.' then 'join renkei.activity a on a.municipality_code = r.municipality_code and a.version_id = r.version_id and a.activity_id = r.activity_id' else '' end)
			-- Of an event one record says how many people there were: one with a number before others, the chosen one before others, then
			-- the one that speaks.
			when 'people' then format('select %1$L, l.event, d.dimensions || jsonb_build_object(%2$s), l.value from (
					select %7$s from (select t.*, first_value(t.speaker) over (partition by t.event order by t.value is null, t.chosen_at desc nulls last, t.speaker) as heard
					from (select r.event, r.speaker, h.chosen_at, p.side, p.category, p.basis, (%3$s)::bigint as value
						from record r
						left join renkei.activity_participants p on p.municipality_code = r.municipality_code and p.version_id = r.version_id
							and p.activity_id = r.activity_id and %4$s
						left join choice h on h.municipality_code = r.municipality_code and h.activity_id = r.activity_id and h.figure = %5$L
						%6$s) t) s where s.speaker = s.heard %8$s) l
				join described d on d.event = l.event', m.name, coalesce(described, ''), m.value, m.condition, m.figure,
				case when m.name = 'trainees' then 'where r.kind = ''training_in_japan''' else '' end,
				case when described is null then 's.event, sum(s.value)::bigint as value' else 's.*' end,
				case when described is null then 'group by s.event' else '' end)
			-- The same payer and item of a joint event is told by the first record that has it.
			when 'cost' then format('select %1$L, l.event, d.dimensions || jsonb_build_object(%2$s), l.value from (
					select t.*, min(t.speaker) over (partition by t.event, t.payer, t.whose, t.item) as heard
					from (select r.event, r.speaker, c.payer, c.item, c.share, c.currency, case when c.payer in (''municipal'', ''municipal_commission'')
							then coalesce(c.payer_municipality_code::text, r.municipality_code) else c.partner_code::text end as whose, (%3$s)::bigint as value
						from record r join renkei.activity_cost_line c on c.municipality_code = r.municipality_code and c.version_id = r.version_id
							and c.activity_id = r.activity_id
						where %4$s) t) l
				join described d on d.event = l.event where l.speaker = l.heard
				union all
				select %1$L, l.municipality_code || '' '' || l.version_id, %5$s, l.value from (
					select c.municipality_code, c.version_id, k.fiscal_year, k.quarter, k.variant, c.payer, c.item, c.share, c.currency, (%3$s)::bigint as value
					from renkei_api.counted_versions($1, $2, $4, $5) k
					join renkei.report_cost_line c on c.municipality_code = k.municipality_code and c.version_id = k.version_id
					where %4$s) l', m.name, coalesce(described, ''), m.value, m.condition,
				(select format('jsonb_build_object(%s)', coalesce(string_agg(format('%L, jsonb_build_array(coalesce((%s)::text, ''''))', n.name,
					case n.name when 'municipality' then 'l.municipality_code' when 'prefecture' then 'left(l.municipality_code, 2)' when 'fiscal_year' then 'l.fiscal_year' when 'quarter' then '''q'' || l.quarter'
					when 'payer' then 'l.payer' when 'cost_item' then 'l.item' when 'cost_share' then 'l.share' when 'currency' then 'l.currency' when 'variant' then 'l.variant' else 'null' end), ', '), '')) from unnest(p_dimensions) as n (name)))
			when 'report' then format('select %1$L, k.municipality_code || '' '' || k.version_id, jsonb_build_object(%2$s), (%3$s)::bigint
				from renkei_api.counted_versions($1, $2, $4, $5) k where k.variant = ''regular'' and %4$s', m.name, coalesce(described, ''), m.value, m.condition)
			-- Told in several quarters it is what the last one says, and of that one's year.
			else format('select %1$L, l.thing, l.dimensions, l.value from (
					select distinct on (x.municipality_code collate "C", x.%6$I collate "C") x.municipality_code || '' %5$s '' || x.%6$I as thing, jsonb_build_object(%2$s) as dimensions,
						(%3$s)::bigint as value, k.fiscal_year
					from renkei_api.counted_versions($1, $2, 2000, 2199) k
					join renkei.%5$I x on x.municipality_code = k.municipality_code and x.version_id = k.version_id
					where %4$s order by x.municipality_code collate "C", x.%6$I collate "C", k.fiscal_year desc, k.quarter desc) l
				where l.fiscal_year between $4 and $5', m.name, coalesce(described, ''), m.value, m.condition,
				m.population, case m.population when 'policy_contribution' then 'contribution_id' when 'intention' then 'partner_code' else m.population || '_id' end)
			end;
	end loop;
	return heads || ' ' || array_to_string(parts, ' union all ');
end $$;
