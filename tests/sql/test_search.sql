-- Search: words of two characters in Japanese and Chinese text, folded; who finds what.
begin;
select plan(86);
select is(renkei.fold_text(t), f, t) from (values ('ｵｿﾞﾝ', 'おぞん'), ('オゾン', 'おぞん'), ('ＶＯＣ　セミナー', 'vocせみなー'), ('光化学' || chr(10) || 'オキシダント', '光化学おきしだんと'), ('ヴァ〜', 'ゔぁ~'),
	('PM２.５', 'pm2.5'), ('㈱', '(株)')) as v (t, f);
select is(renkei.fold_text(a), renkei.fold_text(b), a || ' is ' || b) from (values ('瀋陽市', '沈阳市'), ('沈陽', '沈阳'), ('広東省', '广东省'), ('廣東', '広東'), ('遼寧', '辽宁'), ('邯鄲', '邯郸'), ('廈門', '厦门'),
	('重慶', '重庆'), ('大気汚染の調査', '大气污染の调查'), ('對策', '対策'), ('揮発性有機物', '挥发性有机物'), ('総量', '總量'), ('予測', '预测'), ('劳动', '労働'), ('髙﨑', '高崎')) as v (a, b);
select is(char_length(renkei.fold_variants(w)), char_length(w), 'as long as before') from (values (''), ('aあ'), ('瀋陽市と沈阳市'), ('𠮷瀋')) as v (w);
select isnt(renkei.fold_text(a), renkei.fold_text(b), a || ' is not ' || b) from (values ('大連', '天津'), ('河北', '湖北'), ('山西', '陕西')) as v (a, b);
select is_empty($$select v.variant from renkei.character_variant v join renkei.character_variant w on w.variant = v.folded$$, 'what a character is folded to stays');
select is(renkei.pairs_of('あ'), '{}', 'one character has no pair');
select is(cardinality(renkei.pairs_of('ああああ')), 1, 'each pair once');
select is(renkei.pairs_of(''), '{}', 'nor has none');
select is(renkei.pairs_of('あ𠮷a'), array[ascii('あ')::bigint << 21 | ascii('𠮷'), ascii('𠮷')::bigint << 21 | ascii('a')], 'of any characters');
update renkei.partner_government set name_en = 'Tianjin' where partner_code = '120000';
-- Two municipalities; one of them says something in confidence.
insert into fixture.report select 'said', bytes, document || jsonb_build_object('comments', '担当者が替わりました。', 'activities', jsonb_build_array(
	'{"activity_id": "open", "kind": "ACTIVITY_KIND_LOCAL_SEMINAR", "title": "ｵｿﾞﾝ・光化学　オキシダント セミナー", "status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_WHOLE", "disclosure": "DISCLOSURE_PUBLIC",
		"municipalities": [{"municipality_code": "281000", "role": "PARTY_ROLE_HOST"}], "result": "天津市の\n担当者がオゾンの測定を学んだ。"}'::jsonb,
	'{"activity_id": "shared", "kind": "ACTIVITY_KIND_CONSULTATION", "title": "年度計画の協議", "status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_WHOLE",
		"municipalities": [{"municipality_code": "281000", "role": "PARTY_ROLE_HOST"}, {"municipality_code": "401005", "role": "PARTY_ROLE_PARTICIPANT"}]}'::jsonb,
	'{"activity_id": "secret", "kind": "ACTIVITY_KIND_CONSULTATION", "title": "年度計画の内々の協議", "status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_WHOLE", "disclosure": "DISCLOSURE_SECRETARIAT",
		"municipalities": [{"municipality_code": "281000", "role": "PARTY_ROLE_HOST"}, {"municipality_code": "401005", "role": "PARTY_ROLE_PARTICIPANT"}]}'::jsonb),
	'needs', '[{"need_id": "n1", "text_ja": "ＶＯＣの対策", "text_zh": "挥发性有机物的治理", "partner_code": "120000"},
		{"need_id": "n2", "text_ja": "内々の要望", "partner_code": "120000", "disclosure": "DISCLOSURE_SECRETARIAT"}]'::jsonb)
