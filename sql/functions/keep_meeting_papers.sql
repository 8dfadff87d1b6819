-- renkei_api.keep_meeting_papers - enter papers of a meeting behind those that are there.
-- Takes    the meeting; a list of renkei.v1.MeetingPaper.      Writes  renkei.meeting_paper.
-- Errors   RK400 MEETING_PAPER_WRONG; RK404 ATTACHMENT_NOT_FOUND; RK409 MEETING_LIMIT.
create function renkei_api.keep_meeting_papers(p renkei.meeting, p_papers jsonb) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	known constant integer := (select coalesce(max(k.paper), 0) from renkei.meeting_paper k where k.fiscal_year = p.fiscal_year and k.serial = p.serial);
	wrong integer;
	r record;
	attached renkei.attachment;
begin
	-- A paper has a title, and is either an attachment or a file with its digest.
	select q.place - 1 into wrong from jsonb_array_elements(coalesce(p_papers, '[]')) with ordinality as q (paper, place)
	where renkei_api.is_blank(coalesce(q.paper ->> 'title', '')) or char_length(q.paper ->> 'title') > 200 or char_length(q.paper ->> 'file_name') > 255
		or (coalesce(q.paper ->> 'attachment_number', '') = '') = (coalesce(q.paper ->> 'file_name', '') = '')
		or (coalesce(q.paper ->> 'file_name', '') <> '') <> (coalesce(q.paper ->> 'sha256', '') ~ '^[0-9a-f]{64}$')
	order by q.place limit 1;
	if wrong is not null then
		perform renkei_api.refuse('RK400', 'MEETING_PAPER_WRONG', format('paper %s has no title, or is neither an attachment nor a file with its SHA-256', wrong + 1),
			jsonb_build_object('place', (wrong + 1)::text), format('papers[%s]', wrong));
	elsif known + jsonb_array_length(coalesce(p_papers, '[]')) > 999 then
		perform renkei_api.refuse('RK409', 'MEETING_LIMIT', 'a meeting has at most 999 papers', '{"limit": "999"}');
	end if;
	for r in select q.paper, q.place from jsonb_array_elements(coalesce(p_papers, '[]')) with ordinality as q (paper, place) order by q.place loop
		attached := null;
		if coalesce(r.paper ->> 'attachment_number', '') <> '' then
			attached := renkei_api.find_attachment(r.paper ->> 'attachment_number');
		end if;
		insert into renkei.meeting_paper (fiscal_year, serial, paper, title, file_name, sha256, attachment_of, attachment_number, recorded_at, principal_uri)
		values (p.fiscal_year, p.serial, known + r.place, r.paper ->> 'title', nullif(r.paper ->> 'file_name', ''), decode(nullif(r.paper ->> 'sha256', ''), 'hex'),
			attached.municipality_code, nullif(r.paper ->> 'attachment_number', ''), clock_timestamp(), current_setting('renkei.principal'));
	end loop;
end $$;
