-- renkei_api.attachment_receipt_json - an attachment's receipt without statement and signature, as proto3 JSON of renkei.v1.AttachmentReceipt.
-- Takes    what never changes of the stored attachment, and nothing else: so the same attachment gives the same receipt for ever.
create function renkei_api.attachment_receipt_json(p renkei.attachment) returns jsonb
language sql stable parallel safe as $$
	select jsonb_build_object(
		'number', renkei_api.attachment_number(p),
		'municipality_code', (p).municipality_code,
		'period', renkei_api.period_json((p).fiscal_year, (p).quarter, (p).variant),
		'file_name', (p).file_name,
		'type', 'ATTACHMENT_TYPE_' || upper((p).type),
		'disclosure', 'DISCLOSURE_' || upper((p).disclosure),
		'sha256', encode((p).sha256, 'hex'),
		'length', (p).size,
		'received_at', renkei.time_json((p).received_at),
		'key_id', (p).key_id)
		-- Of one whose kind was not said the receipt is what it was before kinds were asked for.
		|| case when (p).kind is null then '{}' else jsonb_strip_nulls(jsonb_build_object('title', (p).title, 'kind', 'ATTACHMENT_KIND_' || upper((p).kind),
			'language', (p).language,
			'record', case when (p).record_id is not null then jsonb_build_object('list', (p).record_list, 'id', (p).record_id) end)) end
$$;
