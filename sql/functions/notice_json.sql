-- renkei_api.notice_json - a notice as proto3 JSON of renkei.v1.Notice.
-- Returns  null when it is over: put right or withdrawn since, confirmed, released, or another version accepted.
--
-- What waits for its release has no number and no digest outside of its house, so its notice has none.
create function renkei_api.notice_json(p renkei.notice) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('topic', 'LETTER_TOPIC_' || upper(p.topic),
		'period', renkei_api.period_json(v.fiscal_year, v.quarter, v.variant), 'at', renkei.time_json(p.noticed_at))
		|| case p.topic
			when 'release' then '{}'
			when 'accepted' then jsonb_build_object('receipt_number', v.receipt_number, 'sha256', encode(v.sha256, 'hex'))
			when 'confirmation' then jsonb_build_object('receipt_number', v.receipt_number, 'sha256', encode(v.sha256, 'hex'))
			else jsonb_build_object('receipt_number', v.receipt_number,
				'due_at', renkei.time_json((t.due_date + time '23:59:59') at time zone 'Asia/Tokyo'),
				'items', (select jsonb_agg(jsonb_build_object('field_path', coalesce(i.field_path, ''), 'reason', i.reason) order by i.position)
					from renkei.return_item i where i.municipality_code = t.municipality_code and i.fiscal_year = t.fiscal_year
						and i.quarter = t.quarter and i.variant = t.variant and i.step = t.step)) end)
	from renkei.report_version v
	left join renkei.report h on h.municipality_code = v.municipality_code and h.fiscal_year = v.fiscal_year and h.quarter = v.quarter
		and h.variant = v.variant
	left join renkei.preparation w on w.municipality_code = v.municipality_code and w.fiscal_year = v.fiscal_year and w.quarter = v.quarter
		and w.variant = v.variant
	left join renkei.report_transition t on t.municipality_code = v.municipality_code and t.fiscal_year = v.fiscal_year and t.quarter = v.quarter
		and t.variant = v.variant and t.step = p.step
	where v.municipality_code = p.municipality_code and v.version_id = p.version_id and case p.topic
		when 'returned' then h.state = 'returned' and not exists (select from renkei.report_transition l
			where l.municipality_code = v.municipality_code and l.fiscal_year = v.fiscal_year and l.quarter = v.quarter
				and l.variant = v.variant and l.step > p.step)
		when 'accepted' then h.accepted_version_id = p.version_id
		when 'confirmation' then coalesce(w.version_id = p.version_id and w.state in ('awaiting_release', 'sent_back')
				or h.latest_version_id = p.version_id and h.state <> 'withdrawn', false)
			and not exists (select from renkei.report_confirmation c where c.municipality_code = v.municipality_code and c.version_id = v.version_id)
		else w.version_id = p.version_id and w.state = 'awaiting_release' end
$$;
