-- renkei_api.export_outcome_evidence - What outcomes rest on: events of this or an earlier report, and documents.
create view renkei_api.export_outcome_evidence as
select v.receipt_number,
	v.outcome_id,
	'activity'::text collate "C" as evidence_kind,
	c.position,
	c.activity_id::text as activity_id,
	null::text as evidence
from renkei_api.export_outcomes v
join renkei.outcome_activity c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.outcome_id = v.outcome_id
union all
select v.receipt_number,
	v.outcome_id,
	'document',
	c.position,
	null,
	c.evidence
from renkei_api.export_outcomes v
join renkei.outcome_evidence c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.outcome_id = v.outcome_id;
comment on view renkei_api.export_outcome_evidence is 'What outcomes rest on: events of this or an earlier report, and documents.';
comment on column renkei_api.export_outcome_evidence.receipt_number is 'Report it stands in.';
comment on column renkei_api.export_outcome_evidence.outcome_id is 'Outcome it belongs to.';
comment on column renkei_api.export_outcome_evidence.position is 'Place in its list, from 1.';
comment on column renkei_api.export_outcome_evidence.evidence_kind is 'activity or document.';
comment on column renkei_api.export_outcome_evidence.activity_id is 'Identity of the event within the municipality; null = a document.';
comment on column renkei_api.export_outcome_evidence.evidence is 'Title of the document, page or survey; null = an event.';
grant select on renkei_api.export_outcome_evidence to renkei_analyst;
