-- What questions are counted from: each record of an event as it counts now, kept by whoever accepts a report.
--
-- A record's last word depends on the reports of its own municipality alone, so a row here is its municipality's and stands behind the same wall. Which records
-- are one event is not kept: who asks joins what it may see (renkei_api.counted_events).  A question about the past, or about what is not accepted
-- yet, is answered from the reports themselves.
create table renkei.counted_activity (
	municipality_code renkei.lg_code not null,
	activity_id renkei.own_id not null,
	version_id bigint not null,
	fiscal_year smallint not null,
	quarter smallint not null,
	kind renkei.activity_kind,
	status renkei.activity_status,
	scope renkei.scope,
	occurrences smallint,
	same_as_municipality_code renkei.lg_code,
	same_as_activity_id renkei.own_id,
	constraint counted_activity_pk primary key (municipality_code, activity_id),
	constraint counted_activity_of foreign key (municipality_code, version_id) references renkei.report_version,
	constraint counted_activity_quarter check (quarter between 1 and 4)
);
comment on table renkei.counted_activity is 'Each record of an event as worded last in accepted reports, whatever its status and scope; kept by a trigger of renkei.report.';
comment on column renkei.counted_activity.municipality_code is 'Whose record: Japanese local government code.';
comment on column renkei.counted_activity.activity_id is 'Its identity within the municipality.';
comment on column renkei.counted_activity.version_id is 'Version with its last word.';
comment on column renkei.counted_activity.fiscal_year is 'Fiscal year of its start where the month is known, else of the report.';
comment on column renkei.counted_activity.quarter is 'Quarter of the fiscal year, decided likewise.';
comment on column renkei.counted_activity.kind is 'As in renkei.activity.';
comment on column renkei.counted_activity.status is 'As in renkei.activity.';
comment on column renkei.counted_activity.scope is 'As in renkei.activity.';
comment on column renkei.counted_activity.occurrences is 'As in renkei.activity.';
comment on column renkei.counted_activity.same_as_municipality_code is 'As in renkei.activity.';
comment on column renkei.counted_activity.same_as_activity_id is 'As in renkei.activity.';
call renkei.wall_by_tenant('counted_activity');

create function renkei.count_activities(p_municipality_code text, p_activities text[]) returns setof renkei.counted_activity
language sql stable set search_path = pg_catalog, pg_temp as $$
	with told as (
		select a.*, case when (a.actual_start).month > 0 then renkei.fiscal_year_of(renkei.first_day(a.actual_start))
				when (a.actual_start).precision = 'fiscal_year' then (a.actual_start).year else r.fiscal_year end::smallint as fiscal_year,
			case when (a.actual_start).month > 0 then ((a.actual_start).month + 8) % 12 / 3 + 1 else r.quarter end::smallint as quarter,
			row_number() over (partition by a.activity_id order by r.fiscal_year, r.quarter, r.variant = 'regular') as turn,
			a.status = 'continued' and bool_or(a.status = 'held') over (partition by a.activity_id) as passed_over
		from renkei.report r
		join renkei.activity a on a.municipality_code = r.municipality_code and a.version_id = r.accepted_version_id
		where r.municipality_code::text = p_municipality_code and (p_activities is null or a.activity_id::text = any (p_activities))
			and (r.variant = 'regular' or not exists (select from renkei.report o where o.municipality_code = r.municipality_code
				and o.fiscal_year = r.fiscal_year and o.quarter = r.quarter and o.variant = 'regular' and o.accepted_version_id is not null))
	)
	select distinct on (t.activity_id) t.municipality_code, t.activity_id, t.version_id, t.fiscal_year, t.quarter, t.kind, t.status, t.scope, t.occurrences,
		t.same_as_municipality_code, t.same_as_activity_id
	from told t where t.passed_over is not true order by t.activity_id, t.turn desc
$$;
comment on function renkei.count_activities(text, text[]) is 'The last words of a municipality''s records counted anew from its accepted reports: of these, or of all (null).';

-- What an accepted version says, and no longer says, changes what counts; a submission, a return or a withdrawal does not.
create function renkei.report_is_counted() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	ids text[];
begin
	-- A record may stand in several reports: of two that are accepted at once the later one sees what the first one left.
	perform pg_advisory_xact_lock(hashtextextended('counted ' || new.municipality_code, 0));
	ids := array(select distinct a.activity_id::text from renkei.activity a where a.municipality_code = new.municipality_code
		and (a.version_id = new.accepted_version_id or tg_op = 'UPDATE' and a.version_id = old.accepted_version_id
			-- A forecast counts until the regular report does.
			or a.version_id = (select r.accepted_version_id from renkei.report r where r.municipality_code = new.municipality_code
				and r.fiscal_year = new.fiscal_year and r.quarter = new.quarter and r.variant <> new.variant)));
	delete from renkei.counted_activity c where c.municipality_code = new.municipality_code and c.activity_id::text = any (ids);
	insert into renkei.counted_activity select * from renkei.count_activities(new.municipality_code, ids);
	return null;
end $$;
comment on function renkei.report_is_counted() is 'The records of a version that is accepted, and of the one it takes the place of, are counted anew.';
create trigger report_is_counted_first after insert on renkei.report for each row
	when (new.accepted_version_id is not null) execute function renkei.report_is_counted();
create trigger report_is_counted after update on renkei.report for each row
	when (old.accepted_version_id is distinct from new.accepted_version_id) execute function renkei.report_is_counted();
-- What was accepted before.
select set_config('renkei.tenant', '*', true);
insert into renkei.counted_activity
select c.* from (select distinct r.municipality_code from renkei.report r where r.accepted_version_id is not null) m
cross join lateral renkei.count_activities(m.municipality_code, null) c;
select set_config('renkei.tenant', '', true);
