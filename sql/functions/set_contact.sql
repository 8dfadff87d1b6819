-- renkei_api.set_contact - add a person who is reminded, change it, or take it away: by the municipality itself, or by the secretariat.
-- Takes    SetContactRequest.      Returns  SetContactResponse.      Writes  renkei.contact.
-- Errors   RK400 EMAIL_INVALID, CONTACT_NAME_INVALID, LANGUAGE_UNKNOWN, LETTER_TOPIC_UNKNOWN; RK403 NOT_YOUR_MUNICIPALITY; RK404 MUNICIPALITY_NOT_FOUND, CONTACT_NOT_FOUND;
--          RK409 CONTACT_LIMIT.
create function renkei_api.set_contact(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	own constant text := current_setting('renkei.tenant', true);
	code constant text := coalesce(p_request ->> 'municipality_code', '');
	address constant text := lower(btrim(coalesce(p_request ->> 'email', '')));
	called constant text := btrim(coalesce(p_request ->> 'name', ''));
	tongue constant text := coalesce(nullif(p_request ->> 'language', ''), 'ja');
	topics text[];
	one renkei.contact;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	if own <> '*' and code <> own then
		perform renkei_api.refuse('RK403', 'NOT_YOUR_MUNICIPALITY', format('municipality %s may not set contacts of %s', own, left(code, 6)),
			jsonb_build_object('municipality_code', left(code, 6), 'own_code', own), 'municipality_code');
	elsif not exists (select from renkei.municipality m where m.municipality_code::text = code) then
		perform renkei_api.refuse('RK404', 'MUNICIPALITY_NOT_FOUND', format('municipality code %s is not in the registry', left(code, 6)),
			jsonb_build_object('municipality_code', left(code, 6)), 'municipality_code');
	elsif char_length(address) > 254 or address !~ '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$' then
		perform renkei_api.refuse('RK400', 'EMAIL_INVALID', 'email is no address', jsonb_build_object('value', left(address, 80)), 'email');
	end if;
	perform pg_advisory_xact_lock(hashtextextended('contacts ' || code, 0));
	if coalesce((p_request ->> 'remove')::boolean, false) then
		select c.* into one from renkei.contact c where c.municipality_code::text = code and c.email = address;
		if not found then
			perform renkei_api.refuse('RK404', 'CONTACT_NOT_FOUND', 'nobody with this address is reminded', jsonb_build_object('email', address), 'email');
		elsif not dry then
			delete from renkei.contact c where c.municipality_code::text = code and c.email = address;
		end if;
		return jsonb_build_object('contact', renkei_api.contact_json(one));
	end if;
	if char_length(called) not between 1 and 100 or called ~ '[[:cntrl:]]' then
		perform renkei_api.refuse('RK400', 'CONTACT_NAME_INVALID', 'a name of one line, 1 to 100 characters', '{"max": "100"}', 'name');
	elsif tongue not in ('ja', 'en', 'zh') then
		perform renkei_api.refuse('RK400', 'LANGUAGE_UNKNOWN', 'language is ja, en or zh', jsonb_build_object('value', left(tongue, 20)), 'language');
	elsif (select count(*) from renkei.contact c where c.municipality_code::text = code and c.email <> address) >= 20 then
		perform renkei_api.refuse('RK409', 'CONTACT_LIMIT', 'a municipality has at most 20 contacts', '{"limit": "20"}');
	end if;
	topics := array(select distinct coalesce(renkei.word(t, 'LETTER_TOPIC_'), '') from jsonb_array_elements_text(p_request -> 'topics') t);
	if not topics <@ array['deadline', 'returned', 'accepted', 'confirmation', 'release'] then
		perform renkei_api.refuse('RK400', 'LETTER_TOPIC_UNKNOWN', 'a topic of letters that is not known', '{}', 'topics');
	elsif cardinality(topics) = 0 then
		-- Who is changed otherwise goes on being written to about the same.
		topics := coalesce((select c.topics from renkei.contact c where c.municipality_code::text = code and c.email = address),
			'{deadline,returned,accepted,confirmation}');
	end if;
	one := row(code, address, called, tongue, clock_timestamp(), current_setting('renkei.principal'), topics)::renkei.contact;
	if not dry then
		insert into renkei.contact as c select one.*
		on conflict on constraint contact_pk do update set name = excluded.name, language = excluded.language, set_at = excluded.set_at,
			principal_uri = excluded.principal_uri, topics = excluded.topics;
	end if;
	return jsonb_build_object('contact', renkei_api.contact_json(one));
end $$;
grant execute on function renkei_api.set_contact to renkei_daemon;
