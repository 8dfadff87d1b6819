-- renkei_api.coverage_json - counted cells as proto3 JSON of renkei.v1.Coverage; expected = reported + nil + missing + not_due.
create function renkei_api.coverage_json(p_reported bigint, p_nil bigint, p_missing bigint, p_not_due bigint, p_late bigint,
	p_returned bigint, p_accepted bigint)
returns jsonb
language sql immutable parallel safe as $$
	select jsonb_build_object('expected', p_reported + p_nil + p_missing + p_not_due, 'reported', p_reported, 'nil', p_nil,
		'missing', p_missing, 'not_due', p_not_due, 'late', p_late, 'returned', p_returned, 'accepted', p_accepted)
$$;
