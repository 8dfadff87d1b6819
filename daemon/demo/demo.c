#include "demo/demo.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/disk.h"
#include "db/migrate.h"
#include "demo/certs.h"
#include "demo/cluster.h"
#include "demo/demo_write.h"
#include "embedded.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define AUTHORITY "demo.renkei"
#define DATABASE  "renkei"

/* The office, the ministry, and the municipalities of the programme in the order of its tables: their officers, then their approvers. */
const struct rk_demo_principal rk_demo_principals[] = {
	{"SECRETARIAT",     "secretariat",  "iges",   "secretariat",     "IGES 事務局"},
	{"ANALYST",         "analyst",      "demo",   "analyst",         "分析者"     },
	{"OPERATOR",        "operator",     "demo",   "operator",        "運用担当"  },
	{"MINISTRY",        "ministry",     "moe",    "ministry",        "環境省"     },
	{"110001",          "municipality", "110001", "110001",          "埼玉県"     },
	{"130001",          "municipality", "130001", "130001",          "東京都"     },
	{"160008",          "municipality", "160008", "160008",          "富山県"     },
	{"200000",          "municipality", "200000", "200000",          "長野県"     },
	{"280003",          "municipality", "280003", "280003",          "兵庫県"     },
	{"400009",          "municipality", "400009", "400009",          "福岡県"     },
	{"141305",          "municipality", "141305", "141305",          "川崎市"     },
	{"242021",          "municipality", "242021", "242021",          "四日市市"  },
	{"281000",          "municipality", "281000", "281000",          "神戸市"     },
	{"401005",          "municipality", "401005", "401005",          "北九州市"  },
	{"442011",          "municipality", "442011", "442011",          "大分市"     },
	{"APPROVER_110001", "approver",     "110001", "approver-110001", "埼玉県"     },
	{"APPROVER_130001", "approver",     "130001", "approver-130001", "東京都"     },
	{"APPROVER_160008", "approver",     "160008", "approver-160008", "富山県"     },
	{"APPROVER_200000", "approver",     "200000", "approver-200000", "長野県"     },
	{"APPROVER_280003", "approver",     "280003", "approver-280003", "兵庫県"     },
	{"APPROVER_400009", "approver",     "400009", "approver-400009", "福岡県"     },
	{"APPROVER_141305", "approver",     "141305", "approver-141305", "川崎市"     },
	{"APPROVER_242021", "approver",     "242021", "approver-242021", "四日市市"  },
	{"APPROVER_281000", "approver",     "281000", "approver-281000", "神戸市"     },
	{"APPROVER_401005", "approver",     "401005", "approver-401005", "北九州市"  },
	{"APPROVER_442011", "approver",     "442011", "approver-442011", "大分市"     },
	{NULL,              NULL,           NULL,     NULL,              NULL            },
};

#define AGAIN_MS 3000

struct demo {
	struct rk_demo public; /* first: the one is the other */
	struct rk_arena arena;
	struct rk_cluster *cluster;
	int64_t ended_ms; /* monotonic: when PostgreSQL was seen to have ended; 0: it runs */
	int lock;
};

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the demo");
}

static enum rk_status demo_paths(struct demo *demo, const char *dir, struct rk_err *err)
{
	struct rk_demo *d = &demo->public;
	char real[PATH_MAX];

	const struct {
		const char **at;
		const char *name;
	} paths[] = {
		{&d->ca,             "keys/ca.crt"         },
		{&d->ca_key,         "keys/ca.key"         },
		{&d->server_cert,    "keys/server.crt"     },
		{&d->server_key,     "keys/server.key"     },
		{&d->receipt_key,    "keys/receipt.key"    },
		{&d->receipt_public, "keys/receipt.pub.pem"},
		{&d->config,         "renkeid.conf"        },
		{&d->env,            "demo.env"            },
		{&d->exports,        "exports"             },
	};

	RK_TRY(rk_disk_folder(dir, 0755, err));
	if (!realpath(dir, real))
		return rk_fail(err, RK_NOT_FOUND, "%s: %s", dir, strerror(errno));
	d->dir = rk_arena_str(&demo->arena, real);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (!(*paths[i].at = rk_arena_printf(&demo->arena, "%s/%s", real, paths[i].name)))
			return no_memory(err);
	return d->dir ? RK_OK : no_memory(err);
}

/* Whoever mistypes the folder must not find pg, keys and sock among other things. */
static enum rk_status demo_alone(const struct demo *demo, struct rk_err *err)
{
	bool earlier = false, other = false;
	DIR *dir;

	assert(demo->public.dir);
	dir = opendir(demo->public.dir);
	if (!dir)
		return rk_fail(
			err, RK_PERMISSION_DENIED, "%s: %s", demo->public.dir, strerror(errno));
	for (struct dirent *entry; (entry = readdir(dir));) {
		earlier = earlier || strcmp(entry->d_name, "demo.lock") == 0;
		other = other ||
			(strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0);
	}
	(void)closedir(dir);
	if (earlier || !other)
		return RK_OK;
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "DEMO_FOLDER",
		"%s: not empty, and no earlier demo; name an empty folder or one that is not there",
		demo->public.dir);
}

