-- renkei_api.export_corrections - which bundles that are still given out hold a version of a report in whose place another was accepted since.
-- Takes    a schedule; null = all.
-- Returns  a row a bundle and report: the version in it, the one that counts now, whether the bundle holds only what is public, and whether the reason of the
--          correction may be told with it: it is a sentence of people, for the parties.
--
-- A report that was accepted for the first time since is no correction: the bundle never spoke of it.
-- What a bundle holds its run says; of one that was made before that was kept, and whose schedule was changed since, nobody knows it: it counts as one of what is
-- public, without sentences.
create function renkei_api.export_corrections(p_name text)
returns table (name text, bundle_id text, municipality_code text, fiscal_year smallint, quarter smallint, variant text, old_version smallint,
	old_version_id bigint, version smallint, version_id bigint, accepted_at timestamptz, public_only boolean, with_reason boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select b.name, b.bundle_id, r.municipality_code::text, r.fiscal_year, r.quarter, r.variant::text, o.version, o.version_id, r.accepted_version,
		r.accepted_version_id, r.accepted_at, b.public_only, b.with_reason
	from (select distinct k.name, k.bundle_id, k.as_of, coalesce(k.public_only, true) as public_only,
			not coalesce(k.public_only, true) and coalesce(k.free_text, false) as with_reason
		from renkei.export_run k
		where k.state = 'done' and k.removed_at is null and (p_name is null or k.name = p_name)) b
	join renkei.report r on r.first_accepted_at < r.accepted_at and r.accepted_at > b.as_of and r.first_accepted_at <= b.as_of
	cross join lateral (select t.version, t.version_id from renkei.report_transition t
		where t.municipality_code = r.municipality_code and t.fiscal_year = r.fiscal_year and t.quarter = r.quarter and t.variant = r.variant
			and t.state = 'accepted' and t.at <= b.as_of order by t.step desc limit 1) o
	where o.version_id <> r.accepted_version_id
$$;
