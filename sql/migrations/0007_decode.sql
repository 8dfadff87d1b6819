-- Reading a message without the daemon: bytes and the descriptors of renkei.wire_field to proto3 JSON.

-- One base-128 number at an offset (from 0), as the signed 64 bits it stands for; next is the offset behind it.
create function renkei.decode_varint(p bytea, p_at integer, out value bigint, out next integer)
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	byte integer;
	shift integer := 0;
begin
	value := 0;
	next := p_at;
	loop
		if shift > 63 or next >= octet_length(p) then
			raise exception 'a number of the message has no end at byte %', p_at using errcode = 'RK400',
				detail = '{"reason": "MALFORMED_MESSAGE"}';
		end if;
		byte := get_byte(p, next);
		next := next + 1;
		value := value | ((byte & 127)::bigint << shift);
		exit when byte < 128;
		shift := shift + 7;
	end loop;
end $$;
comment on function renkei.decode_varint(bytea, integer) is 'A base-128 number of the protobuf wire format.';

-- Eight bytes, little end first, as an IEEE 754 number.
create function renkei.decode_double(p bytea) returns jsonb
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	bits bigint := 0;
	exponent integer;
	fraction bigint;
	sign double precision;
begin
	for i in reverse 7..0 loop
		bits := (bits << 8) | get_byte(p, i);
	end loop;
	sign := case when bits < 0 then -1 else 1 end;
	exponent := ((bits >> 52) & 2047)::integer;
	fraction := bits & 4503599627370495;
	if exponent = 2047 then
		return to_jsonb(case when fraction <> 0 then 'NaN' when sign < 0 then '-Infinity' else 'Infinity' end);
	elsif exponent = 0 then
		return to_jsonb(sign * (fraction::double precision / 4503599627370496) * power(2::double precision, -1022));
	end if;
	return to_jsonb(sign * (1 + fraction::double precision / 4503599627370496) * power(2::double precision, exponent - 1023));
end $$;
comment on function renkei.decode_double(bytea) is 'A double of the protobuf wire format as JSON.';

create function renkei.decode_number(p_value bigint, p_type text, p_type_name text) returns jsonb
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
	select case p_type
		when 'bool' then to_jsonb(p_value <> 0)
		when 'int64' then to_jsonb(p_value::text)
		when 'int32' then to_jsonb(((p_value & 4294967295) # 2147483648) - 2147483648)
		when 'enum' then coalesce((select to_jsonb(e.name) from renkei.wire_enum e where e.type_name = p_type_name
			and e.number = ((p_value & 4294967295) # 2147483648) - 2147483648), to_jsonb(((p_value & 4294967295) # 2147483648) - 2147483648))
	end
$$;
comment on function renkei.decode_number(bigint, text, text) is 'A number of the wire as JSON, by the type of its field.';

-- renkei.decode_message - the bytes of a message as proto3 JSON: proto names, defaults omitted, enums by name, int64 as text.
-- Takes    the bytes; the full name of the message.
-- Returns  the same document that the daemon makes of them.  Unknown fields are passed over.
-- Errors   RK400 MALFORMED_MESSAGE.
create function renkei.decode_message(p bytea, p_message text) returns jsonb
language plpgsql stable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	document jsonb := '{}';
	parts jsonb := '{}'; -- bytes of single messages by field, in hexadecimal: occurrences merge by standing one behind the other
	v record;
	f record;
	at integer := 0;
	wire integer;
	body bytea;
	inner_at integer;
	item jsonb;
	items jsonb;
begin
	while at < octet_length(p) loop
		v := renkei.decode_varint(p, at);
		at := v.next;
		wire := (v.value & 7)::integer;
		select w.name, w.type, w.repeated, w.optional, w.type_name into f
		from renkei.wire_field w where w.message = p_message and w.number = (v.value >> 3)::integer;
		body := null;
		case wire
		when 0 then
			v := renkei.decode_varint(p, at);
			at := v.next;
		when 1 then
			body := substr(p, at + 1, 8);
			at := at + 8;
		when 2 then
			v := renkei.decode_varint(p, at);
			body := substr(p, v.next + 1, greatest(v.value, 0)::integer);
			at := v.next + octet_length(body);
			if octet_length(body) <> v.value then
				raise exception 'a field of % ends behind the message', p_message using errcode = 'RK400',
					detail = '{"reason": "MALFORMED_MESSAGE"}';
			end if;
		when 5 then
			at := at + 4;
		else
			raise exception 'wire type % in %', wire, p_message using errcode = 'RK400', detail = '{"reason": "MALFORMED_MESSAGE"}';
		end case;
		if at > octet_length(p) then
			raise exception '% ends in the middle of a field', p_message using errcode = 'RK400',
				detail = '{"reason": "MALFORMED_MESSAGE"}';
		end if;
		continue when f.name is null;

		if f.type = 'message' and not f.repeated then
			parts := jsonb_set(parts, array[f.name],
				to_jsonb(coalesce(parts ->> f.name, '') || encode(body, 'hex')));
			continue;
		end if;
		items := '[]';
		if wire = 2 and f.type in ('int32', 'int64', 'bool', 'enum') then
			inner_at := 0;
			while inner_at < octet_length(body) loop
				v := renkei.decode_varint(body, inner_at);
				inner_at := v.next;
				items := items || jsonb_build_array(renkei.decode_number(v.value, f.type, f.type_name));
			end loop;
		elsif wire = 2 and f.type = 'double' then
			for i in 0 .. octet_length(body) / 8 - 1 loop
				items := items || jsonb_build_array(renkei.decode_double(substr(body, i * 8 + 1, 8)));
			end loop;
		else
			item := case f.type
				when 'string' then to_jsonb(convert_from(body, 'UTF8'))
				when 'bytes' then to_jsonb(translate(encode(body, 'base64'), E'\n', ''))
				when 'message' then renkei.decode_message(body, f.type_name)
				when 'double' then renkei.decode_double(body)
				else renkei.decode_number(v.value, f.type, f.type_name) end;
			items := jsonb_build_array(item);
		end if;
		if f.repeated then
			document := jsonb_set(document, array[f.name], coalesce(document -> f.name, '[]') || items);
		elsif jsonb_array_length(items) > 0 then
			document := jsonb_set(document, array[f.name], items -> -1);
		end if;
	end loop;

	for f in
		select w.name, w.type_name from renkei.wire_field w where w.message = p_message and parts ? w.name
	loop
		document := jsonb_set(document, array[f.name], renkei.decode_message(decode(parts ->> f.name, 'hex'), f.type_name));
	end loop;
	for f in
		select w.name from renkei.wire_field w left join renkei.wire_enum e on e.type_name = w.type_name and e.number = 0
		where w.message = p_message and not w.repeated and not w.optional and document ? w.name
		  and document -> w.name in ('0', '"0"', '""', 'false', to_jsonb(coalesce(e.name, '')))
		  and not (w.type = 'string' and document ->> w.name = '0')
	loop
		document := document - f.name;
	end loop;
	return document;
end $$;
comment on function renkei.decode_message(bytea, text) is 'The bytes of a message as proto3 JSON, without the daemon.';
