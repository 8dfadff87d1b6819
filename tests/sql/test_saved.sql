-- Questions under a name: versions, digests, who may keep one, and who may ask it.
begin;
select plan(33);
select fixture.submit(array['401005', '281000'], array['full', 'kobe'], array[1, 2]);
select count(fixture.accept('secretariat', n, i::int)) from unnest(array['401005-2016Q3-1', '281000-2016Q3-1']) with ordinality t (n, i);
create temp table asked (name text, query jsonb);
insert into asked values ('codes', '{"measures": ["MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_QUARTER"], "where": [{"dimension": "DIMENSION_PARTNER", "values": ["310000", "120000"]}], "first_fiscal_year": 2016, "last_fiscal_year": 2016}'),
	('names', '{"measures": ["MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_QUARTER"], "where": [{"dimension": "DIMENSION_PARTNER", "values": ["天津市"]}, {"dimension": "DIMENSION_PARTNER", "values": ["上海市", "天津市"]}], "first_fiscal_year": 2016, "last_fiscal_year": 2016, "list_records": true}'),
	('other', '{"measures": ["MEASURE_ACTIVITIES"]}'),
	('two', '{"measures": ["MEASURE_ACTIVITIES", "MEASURE_EVENTS"], "group_by": ["DIMENSION_QUARTER", "DIMENSION_MUNICIPALITY"]}'),
	('turned', '{"measures": ["MEASURE_EVENTS", "MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_MUNICIPALITY", "DIMENSION_QUARTER"]}'),
	('newest', '{"measures": ["MEASURE_ACTIVITIES"], "include_submitted": true}');
create function pg_temp.save(p_number integer, p_name text, p_asked text, p_more jsonb default '{}', p_who text default 'secretariat') returns jsonb language sql as $$
	select fixture.refused(p_who, 'save_query', jsonb_build_object('request_id', fixture.id(p_number), 'name', p_name, 'query', a.query) || p_more) from asked a where a.name = p_asked $$;
