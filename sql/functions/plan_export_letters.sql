-- renkei_api.plan_export_letters - queue letters to who uses the bundles of a schedule, about corrections they were not told of.
-- Takes    the moment, null = now.
-- Returns  how many letters were queued.      Writes  renkei.export_letter, export_correction.
--
-- A letter names the 50 latest corrections, and how many there are beside them; each is noted in the same transaction, so it is told once.
create function renkei_api.plan_export_letters(p_now timestamptz) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	me constant text := coalesce(current_setting('renkei.role', true), '');
	s record;
	facts jsonb;
	queued bigint := 0;
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true), set_config('renkei.exports', 'on', true);
	perform pg_advisory_xact_lock(hashtextextended('export letters', 0));
	for s in select x.name, x.recipients from renkei.export_schedule x where cardinality(x.recipients) > 0 order by x.name loop
		with fresh as materialized (
			select c.* from renkei_api.export_corrections(s.name) c
			where not exists (select from renkei.export_correction k where k.name = c.name and k.bundle_id = c.bundle_id
				and k.municipality_code = c.municipality_code and k.version_id = c.version_id)
		), noted as (
			insert into renkei.export_correction (name, bundle_id, municipality_code, version_id, told_at)
			select f.name, f.bundle_id, f.municipality_code, f.version_id, moment from fresh f
		), pair as (
			select f.municipality_code, f.fiscal_year, f.quarter, f.variant, f.old_version_id, f.version_id, f.accepted_at, f.public_only, f.with_reason,
				row_number() over (order by f.accepted_at desc, f.municipality_code, f.version_id, f.old_version_id) as place
			from (select distinct x.municipality_code, x.fiscal_year, x.quarter, x.variant, x.old_version_id, x.version_id, x.accepted_at, x.public_only, x.with_reason from fresh x) f
		)
		select jsonb_build_object('bundles', (select jsonb_agg(distinct f.name || '/' || f.bundle_id) from fresh f),
			'correction_count', (select count(*) from pair),
			'corrections', (select jsonb_agg(renkei_api.export_correction_json(p.municipality_code, p.fiscal_year, p.quarter, p.variant, p.old_version_id,
				p.version_id, p.accepted_at, p.public_only, p.with_reason) order by p.place) from pair p where p.place <= 50))
		into facts;
		if facts ->> 'correction_count' <> '0' then
			perform renkei_api.queue_export_letter(s.name, 'corrected', a, facts, moment) from unnest(s.recipients) a;
			queued := queued + cardinality(s.recipients);
		end if;
	end loop;
	perform set_config('renkei.tenant', own, true), set_config('renkei.role', me, true), set_config('renkei.exports', '', true);
	return queued;
end $$;
grant execute on function renkei_api.plan_export_letters to renkei_daemon;
