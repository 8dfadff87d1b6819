-- What the sums of the status matrix are read from: one row a municipality and fiscal year, kept by appended deltas.
--
-- Whoever changes a report appends what the change adds and takes away, in the same transaction; no row is shared, so nobody waits.
-- One writer at a time folds the deltas into the totals (renkei_api.fold_rollups).  Total plus deltas is the truth at any moment.
--
-- A number here is a sum of bits, one a cell: 1, 2, 4, 8 for the regular reports of the quarters, 16 for the forecast of the fourth.
-- A cell has its bit or not, so the sum over all changes is the set of cells; and what is expected, missing or not due follows
-- from the set, the registry and the clock, which no delta could know.
create function renkei.cell_bit(p_quarter integer, p_variant text) returns integer
language sql immutable parallel safe as $$ select case p_variant when 'forecast' then 16 else 1 << (p_quarter - 1) end $$;
comment on function renkei.cell_bit(integer, text) is 'Which bit of a year''s sums a period has.';
create function renkei.cell_flags(p_state text, p_nil boolean, p_timeliness text, p_accepted_version integer) returns integer[]
language sql immutable parallel safe as $$
	select case when p_state is null or p_state = 'withdrawn' and p_accepted_version is null then array[0, 0, 0, 0, 0]
		else array[1, p_nil::integer, (p_timeliness = 'late')::integer, (p_state = 'returned')::integer,
			(p_accepted_version is not null)::integer] end
$$;
comment on function renkei.cell_flags(text, boolean, text, integer) is 'Is a report there, nil, late, returned, accepted: 0 or 1 each.';

create table renkei.status_total (
	municipality_code renkei.lg_code not null,
	fiscal_year smallint not null,
	there integer not null,
	nil integer not null,
	late integer not null,
	returned integer not null,
	accepted integer not null,
	constraint status_total_pk primary key (municipality_code, fiscal_year)
);
create table renkei.status_delta (
	municipality_code renkei.lg_code not null,
	delta_id bigint generated always as identity,
	fiscal_year smallint not null,
	there integer not null,
	nil integer not null,
	late integer not null,
	returned integer not null,
	accepted integer not null,
	constraint status_delta_pk primary key (municipality_code, delta_id)
);
comment on table renkei.status_total is 'Sums of the status matrix without what is still in status_delta.';
comment on table renkei.status_delta is 'Changes of these sums, appended by whoever changes a report and folded in later.';
comment on column renkei.status_delta.delta_id is 'Number of the change.';
do $$
declare
	t text;
begin
	foreach t in array array['status_total', 'status_delta'] loop
		execute format('comment on column renkei.%I.municipality_code is %L', t, 'Whose reports: Japanese local government code.');
		execute format('comment on column renkei.%I.fiscal_year is %L', t, 'Japanese fiscal year, western number.');
		execute format('comment on column renkei.%I.there is %L', t, 'Cells with a report, as a sum of bits.');
		execute format('comment on column renkei.%I.nil is %L', t, 'Those with nothing to report.');
		execute format('comment on column renkei.%I.late is %L', t, 'Those whose latest version came late.');
		execute format('comment on column renkei.%I.returned is %L', t, 'Those that are returned.');
		execute format('comment on column renkei.%I.accepted is %L', t, 'Those of which a version is accepted.');
	end loop;
end $$;
call renkei.wall_by_tenant('status_total', 'status_delta');

create function renkei.report_counts() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	bit constant integer := renkei.cell_bit(new.quarter, new.variant);
	now_so constant integer[] := renkei.cell_flags(new.state, new.nil, new.timeliness, new.accepted_version);
	before constant integer[] := renkei.cell_flags(old.state, old.nil, old.timeliness, old.accepted_version);
begin
	insert into renkei.status_delta (municipality_code, fiscal_year, there, nil, late, returned, accepted)
	values (new.municipality_code, new.fiscal_year, bit * (now_so[1] - before[1]), bit * (now_so[2] - before[2]),
		bit * (now_so[3] - before[3]), bit * (now_so[4] - before[4]), bit * (now_so[5] - before[5]));
	return null;
end $$;
create trigger report_counts_first after insert on renkei.report for each row execute function renkei.report_counts();
-- A version that takes the place of its like changes no sum.
create trigger report_counts after update on renkei.report for each row
	when (renkei.cell_flags(old.state, old.nil, old.timeliness, old.accepted_version)
		<> renkei.cell_flags(new.state, new.nil, new.timeliness, new.accepted_version))
	execute function renkei.report_counts();

create function renkei.count_status() returns table (municipality_code renkei.lg_code, fiscal_year smallint, there integer, nil integer,
	late integer, returned integer, accepted integer)
language sql stable as $$
	select r.municipality_code, r.fiscal_year, sum(b.bit * f.flags[1])::integer, sum(b.bit * f.flags[2])::integer,
		sum(b.bit * f.flags[3])::integer, sum(b.bit * f.flags[4])::integer, sum(b.bit * f.flags[5])::integer
	from renkei.report r
	cross join lateral (select renkei.cell_bit(r.quarter, r.variant)) as b (bit)
	cross join lateral (select renkei.cell_flags(r.state, r.nil, r.timeliness, r.accepted_version)) as f (flags)
	group by r.municipality_code, r.fiscal_year
$$;
comment on function renkei.count_status() is 'The sums counted anew from the reports that the transaction may see.';
select set_config('renkei.tenant', '*', true);
insert into renkei.status_total (municipality_code, fiscal_year, there, nil, late, returned, accepted)
select c.municipality_code, c.fiscal_year, c.there, c.nil, c.late, c.returned, c.accepted from renkei.count_status() c;
select set_config('renkei.tenant', '', true);
