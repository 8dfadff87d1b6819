-- Who prepared a report does not release it with another certificate: the same name or e-mail address is one person.
begin;
select plan(14);
-- Whom a certificate of the fixture was given to.
create function pg_temp.given_to(p_who text, p_holder text, p_number integer) returns void language plpgsql as $$
begin
	perform set_config('renkei.role', 'operator', true), set_config('renkei.principal', '*', true), set_config('renkei.tenant', '*', true);
	insert into renkei.invitation (invitation_id, token_sha256, principal_uri, role, name, holder, invited_by, request_id, request_sha256, invited_at, expires_at, used_at, used_spki)
	values (fixture.id(p_number)::uuid, sha256(p_number::text::bytea), fixture.uri(p_who), case when p_who ~ '^a' then 'approver' else 'municipality' end, '北九州市', p_holder,
		fixture.uri('secretariat'), fixture.id(p_number)::uuid, sha256('x'), now(), now() + interval '1 day', now(), fixture.spki(fixture.uri(p_who)));
	update renkei.certificate c set invitation_id = fixture.id(p_number)::uuid, registered_at = now() - interval '1 day' where c.spki_sha256 = fixture.spki(fixture.uri(p_who));
end $$;
create function pg_temp.why(p_number integer, p_more jsonb default '{"validate_only": true}') returns text language sql as $$
	select coalesce(a ->> 'reason', a #>> '{answer,summary,state}') from fixture.approve('a401005', 'release_report', '401005-2016Q3-1', p_number, p_more) a $$;
create function pg_temp.keys(p_holder text) returns text[] language sql as $$
	select array(select unnest(renkei_api.holder_keys(p_holder, '401005')) order by 1) $$;
create function pg_temp.renamed(p_number integer, p_holder text) returns void language plpgsql as $$
begin
	perform set_config('renkei.role', 'operator', true), set_config('renkei.principal', '*', true), set_config('renkei.tenant', '*', true);
	update renkei.invitation i set holder = p_holder where i.invitation_id = fixture.id(p_number)::uuid;
end $$;

select fixture.require_release('401005', true, 900);
select fixture.submit('401005', 'full', 1);
select is(pg_temp.why(20), 'REPORT_STATE_AWAITING_RELEASE', 'of certificates without a name nobody can tell');
select pg_temp.given_to('401005', '連携 太郎', 71);
select is(pg_temp.why(20), 'REPORT_STATE_AWAITING_RELEASE', 'nor of one alone');
select pg_temp.given_to('a401005', '課長 花子', 72);
select is(pg_temp.why(20), 'REPORT_STATE_AWAITING_RELEASE', 'two names are two persons');
select pg_temp.renamed(72, '連携　太郎');
select is(pg_temp.why(20), 'RELEASE_BY_SAME_PERSON', 'the same name is one, whatever its blank');
select is(fixture.approve('a401005', 'release_report', '401005-2016Q3-1', 20) -> 'metadata', '{"approver": "連携　太郎", "preparer": "連携 太郎", "receipt_number": "401005-2016Q3-1"}',
	'and is told by both');
select is(fixture.approve('a401005', 'release_report', '401005-2016Q3-1', 20) ->> 'code', 'RK403', 'which is PERMISSION_DENIED');
select pg_temp.renamed(72, '太郎 <Taro@city.example.jp>');
select is(pg_temp.why(20), 'REPORT_STATE_AWAITING_RELEASE', 'an address that nobody knows as the other''s tells nothing');
select fixture.call('secretariat', 'set_contact', '{"municipality_code": "401005", "email": "taro@city.example.jp", "name": "連携　太郎"}');
select is(pg_temp.why(20), 'RELEASE_BY_SAME_PERSON', 'that of a contact with the preparer''s name does');
select is(pg_temp.keys('連携 太郎'), array['taro@city.example.jp', renkei.fold_text('連携太郎')], 'a name is known by its address, too');
select is(pg_temp.keys(null), '{}'::text[], 'nobody by nothing');
-- On 1 April the officer of March becomes approver; the certificate of then is revoked.
select pg_temp.renamed(72, '連携太郎');
update renkei.certificate c set revoked_at = clock_timestamp(), revoked_reason = '異動' where c.spki_sha256 = fixture.spki(fixture.uri('401005'));
select is(pg_temp.why(20), 'RELEASE_BY_SAME_PERSON', 'a certificate that was revoked since prepared it all the same');
select set_config('renkei.role', 'operator', true), set_config('renkei.principal', '*', true);
update renkei.certificate c set registered_at = (select v.received_at + interval '1 second' from renkei.report_version v where v.receipt_number = '401005-2016Q3-1')
where c.spki_sha256 = fixture.spki(fixture.uri('401005'));
select is(pg_temp.why(20), 'REPORT_STATE_AWAITING_RELEASE', 'one that came later did not');
select pg_temp.renamed(72, '課長 花子');
select is(pg_temp.why(21, '{}'), 'REPORT_STATE_SUBMITTED', 'another person releases');
select is(pg_temp.why(21, '{}'), 'REPORT_STATE_SUBMITTED', 'and asked again has the same answer');
select * from finish();
rollback;
