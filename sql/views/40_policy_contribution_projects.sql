-- renkei_api.policy_contribution_projects - Projects that contributions to policy rest on.
create view renkei_api.policy_contribution_projects as
select v.municipality_code,
	v.version_id,
	v.contribution_id,
	c.position,
	c.project_id
from renkei_api.policy_contributions v
join renkei.policy_contribution_project c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.contribution_id = v.contribution_id;
comment on view renkei_api.policy_contribution_projects is 'Projects that contributions to policy rest on.';
grant select on renkei_api.policy_contribution_projects to renkei_analyst;
