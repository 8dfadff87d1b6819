-- What pgbench needs to submit reports itself: the reports of its clients, and their bytes, made in SQL.
create schema load;
create table load.template (code text primary key, body bytea not null, document jsonb not null, verdict jsonb not null, key_id text not null);
create table load.slot (slot integer primary key, code text not null, fiscal_year integer not null, quarter integer not null, version integer not null,
	uri text not null, spki bytea not null);

create function load.varint(p_number integer) returns bytea language sql immutable as $$
	select case when p_number < 128 then set_byte('\x00', 0, p_number)
		else set_byte(set_byte('\x0000', 0, p_number % 128 + 128), 1, p_number / 128) end
$$;
-- Fields 1 to 4 of a Report.
create function load.header(p_code text, p_fiscal_year integer, p_quarter integer, p_version integer) returns bytea language sql immutable as $$
	select '\x0a06'::bytea || convert_to(p_code, 'utf8') || '\x120708'::bytea || load.varint(p_fiscal_year) || '\x10'::bytea
		|| load.varint(p_quarter) || '\x180118'::bytea
		|| case when p_version = 1 then '\x01'::bytea else '\x0220'::bytea || load.varint(p_version - 1) end
$$;
create function load.document(p_code text, p_fiscal_year integer, p_quarter integer, p_version integer) returns jsonb language sql immutable as $$
	select jsonb_build_object('municipality_code', p_code,
		'period', jsonb_build_object('fiscal_year', p_fiscal_year, 'quarter', 'QUARTER_Q' || p_quarter, 'variant', 'VARIANT_REGULAR'),
		'action', case when p_version = 1 then 'REPORT_ACTION_NEW' else 'REPORT_ACTION_REPLACE' end)
		|| case when p_version = 1 then '{}' else jsonb_build_object('base_version', p_version - 1) end
$$;
