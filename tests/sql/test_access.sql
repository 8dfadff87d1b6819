-- Invitations and certificates: who invites whom, one token one certificate, renewed and revoked.
begin;
select plan(55);
create function pg_temp.hash(p text) returns text language sql immutable as $$ select encode(sha256(convert_to(p, 'UTF8')), 'hex') $$;
-- As the daemon asks: the method's function in a transaction that nobody has begun (enroll), or that somebody has.
create function pg_temp.invite(p_who text, p_number integer, p_token text, p_more jsonb) returns jsonb language plpgsql as $$
declare
	said text;
	code text;
begin
	perform renkei_api.begin_call(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), array['municipality', 'secretariat', 'ministry', 'analyst', 'operator'], 10000);
	return renkei_api.create_invitation(jsonb_build_object('request_id', fixture.id(p_number)) || p_more, pg_temp.hash(p_token)) -> 'invitation';
exception when others then
	get stacked diagnostics said = pg_exception_detail, code = returned_sqlstate;
	return case when code like 'RK%' then said::jsonb || jsonb_build_object('code', code) else jsonb_build_object('code', code, 'reason', sqlerrm) end;
end $$;
create function pg_temp.facts(p_key text, p_serial text) returns jsonb language sql as $$
	select jsonb_build_object('spki_sha256', pg_temp.hash(p_key), 'serial', p_serial, 'days', 400, 'office_days', 90) $$;
create function pg_temp.enroll(p_token text, p_key text, p_serial text default '0a') returns jsonb language plpgsql as $$
declare
	said text;
	code text;
	got record;
begin
	perform set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true);
	select * into got from renkei_api.enroll(pg_temp.facts(p_key, p_serial) || jsonb_build_object('token_sha256', pg_temp.hash(p_token)), 'CN=test');
	return jsonb_build_object('uri', got.uri, 'serial', got.serial, 'days', (got.not_after - got.not_before) / 86400, 'certificate', got.reply -> 'certificate');
exception when others then
	get stacked diagnostics said = pg_exception_detail, code = returned_sqlstate;
	return case when code like 'RK%' then said::jsonb || jsonb_build_object('code', code) else jsonb_build_object('code', code, 'reason', sqlerrm) end;
end $$;
create function pg_temp.renew(p_uri text, p_shown text, p_key text, p_serial text) returns jsonb language plpgsql as $$
declare
	said text;
	code text;
	got record;
begin
	perform renkei_api.begin_call(p_uri, decode(pg_temp.hash(p_shown), 'hex'), array['municipality', 'secretariat', 'ministry', 'analyst', 'operator'], 10000);
	select * into got from renkei_api.renew_certificate(pg_temp.facts(p_key, p_serial) || jsonb_build_object('current_spki', pg_temp.hash(p_shown)), 'CN=test');
	return jsonb_build_object('uri', got.uri, 'serial', got.serial, 'certificate', got.reply -> 'certificate');
exception when others then
	get stacked diagnostics said = pg_exception_detail, code = returned_sqlstate;
	return case when code like 'RK%' then said::jsonb || jsonb_build_object('code', code) else jsonb_build_object('code', code, 'reason', sqlerrm) end;
end $$;

