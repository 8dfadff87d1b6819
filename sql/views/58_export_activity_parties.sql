-- renkei_api.export_activity_parties - Who took part in events: municipalities, Chinese governments and bodies, with role.
create view renkei_api.export_activity_parties as
select v.receipt_number,
	v.activity_id,
	'municipality'::text collate "C" as party_kind,
	c.position,
	c.party_municipality_code::text as party_code,
	null::text as name,
	c.role as role
from renkei_api.export_activities v
join renkei.activity_municipality c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id
union all
select v.receipt_number,
	v.activity_id,
	'partner'::text collate "C" as party_kind,
	c.position,
	c.partner_code::text as party_code,
	null::text as name,
	c.role as role
from renkei_api.export_activities v
join renkei.activity_partner c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id
union all
select v.receipt_number,
	v.activity_id,
	'body'::text collate "C" as party_kind,
	c.position,
	null::text as party_code,
	c.body as name,
	null::renkei.party_role as role
from renkei_api.export_activities v
join renkei.activity_body c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.export_activity_parties is 'Who took part in events: municipalities, Chinese governments and bodies, with role.';
comment on column renkei_api.export_activity_parties.party_kind is 'municipality, partner (Chinese government) or body.';
comment on column renkei_api.export_activity_parties.party_code is 'Japanese local government code (municipality) or GB/T 2260 code (partner); null = a body has none.';
comment on column renkei_api.export_activity_parties.name is 'Name of the body; null = see municipalities and partner_governments.';
comment on column renkei_api.export_activity_parties.position is 'Place in its list, from 1.';
comment on column renkei_api.export_activity_parties.receipt_number is 'Report it stands in.';
comment on column renkei_api.export_activity_parties.activity_id is 'Event it belongs to.';
comment on column renkei_api.export_activity_parties.role is 'What it did.';
grant select on renkei_api.export_activity_parties to renkei_analyst;
