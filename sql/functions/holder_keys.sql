-- renkei_api.holder_keys - what a person is known by: the name and the e-mail addresses in what an inviter wrote, and the address of a contact of that name.
-- Takes    the text of the invitation; the municipality.      Returns  folded names and addresses, empty for null.
create function renkei_api.holder_keys(p_holder text, p_municipality_code text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
	with called as (
		select renkei.fold_text(regexp_replace(p_holder, '[<(（]?[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+[>)）]?', '', 'g')) as name
	)
	select coalesce(array_agg(distinct k.key), '{}') from (
		select c.name as key from called c where c.name <> ''
		union all select lower(m.address[1]) from regexp_matches(p_holder, '[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+', 'g') as m (address)
		union all select o.email from called c join renkei.contact o on o.municipality_code::text = p_municipality_code and renkei.fold_text(o.name) = c.name
	) k
$$;
