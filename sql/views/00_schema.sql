-- Who may enter renkei_api.  What they find there is granted file by file.
revoke all on schema renkei_api from public;
grant usage on schema renkei_api to renkei_daemon, renkei_analyst, renkei_migrate;
comment on schema renkei_api is 'Functions called by the daemon and views for analysts; rebuilt by every renkeid migrate.';
