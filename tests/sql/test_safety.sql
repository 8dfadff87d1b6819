-- What the daemon asks before it serves.
begin;
select plan(6);
select is((select count(*) from renkei_api.schema_state()), (select count(*) from renkei.migration), 'every migration is told');
select set_has($$select subject from renkei_api.check_safety()$$, $$values ('login')$$, 'a superuser is no login to serve with');
set local session authorization renkei_daemon;
select is_empty('select * from renkei_api.check_safety()', 'the daemon on a sound server finds nothing wrong');
set local synchronous_commit = off;
select is((select array_agg(subject) from renkei_api.check_safety()), array['synchronous_commit'], 'a commit that does not wait is found');
set local synchronous_commit = local;
select is((select array_agg(subject) from renkei_api.check_safety()), array['synchronous_commit'], 'and one that waits for half');
reset session authorization;
set local synchronous_commit = on;
alter table renkei.activity no force row level security;
set local session authorization renkei_daemon;
select is((select array_agg(problem) from renkei_api.check_safety()), array['row security is not forced on renkei.activity'], 'and a wall that was taken down');
reset session authorization;
select * from finish();
rollback;
