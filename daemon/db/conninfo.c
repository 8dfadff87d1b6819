#include "db/conninfo.h"

#include <libpq-fe.h>

#include <stdlib.h>
#include <string.h>

/* A dead peer is noticed within half a minute, on an idle connection within a minute. */
static const char *const ours[][2] = {
	{"keepalives_idle",      "30"        },
	{"keepalives_interval",  "10"        },
	{"keepalives_count",     "3"         },
	{"tcp_user_timeout",     "30000"     },
	{"connect_timeout",      "10"        },
	{"application_name",     "renkeid"   },
	{"target_session_attrs", "read-write"},
};

static int count_hosts(const char *list)
{
	int count = 1;

	for (; list && *list; list++)
		count += *list == ',';
	return count;
}

enum rk_status rk_conninfo_parse(const char *text, struct rk_conninfo *conninfo, struct rk_err *err)
{
	char *message = NULL;
	PQconninfoOption *options = PQconninfoParse(text, &message);
	int n = 0;

	*conninfo = (struct rk_conninfo){.hosts = 1};
	if (!options) {
		enum rk_status status = rk_fail(err, RK_INVALID_ARGUMENT, "connection string: %s",
			message ? message : "out of memory");

		PQfreemem(message);
		return status;
	}
	conninfo->parsed = options;
	for (PQconninfoOption *o = options; o->keyword; o++) {
		const char *value = o->val;

		for (size_t i = 0; !value && i < sizeof(ours) / sizeof(*ours); i++)
			if (strcmp(ours[i][0], o->keyword) == 0)
				value = ours[i][1];
		if (strcmp(o->keyword, "client_encoding") == 0)
			value = "UTF8";
		if (!value || n == RK_CONNINFO_MAX - 1)
			continue;
		if ((strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "hostaddr") == 0) &&
			count_hosts(value) > conninfo->hosts)
			conninfo->hosts = count_hosts(value);
		conninfo->keywords[n] = o->keyword;
		conninfo->values[n++] = value;
	}
	return RK_OK;
}

static char *rotated(const char *list)
{
	const char *comma = strchr(list, ',');
	size_t first = (size_t)(comma - list), rest = strlen(comma + 1);
	char *out = malloc(first + rest + 2);

	if (!out)
		return NULL;
	memcpy(out, comma + 1, rest);
	out[rest] = ',';
	memcpy(out + rest + 1, list, first);
	out[first + rest + 1] = '\0';
	return out;
}

enum rk_status rk_conninfo_rotate(struct rk_conninfo *conninfo, struct rk_err *err)
{
	for (int i = 0; conninfo->hosts > 1 && conninfo->keywords[i]; i++) {
		const char *key = conninfo->keywords[i];
		PQconninfoOption *option = conninfo->parsed;
		char *list;

		if ((strcmp(key, "host") != 0 && strcmp(key, "hostaddr") != 0 &&
			    strcmp(key, "port") != 0) ||
			!strchr(conninfo->values[i], ','))
			continue;
		while (strcmp(option->keyword, key) != 0)
			option++;
		list = rotated(option->val);
		if (!list)
			return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory to rotate hosts");
		PQfreemem(option->val);
		option->val = list;
		conninfo->values[i] = list;
	}
	return RK_OK;
}

void rk_conninfo_clear(struct rk_conninfo *conninfo)
{
	PQconninfoFree(conninfo->parsed);
	*conninfo = (struct rk_conninfo){0};
}
