-- SQL under the daemon's role by somebody who begins no call: whatever is tried, nothing of anybody's is seen.
begin;
select plan(22);
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
select fixture.accept('secretariat', '401005-2016Q3-1', 1);
-- What waits for the workers of the house: a version to be seen beside the accepted one before it, a letter, a letter about exports.
insert into fixture.report select 'q4', f.bytes, f.document || '{"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q4", "variant": "VARIANT_REGULAR"}}' from fixture.report f where f.name = 'full';
select fixture.submit('401005', 'q4', 3);
insert into renkei.comparison_pending select v.municipality_code, v.version_id, '2016-07-01' from renkei.report_version v where v.receipt_number = '401005-2016Q4-1';
select fixture.call('401005', 'set_contact', '{"municipality_code": "401005", "email": "waits@example.jp", "name": "環境課"}');
select renkei_api.plan_reminders('2016-10-10T00:00:00Z');
insert into renkei.export_letter (letter_id, kind, email, language, schedule, facts, state, queued_at, next_at)
values ('00000000-0000-4000-9000-000000000009', 'failed', 'waits@example.jp', 'ja', 'none', '{}', 'queued', clock_timestamp(), '2016-07-01');
select set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true);
grant execute on all functions in schema fixture to renkei_daemon;

-- Every function the daemon may execute has a line here: how it is called, and what it must answer when no call was begun.
create temp table tried (name, call, answer) as
	select f, format('select renkei_api.%I(''{"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3", "variant": "VARIANT_REGULAR"},
		"receipt_number": "401005-2016Q3-1", "number": "401005-2016Q3-1", "version": 1, "request_id": "00000000-0000-4000-9000-000000000001", "reason": "x",
		"first_fiscal_year": 2014, "last_fiscal_year": 2016, "measures": ["MEASURE_ACTIVITIES"], "cooperation_id": "401005-210200", "partner_code": "210200"}'')::text', f), 'RK403'
	from unnest(array['list_reports', 'list_report_versions', 'get_report', 'get_receipt', 'withdraw_report', 'start_review', 'return_report', 'accept_report', 'confirm_report',
		'list_municipalities', 'get_municipality', 'list_partner_governments', 'get_partner_government', 'list_cooperations', 'get_cooperation', 'list_periods',
		'get_period', 'list_themes', 'get_registry', 'import_registry', 'get_platform_status', 'aggregate_activities', 'get_catalogue', 'save_query', 'list_queries', 'remove_query', 'list_duplicate_hints', 'decide_event', 'list_joint_events', 'choose_figure', 'search_records', 'get_outcome_table', 'get_evaluation', 'list_outcome_candidates', 'edit_outcomes', 'list_outcome_edits', 'confirm_outcomes', 'fix_evaluation', 'list_evaluation_snapshots',
		'get_evaluation_snapshot', 'get_server_info',
		'list_invitations', 'revoke_invitation', 'list_certificates', 'revoke_certificates', 'get_upload', 'get_relayed_upload', 'list_attachments', 'remove_attachment', 'request_extension', 'decide_extension', 'list_extensions', 'write_comment', 'list_comments', 'reopen_report', 'list_reopenings', 'assign_review', 'get_review_times', 'add_meeting', 'add_meeting_papers', 'record_hearing', 'answer_hearing', 'list_meetings', 'list_contacts', 'set_contact', 'send_reminders', 'list_reminders', 'get_attachment_receipt', 'send_back_report',
		'list_export_schedules', 'put_export_schedule', 'remove_export_schedule', 'run_export', 'list_exports']) f
	union all values
	('relay_permit', $$select renkei_api.relay_permit()::text$$, 'RK403'),
	('begin_call', $$select role from renkei_api.begin_call('renkei://test.renkei/municipality/401005', '\x00', '{municipality}', 1000)$$, 'RK401'),
	('create_invitation', $$select renkei_api.create_invitation('{"request_id": "00000000-0000-4000-9000-000000000001", "role": "analyst", "organisation": "x"}',
		repeat('0', 64))::text$$, 'RK403'),
	('release_report', $$select renkei_api.release_report('{"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3", "variant": "VARIANT_REGULAR"},
		"version": 1, "request_id": "00000000-0000-4000-9000-000000000001"}', 'x')::text$$, 'RK403'),
	('relay_decision', $$select renkei_api.relay_decision('release', '{"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3", "variant": "VARIANT_REGULAR"},
		"version": 1, "request_id": "00000000-0000-4000-9000-000000000001"}', 'x', '{"relayed_by": "renkei://test.renkei/secretariat/one", "sealed_at": 1, "head": "00", "body": "00", "signature": "00"}')::text$$, 'RK403'),
	('renew_certificate', $$select serial from renkei_api.renew_certificate(jsonb_build_object('spki_sha256', repeat('0', 64), 'current_spki', repeat('1', 64), 'days', 1,
		'office_days', 1, 'serial', '01'), 'x')$$, 'RK403'),
	-- Nobody calls here either: without the token there is nothing.
	('enroll', $$select serial from renkei_api.enroll(jsonb_build_object('spki_sha256', repeat('0', 64), 'token_sha256', repeat('1', 64), 'days', 1,
		'office_days', 1, 'serial', '01'), 'x')$$, 'RK403'),
	('earlier_reports', $$select count(*)::text from renkei_api.earlier_reports('281000', 2017, 1)$$, 'RK403'),
	('submission_permit', 'select renkei_api.submission_permit(true)::text', 'RK403'),
	('begin_batch', 'select renkei_api.begin_batch(60000)::text', null),
	('submit_report', $$select renkei_api.submit_report('renkei://test.renkei/municipality/401005', '\x00', '00000000-0000-4000-8000-000000000001', 'f', '',
		'{"municipality_code": "401005"}', '{}', 'x') ->> 'refusal'$$, '{"field": "", "reason": "IDENTITY_UNKNOWN", "status": 16, "message": "this certificate belongs to nobody who may call",
		"metadata": {"principal": "renkei://test.renkei/municipality/401005"}}'),
	('submit_reports', $$select outcome::text from renkei_api.submit_reports('{}', '{}', '{}', '{}', '{}', '{}', '{}', 'x')$$, null),
	-- How many changes were folded into sums, and of nobody in particular: the three above.
	-- Schedules and runs of exports are nobody's either: names and moments, no row of any report.
	('find_export', $$select renkei_api.find_export('none/none')$$, 'RK403'),
	('export_work', $$select renkei_api.export_work('none')::text$$, null),
	('export_deadlines', $$select min(d)::text from renkei_api.export_deadlines(0) d where d < 0$$, null),
	('claim_export', $$select renkei_api.claim_export('none', 1, 'x', 60, 1)::text$$, null),
	('renew_export', $$select renkei_api.renew_export('none', 1, 1, 60)::text$$, 'false'),
	('tell_export', $$select renkei_api.tell_export('none', 1, 1, 1)::text$$, 'false'),
	('export_orders', $$select name from renkei_api.export_orders()$$, null),
	('note_export', $$select renkei_api.note_export('none', 1, 1, '2016-07-01', null)::text$$, 'false'),
	('finish_export', $$select renkei_api.finish_export('none', 1, 1, '{}', '')::text$$, 'false'),
	('fail_export', $$select renkei_api.fail_export('none', 1, 1, 'x', '')::text$$, null),
	('gone_exports', $$select renkei_api.gone_exports('none', 'x')::text$$, null),
	('export_base', $$select renkei_api.export_base('none', '')::text$$, null),
	('count_failing_exports', $$select renkei_api.count_failing_exports()::text$$, '0'),
	('plan_export_letters', $$select renkei_api.plan_export_letters(null)::text$$, '0'),
	('claim_export_letter', $$select letter::text from renkei_api.claim_export_letter(null)$$, 'RK403'),
	('settle_export_letter', $$select renkei_api.settle_export_letter('00000000-0000-4000-8000-000000000000', 'sent', '', null)::text$$, 'false'),
	('retire_exports', $$select renkei_api.retire_exports('none')::text$$, null),
	('fold_rollups', 'select renkei_api.fold_rollups()::text', '4'),
	-- And how many versions were made ready to be searched.
	('index_search', 'select renkei_api.index_search()::text', '3'),
	-- What is somebody's a worker gets by its name.
	('begin_work', $$select renkei_api.begin_work('exports', 1000)$$, 'RK403'),
	('next_comparison', 'select count(*)::text from renkei_api.next_comparison()', 'RK403'),
	('keep_comparison', $$select renkei_api.keep_comparison('401005', 0, '{"verdict": {}}')::text$$, 'RK403'),
	-- How many letters were queued for deadlines of 2016; and of nobody in particular.
	('plan_reminders', $$select renkei_api.plan_reminders('2030-01-01T00:00:00Z')::text$$, '0'),
	('claim_reminder', $$select letter::text from renkei_api.claim_reminder('2016-10-10T01:00:00Z')$$, 'RK403'),
	('settle_reminder', $$select renkei_api.settle_reminder('00000000-0000-4000-9000-000000000001', 'sent', '', null)::text$$, 'false'),
	('watch_platform_status', $$select reply::text from renkei_api.watch_platform_status('{}', '')$$, 'RK403'),
	('begin_upload', $$select renkei_api.begin_upload('{"municipality_code": "401005"}', '{"bytes": 1, "files": 1, "hours": 1}')::text$$, 'RK403'),
	('append_upload', $$select renkei_api.append_upload('00000000-0000-4000-9000-000000000001', 0, '\x00')::text$$, 'RK403'),
	('read_upload', $$select renkei_api.read_upload('00000000-0000-4000-9000-000000000001', 0)::text$$, 'RK403'),
	('finish_upload', $$select renkei_api.finish_upload('00000000-0000-4000-9000-000000000001', '{}', 'pdf', '{}')::text$$, 'RK403'),
	('discard_upload', $$select renkei_api.discard_upload('00000000-0000-4000-9000-000000000001')::text$$, 'RK403'),
	('download_attachment', $$select reply from renkei_api.download_attachment('401005-2016Q3-A1', 0)$$, 'RK403'),
	-- How many uploads have expired, and of nobody in particular.
	('expire_uploads', 'select renkei_api.expire_uploads(1)::text', '0'),
	-- Nobody's: what the daemon asks before it serves.
	('schema_state', 'select count(*)::text from renkei_api.schema_state() where name is null', '0'),
	('check_safety', 'select count(*)::text from renkei_api.check_safety() where subject is null', '0'),
	('prove_commit', 'select count(*)::text from renkei_api.prove_commit() where problem is null', '0'),
	('receipt_key_ids', 'select string_agg(key_id, '','') from renkei_api.receipt_key_ids()', '0123456789abcdef');
select set_eq('select name from tried', $$select p.proname::text from pg_proc p where p.pronamespace = 'renkei_api'::regnamespace
	and has_function_privilege('renkei_daemon', p.oid, 'execute')$$, 'every function that the daemon may execute is tried');

-- The answer, or the state of the refusal; what was done is taken back.
create function pg_temp.tells(p_call text, p_set text) returns text language plpgsql as $$
declare
	said text;
begin
	begin
		execute p_set;
		execute p_call into said;
		raise exception using errcode = 'XTAKE';
	exception when sqlstate 'XTAKE' then
		return said;
	when others then
		return sqlstate;
	end;
end $$;
create temp table session (name, sets) as values
	('nothing was set', 'select 1'),
	('everything is empty', $$select set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true)$$),
	('everything is null', $$select set_config('renkei.tenant', null, true), set_config('renkei.role', null, true), set_config('renkei.principal', null, true)$$),
	('only a tenant is set', $$select set_config('renkei.tenant', '*', false)$$),
	('only a principal is set', $$select set_config('renkei.principal', '*', false)$$),
	('tenant and principal are set', $$select set_config('renkei.tenant', '*', false), set_config('renkei.principal', 'renkei://test.renkei/secretariat/one', false)$$),
	('the role is made up', $$select set_config('renkei.tenant', '*', false), set_config('renkei.role', 'postgres', false)$$);
grant select on tried, session to renkei_daemon, renkei_owner;
set local role renkei_daemon;
select is_empty(format($$select name, pg_temp.tells(call, %L) as told from tried
	where pg_temp.tells(call, %1$L) is distinct from case when answer like '{%%' then (answer::jsonb)::text else answer end$$, sets),
	'no function tells anything when ' || name) from session;
reset role;

-- The control: it all waits, and the worker whose it is gets it; no other one does, nor a principal.
create temp table waits (worker, call) as
	select w.worker, t.call from tried t
	join (values ('comparisons', 'next_comparison'), ('letters', 'claim_reminder'), ('letters', 'claim_export_letter')) as w (worker, name) using (name);
grant select on waits to renkei_daemon;
set local role renkei_daemon;
select is_empty($$select w.call, t.told from waits w, pg_temp.tells(w.call, format('select renkei_api.begin_work(%L, 1000)', w.worker)) as t (told)
	where t.told is null or t.told !~ '^2$|waits@example.jp'$$, 'the worker that it waits for gets it');
select is_empty($$select w.call, t.told from waits w, (values ('comparisons'), ('letters')) as o (worker), pg_temp.tells(w.call,
	format('select renkei_api.begin_work(%L, 1000)', o.worker)) as t (told) where o.worker <> w.worker and t.told <> 'RK403'$$, 'another worker does not');
select is_empty(format($$select w.call, t.told from waits w, pg_temp.tells(w.call, %L) as t (told) where t.told is distinct from 'RK403'$$,
	format('select renkei_api.begin_call(%L, %L, %L, 1000)', fixture.uri('401005'), fixture.spki(fixture.uri('401005')), '{municipality}')), 'nor does somebody who calls');
reset role;

-- The tables themselves: no right; and had somebody given it by mistake, no row.
create function pg_temp.rows_seen(p_set text) returns text language plpgsql as $$
declare
	t text;
	n bigint;
	seen text := '';
begin
	execute p_set;
	for t in select c.relname from pg_class c where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p')
		and c.relname not in ('migration', 'wire_field', 'wire_enum', 'content_table', 'character_variant') order by 1 loop
		begin
			execute format('select count(*) from renkei.%I', t) into n;
			seen := seen || case when n > 0 then t || ' ' || n || ', ' else '' end;
		exception when insufficient_privilege then
			seen := seen || '-';
		end;
	end loop;
	perform set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true);
	return seen;
