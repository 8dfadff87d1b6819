-- renkei_api.list_attachments - attachments that the caller may read: newest period first, then by code and number.
-- Takes    ListAttachmentsRequest.      Returns  ListAttachmentsResponse.
-- Errors   RK400 PAGE_TOKEN_INVALID, ARGUMENT_INVALID; RK403.
--
-- Others' attachments are looked at too: the wall is opened for this one question.
create function renkei_api.list_attachments(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	me constant text := current_setting('renkei.role', true);
	size integer := coalesce((p_request ->> 'page_size')::integer, 0);
	wish constant text := left(encode(sha256(convert_to((p_request - 'page_token' - 'page_size')::text, 'UTF8')), 'hex'), 12);
	whose constant text := nullif(p_request ->> 'municipality_code', '');
	wanted constant text := case when p_request ? 'period' then renkei.period_tag(coalesce((p_request -> 'period' ->> 'fiscal_year')::integer, 0),
		coalesce(substring(p_request -> 'period' ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer, 0),
		coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular')) end;
	token constant text := coalesce(p_request ->> 'page_token', '');
	after jsonb;
	answer jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	if size = 0 then
		size := 100;
	elsif size not between 1 and 1000 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('a page of %s attachments; 1 to 1000', size),
			jsonb_build_object('value', size::text, 'range', '1-1000'), 'page_size');
	end if;
	if token <> '' then
		begin
			after := convert_from(decode(token, 'base64'), 'UTF8')::jsonb;
			if after ->> 0 is distinct from wish or (after ->> 1)::integer is null or (after ->> 3)::integer is null then
				raise data_exception;
			end if;
		exception when data_exception then
			perform renkei_api.refuse('RK400', 'PAGE_TOKEN_INVALID', 'this page token belongs to no earlier answer to this request', '{}', 'page_token');
		end;
	end if;
	perform set_config('renkei.tenant', '*', true);
	with matching as (
		select a, (a.fiscal_year * 10 + a.quarter) * 2 + case a.variant when 'regular' then 1 else 0 end as place,
			a.municipality_code::text as code, a.serial
		from renkei.attachment a
		where (whose is null or a.municipality_code = whose)
			and (wanted is null or renkei.period_tag(a.fiscal_year, a.quarter, a.variant) = wanted)
			and (a.removed_at is null or coalesce((p_request ->> 'include_removed')::boolean, false))
			and renkei_api.attachment_seen(a, me, own)
	), page as (
		select m.*, row_number() over (order by m.place desc, m.code, m.serial) as n from matching m
		where after is null or m.place < (after ->> 1)::integer
			or m.place = (after ->> 1)::integer and (m.code, m.serial) > (after ->> 2, (after ->> 3)::integer)
		order by m.place desc, m.code, m.serial limit size + 1
	)
	select jsonb_build_object(
		'attachments', coalesce(jsonb_agg(renkei_api.attachment_for_reader(p.a, me, own) order by p.n) filter (where p.n <= size), '[]'),
		'next_page_token', case when max(p.n) > size then (
			select translate(encode(convert_to(jsonb_build_array(wish, l.place, l.code, l.serial)::text, 'UTF8'), 'base64'), E'\n', '')
			from page l where l.n = size) else '' end)
	into answer from page p;
	perform set_config('renkei.tenant', own, true);
	return answer;
end $$;
grant execute on function renkei_api.list_attachments to renkei_daemon;