static enum rk_status demo_lock(struct demo *demo, struct rk_err *err)
{
	const char *path = rk_arena_printf(&demo->arena, "%s/demo.lock", demo->public.dir);

	demo->lock = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (demo->lock < 0)
		return rk_fail(err, RK_PERMISSION_DENIED, "%s/demo.lock: %s", demo->public.dir,
			strerror(errno));
	if (flock(demo->lock, LOCK_EX | LOCK_NB) != 0)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "DEMO_IN_USE",
			"%s: another demo runs in this folder", demo->public.dir);
	/* It told of an earlier port. */
	(void)unlink(demo->public.env);
	return RK_OK;
}

static enum rk_status demo_conninfos(struct demo *demo, struct rk_err *err)
{
	struct rk_demo *d = &demo->public;

	d->conninfo = rk_cluster_conninfo(demo->cluster, &demo->arena, "renkei_daemon", DATABASE);
	d->read_conninfo = rk_cluster_conninfo(
		demo->cluster, &demo->arena, "renkei_analyst", DATABASE);
	d->migrate_conninfo = rk_cluster_conninfo(
		demo->cluster, &demo->arena, "renkei_migrate", DATABASE);
	d->admin_conninfo = rk_cluster_conninfo(demo->cluster, &demo->arena, "postgres", DATABASE);
	d->postmaster = rk_cluster_pid(demo->cluster);
	return d->conninfo && d->read_conninfo && d->migrate_conninfo && d->admin_conninfo
		? RK_OK
		: no_memory(err);
}

static const char *roles_sql(void)
{
	for (const struct rk_sql_file *file = rk_sql_files; file->name; file++)
		if (strstr(file->name, "postgres/roles.sql"))
			return file->text;
	return NULL;
}

static bool says_one(struct rk_plain *plain, const char *sql, const char *param)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_err err;

	return rk_plain_ask(plain, sql, param ? 1 : 0, &param, &out, &err) == RK_OK && out.len > 0;
}

/* Whoever runs the demo may look into its database with psql and no further words. */
static enum rk_status make_login(struct rk_plain *plain, struct rk_err *err)
{
	const struct passwd *entry = getpwuid(geteuid());
	RK_AUTO(rk_buf_clear) struct rk_buf sql = {0};
	const char *params[] = {entry ? entry->pw_name : NULL};

	if (!entry ||
		says_one(plain, "select 1 from pg_catalog.pg_roles where rolname = $1", params[0]))
		return RK_OK;
	RK_TRY(rk_plain_ask(plain, "select format('create role %I login superuser', $1::text)", 1,
		params, &sql, err));
	return rk_buf_cstr(&sql) ? rk_plain_run(plain, (char *)sql.at, err) : no_memory(err);
}

static enum rk_status make_database(struct demo *demo, struct rk_err *err)
{
	const char *conninfo = rk_cluster_conninfo(
		demo->cluster, &demo->arena, "postgres", "postgres");
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;

	if (!conninfo)
		return no_memory(err);
	RK_TRY(rk_plain_open(conninfo, &plain, err));
	RK_TRY(rk_plain_run(plain, roles_sql(), err));
	RK_TRY(make_login(plain, err));
	if (says_one(plain, "select 1 from pg_catalog.pg_database where datname = '" DATABASE "'",
		    NULL))
		return RK_OK;
	return rk_plain_run(
		plain, "create database " DATABASE " owner renkei_owner template template0", err);
}

static bool is_of_municipality(const struct rk_demo_principal *principal)
{
	return strcmp(principal->role, "municipality") == 0 ||
		strcmp(principal->role, "approver") == 0;
}

static enum rk_status enter_principal(struct rk_plain *plain,
	const struct rk_demo_principal *principal, const char *uri, const struct rk_ca_facts *facts,
	struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	char spki[sizeof(facts->spki_sha256) + 2], until[24];
	const char *who[] = {uri, principal->role,
		is_of_municipality(principal) ? principal->id : NULL, principal->people};
	const char *key[] = {uri, spki, facts->serial, facts->issuer, until};

	(void)snprintf(spki, sizeof(spki), "\\x%s", facts->spki_sha256);
	(void)snprintf(until, sizeof(until), "%lld", (long long)facts->not_after);
	RK_TRY(rk_plain_ask(
		plain, "select renkei_api.upsert_principal($1, $2, $3, $4)", 4, who, &out, err));
	return rk_plain_ask(plain,
		"select renkei_api.upsert_certificate($1, $2::bytea, $3, $4, to_timestamp($5::double precision))",
		5, key, &out, err);
}

