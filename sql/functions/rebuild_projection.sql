-- renkei_api.rebuild_projection - do the rows follow from the bytes; compared, and on demand repaired.
-- Takes    whether to put wrong rows right.  Versions themselves are only compared: they are never changed.
-- Returns  one row a table: rows stored, rows that the bytes give and are not there, rows there that the bytes do not give.
-- Writes   the tables of renkei.content_table, and what is kept of them in renkei.counted_activity, only when asked to.
--
-- Of a version itself only what the bytes say is compared: its digest, length, whose report of which period it is, action, base
-- version, nil, comments, reason, counts of records.  Who sent it and when, the deadline it was measured by and its timeliness,
-- the verdict and the key do not follow from the bytes.  A receipt covers the times, the timeliness, the rule set and the counts
-- of findings: its text is made of the stored row each time, so one changed there no longer fits the signature that was given.
-- The principal and the findings themselves rest on the wall alone (only_added_to).
create function renkei_api.rebuild_projection(p_repair boolean default false)
returns table ("table" text, rows bigint, missing bigint, surplus bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	codes renkei.lg_code[];
	versions bigint[];
	documents jsonb[];
	t record;
	step constant integer := 500;
	last bigint := 0;
	done boolean := false;
	counts jsonb := '{}';
	n record;
	made text;
	wrong boolean;
	repaired boolean := false;
begin
	perform set_config('jit', 'off', true), set_config('renkei.tenant', '*', true), set_config('renkei.role', 'operator', true);
	while not done loop
		select array_agg(v.municipality_code order by v.version_id), array_agg(v.version_id order by v.version_id),
			array_agg(renkei.decode_message(v.report, 'renkei.v1.Report') order by v.version_id)
		into codes, versions, documents
		from (select s.municipality_code, s.version_id, s.report from renkei.report_version s where s.version_id > last
			order by s.version_id limit step) v;
		exit when versions is null;
		done := cardinality(versions) < step;
		last := versions[cardinality(versions)];
		select count(*) as stored, count(*) filter (where not (v.sha256 = sha256(v.report) and v.length = octet_length(v.report)
				and d.document ->> 'municipality_code' = v.municipality_code
				and d.document -> 'period' = renkei_api.period_json(v.fiscal_year, v.quarter, v.variant)
				and d.document ->> 'action' = 'REPORT_ACTION_' || upper(v.action)
				and coalesce((d.document ->> 'base_version')::integer, 0) = v.base_version
				and coalesce((d.document ->> 'nil')::boolean, false) = v.nil
				and nullif(d.document ->> 'comments', '') is not distinct from v.comments
				and nullif(d.document ->> 'change_reason', '') is not distinct from v.change_reason
				and coalesce(jsonb_array_length(d.document -> 'activities'), 0) = v.activity_count
				and coalesce(jsonb_array_length(d.document -> 'outcomes'), 0) = v.outcome_count)) as wrong
		into n from unnest(versions, documents) as d (version_id, document) join renkei.report_version v on v.version_id = d.version_id;
		counts := renkei_api.counts_add(counts, 'report_version', n.stored, n.wrong, n.wrong);
		wrong := false;
		for t in select c.name, c.list, c.list_id from renkei.content_table c order by c.position loop
			made := case when t.list is null then format('renkei_api.%I($1, $2, $3)', 'rows_' || t.name)
				else format('(select r.* from renkei_api.records($1, $2, $3, %L, %L) p cross join lateral
					renkei_api.%I(p.codes, p.versions, p.ids, p.records) r)', t.list, t.list_id, 'rows_' || t.name) end;
			execute format('select (select count(*) from renkei.%1$I where version_id = any ($2)) as stored,
				(select count(*) from (select * from %2$s f
					except all select * from renkei.%1$I where version_id = any ($2)) m) as missing,
				(select count(*) from (select * from renkei.%1$I where version_id = any ($2)
					except all select * from %2$s f) s) as surplus', t.name, made)
			into n using codes, versions, documents;
			counts := renkei_api.counts_add(counts, t.name, n.stored, n.missing, n.surplus);
			wrong := wrong or n.missing > 0 or n.surplus > 0;
		end loop;
		if wrong and p_repair then
			perform set_config('renkei.repair', 'on', true);
			for t in select c.name from renkei.content_table c order by c.position desc loop
				execute format('delete from renkei.%I where version_id = any ($1)', t.name) using versions;
			end loop;
			perform set_config('renkei.repair', '', true);
			perform renkei_api.content_store(codes, versions, documents);
			repaired := true;
		end if;
	end loop;
	if repaired then
		perform from renkei_api.check_counted(true);
	end if;
	return query
	select c.name, coalesce((counts -> c.name ->> 0)::bigint, 0), coalesce((counts -> c.name ->> 1)::bigint, 0),
		coalesce((counts -> c.name ->> 2)::bigint, 0)
	from (select 'report_version' as name, 0::smallint as position union all select k.name, k.position from renkei.content_table k) c
	order by c.position;
end $$;
grant execute on function renkei_api.rebuild_projection to renkei_migrate;
