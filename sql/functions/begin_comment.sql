-- renkei_api.begin_comment - the first turn of a comment as WriteCommentRequest has it, not yet stored; the report's comments are locked for this
-- transaction.
-- Errors   RK404 REPORT_NOT_FOUND; RK400 FIELD_NOT_FOUND; RK409 ACTION_NOT_ALLOWED.
create function renkei_api.begin_comment(p_request jsonb) returns renkei.review_comment
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	v constant renkei.report_version := renkei_api.find_version(p_request - array['receipt_number', 'as_of']);
	path constant text := left(coalesce(p_request ->> 'field_path', ''), 200);
	one renkei.review_comment;
begin
	-- What has not left the house the other side cannot read.
	if not renkei_api.is_released(v) then
		perform renkei_api.refuse('RK409', 'ACTION_NOT_ALLOWED', 'a version that awaits its release has no comments', '{"state": "awaiting_release"}');
	elsif path <> '' and not renkei_api.field_there(renkei.decode_message(v.report, 'renkei.v1.Report'), path) then
		perform renkei_api.refuse('RK400', 'FIELD_NOT_FOUND', format('report %s has nothing at %s', v.receipt_number, path),
			jsonb_build_object('field_path', path, 'receipt_number', v.receipt_number), 'field_path');
	end if;
	perform pg_advisory_xact_lock(hashtextextended(format('comments %s %s %s %s', v.municipality_code, v.fiscal_year, v.quarter, v.variant), 0));
	one.municipality_code := v.municipality_code;
	one.fiscal_year := v.fiscal_year;
	one.quarter := v.quarter;
	one.variant := v.variant;
	one.entry := 1;
	one.version_id := v.version_id;
	one.field_path := nullif(path, '');
	one.office_only := coalesce((p_request ->> 'office_only')::boolean, false);
	one.state := 'open';
	return one;
end $$;
