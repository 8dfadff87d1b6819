-- renkei_api.claim_export_letter - the next letter about exports to send; who claims it has it for ten minutes.
-- Takes    the worker letters from begin_work; the moment, null = now.
-- Returns  the letter as proto3 JSON of renkei.v1.ExportLetter; no row when there is none.      Writes  renkei.export_letter.      Errors  RK403.
--
-- One that waited for three days is dropped, and one about a failure that is over.
create function renkei_api.claim_export_letter(p_now timestamptz) returns table (letter jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
	one renkei.export_letter;
begin
	perform renkei_api.require_role('worker_letters');
	perform set_config('renkei.exports', 'on', true);
	loop
		select l.* into one from renkei.export_letter l where l.state = 'queued' and l.next_at <= moment
		order by l.queued_at, l.letter_id limit 1 for update skip locked;
		exit when not found;
		if one.queued_at < moment - interval '3 days' or one.kind = 'failed' and exists (select from renkei.export_run r
				where r.name = one.schedule and r.state = 'done' and r.ended_at > one.queued_at) then
			update renkei.export_letter l set state = 'dropped', settled_at = moment where l.letter_id = one.letter_id;
			continue;
		end if;
		update renkei.export_letter l set attempts = l.attempts + 1, next_at = moment + interval '10 minutes' where l.letter_id = one.letter_id;
		letter := one.facts || jsonb_build_object('letter_id', one.letter_id, 'kind', 'EXPORT_LETTER_KIND_' || upper(one.kind), 'email', one.email,
			'language', one.language, 'schedule', one.schedule);
		return next;
		exit;
	end loop;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.claim_export_letter to renkei_daemon;