static enum rk_status make_principals(
	struct demo *demo, struct rk_certs_ca *ca, struct rk_plain *plain, struct rk_err *err)
{
	for (const struct rk_demo_principal *p = rk_demo_principals; p->name; p++) {
		const char *uri = rk_arena_printf(
			&demo->arena, "renkei://" AUTHORITY "/%s/%s", p->role, p->id);
		struct rk_ca_facts facts;

		if (!uri)
			return no_memory(err);
		RK_TRY(rk_certs_client(ca, p->file, uri, &facts, err));
		RK_TRY(enter_principal(plain, p, uri, &facts, err));
	}
	return RK_OK;
}

/* What analysts get without anybody asking for it: every quarter, when the late ones are in too. */
static enum rk_status make_schedule(struct rk_plain *plain, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	return rk_plain_ask(plain,
		"select renkei_api.keep_export_schedule('quarterly', 'quarter-deadline + 10 days 06:00', 'Asia/Tokyo', 'csv,csv-cp932,csv-excel,csv-excel-ja,iati,jsonl,parquet,sdmx-csv,sqlite,xlsx,xlsx-ja',"
		" 'renkei://" AUTHORITY "/secretariat/iges')",
		0, NULL, &out, err);
}

static enum rk_status make_keys_and_schema(
	struct demo *demo, const char *keys, FILE *talk, struct rk_err *err)
{
	RK_AUTO(rk_certs_close) struct rk_certs_ca *ca = NULL;
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	struct rk_ca_facts facts;
	char key_id[17];

	RK_TRY(rk_certs_open(keys, &ca, err));
	RK_TRY(rk_certs_server(ca, "server", &facts, err));
	RK_TRY(rk_certs_receipt(keys, key_id, err));
	RK_TRY(rk_plain_open(demo->public.migrate_conninfo, &plain, err));
	RK_TRY(rk_migrate(plain, talk, err));
	RK_TRY(make_schedule(plain, err));
	return make_principals(demo, ca, plain, err);
}

static enum rk_status demo_make(
	struct demo *demo, const char *dir, int port, FILE *talk, struct rk_err *err)
{
	const char *keys;

	RK_TRY(demo_paths(demo, dir, err));
	RK_TRY(demo_alone(demo, err));
	RK_TRY(demo_lock(demo, err));
	keys = rk_arena_printf(&demo->arena, "%s/keys", demo->public.dir);
	if (!keys)
		return no_memory(err);
	RK_TRY(rk_disk_folder(keys, 0700, err));
	RK_TRY(rk_cluster_open(demo->public.dir, NULL, talk, &demo->cluster, err));
	RK_TRY(demo_conninfos(demo, err));
	RK_TRY(make_database(demo, err));
	RK_TRY(make_keys_and_schema(demo, keys, talk, err));
	return rk_demo_write_config(&demo->public, port, err);
}

enum rk_status rk_demo_prepare(
	const char *dir, int port, FILE *talk, struct rk_demo **out, struct rk_err *err)
{
	struct demo *demo = calloc(1, sizeof(*demo));
	struct rk_demo *public;
	enum rk_status status;

	if (!demo)
		return no_memory(err);
	demo->lock = -1;
	public = &demo->public;
	status = demo_make(demo, dir, port, talk, err);
	if (status != RK_OK)
		rk_demo_finish(&public);
	else
		*out = public;
	return status;
}

enum rk_status rk_demo_ready(
	const struct rk_demo *public, const char *host, int port, struct rk_err *err)
{
	const struct demo *demo = (const struct demo *)public;

	return rk_demo_write_env(public, host, port, rk_cluster_socket(demo->cluster),
		rk_cluster_port(demo->cluster), DATABASE, err);
}

static void demo_free(struct rk_demo **public)
{
	struct demo *demo = (struct demo *)*public;

	if (demo->lock >= 0)
		(void)close(demo->lock);
	rk_arena_clear(&demo->arena);
	free(demo);
	*public = NULL;
}

enum rk_status rk_demo_tend(struct rk_demo *public, struct rk_err *err)
{
	struct demo *demo = (struct demo *)public;

	if (!rk_cluster_ended(demo->cluster))
		return RK_OK;
	if (!demo->ended_ms)
		demo->ended_ms = rk_clock_ms();
	if (rk_clock_ms() < demo->ended_ms + AGAIN_MS)
		return RK_OK;
	demo->ended_ms = 0;
	RK_TRY(rk_cluster_start(demo->cluster, err));
	public->postmaster = rk_cluster_pid(demo->cluster);
	return RK_OK;
}

void rk_demo_finish(struct rk_demo **public)
{
	if (!*public)
		return;
	rk_cluster_close(&((struct demo *)*public)->cluster);
	demo_free(public);
}

void rk_demo_forget(struct rk_demo **public)
{
	if (!*public)
		return;
	rk_cluster_forget(&((struct demo *)*public)->cluster);
	demo_free(public);
}
