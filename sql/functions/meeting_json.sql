-- renkei_api.meeting_json - a meeting with what was said there, as far as the caller may read it, as proto3 JSON of renkei.v1.Meeting.
-- Takes    the meeting; one municipality, '' = all; whether earlier wordings, too; whether only what waits for the municipality's answer.
create function renkei_api.meeting_json(p renkei.meeting, p_municipality text, p_history boolean, p_unanswered boolean) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('number', p.fiscal_year || '-M' || p.serial, 'kind', 'MEETING_KIND_' || upper(p.kind), 'held_on', p.held_on,
		'title', p.title, 'place', p.place, 'recorded_at', renkei.time_json(p.recorded_at), 'recorded_by', p.principal_uri,
		'agenda', nullif(to_jsonb(p.agenda), '[]'),
		-- That a municipality attached something is told to who may read its reports, and the attachment.
		'papers', (select jsonb_agg(jsonb_build_object('title', k.title, 'file_name', k.file_name, 'sha256', encode(k.sha256, 'hex'),
				'attachment_number', k.attachment_number) order by k.paper)
			from renkei.meeting_paper k where k.fiscal_year = p.fiscal_year and k.serial = p.serial and (k.attachment_of is null
				or nullif(current_setting('renkei.tenant', true), '') in ('*', k.attachment_of::text) and exists (select from renkei.attachment a
					where a.municipality_code = k.attachment_of and a.serial = substring(k.attachment_number from '[0-9]+$')::integer
						and renkei_api.attachment_number(a) = k.attachment_number
						and renkei_api.attachment_seen(a, current_setting('renkei.role', true), current_setting('renkei.tenant', true))))),
		'hearings', (select jsonb_agg(h.hearing order by h.municipality_code, h.wording)
			from (select r.municipality_code, r.wording, renkei_api.hearing_json(r) as hearing
				from renkei.meeting_record r
				where r.fiscal_year = p.fiscal_year and r.serial = p.serial and p_municipality in ('', r.municipality_code)
					and renkei_api.hearing_seen(r) and (p_history or not exists (select from renkei.meeting_record l where l.municipality_code = r.municipality_code
						and l.fiscal_year = r.fiscal_year and l.serial = r.serial and l.wording > r.wording))) h
			where not p_unanswered or h.hearing ->> 'state' = 'HEARING_STATE_RECORDED')))
$$;
