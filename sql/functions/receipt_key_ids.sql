-- renkei_api.receipt_key_ids - the keys that signed receipts: renkeid needs each of them to give its receipts again.
-- Returns  one row a key, by its identifier.
create function renkei_api.receipt_key_ids() returns table (key_id text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
begin
	perform set_config('renkei.tenant', '*', true);
	return query select v.key_id from renkei.report_version v union select r.key_id from renkei.report_release r order by 1;
	perform set_config('renkei.tenant', own, true);
end $$;
grant execute on function renkei_api.receipt_key_ids to renkei_daemon, renkei_migrate;
