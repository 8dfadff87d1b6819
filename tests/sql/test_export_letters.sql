-- Letters about exports: one a streak of failures, one when it is over; what is stored with a schedule; what is gone from a disk.
begin;
select plan(41);
create function pg_temp.take(p_now timestamptz) returns table (letter jsonb) language sql as $$
	select renkei_api.begin_work('letters', 1000);
	select c.letter from renkei_api.claim_export_letter(p_now) c $$;
create function pg_temp.look(p_sql text) returns text language plpgsql as $$
declare
	said text;
begin
	perform set_config('renkei.exports', 'on', true);
	execute p_sql into said;
	perform set_config('renkei.exports', '', true);
	return said;
end $$;
create function pg_temp.fail(p_due bigint, p_email text) returns integer language sql as $$
	select renkei_api.fail_export('weekly', p_due, renkei_api.claim_export('weekly', p_due, 'a:1', 60, (select changed_at from renkei_api.export_work('weekly'))), 'no room', p_email) $$;
create function pg_temp.make(p_due bigint) returns boolean language sql as $$
	select renkei_api.finish_export('weekly', p_due, renkei_api.claim_export('weekly', p_due, 'a:1', 60, (select changed_at from renkei_api.export_work('weekly'))),
		jsonb_build_object('id', 'b' || p_due, 'as_of', '2016-07-01', 'bytes', 1, 'files', 1, 'rows', 1), 'ops@example.jp') $$;
create function pg_temp.claim(p_due bigint) returns integer language sql as $$
	select renkei_api.claim_export('weekly', p_due, 'a:1', 60, (select changed_at from renkei_api.export_work('weekly'))) $$;
create function pg_temp.letters() returns text language sql as $$
	select pg_temp.look('select string_agg(kind, '','' order by queued_at, kind) from renkei.export_letter') $$;

select renkei_api.keep_export_schedule('weekly', 'weekly', 'Asia/Tokyo', 'csv', 'renkei://x');
select is(pg_temp.make(1000000), true, 'a bundle is made');
select is(pg_temp.letters(), null, 'and nobody is written to');
select is(pg_temp.fail(2000000, ''), 30, 'a run fails');
select is(pg_temp.letters(), null, 'where nobody is to be told, nobody is');
select is(pg_temp.fail(3000000, 'ops@example.jp'), 30, 'the next one too');
select is(pg_temp.letters(), 'failed', 'which is told');
select is(pg_temp.fail(4000000, 'ops@example.jp'), 30, 'and one more');
select is(pg_temp.letters(), 'failed', 'which is not, being of the same streak');
select is(renkei_api.count_failing_exports(), 1::bigint, 'one schedule fails');
create temp table claimed as select letter from pg_temp.take(null);
select is((select letter - 'letter_id' - 'retry_at' from claimed), '{"kind": "EXPORT_LETTER_KIND_FAILED", "email": "ops@example.jp", "language": "ja", "schedule": "weekly", "why": "no room",
	"due_at": "1970-01-01T00:00:03Z"}'::jsonb, 'a letter says what failed');
select is_empty('select * from pg_temp.take(null)', 'who claims it has it');
select is(renkei_api.settle_export_letter(letter ->> 'letter_id', 'again', 'busy', null), true, 'it is put off') from claimed;
select is_empty('select * from pg_temp.take(null)', 'for some minutes');
select is(pg_temp.make(5000000), true, 'a bundle is made again');
select is(pg_temp.letters(), 'failed,made_again', 'which is told');
select is((select letter ->> 'kind' from pg_temp.take(clock_timestamp() + interval '1 hour')), 'EXPORT_LETTER_KIND_MADE_AGAIN', 'in the place of what is over');
select is(pg_temp.look($$select string_agg(state, ',' order by kind) from renkei.export_letter$$), 'dropped,queued', 'that letter is dropped');
select is(renkei_api.count_failing_exports(), 0::bigint, 'nothing fails any more');
select is(pg_temp.fail(6000000, 'ops@example.jp'), 30, 'a later failure');
select is(pg_temp.letters(), 'failed,made_again,failed', 'is another streak');

-- What is gone.
select pg_temp.look($$update renkei.export_schedule set keep = 1 where name = 'weekly' returning ''$$);
select results_eq($$select renkei_api.retire_exports('weekly')$$, array['b1000000'], 'an old bundle is retired');
select results_eq($$select renkei_api.gone_exports('weekly', 'notes,b1000000,b5000000')$$, array['b1000000'], 'and told again where it still lies; nothing else');

