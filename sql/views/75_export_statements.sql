-- renkei_api.export_statements - Statements of the evaluation, and what the rule beside each says of it.
create view renkei_api.export_statements as
select s.first_fiscal_year,
	s.last_fiscal_year,
	s.statement_id collate "C" as statement_id,
	s.part::renkei.evaluation_part as part,
	s.place as position,
	s.text,
	s.support,
	s.reports_accepted,
	s.reports_expected
from renkei_api.export_statement_rows() s;
comment on view renkei_api.export_statements is 'Statements of the evaluation, and what the rule beside each says of it; none where only public data are asked for.';
comment on column renkei_api.export_statements.first_fiscal_year is 'First fiscal year of the evaluation.';
comment on column renkei_api.export_statements.last_fiscal_year is 'Last fiscal year of the evaluation.';
comment on column renkei_api.export_statements.statement_id is 'Its number; the indicators of that number stand behind it.';
comment on column renkei_api.export_statements.part is 'Part of the evaluation it stands in.';
comment on column renkei_api.export_statements.position is 'Order in its part.';
comment on column renkei_api.export_statements.text is 'The statement, in the secretariat''s words.';
comment on column renkei_api.export_statements.support is 'What its rule says: supported, partly, not_supported, too_little_data.';
comment on column renkei_api.export_statements.reports_accepted is 'Regular reports of these years that are accepted.';
comment on column renkei_api.export_statements.reports_expected is 'Regular reports of these years that are expected.';
grant select on renkei_api.export_statements to renkei_analyst;
