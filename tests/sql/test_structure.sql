-- What every table, column and function has to have.
begin;
select plan(18);
select is_empty($$select c.relname from pg_class c where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p')
	and c.relname not in ('migration', 'wire_field', 'wire_enum', 'content_table', 'search_pair', 'character_variant') and not (c.relrowsecurity and c.relforcerowsecurity)$$,
	'row security is enabled and forced on every table that holds data');
select is_empty($$select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'municipality_code'
	where c.relnamespace = 'renkei'::regnamespace and c.relkind = 'r'
	and not exists (select from pg_policy p where p.polrelid = c.oid)$$, 'every table with a municipality has a policy');
select is_empty($$select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
	where c.relnamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and c.relkind in ('r', 'p', 'v')
	and col_description(c.oid, a.attnum) is null$$, 'every column of a table or view has a comment');
select is_empty($$select c.relname from pg_class c where c.relnamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace)
	and c.relkind in ('r', 'p', 'v') and obj_description(c.oid, 'pg_class') is null$$, 'every table and view has a comment');
select is_empty($$select conname from pg_constraint where connamespace = 'renkei'::regnamespace
	and (conname ~ '_(check|fkey|pkey|key)[0-9]*$')$$, 'every constraint was given its name by a person');
select is_empty($$select c.conname from pg_constraint c join pg_class t on t.oid = c.conrelid
	where c.connamespace = 'renkei'::regnamespace and c.contype in ('p', 'u') and exists (select from renkei.content_table k where k.name = t.relname)
	and (select a.attname from pg_attribute a where a.attrelid = c.conrelid and a.attnum = c.conkey[1]) <> 'municipality_code'$$,
	'the municipality comes first in every key of content');
select is_empty($$select c.conname from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
	where c.connamespace = 'renkei'::regnamespace and c.contype = 'f' and exists (select from pg_attribute a
		where a.attrelid = r.oid and a.attname = 'version_id')
	and (select a.attname from pg_attribute a where a.attrelid = c.conrelid and a.attnum = c.conkey[1]) <> 'municipality_code'$$,
	'the municipality comes first in every reference between rows of reports');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace)
	and has_function_privilege('public', p.oid, 'execute')$$, 'nobody may execute a function merely by being there');
select is_empty($$select c.relname from pg_class c where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p', 'v', 'S')
	and (has_table_privilege('renkei_daemon', c.oid, 'select, insert, update, delete, truncate, references, trigger')
		or has_table_privilege('renkei_analyst', c.oid, 'select, insert, update, delete, truncate, references, trigger'))$$,
	'daemon and analyst have no right on any table');
select is_empty($$select 1 where has_schema_privilege('renkei_daemon', 'renkei', 'usage') or has_schema_privilege('renkei_analyst', 'renkei', 'usage')
	or has_schema_privilege('renkei_daemon', 'renkei_api', 'create') or has_database_privilege('renkei_daemon', current_database(), 'temp')$$,
	'daemon and analyst may not enter schema renkei, nor create anything');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.pronamespace = 'renkei_api'::regnamespace
	and has_function_privilege('renkei_daemon', p.oid, 'execute') and not (p.prosecdef and p.proowner = 'renkei_owner'::regrole
		and p.proconfig @> array['search_path=pg_catalog, pg_temp'])$$,
	'what the daemon may call runs as renkei_owner with a fixed search path');
select results_eq($$select p.proname::text collate "C" from pg_proc p where p.pronamespace = 'renkei_api'::regnamespace
	and has_function_privilege('renkei_analyst', p.oid, 'execute') and p.pronargs = 0 and p.prosecdef and p.provolatile = 's'
	and p.proowner = 'renkei_owner'::regrole and p.proconfig @> array['search_path=pg_catalog, pg_temp'] order by 1$$,
	array['export_event_records', 'export_indicator_rows', 'export_statement_rows', 'export_words'] collate "C", 'an analyst may execute what views of exports read, which takes nothing');
select set_eq($$select p.proname::text from pg_proc p where p.pronamespace = 'renkei_api'::regnamespace and has_function_privilege('renkei_analyst', p.oid, 'execute')$$,
	array['export_event_records', 'export_indicator_rows', 'export_statement_rows', 'export_words', 'take_export_turn', 'export_turns_ahead'],
	'and of all others those alone by which exports stand in line: they ask for locks, and for no table');
-- dimension_sources and fact_sql give the text of statements that others run.
select is_empty($$select p.oid::regprocedure, q.proname from pg_proc p cross join lateral regexp_matches(p.prosrc, '\mrenkei(?:_api)?\.(\w+)', 'g') m
	join pg_proc q on q.proname = m[1] and q.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and q.provolatile <> 'i'
	where p.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and p.provolatile = 'i' and p.proname not in ('dimension_sources', 'fact_sql')$$,
	'what is called immutable asks nothing that is not');
select is_empty($$select w.name from renkei.wire_field w where w.message = 'renkei.v1.Report' and w.repeated and w.type = 'message'
	and not exists (select from renkei.content_table c where c.name = any (array[w.name, left(w.name, -1), regexp_replace(w.name, 'ies$', 'y'),
		'report_' || left(w.name, -1)]))$$, 'every list of a report has a table');