from fixture.report where name = 'kobe';
select fixture.submit(array['401005', '281000'], array['full', 'said'], array[1, 2]);
create function pg_temp.filler(p_seed integer, p_length integer) returns text language sql as $$
	select string_agg(chr(19968 + (p_seed * 7919 + n * n) % 20000), '') from generate_series(1, p_length) n $$;
create function pg_temp.found(p_who text, p_words text, p_more jsonb default '{}') returns text[] language sql as $$
	select array(select r ->> 'kind' || ' ' || coalesce(r ->> 'record_id', '') from jsonb_array_elements(fixture.call(p_who, 'search_records', jsonb_build_object('words', p_words) || p_more) -> 'records') r) $$;
select is(pg_temp.found('secretariat', 'オゾン'), '{}', 'what is not accepted is not found');
select is(pg_temp.found('secretariat', 'オゾン', '{"include_submitted": true}'), '{"RECORD_KIND_ACTIVITY open"}', 'but by who asks for it, before anything was made ready for it');
select is(pg_temp.found('281000', 'おぞん'), '{"RECORD_KIND_ACTIVITY open"}', 'and by its own municipality');
select is(pg_temp.found('401005', 'オゾン'), '{}', 'not by another');
select set_config('renkei.tenant', '*', true);
select is(renkei_api.index_search(1), 1::bigint, 'one is made ready, whatever it is long');
select is(renkei_api.index_search(), 1::bigint, 'and what waits behind it');
select is((select count(*) from renkei.search_pending), 0::bigint, 'and wait no more');
select is(pg_temp.found('secretariat', 'ｵｿﾞﾝ', '{"include_submitted": true}'), '{"RECORD_KIND_ACTIVITY open"}', 'found the same');
select count(fixture.accept('secretariat', n, 10 + i::int)) from unnest(array['401005-2016Q3-1', '281000-2016Q3-1']) with ordinality t (n, i);
select is(pg_temp.found('secretariat', w), f, w) from (values ('おきしだんと', '{"RECORD_KIND_ACTIVITY open"}'::text[]), ('有机', '{"RECORD_KIND_NEED n1","RECORD_KIND_NEED n-1"}'),
	('voc 対策', '{"RECORD_KIND_NEED n1"}'), ('市の担当者', '{"RECORD_KIND_ACTIVITY open"}'), ('担当者', '{"RECORD_KIND_ACTIVITY open","RECORD_KIND_REPORT "}'), ('対応', '{}')) as v (w, f);