-- inviting
select is(pg_temp.invite('401005', 1, 't', '{"role": "municipality", "organisation": "401005"}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'a municipality invites nobody');
select is(pg_temp.invite('ministry', 1, 't', '{"role": "analyst", "organisation": "x"}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'nor does the ministry');
select is(pg_temp.invite('secretariat', 1, 't', '{"role": "operator", "organisation": "x"}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'an operator is not invited by the secretariat');
select is(pg_temp.invite('operator', 1, 't0', '{"role": "operator", "organisation": "second"}') ->> 'principal', 'renkei://test.renkei/operator/second', 'but by an operator');
select is(pg_temp.invite('secretariat', 2, 't', '{"role": "governor", "organisation": "401005"}') - 'metadata' - 'code', '{"field": "role", "reason": "INVITATION_ROLE_UNKNOWN"}',
	'a role that there is not is refused');
select is(pg_temp.invite('secretariat', 2, 't', '{"role": "municipality", "organisation": "011002"}') ->> 'reason', 'MUNICIPALITY_NOT_FOUND', 'and a municipality that does not take part');
select is(pg_temp.invite('secretariat', 2, 't', '{"role": "analyst", "organisation": "a b"}') ->> 'reason', 'ORGANISATION_INVALID', 'and what is no part of a URI');
select is(pg_temp.invite('secretariat', 2, 't', '{"role": "analyst", "organisation": "a", "valid_days": 31}') ->> 'reason', 'INVITATION_DAYS_INVALID', 'and one for ever');
select is(pg_temp.invite('secretariat', 2, 't', jsonb_build_object('role', 'analyst', 'organisation', 'a', 'holder', repeat('x', 201))) ->> 'reason', 'TEXT_TOO_LONG', 'and long names');
select is(pg_temp.invite('secretariat', 2, 't', '{"role": "municipality", "organisation": "401005", "validate_only": true}') ->> 'state', 'INVITATION_STATE_OPEN', 'a dry run says what would be');
select is(fixture.call('secretariat', 'list_invitations') -> 'invitations' -> 1, null, 'and leaves nothing');
create temp table one as select pg_temp.invite('secretariat', 3, 'first', '{"role": "municipality", "organisation": "北九州市", "holder": "田中"}') as i;
select is(pg_temp.invite('secretariat', 90, 'other', '{"role": "approver", "organisation": "401005", "holder": "田 中"}') - 'metadata', '{"code": "RK409", "field": "holder", "reason": "HOLDER_HAS_OTHER_ROLE"}',
	'who prepares reports is not invited to release them');
select is(pg_temp.invite('secretariat', 91, 'other', '{"role": "approver", "organisation": "401005", "holder": "田中（課長）", "validate_only": true}') ->> 'state', 'INVITATION_STATE_OPEN', 'another one is');
select is(pg_temp.invite('secretariat', 92, 'other', '{"role": "approver", "organisation": "400009", "holder": "田中", "validate_only": true}') ->> 'state', 'INVITATION_STATE_OPEN', 'and elsewhere');
select is((select i ->> 'principal' || ' ' || (i ->> 'name') from one), 'renkei://test.renkei/municipality/401005 北九州市', 'a municipality is found by its name');
select is((select (i ->> 'expires_at')::timestamptz - (i ->> 'invited_at')::timestamptz from one), interval '7 days', 'for a week');
select is(pg_temp.invite('secretariat', 3, 'again', '{"role": "municipality", "organisation": "北九州市", "holder": "田中"}') ->> 'invitation_id', (select i ->> 'invitation_id' from one),
	'the same request is the same invitation');
select is(pg_temp.invite('secretariat', 3, 'tried', '{"role": "municipality", "organisation": "北九州市", "holder": "田中", "validate_only": true}') ->> 'invitation_id',
	(select i ->> 'invitation_id' from one), 'a dry run of it says so');
select is(pg_temp.enroll('tried', 'k') ->> 'reason', 'INVITATION_UNKNOWN', 'and changes no token');
select is(pg_temp.invite('secretariat', 3, 'x', '{"role": "municipality", "organisation": "福岡県"}') ->> 'reason', 'REQUEST_ID_REUSED', 'another one with its id is refused');
select is((select string_agg(i.value ->> 'holder', ',') from jsonb_array_elements(fixture.call('operator', 'list_invitations') -> 'invitations') i), '田中', 'it is listed');
select is(fixture.refused('401005', 'list_invitations') ->> 'reason', 'ROLE_NOT_ALLOWED', 'not for municipalities');

-- enrolling
select is(pg_temp.enroll('nobody''s', 'k') ->> 'reason', 'INVITATION_UNKNOWN', 'a wrong token is nobody''s');
select is(pg_temp.enroll('first', 'k') ->> 'reason', 'INVITATION_UNKNOWN', 'and so is the one that was replaced when it was asked for again');
create temp table made as select pg_temp.enroll('again', 'key a', '0b') as c;
select is((select c - 'certificate' from made), '{"uri": "renkei://test.renkei/municipality/401005", "serial": "0b", "days": 400}', 'the right one gives a certificate of its role''s life');
select is((select c -> 'certificate' ->> 'holder' from made), '田中', 'for whom it was meant');
select is(pg_temp.enroll('again', 'key a', '0c') - 'certificate', (select c - 'certificate' from made), 'the same key gets the same one again, serial number and all');
select is(pg_temp.enroll('again', 'key b', '0d') ->> 'reason', 'INVITATION_USED', 'another key gets none');
select is(pg_temp.invite('secretariat', 3, 'third', '{"role": "municipality", "organisation": "北九州市", "holder": "田中"}') ->> 'state', 'INVITATION_STATE_USED', 'asked for again it is used');
select is(pg_temp.enroll('third', 'key b', '0d') ->> 'reason', 'INVITATION_UNKNOWN', 'and has no new token');
select is(jsonb_array_length(fixture.call('secretariat', 'list_invitations') -> 'invitations'), 1, 'what is used is listed no more');
select is(jsonb_array_length(fixture.call('secretariat', 'list_invitations', '{"include_closed": true}') -> 'invitations'), 2, 'unless it is asked for');
select lives_ok($$select renkei_api.begin_call('renkei://test.renkei/municipality/401005', decode(pg_temp.hash('key a'), 'hex'), '{municipality}', 1000)$$, 'the certificate may call');
select lives_ok($$select renkei_api.begin_call(fixture.uri('401005'), fixture.spki(fixture.uri('401005')), '{municipality}', 1000)$$, 'beside the one that was there');
select pg_temp.invite('secretariat', 4, 'late', '{"role": "analyst", "organisation": "new", "name": "大学"}');
update renkei.invitation set invited_at = invited_at - interval '8 days', expires_at = expires_at - interval '8 days' where name = '大学';
select is(pg_temp.enroll('late', 'key c') - 'metadata', '{"field": "", "reason": "INVITATION_EXPIRED", "code": "RK409"}', 'one whose time is over is refused');
select pg_temp.invite('secretariat', 5, 'back', '{"role": "analyst", "organisation": "new", "name": "大学院"}') ->> 'invitation_id' as back \gset
select is(fixture.call('operator', 'revoke_invitation', jsonb_build_object('request_id', fixture.id(6), 'invitation_id', :'back')) -> 'invitation' ->> 'state', 'INVITATION_STATE_REVOKED',
	'one is taken back');
select is(pg_temp.enroll('back', 'key c') ->> 'reason', 'INVITATION_REVOKED', 'and is refused then');
select is(fixture.refused('operator', 'revoke_invitation', jsonb_build_object('request_id', fixture.id(7), 'invitation_id', (select i ->> 'invitation_id' from one))) ->> 'reason',
	'INVITATION_USED', 'what is used is not taken back');
select is(fixture.refused('operator', 'revoke_invitation', jsonb_build_object('request_id', fixture.id(8), 'invitation_id', 'x')) ->> 'reason', 'INVITATION_NOT_FOUND', 'nor what is not there');
select pg_temp.invite('secretariat', 9, 'new', '{"role": "analyst", "organisation": "new", "name": "研究所"}');
select is(pg_temp.enroll('new', 'key a') ->> 'reason', 'KEY_IN_USE', 'a key that has a certificate gets no other');
select is(pg_temp.enroll('new', 'key c', '0e') ->> 'days', '90', 'an office has a shorter life');
select is((select name from renkei.principal where principal_uri = 'renkei://test.renkei/analyst/new'), '研究所', 'and is there now');

-- renewing
select is(pg_temp.renew(fixture.uri('401005'), 'key a', 'key a', '10') ->> 'reason', 'KEY_NOT_NEW', 'the same key is not renewed');
create temp table next as select pg_temp.renew(fixture.uri('401005'), 'key a', 'key a2', '11') as c;
select is((select c ->> 'serial' from next), '11', 'a new one is');
select is(pg_temp.renew(fixture.uri('401005'), 'key a', 'key a2', '12') ->> 'serial', '11', 'once');
select is(pg_temp.renew('renkei://test.renkei/analyst/new', 'key c', 'key a2', '12') ->> 'reason', 'KEY_IN_USE', 'not for another');
select is((select c -> 'certificate' ->> 'holder' from next), '田中', 'whom it is for stays');
select is((select array_agg(distinct pg_temp.renew(fixture.uri('401005'), 'key a2', 'key a' || n, '2' || n) ->> 'reason') from generate_series(3, 25) n),
	array['CERTIFICATES_TOO_MANY', null], 'there is an end to it');

-- revoking
select is(fixture.refused('400009', 'revoke_certificates', jsonb_build_object('request_id', fixture.id(20), 'reason', 'x', 'key_sha256', pg_temp.hash('key a2'))) - 'metadata' - 'message',
	fixture.refused('400009', 'revoke_certificates', jsonb_build_object('request_id', fixture.id(20), 'reason', 'x', 'key_sha256', pg_temp.hash('none'))) - 'metadata' - 'message',
	'another''s certificate and none at all look the same');
select is(fixture.refused('401005', 'revoke_certificates', jsonb_build_object('request_id', fixture.id(21), 'key_sha256', pg_temp.hash('key a2'))) ->> 'reason', 'REASON_REQUIRED', 'why is said');
select is(jsonb_array_length(fixture.call('400009', 'list_certificates') -> 'certificates'), 1, 'one sees one''s own organisation''s');
select is(jsonb_array_length(fixture.call('secretariat', 'list_certificates', '{"municipality_code": "400009"}') -> 'certificates'), 2, 'the secretariat those of any: an officer''s, and an approver''s');
select is(jsonb_array_length(fixture.call('401005', 'revoke_certificates', jsonb_build_object('request_id', fixture.id(22), 'reason', 'lost', 'keep_renewals', true, 'key_sha256', pg_temp.hash('key a')))
	-> 'certificates'), 1, 'one is ended alone when it was replaced');
select is((select array[jsonb_array_length(a -> 'certificates') > 10, a -> 'certificates' -> 0 ->> 'serial' = '11', a -> 'certificates' -> 1 ->> 'revoked_reason' = 'stolen']
	from fixture.call('secretariat', 'revoke_certificates', jsonb_build_object('request_id', fixture.id(23), 'reason', 'stolen', 'key_sha256', pg_temp.hash('key a2'))) a),
	array[true, true, true], 'else with all that came from it');
select throws_ok($$select renkei_api.begin_call('renkei://test.renkei/municipality/401005', decode(pg_temp.hash('key a4'), 'hex'), '{municipality}', 1000)$$, 'RK401', null,
	'and what is ended is refused');
select * from finish();
rollback;
