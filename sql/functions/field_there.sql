-- renkei_api.field_there - does a path name something of a report.
-- Takes    the document of the report; a path such as activities[0].participants[1].persons.
-- Returns  true when each name is a field of its message and each [n] an element the document has; a field may be empty, since
--          what is missing has to be named too.
create function renkei_api.field_there(p_document jsonb, p_path text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	whole text := 'renkei.v1.Report';
	node jsonb := p_document;
	part text[];
	f record;
	step text;
begin
	foreach step in array string_to_array(p_path, '.') loop
		part := regexp_match(step, '^([a-z0-9_]+)(?:\[([0-9]{1,6})\])?$');
		select w.type, w.type_name, w.repeated into f from renkei.wire_field w where w.message = whole and w.name = part[1];
		if not found then
			return false;
		end if;
		node := node -> part[1];
		if part[2] is not null then
			node := node -> part[2]::integer;
		end if;
		if part[2] is not null and (not f.repeated or node is null) then
			return false;
		end if;
		-- Nothing goes on below a list as a whole or a single value.
		whole := case when f.type = 'message' and (part[2] is not null or not f.repeated) then f.type_name end;
	end loop;
	return p_path <> '';
end $$;
