-- The line of exports: in the order in which they came, left with the session, other people's locks aside.
begin;
select plan(9);
select is(renkei_api.export_turns_ahead(1), 0::bigint, 'nobody stands there at first');
select is(renkei_api.take_export_turn(), 1, 'who comes first is the first');
select is(renkei_api.take_export_turn(), 2, 'who comes next is behind it');
select is(renkei_api.export_turns_ahead(1), 0::bigint, 'the first may go');
select is(renkei_api.export_turns_ahead(2), 1::bigint, 'the second waits');
select pg_advisory_lock(1, 1), pg_advisory_lock((1919247205::bigint << 32) | 1);
select is(renkei_api.export_turns_ahead(2), 1::bigint, 'locks of other kinds are no places in the line');
select pg_advisory_unlock(1919247205, 1);
select is(renkei_api.export_turns_ahead(2), 0::bigint, 'who has gone is not waited for');
select is(renkei_api.take_export_turn(), 3, 'and who comes then is behind who still stands there');
-- What somebody else locks under the line's name.
select pg_advisory_lock(1919247205, 2147483647), pg_advisory_lock(1919247205, -1);
select is(renkei_api.take_export_turn(), 4, 'numbers that no line reaches are no places in it');
select * from finish();
rollback;