create function pg_temp.ask(p_query jsonb, p_who text default 'secretariat') returns jsonb language sql as $$ select fixture.call(p_who, 'aggregate_activities', p_query) $$;
create function pg_temp.listed(p jsonb default '{}', p_who text default 'ministry') returns jsonb language sql as $$
	select jsonb_agg(q ->> 'name' || ' ' || (q ->> 'version') || case when (q ->> 'removed')::boolean then ' removed' else '' end) from jsonb_array_elements(fixture.refused(p_who, 'list_queries', p) #> '{answer,queries}') q $$;
select is(pg_temp.ask(a.query) ->> 'query_digest', pg_temp.ask(n.query) ->> 'query_digest', 'names and codes, in any order, are one question') from asked a, asked n where a.name = 'codes' and n.name = 'names';
select isnt(pg_temp.ask(a.query) ->> 'query_digest', pg_temp.ask(n.query) ->> 'query_digest', 'another is another') from asked a, asked n where a.name = 'other' and n.name = 'names';
select is(pg_temp.ask(query || jsonb_build_object('as_of', renkei.time_json(clock_timestamp()))) ->> 'query_digest', pg_temp.ask(query) ->> 'query_digest', 'whatever moment it is asked of') from asked where name = 'codes';
select is(pg_temp.ask(a.query) ->> 'query_digest', pg_temp.ask(n.query) ->> 'query_digest', 'and in whatever order it is shown') from asked a, asked n where a.name = 'two' and n.name = 'turned';
select is(pg_temp.ask(query) #> '{rows,0,values,0,measure}', '"MEASURE_EVENTS"', 'which is that of the question') from asked where name = 'turned';
select is(array[pg_temp.ask(n.query, 'analyst') ->> 'query_digest', pg_temp.ask(n.query) ->> 'query_digest'] , array[pg_temp.ask(o.query) ->> 'query_digest', pg_temp.ask(n.query, 'ministry') ->> 'query_digest'],
	'to an analyst submitted versions do not count, and the digest says so') from asked n, asked o where n.name = 'newest' and o.name = 'other';
select matches(pg_temp.ask(query) ->> 'query_digest', '^[0-9a-f]{64}$', 'by a SHA-256') from asked where name = 'codes';
select is(pg_temp.save(10, '天津と上海', 'names', '{"validate_only": true}') #>> '{answer,query,version}', '1', 'a rehearsal says what would be');
select is((select count(*) from renkei.saved_query), 0::bigint, 'and keeps nothing');
select is(pg_temp.save(10, '天津と上海', 'names') #> '{answer,query}' ->> 'version', '1', 'kept');
select is(pg_temp.save(10, '天津と上海', 'names'), pg_temp.save(10, '天津と上海', 'names'), 'the same request has the same answer');
select is(pg_temp.save(11, '天津と上海', 'codes') #>> '{answer,query,version}', '1', 'the same question stays the version it is');
select is(pg_temp.save(12, '天津と上海', 'codes', '{"description": "四半期の報告に使う"}') #>> '{answer,query,version}', '2', 'with other words it is the next one');
select is(pg_temp.save(13, '天津と上海', 'other') #>> '{answer,query,version}', '3', 'so is another question');
select is(fixture.call('analyst', 'list_queries', '{"name": "天津と上海", "version": 1}') #> '{queries,0,query}', '{"measures": ["MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_QUARTER"], "where": [{"dimension": "DIMENSION_PARTNER", "values": ["120000", "310000"]}],
	"first_fiscal_year": 2016, "last_fiscal_year": 2016, "include_submitted": false}', 'what it asks can be read, and asked');
select is(pg_temp.ask(fixture.call('analyst', 'list_queries', '{"name": "天津と上海", "version": 1}') #> '{queries,0,query}', 'analyst') ->> 'query_digest',
	fixture.call('analyst', 'list_queries', '{"name": "天津と上海", "version": 1}') #>> '{queries,0,digest}', 'the answer has its digest');
select is(pg_temp.listed(), '["天津と上海 3"]', 'the last version is listed');
select is(pg_temp.listed('{"all_versions": true}', '281000'), '["天津と上海 3", "天津と上海 2", "天津と上海 1"]', 'or all, to everybody');
select is(pg_temp.save(20, n, 'codes') ->> 'reason', 'ARGUMENT_INVALID', 'no name') from (values (''), ('a b'), ('a/b'), ('a@2')) as v (n);
select is(pg_temp.save(20, 'x', 'codes', '{"query": {"measures": ["MEASURE_REPORTS"], "group_by": ["DIMENSION_THEME"]}}') ->> 'reason', 'DIMENSION_INVALID', 'what cannot be asked cannot be kept');
select is(pg_temp.save(20, 'x', 'codes', '{}', who) ->> 'reason', 'ROLE_NOT_ALLOWED', who) from (values ('281000'), ('ministry')) as v (who);
select is(fixture.refused('secretariat', 'remove_query', jsonb_build_object('request_id', fixture.id(30), 'name', '天津と上海')) #>> '{answer,query,version}', '3', 'taken off the list');
select is(pg_temp.listed('{"all_versions": true}'), '["天津と上海 4 removed", "天津と上海 3", "天津と上海 2", "天津と上海 1"]', 'its versions stay');
select is(fixture.refused('secretariat', 'remove_query', jsonb_build_object('request_id', fixture.id(31), 'name', '天津と上海')) ->> 'reason', 'SAVED_QUERY_UNKNOWN', 'once');
select is(fixture.refused('ministry', 'list_queries', '{"name": "天津と上海"}') ->> 'reason', 'SAVED_QUERY_UNKNOWN', 'and is not there any more');
select is(pg_temp.save(32, '天津と上海', 'codes') #>> '{answer,query,version}', '5', 'until it is kept again');
select is(array(select pg_temp.save(i, '順', n) #>> '{answer,query,version}' from (values (40, 'two'), (41, 'turned'), (42, 'turned')) as v (i, n)), array['1', '2', '2'], 'shown in another order it is the next version');
select is(pg_temp.listed('{"name": "順", "all_versions": true}'), '["順 2", "順 1"]', 'both are there');
select is((select count(distinct q ->> 'digest') from jsonb_array_elements(fixture.call('analyst', 'list_queries', '{"name": "順", "all_versions": true}') -> 'queries') q), 1::bigint, 'of one question');
select * from finish();
rollback;
