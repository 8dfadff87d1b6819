-- The views of an analyst: accepted versions, without what is for the secretariat only.
begin;
select plan(13);
update fixture.report set document = jsonb_set(document, '{activities,1,disclosure}', '"DISCLOSURE_SECRETARIAT"') where name = 'full';
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
select fixture.accept('secretariat', '401005-2016Q3-1', 1);
select set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true);
set local role renkei_analyst;
select is((select array_agg(receipt_number) from renkei_api.reports), array['401005-2016Q3-1'] collate "C", 'only accepted reports are there');
select is((select count(*) from renkei_api.activities), 4::bigint, 'an event for the secretariat only is not');
select is((select count(*) from renkei_api.activity_partners where partner_code = '120000'), 0::bigint, 'nor are its parts');
select is((select string_agg(name, '') from renkei_api.organisations), null, 'a company is not named without its consent');
select is((select actual_start || ' ' || actual_start_precision from renkei_api.activities where activity_id = 'research'), '2016-04 month',
	'dates are as exact as they are known');
select is((select count(*) from renkei_api.municipalities), 8::bigint, 'the registry can be read');
select is((select string_agg(receipt_number, ',') from renkei_api.type_history), '401005-2016Q3-1', 'a type that a report changed names the report');
select throws_ok($$select 1 from renkei.activity$$, '42501', null, 'a table cannot');
select throws_ok($$insert into renkei_api.themes (theme) values ('voc')$$, '42501', null, 'nothing can be written');
select throws_ok($$select renkei_api.begin_call('a', 'b', '{}', 1)$$, '42501', null, 'no function can be called');
select set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
select is((select count(*) from renkei_api.reports), 1::bigint, 'settings made by hand open nothing more');
select is((select count(*) from renkei_api.activities), 4::bigint, 'of content neither');
reset role;
set local role renkei_daemon;
select throws_ok($$select 1 from renkei_api.reports$$, '42501', null, 'the views are not the daemon''s');
select * from finish();
rollback;
