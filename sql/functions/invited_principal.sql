-- renkei_api.invited_principal - whom an invitation is for: their URI, on the inviter's platform, and their name.
-- Takes    CreateInvitationRequest.
-- Errors   RK400 INVITATION_ROLE_UNKNOWN, ORGANISATION_INVALID, MUNICIPALITY_AMBIGUOUS, TEXT_TOO_LONG; RK404 MUNICIPALITY_NOT_FOUND; RK403 ROLE_NOT_ALLOWED.
create function renkei_api.invited_principal(p_request jsonb, out role text, out uri text, out name text)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := btrim(coalesce(p_request ->> 'organisation', ''));
	id text := wanted;
	given text;
	one renkei.municipality;
begin
	role := coalesce(p_request ->> 'role', '');
	if role not in ('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator') then
		perform renkei_api.refuse('RK400', 'INVITATION_ROLE_UNKNOWN', format('"%s" is no role', left(role, 40)), jsonb_build_object('value',
			left(role, 40), 'choices', 'municipality, approver, secretariat, ministry, analyst, operator'), 'role');
	elsif role = 'operator' then
		perform renkei_api.require_role('operator');
	end if;
	if role in ('municipality', 'approver') then
		one := renkei_api.named_municipality(wanted, 'organisation');
		id := one.municipality_code;
		name := one.name_ja;
	elsif wanted !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' then
		perform renkei_api.refuse('RK400', 'ORGANISATION_INVALID', format('"%s" cannot be the last part of a URI', left(wanted, 40)),
			jsonb_build_object('value', left(wanted, 40)), 'organisation');
	end if;
	for given in select f.field from unnest(array['name', 'holder']) as f (field)
		where char_length(coalesce(p_request ->> f.field, '')) > 200
	loop
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('%s has %s characters; at most 200', given, char_length(p_request ->> given)),
			jsonb_build_object('length', char_length(p_request ->> given)::text, 'max', '200'), given);
	end loop;
	uri := format('renkei://%s/%s/%s', split_part(current_setting('renkei.principal'), '/', 3), role, id);
	name := coalesce(name, nullif(btrim(coalesce(p_request ->> 'name', '')), ''), id);
end $$;