-- What a run that failed left on the disk, or one that was killed.
select is(renkei_api.note_export('weekly', 6000000, 1, '2016-07-01T00:00:00Z', null), false, 'a run that is over is nobody''s to note');
select pg_temp.claim(7000000);
select is(renkei_api.note_export('weekly', 7000000, 1, '2016-07-02T03:04:05.678Z', null), true, 'of when the data are is known before they are read');
create temp table lies as select '20160702T030405Z-0123456789abcdef,20160702T030406Z-0123456789abcdef,notes,b5000000'::text as ids;
select is_empty($$select renkei_api.gone_exports('weekly', ids) from lies$$, 'what a run has made goes on lying there while it runs');
select is(renkei_api.fail_export('weekly', 7000000, 1, 'not handed over', ''), 30, 'it is not handed over');
select results_eq($$select renkei_api.gone_exports('weekly', ids) from lies$$, array['20160702T030405Z-0123456789abcdef'], 'then it is gone, and nothing of another moment');
select pg_temp.look($$update renkei.export_run set retry_at = clock_timestamp() where due_at = to_timestamp(7) returning ''$$);
select pg_temp.claim(7000000);
select is_empty($$select renkei_api.gone_exports('weekly', ids) from lies$$, 'but stays while it is tried again');
select pg_temp.look($$update renkei.export_run set lease_until = clock_timestamp() - interval '61 minutes' where due_at = to_timestamp(7) returning ''$$);
select results_eq($$select renkei_api.gone_exports('weekly', ids) from lies$$, array['20160702T030405Z-0123456789abcdef'], 'and is gone an hour after who made it was last heard of');

-- What changes are told since.
select is(pg_temp.make(8000000), true, 'a bundle is made');
select renkei_api.keep_export_schedule('changes', 'weekly', 'Asia/Tokyo', 'csv', 'renkei://x');
select renkei_api.claim_export('changes', 1000000, 'a:1', 60, (select changed_at from renkei_api.export_work('changes')));
select is(renkei_api.note_export('changes', 1000000, 1, '2016-07-03', 'weekly/b5000000'), true, 'changes are told since an earlier one');
select is(pg_temp.make(9000000), true, 'while the next is made');
select is_empty($$select b from renkei_api.retire_exports('weekly') b where b = 'b5000000'$$, 'what a run tells changes since stays while it runs');
select pg_temp.look($$update renkei.export_run set lease_until = clock_timestamp() where name = 'changes' returning ''$$);
select results_eq($$select renkei_api.retire_exports('weekly')$$, array['b5000000'], 'and no longer');
select is(renkei_api.note_export('changes', 1000000, 1, '2016-07-03', 'weekly/b5000000'), false, 'since what is retired no changes are told');

-- A letter that came to nothing keeps no other back.
create function pg_temp.waits() returns text language sql as $$
	select pg_temp.look('select count(*)::text from renkei.export_letter where kind = ''failed'' and state = ''queued''') $$;
select pg_temp.fail(10000000, 'ops@example.jp'), pg_temp.fail(11000000, 'ops@example.jp');
select is(pg_temp.waits(), '2', 'of each streak one letter waits');
select is_empty($$select * from pg_temp.take(clock_timestamp() + interval '4 days')$$, 'for three days');
select is(pg_temp.waits(), '0', 'then it is dropped');
select pg_temp.fail(12000000, 'ops@example.jp');
select is(pg_temp.waits(), '1', 'and the next failure is told');

-- What a schedule may say.
create temp table asked as select '{"request_id": "00000000-0000-4000-8000-000000000061", "schedule": {"name": "daily", "calendar": "daily", "formats": ["csv"]}}'::jsonb as request;
select is(fixture.refused('secretariat', 'put_export_schedule', jsonb_set(request, '{schedule,recipients}', '["a@b.jp", "x\r\nBcc: y@z.jp"]')) ->> 'reason', 'EMAIL_INVALID',
	'a recipient is an address') from asked;
select is(fixture.refused('secretariat', 'put_export_schedule', jsonb_set(request, '{schedule,since}', '"daily"')) ->> 'reason', 'EXPORT_BASE_INVALID',
	'changes are told since another schedule') from asked;
select * from finish();
rollback;
