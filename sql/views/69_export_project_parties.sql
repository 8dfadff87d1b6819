-- renkei_api.export_project_parties - Who takes part in projects beside the reporting municipality.
create view renkei_api.export_project_parties as
select v.receipt_number,
	v.project_id,
	'municipality'::text collate "C" as party_kind,
	c.position,
	c.party_municipality_code::text as party_code,
	null::text as name
from renkei_api.export_projects v
join renkei.project_municipality c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.project_id = v.project_id
union all
select v.receipt_number,
	v.project_id,
	'partner'::text collate "C" as party_kind,
	c.position,
	c.partner_code::text as party_code,
	null::text as name
from renkei_api.export_projects v
join renkei.project_partner c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.project_id = v.project_id
union all
select v.receipt_number,
	v.project_id,
	'body'::text collate "C" as party_kind,
	c.position,
	null::text as party_code,
	c.body as name
from renkei_api.export_projects v
join renkei.project_body c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.project_id = v.project_id;
comment on view renkei_api.export_project_parties is 'Who takes part in projects beside the reporting municipality.';
comment on column renkei_api.export_project_parties.party_kind is 'municipality, partner (Chinese government) or body.';
comment on column renkei_api.export_project_parties.party_code is 'Japanese local government code (municipality) or GB/T 2260 code (partner); null = a body has none.';
comment on column renkei_api.export_project_parties.name is 'Name of the body; null = see municipalities and partner_governments.';
comment on column renkei_api.export_project_parties.position is 'Place in its list, from 1.';
comment on column renkei_api.export_project_parties.receipt_number is 'Report it stands in.';
comment on column renkei_api.export_project_parties.project_id is 'Project it belongs to.';
grant select on renkei_api.export_project_parties to renkei_analyst;
