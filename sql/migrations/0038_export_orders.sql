-- Runs of exports that the secretariat orders.
alter domain renkei.export_run_state drop constraint export_run_state_known;
alter domain renkei.export_run_state add constraint export_run_state_known check (value in ('ordered', 'running', 'failed', 'done'));

alter table renkei.export_run
	drop constraint export_run_attempt,
	drop constraint export_run_failed_says_why,
	add column ordered_by text,
	add column reason text constraint export_run_reason check (reason ~ '^[A-Z][A-Z0-9_]{0,62}$'),
	add constraint export_run_attempt check (attempt >= 0 and (attempt > 0 or state <> 'running' and state <> 'done')),
	add constraint export_run_failed_says_why check (state <> 'failed' or why is not null),
	add constraint export_run_ordered_by_whom check (state <> 'ordered' or ordered_by is not null);
comment on column renkei.export_run.due_at is 'When it was due, UTC; of one by hand when it was begun, of an ordered one when it was ordered.';
comment on column renkei.export_run.attempt is 'Number of the attempt, from 1: who holds an earlier one may not end it; 0 = ordered, and nobody has begun.';
comment on column renkei.export_run.state is 'Ordered, running, failed or done.';
comment on column renkei.export_run.retry_at is 'When a failed run may be tried again, UTC; null = not any more.';
comment on column renkei.export_run.row_count is 'Rows of its tables, each once; of a running one so far.';
comment on column renkei.export_run.ordered_by is 'Who of the secretariat ordered it; null = it fell due, or was made by hand.';
comment on column renkei.export_run.reason is 'Why it failed as a word of renkei''s errors; null = there is none for it.';

-- Whoever keeps schedules asks for them every other second.
create index export_run_ordered on renkei.export_run (name, due_at) where ordered_by is not null and state <> 'done';

call renkei.know_method('office_request', 'run_export');