end $$;
select count(*) as tables from pg_class c where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p')
	and c.relname not in ('migration', 'wire_field', 'wire_enum', 'content_table', 'character_variant') \gset
set local role renkei_daemon;
select is(pg_temp.rows_seen($$select set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true), set_config('renkei.principal', '*', true)$$),
	repeat('-', :tables), 'whatever is set, the daemon reads no table');
reset role;
grant usage on schema renkei to renkei_daemon;
grant select on all tables in schema renkei to renkei_daemon;
set local role renkei_daemon;
select is(pg_temp.rows_seen(sets), '', 'with a right by mistake, no row when ' || name) from session where name in ('nothing was set', 'everything is empty', 'everything is null');
select is(pg_temp.rows_seen($$select set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true), set_config('renkei.principal', '*', true)$$),
	'', 'nor when all is set: the policies are the owner''s alone');
reset role;
set local role renkei_owner;
select is(pg_temp.rows_seen(sets), '', 'and the owner sees no row when ' || name) from session where name in ('nothing was set', 'everything is empty', 'everything is null');
reset role;

-- Settings made by hand are those of nobody: a call that is begun has its own.
set local role renkei_daemon;
select set_config('renkei.tenant', '*', false), set_config('renkei.role', 'secretariat', false);
select is((select array[role, current_setting('renkei.tenant'), current_setting('renkei.role')] from renkei_api.begin_call(fixture.uri('400009'),
	fixture.spki(fixture.uri('400009')), '{municipality}', 1000)), array['municipality', '400009', 'municipality'], 'a begun call overrides what was set before');