select is_empty($$
	with pair (enum, domain) as (values ('Variant', 'variant'), ('DatePrecision', 'date_precision'), ('Timeliness', 'timeliness'),
		('ReportAction', 'report_action'), ('ReportState', 'report_state'), ('Answer', 'answer'), ('Side', 'side'), ('Disclosure', 'disclosure'),
		('ActivityKind', 'activity_kind'), ('ActivityStatus', 'activity_status'), ('ActivityMode', 'activity_mode'), ('Scope', 'scope'),
		('PartyRole', 'party_role'), ('Theme', 'theme_code'), ('ParticipantCategory', 'participant_category'), ('CountBasis', 'count_basis'),
		('CostItem', 'cost_item'), ('Payer', 'payer'), ('CostShare', 'cost_share'), ('AmountAccuracy', 'amount_accuracy'),
		('OrganisationKind', 'organisation_kind'), ('OrganisationRole', 'organisation_role'), ('FollowUpBusiness', 'follow_up_business'),
		('CooperationType', 'cooperation_type'), ('NeedLevel', 'need_level'), ('Urgency', 'urgency'), ('NeedResponse', 'need_response'),
		('OutcomeCategory', 'outcome_kind'), ('ChallengeCategory', 'challenge_category'), ('ChallengeSeverity', 'challenge_severity'),
		('ChallengeState', 'challenge_state'), ('ProjectKind', 'project_kind'), ('ProjectStatus', 'project_status'), ('Pathway', 'pathway'),
		('PolicyLevel', 'policy_level'), ('IntentionKind', 'intention_kind'), ('MunicipalityKind', 'municipality_kind'),
		('ParticipationState', 'participation_state'), ('PartnerLevel', 'partner_level'), ('ServedBy', 'served_by'),
		('CooperationBasis', 'cooperation_basis'), ('CooperationStatus', 'cooperation_status')),
	wire as (select p.domain, renkei.word(e.name, left(z.name, -length('UNSPECIFIED'))) as word
		from pair p join renkei.wire_enum e on e.type_name = 'renkei.v1.' || p.enum and e.number > 0
		join renkei.wire_enum z on z.type_name = e.type_name and z.number = 0),
	base as (select p.domain, m.m[1] as word from pair p join pg_constraint c on c.contypid = ('renkei.' || p.domain)::regtype
		cross join lateral regexp_matches(pg_get_constraintdef(c.oid), $r$'([a-z0-9_]+)'$r$, 'g') as m (m)),
	-- What has not left the house has a state of its own table; the protocol has one list.
	known as (select * from base union all select 'report_state', word from (select m.m[1] as word from pg_constraint c
		cross join lateral regexp_matches(pg_get_constraintdef(c.oid), $r$'([a-z0-9_]+)'$r$, 'g') as m (m)
		where c.contypid = 'renkei.preparation_state'::regtype) p where word not in ('released', 'superseded', 'withdrawn'))
	(select * from wire except select * from known) union all (select * from known except select * from wire)$$,
	'every enum of the protocol has the same words in the database');
select set_eq($$select theme from renkei.theme$$, $$select renkei.word(name, 'THEME_') from renkei.wire_enum where type_name = 'renkei.v1.Theme' and number > 0$$,
	'the list of themes is that of the protocol');
select set_has($$select p.proname from pg_proc p where p.pronamespace = 'renkei_api'::regnamespace and has_function_privilege('renkei_daemon', p.oid, 'execute')$$,
	$$select unnest(array['begin_call', 'begin_batch', 'begin_work', 'submit_reports', 'submit_report', 'get_report', 'list_reports', 'list_report_versions', 'withdraw_report',
		'start_review', 'return_report', 'accept_report', 'confirm_report', 'submission_permit', 'get_receipt', 'list_municipalities', 'get_municipality', 'list_partner_governments',
		'get_partner_government', 'list_cooperations', 'get_cooperation', 'list_periods', 'get_period', 'list_themes', 'get_registry', 'import_registry',
		'get_platform_status', 'aggregate_activities', 'get_catalogue', 'save_query', 'list_queries', 'remove_query', 'list_duplicate_hints', 'decide_event', 'list_joint_events', 'choose_figure', 'search_records', 'get_outcome_table', 'get_server_info', 'create_invitation', 'list_invitations',
		'revoke_invitation', 'enroll', 'renew_certificate', 'revoke_certificates', 'list_certificates', 'schema_state', 'check_safety', 'prove_commit',
		'receipt_key_ids', 'release_report', 'send_back_report', 'relay_permit', 'request_extension', 'decide_extension', 'list_extensions', 'write_comment', 'list_comments', 'reopen_report', 'list_reopenings', 'assign_review', 'get_review_times', 'add_meeting', 'add_meeting_papers', 'record_hearing', 'answer_hearing', 'list_meetings', 'watch_platform_status',
		'list_contacts', 'set_contact', 'send_reminders', 'list_reminders', 'list_export_schedules', 'put_export_schedule',
		'remove_export_schedule', 'run_export', 'list_exports', 'find_export'])::name$$,
	'the daemon may call a function for every method');
select * from finish();
rollback;
