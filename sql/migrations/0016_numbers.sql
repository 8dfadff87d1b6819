-- Numbers that were withdrawn before they left their house are in nobody's way.
--
-- A municipality that wants a release (決裁) may prepare a version, withdraw it, and nobody outside has seen it.  What comes next is then based on what
-- left the house before it, and a report of which nothing did begins anew; the number goes on, because receipts keep theirs for ever.
alter table renkei.report_version drop constraint report_version_follows_base, drop constraint report_version_first_is_new;
alter table renkei.report_version
	add constraint report_version_follows_base check (base_version between 0 and version - 1 and version between 1 and 9999),
	add constraint report_version_first_is_new check ((action = 'new') = (base_version = 0));
comment on column renkei.report_version.base_version is
	'The version it is based on, the one before or the last that was not withdrawn within the house; 0 = none.';
