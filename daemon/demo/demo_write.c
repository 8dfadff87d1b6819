#include "demo/demo_write.h"

#include "base/buf.h"
#include "base/disk.h"

#include <string.h>

/* libconfuse: in double quotes a backslash takes the next character as it is, ${...} would be the environment. */
static enum rk_status config_line(struct rk_buf *out, const char *name, const char *value)
{
	RK_TRY(rk_buf_addf(out, "%s = \"", name));
	for (; *value; value++) {
		if (strchr("\"\\$", *value))
			RK_TRY(rk_buf_add_str(out, "\\"));
		RK_TRY(rk_buf_add(out, value, 1));
	}
	return rk_buf_add_str(out, "\"\n");
}

static enum rk_status config_lines(const struct rk_demo *demo, int port, struct rk_buf *out)
{
	RK_TRY(rk_buf_addf(
		out, "# Written anew by every `renkeid demo`.\nlisten = \"127.0.0.1:%d\"\n", port));
	RK_TRY(config_line(out, "ca", demo->ca));
	RK_TRY(config_line(out, "ca_key", demo->ca_key));
	/* Nobody guesses here, and who tries out tries often. */
	RK_TRY(rk_buf_add_str(out,
		"enrolment_listen = \"127.0.0.1:0\"\nenrolments_per_minute = 1000\nenrolments_per_source = 1000\n"));
	RK_TRY(config_line(out, "certificate", demo->server_cert));
	RK_TRY(config_line(out, "key", demo->server_key));
	RK_TRY(config_line(out, "receipt_key", demo->receipt_key));
	RK_TRY(config_line(out, "database", demo->conninfo));
	RK_TRY(config_line(out, "read_database", demo->read_conninfo));
	RK_TRY(config_line(out, "export_dir", demo->exports));
	/* Too long a path is none: a socket's has 107 bytes. */
	if (strlen(demo->dir) + strlen("/control.sock") > 107)
		return config_line(out, "control_socket", "");
	RK_TRY(rk_buf_add_str(out, "control_socket = \"control.sock\"\n"));
	return RK_OK;
}

enum rk_status rk_demo_write_config(const struct rk_demo *demo, int port, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	if (config_lines(demo, port, &text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s", demo->config);
	return rk_disk_write(demo->config, 0600, rk_buf_slice(&text), err);
}

/* In single quotes a shell takes everything as it is, but for the quote itself. */
static enum rk_status env_line(
	struct rk_buf *out, struct rk_buf *names, const char *name, const char *value)
{
	RK_TRY(rk_buf_addf(names, " %s", name));
	RK_TRY(rk_buf_addf(out, "%s='", name));
	for (; *value; value++)
		RK_TRY(*value == '\'' ? rk_buf_add_str(out, "'\\''") : rk_buf_add(out, value, 1));
	return rk_buf_add_str(out, "'\n");
}

static enum rk_status env_key(struct rk_buf *out, struct rk_buf *names, const struct rk_demo *demo,
	const struct rk_demo_principal *principal)
{
	const char *kinds[] = {"CERT", "KEY"}, *suffixes[] = {"crt", "key"};

	for (int i = 0; i < 2; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf name = {0}, path = {0};

		RK_TRY(rk_buf_addf(&name, "RENKEI_%s_%s", kinds[i], principal->name));
		RK_TRY(rk_buf_addf(
			&path, "%s/keys/%s.%s", demo->dir, principal->file, suffixes[i]));
		if (!rk_buf_cstr(&name) || !rk_buf_cstr(&path))
			return RK_RESOURCE_EXHAUSTED;
		RK_TRY(env_line(out, names, (char *)name.at, (char *)path.at));
	}
	return RK_OK;
}

static enum rk_status env_lines(const struct rk_demo *demo, const char *server, const char *pg_host,
	const char *pg_port, const char *pg_database, struct rk_buf *out)
{
	RK_AUTO(rk_buf_clear) struct rk_buf names = {0};

	RK_TRY(env_line(out, &names, "RENKEI_SERVER", server));
	RK_TRY(env_line(out, &names, "RENKEI_CA", demo->ca));
	for (const struct rk_demo_principal *p = rk_demo_principals; p->name; p++)
		RK_TRY(env_key(out, &names, demo, p));
	RK_TRY(env_line(out, &names, "RENKEI_RECEIPT_KEY", demo->receipt_public));
	RK_TRY(env_line(out, &names, "PGHOST", pg_host));
	RK_TRY(env_line(out, &names, "PGPORT", pg_port));
	RK_TRY(env_line(out, &names, "PGDATABASE", pg_database));
	RK_TRY(env_line(out, &names, "PGUSER", "postgres"));
	return rk_buf_addf(out, "export%.*s\n", (int)names.len, (const char *)names.at);
}

/* NOLINTNEXTLINE(readability-function-size): two addresses, each of host and port */
enum rk_status rk_demo_write_env(const struct rk_demo *demo, const char *host, int port,
	const char *pg_host, int pg_port, const char *pg_database, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0}, server = {0}, number = {0};

	/* An IPv6 address needs its brackets before a port. */
	if (rk_buf_addf(&server, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port) != RK_OK ||
		rk_buf_addf(&number, "%d", pg_port) != RK_OK || !rk_buf_cstr(&server) ||
		!rk_buf_cstr(&number) ||
		env_lines(demo, (char *)server.at, pg_host, (char *)number.at, pg_database,
			&text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for %s", demo->env);
	return rk_disk_write(demo->env, 0600, rk_buf_slice(&text), err);
}