select is(jsonb_path_query_array(fixture.call('400009', 'list_reports'), '$.reports[*].municipality_code'), '["400009"]', 'and sees its own');
reset role;

-- A function that looks at all for its answer closes the wall behind itself: what comes after it in the transaction sees what it saw.
create function pg_temp.left_open(p_who text, p_call text) returns text language plpgsql as $$
declare
	said text;
	open text;
begin
	begin
		perform renkei_api.begin_call(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), array['municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator'], 10000);
		open := format('%s %s %s', current_setting('renkei.tenant'), current_setting('renkei.role'), current_setting('renkei.principal'));
		execute p_call into said;
		said := format('%s %s %s', current_setting('renkei.tenant'), current_setting('renkei.role'), current_setting('renkei.principal'));
		raise exception using errcode = 'XTAKE';
	exception when sqlstate 'XTAKE' then
		return nullif(said, open);
	when others then
		return null;
	end;
end $$;
select is_empty($$select t.name, w.who, pg_temp.left_open(w.who, t.call) from tried t cross join unnest(array['400009', 'a400009', 'ministry', 'analyst', 'operator']) as w (who)
	where t.name not in ('begin_call', 'submit_report', 'submit_reports') and pg_temp.left_open(w.who, t.call) is not null$$, 'no function leaves the wall open behind itself');
select * from finish();
rollback;
