-- renkei_api.attachment_number - an attachment's number, "401005-2016Q3-A1".
create function renkei_api.attachment_number(p renkei.attachment) returns text
language sql immutable parallel safe as $$
	select format('%s-%s-A%s', (p).municipality_code, renkei.period_tag((p).fiscal_year, (p).quarter, (p).variant), (p).serial)
$$;
