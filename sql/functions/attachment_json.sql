-- renkei_api.attachment_json - an attachment as proto3 JSON of renkei.v1.Attachment.
create function renkei_api.attachment_json(p renkei.attachment) returns jsonb
language sql stable parallel safe as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'number', renkei_api.attachment_number(p),
		'municipality_code', (p).municipality_code,
		'period', renkei_api.period_json((p).fiscal_year, (p).quarter, (p).variant),
		'file_name', (p).file_name,
		'title', (p).title,
		'type', 'ATTACHMENT_TYPE_' || upper((p).type),
		'size', (p).size,
		'sha256', encode((p).sha256, 'hex'),
		'disclosure', 'DISCLOSURE_' || upper((p).disclosure),
		'sent_by', (p).principal_uri,
		'received_at', renkei.time_json((p).received_at),
		'removed_at', renkei.time_json((p).removed_at),
		'kind', 'ATTACHMENT_KIND_' || upper((p).kind),
		'language', (p).language,
		'record', case when (p).record_id is not null then jsonb_build_object('list', (p).record_list, 'id', (p).record_id) end))
$$;