select is((fixture.call('secretariat', 'search_records', '{"words": "オキシダント 天津"}') #> '{records,0,snippet}'), '[{"text": "ｵｿﾞﾝ・光化学　"}, {"text": "オキシダント", "found": true}, {"text": " セミナー/"},
	{"text": "天津", "found": true}, {"text": "市の 担当者がオゾンの測定を学んだ。/神戸市/Kobe City"}]', 'the place is shown as it was typed');
select is(fixture.call('secretariat', 'search_records', '{"words": "市の担当者"}') #> '{records,0,snippet,1}', '{"text": "市の 担当者", "found": true}', 'across a line');
select is((fixture.call('secretariat', 'search_records', '{"words": "オゾン"}') #> '{records,0}') - 'snippet'::text - 'title'::text, '{"kind": "RECORD_KIND_ACTIVITY", "period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3", "variant": "VARIANT_REGULAR"},
	"record_id": "open", "report_state": "REPORT_STATE_ACCEPTED", "receipt_number": "281000-2016Q3-1", "municipality_code": "281000", "municipality_name_en": "Kobe City", "municipality_name_ja": "神戸市"}',
	'with where it stands');
-- By the names of its parties, in any language and any characters.
select is(pg_temp.found('secretariat', w), f, w) from (values ('天津 voc', '{"RECORD_KIND_NEED n1"}'::text[]), ('Tianjin voc', '{"RECORD_KIND_NEED n1"}'), ('北九州 年度計画', '{"RECORD_KIND_ACTIVITY secret","RECORD_KIND_ACTIVITY shared"}'),
	('kitakyushu 年度計畫', '{"RECORD_KIND_ACTIVITY secret","RECORD_KIND_ACTIVITY shared"}'), ('揮發性有機物', '{"RECORD_KIND_NEED n1","RECORD_KIND_NEED n-1"}')) as v (w, f);
select is(fixture.call('secretariat', 'search_records', '{"words": "voc Tianjin"}') #> '{records,0,snippet}', '[{"text": "ＶＯＣ", "found": true}, {"text": "の対策/挥发性有机物的治理/天津市/"}, {"text": "Tianjin", "found": true}]', 'the names stand behind the text');
select is(fixture.call('secretariat', 'search_records', '{"words": "揮發性有機物的"}') #> '{records,0,snippet,1}', '{"text": "挥发性有机物的", "found": true}', 'and what was typed is shown as it was');
-- A name that changes.
select set_config('renkei.tenant', '', true), set_config('renkei.role', 'secretariat', true);
update renkei.partner_government set name_zh = '津门市' where partner_code = '120000';
select set_config('renkei.tenant', '*', true);
select is((select count(*) from renkei.search_pending), (select count(distinct t.version_id) from renkei.search_text t where t.text like '%Tianjin%'), 'what has the name waits to be made ready anew');
select is(pg_temp.found('secretariat', '天津 voc'), '{"RECORD_KIND_NEED n1"}', 'and is found by the former one meanwhile');
select set_config('renkei.tenant', '*', true);
select cmp_ok(renkei_api.index_search(), '>', 0::bigint, 'it is made ready');
select is(pg_temp.found('secretariat', '津門 voc'), '{"RECORD_KIND_NEED n1"}', 'and found by it');
select set_config('renkei.role', 'secretariat', true);
update renkei.partner_government set name_zh = '天津市' where partner_code = '120000';
select set_config('renkei.tenant', '*', true), set_config('renkei.role', '', true);
select cmp_ok(renkei_api.index_search(), '>', 0::bigint, 'by who is nobody too');
select is(pg_temp.found('secretariat', '津门'), '{}', 'the former name is gone');
select is((select count(*) from renkei.search_pair p where not exists (select from renkei.search_text t where t.document = p.document)), 0::bigint, 'and nothing of it stays');
-- Who finds what.
select is(pg_temp.found(who, '年度計画'), f, who) from (values ('secretariat', '{"RECORD_KIND_ACTIVITY secret","RECORD_KIND_ACTIVITY shared"}'::text[]), ('281000', '{"RECORD_KIND_ACTIVITY secret","RECORD_KIND_ACTIVITY shared"}'),
	('ministry', '{"RECORD_KIND_ACTIVITY shared"}'), ('analyst', '{"RECORD_KIND_ACTIVITY shared"}'), ('401005', '{"RECORD_KIND_ACTIVITY shared"}'), ('400009', '{}')) as v (who, f);
select is(pg_temp.found('400009', 'オゾン'), '{"RECORD_KIND_ACTIVITY open"}', 'what is public and accepted everybody finds');
-- What was told to all before, and is for the secretariat alone now.
insert into fixture.report select 'before', r.bytes, s.document || jsonb_build_object('period', r.document -> 'period', 'activities', jsonb_build_array(
	s.document #> '{activities,2}' || '{"title": "かつての協議", "disclosure": "DISCLOSURE_PUBLIC"}'),
	'needs', jsonb_build_array(s.document #> '{needs,1}' || '{"text_ja": "かつての要望", "disclosure": "DISCLOSURE_PUBLIC"}'))
from fixture.report r, fixture.report s where r.name = 'kobe_q2' and s.name = 'said';
select fixture.submit(array['281000'], array['before'], array[21]);
select fixture.accept('secretariat', '281000-2016Q2-1', 22);
select is(pg_temp.found(who, 'かつて'), f, who || ' finds no older wording of it') from (values ('ministry', '{}'::text[]), ('analyst', '{}'), ('401005', '{}'), ('400009', '{}'),
	('281000', '{"RECORD_KIND_ACTIVITY secret","RECORD_KIND_NEED n2"}')) as v (who, f);
create function pg_temp.behind(p_who text) returns bigint language sql as $$
	select count(*) from (select set_config('renkei.tenant', '*', true) as tenant, set_config('renkei.role', p_who, true) as role) s
	cross join lateral renkei_api.counted_records(array['need'], '{}', null, false, false) r where r.thing = '281000 need n2' and s.role is not null $$;
select is(array[pg_temp.behind('secretariat'), pg_temp.behind('ministry')], array[1, 0]::bigint[], 'nor stands it behind a number');
-- Wrong questions.
select is(fixture.refused('secretariat', 'search_records', q) ->> 'reason', r, r) from (values ('{"words": " 　"}'::jsonb, 'SEARCH_WORDS_MISSING'), ('{"words": "対策 化"}', 'SEARCH_WORD_SHORT'),
	('{"words": "aa bb cc dd ee ff gg hh ii jj kk"}', 'SEARCH_WORDS_MANY'), ('{"words": "対策", "limit": 501}', 'ARGUMENT_INVALID')) as v (q, r);
-- What was replaced before it was made ready nobody finds.
insert into fixture.report select 'again', bytes, document || '{"action": "REPORT_ACTION_CORRECT", "base_version": 1, "change_reason": "人数の訂正"}' from fixture.report where name = 'full';
insert into fixture.report select 'and_again', bytes, document || '{"action": "REPORT_ACTION_CORRECT", "base_version": 2, "change_reason": "人数の再訂正"}' from fixture.report where name = 'full';
select fixture.submit(array['401005'], array['again'], array[31]);
select fixture.submit(array['401005'], array['and_again'], array[32]);
select set_config('renkei.tenant', '*', true);
select is(renkei_api.index_search(), 3::bigint, 'two versions of a report wait no more');
select is((select array_agg(distinct v.version order by v.version) from renkei.search_text t join renkei.report_version v using (municipality_code, version_id)
	where t.municipality_code = '401005'), '{1,3}', 'of which the accepted one and the last are searched');
-- A long report costs what it is long.
insert into fixture.report select 'long', bytes, document || jsonb_build_object('activities', (select jsonb_agg(jsonb_build_object('activity_id', 'long-' || a,
	'kind', 'ACTIVITY_KIND_CONSULTATION', 'title', '長い協議', 'status', 'ACTIVITY_STATUS_HELD', 'scope', 'SCOPE_WHOLE', 'municipalities', '[{"municipality_code": "400009", "role": "PARTY_ROLE_HOST"}]'::jsonb,
	'result', pg_temp.filler(a, 2000), 'implementing_bodies', (select jsonb_agg(pg_temp.filler(a * 100 + b, 200)) from generate_series(1, 20) b),
	'sources', (select jsonb_agg(jsonb_build_object('title', pg_temp.filler(a * 1000 + s, 500))) from generate_series(1, 20) s))) from generate_series(1, 3) a))
from fixture.report where name = 'fukuoka';
select fixture.submit(array['400009'], array['long'], array[21]);
select set_config('renkei.tenant', '*', true);
set local statement_timeout = '5s';
select is(renkei_api.index_search(), 1::bigint, 'in time');
select ok((select max(char_length(folded)) from renkei.search_text) > 15000, 'the long one was long');
select * from finish();
rollback;
