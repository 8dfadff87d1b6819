-- renkei_api.first_difference - the path of something that two documents say differently, such as activities[0].title; null when they say the same.
create function renkei_api.first_difference(p_one jsonb, p_other jsonb, p_path text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
	key text;
	place integer;
begin
	if p_one is not distinct from p_other then
		return null;
	elsif jsonb_typeof(p_one) = 'object' and jsonb_typeof(p_other) = 'object' then
		for key in select k from (select jsonb_object_keys(p_one) union select jsonb_object_keys(p_other)) as u (k) order by k loop
			if p_one -> key is distinct from p_other -> key then
				return renkei_api.first_difference(p_one -> key, p_other -> key, concat_ws('.', nullif(p_path, ''), key));
			end if;
		end loop;
	elsif jsonb_typeof(p_one) = 'array' and jsonb_typeof(p_other) = 'array' then
		for place in 0 .. greatest(jsonb_array_length(p_one), jsonb_array_length(p_other)) - 1 loop
			if p_one -> place is distinct from p_other -> place then
				return renkei_api.first_difference(p_one -> place, p_other -> place, format('%s[%s]', p_path, place));
			end if;
		end loop;
	end if;
	return p_path;
end $$;
