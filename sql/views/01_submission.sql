-- One item of a batch on its way through renkei_api.submit_reports; the report itself stays in the arrays of the call.
create type renkei_api.submission as (
	item integer,
	uri text,
	request_id uuid,
	validate_only boolean,
	municipality_code text,
	fiscal_year smallint,
	quarter smallint,
	variant text,
	action text,
	base_version smallint,
	sha256 bytea,
	round integer,
	refusal jsonb,
	version_id bigint,
	replayed boolean,
	receipt jsonb
);
