-- renkei_api.attach_content - make an attachment of bytes that are all there, or find the one that was made of them.
-- Takes    the head of an upload, which begin_upload has judged; the daemon's limits and key.  The caller holds the municipality's lock.
-- Returns  UploadAttachmentResponse without statement and signature; null when nothing was attached before and the bytes are not all there.
-- Writes   renkei.attachment, and attachment_relay where the limits have a note "relay" of one that was sealed and brought by another.
-- Errors   RK406 REQUEST_ID_REUSED, ATTACHMENT_EXISTS; RK429 ATTACHMENTS_TOO_MANY; those of evidence_judged.
create function renkei_api.attach_content(p_head jsonb, p_limits jsonb) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant');
	wish constant bytea := renkei_api.request_digest(p_head - 'offset');
	tag text;
	one renkei.attachment;
	had boolean;
begin
	one.municipality_code := own;
	one.fiscal_year := (p_head -> 'period' ->> 'fiscal_year')::integer;
	one.quarter := substr(p_head -> 'period' ->> 'quarter', 10)::integer;
	one.variant := coalesce(renkei.word(p_head -> 'period' ->> 'variant', 'VARIANT_'), 'regular');
	one.sha256 := decode(p_head ->> 'sha256', 'hex');
	one.file_name := p_head ->> 'file_name';
	one.title := nullif(p_head ->> 'title', '');
	one.disclosure := coalesce(renkei.word(p_head ->> 'disclosure', 'DISCLOSURE_'), 'parties');
	one.language := nullif(p_head ->> 'language', '');
	one.kind := coalesce(renkei.word(p_head ->> 'kind', 'ATTACHMENT_KIND_'),
		case when one.language is not null or p_head ? 'record' then 'other' end);
	one.record_list := p_head #>> '{record,list}';
	one.record_id := p_head #>> '{record,id}';
	one.request_id := (p_head ->> 'request_id')::uuid;
	tag := renkei.period_tag(one.fiscal_year, one.quarter, one.variant);
	declare
		earlier renkei.attachment;
	begin
		select a.* into earlier from renkei.attachment a where a.municipality_code = own and a.request_id = one.request_id;
		if found and (earlier.request_sha256 <> wish or earlier.principal_uri <> current_setting('renkei.principal')) then
			perform renkei_api.refuse('RK406', 'REQUEST_ID_REUSED', format('request id %s was used for something else', one.request_id),
				jsonb_build_object('request_id', one.request_id, 'sha256', encode(earlier.request_sha256, 'hex')), 'head.request_id');
		end if;
		had := not found;
		if had then
			select a.* into earlier from renkei.attachment a where a.municipality_code = own and a.fiscal_year = one.fiscal_year
				and a.quarter = one.quarter and a.variant = one.variant and a.content = one.sha256;
		end if;
		if had and earlier.serial is not null and (earlier.file_name, coalesce(earlier.title, ''), earlier.disclosure::text, earlier.kind::text,
				earlier.language, earlier.record_list::text, earlier.record_id::text)
			is distinct from (one.file_name, coalesce(one.title, ''), one.disclosure::text, one.kind::text, one.language, one.record_list::text,
				one.record_id::text) then
			perform renkei_api.refuse('RK406', 'ATTACHMENT_EXISTS', format('the same bytes are attachment %s', renkei_api.attachment_number(earlier)),
				jsonb_build_object('number', renkei_api.attachment_number(earlier), 'file_name', earlier.file_name), 'head.sha256');
		end if;
		if earlier.serial is not null then
			return jsonb_build_object('attachment', renkei_api.attachment_json(earlier),
				'receipt', renkei_api.attachment_receipt_json(earlier), 'existed', had);
		end if;
	end;
	if (select count(*) from renkei.attachment a where a.municipality_code = own and a.fiscal_year = one.fiscal_year and a.quarter = one.quarter
		and a.variant = one.variant and a.removed_at is null) >= (p_limits ->> 'files')::integer then
		perform renkei_api.refuse('RK429', 'ATTACHMENTS_TOO_MANY', format('period %s has %s attachments already', tag, p_limits ->> 'files'),
			jsonb_build_object('period', tag, 'limit', p_limits ->> 'files'), 'head.period');
	end if;
	perform renkei_api.evidence_judged(one);
	select c.sha256, c.type, c.size into one.content, one.type, one.size from renkei.attachment_content c
	where c.municipality_code = own and c.sha256 = one.sha256 and c.completed_at is not null;
	if not found then
		return null;
	end if;
	select coalesce(max(a.serial), 0) + 1 into one.serial from renkei.attachment a where a.municipality_code = own
		and a.fiscal_year = one.fiscal_year and a.quarter = one.quarter and a.variant = one.variant;
	one.principal_uri := current_setting('renkei.principal');
	one.request_sha256 := wish;
	one.received_at := clock_timestamp();
	one.key_id := p_limits ->> 'key_id';
	insert into renkei.attachment select one.*;
	if p_limits ? 'relay' then
		insert into renkei.attachment_relay (municipality_code, fiscal_year, quarter, variant, serial, principal_uri, sealed_at, head, body, signature)
		values (own, one.fiscal_year, one.quarter, one.variant, one.serial, p_limits #>> '{relay,relayed_by}',
			to_timestamp((p_limits #>> '{relay,sealed_at}')::bigint), decode(p_limits #>> '{relay,head}', 'hex'),
			decode(p_limits #>> '{relay,body}', 'hex'), decode(p_limits #>> '{relay,signature}', 'hex'));
	end if;
	return jsonb_build_object('attachment', renkei_api.attachment_json(one), 'receipt', renkei_api.attachment_receipt_json(one));
end $$;
