#include "db/sqlstate.h"

#include "base/log.h"
#include "wire/json_load.h"

#include <libpq-fe.h>

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

static const struct meaning {
	const char *prefix; /* the first row that fits */
	enum rk_status status;
	const char *reason;
	const char *sentence;
} meanings[] = {
	{"RK400", RK_INVALID_ARGUMENT,    "INVALID_ARGUMENT",    NULL                                                  },
	{"RK401", RK_UNAUTHENTICATED,     "UNAUTHENTICATED",     NULL                                                  },
	{"RK403", RK_PERMISSION_DENIED,   "PERMISSION_DENIED",   NULL                                                  },
	{"RK404", RK_NOT_FOUND,           "NOT_FOUND",           NULL						  },
	{"RK406", RK_ALREADY_EXISTS,      "ALREADY_EXISTS",      NULL                                                  },
	{"RK409", RK_FAILED_PRECONDITION, "FAILED_PRECONDITION", NULL                                                  },
	{"RK410", RK_ABORTED,             "ABORTED",             NULL						  },
	{"RK416", RK_OUT_OF_RANGE,        "OUT_OF_RANGE",        NULL                                                  },
	{"RK429", RK_RESOURCE_EXHAUSTED,  "RESOURCE_EXHAUSTED",  NULL                                                  },
	{"RK503", RK_UNAVAILABLE,         "UNAVAILABLE",         NULL                                                  },
	{"23505", RK_ALREADY_EXISTS,      "ALREADY_EXISTS",      "this is stored already"                              },
	{"40001", RK_ABORTED,             "CONFLICT",            "another call changed the same rows; send again"      },
	{"40P01", RK_ABORTED,             "CONFLICT",            "another call locked the same rows; send again"       },
	{"55P03", RK_ABORTED,             "CONFLICT",            "another call held the same rows too long; send again"},
	{"53100", RK_UNAVAILABLE,         "STORE_FULL",          "the disk of the database is full"                    },
	{"53",    RK_RESOURCE_EXHAUSTED,  "STORE_FULL",          "the database has no room for this now"               },
	{"57014", RK_DEADLINE_EXCEEDED,   "DEADLINE_EXCEEDED",
         "the database ran out of time for this call"								  },
	{"57P0",  RK_UNAVAILABLE,         "STORE_UNAVAILABLE",   "the database is shutting down or starting"           },
	{"08",    RK_UNAVAILABLE,         "STORE_UNAVAILABLE",   "the connection to the database broke"                },
	{"58",    RK_UNAVAILABLE,         "STORE_UNAVAILABLE",   "the system failed the database"                      },
	{"25006", RK_UNAVAILABLE,         "STORE_UNAVAILABLE",
         "this database is a standby and takes no writes"                                                              },
	{"0A000", RK_UNAVAILABLE,         "STORE_CHANGED",
         "the schema was rebuilt while this call ran; send again"                                                      },
	{"XX00",  RK_DATA_LOSS,           "STORE_DAMAGED",       "the database found damage in its files"              },
	{"",      RK_INTERNAL,            "INTERNAL",            "the database refused for a reason that is in the log"},
};

static const struct meaning *meaning_of(const char *sqlstate)
{
	const struct meaning *m = meanings;

	/* XX000 is PostgreSQL's own INTERNAL; only XX001 and XX002 speak of damage. */
	if (strcmp(sqlstate, "XX000") == 0)
		sqlstate = "";
	while (strncmp(sqlstate, m->prefix, strlen(m->prefix)) != 0)
		m++;
	return m;
}

enum rk_status rk_sqlstate_status(const char *sqlstate)
{
	return sqlstate ? meaning_of(sqlstate)->status : RK_UNAVAILABLE;
}

/* A schema that is gone was rebuilt, whoever meets that first: the daemon or a function on its way.  So was a function that the
 * daemon itself asks for; deeper down it is a mistake of ours. */
static const char *code_of(const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (sqlstate &&
		(strcmp(sqlstate, "3F000") == 0 ||
			(strcmp(sqlstate, "42883") == 0 &&
				!PQresultErrorField(result, PG_DIAG_CONTEXT))))
		return "0A000";
	return sqlstate;
}

static bool reason_is_stable(const char *reason)
{
	return *reason && strlen(reason) < sizeof((struct rk_err){0}.reason) &&
		strspn(reason, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(reason);
}

static enum rk_status fail_ours(
	const struct meaning *m, const char *text, const char *detail, struct rk_err *err)
{
	bool starved;
	json_t *root = detail ? rk_json_load(rk_slice_str(detail), 0, NULL, &starved) : NULL;
	const char *reason = json_string_value(json_object_get(root, "reason"));
	enum rk_status status;

	if (!reason || !reason_is_stable(reason))
		reason = m->reason;
	status = rk_fail_reason(err, m->status, reason, "%s", text);
	json_decref(root);
	return status;
}

enum rk_status rk_sqlstate_fail(const PGresult *result, struct rk_slice *detail, struct rk_err *err)
{
	const char *sqlstate = code_of(result);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *more = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const struct meaning *m;

	if (detail)
		*detail = (struct rk_slice){NULL, 0};
	if (!sqlstate)
		return rk_fail_reason(err, RK_UNAVAILABLE, "STORE_UNAVAILABLE",
			"the connection to the database broke");
	m = meaning_of(sqlstate);
	if (!m->sentence) {
		if (detail && more)
			*detail = rk_slice_str(more);
		return fail_ours(m, text ? text : "", more, err);
	}
	rk_log(m->status == RK_INTERNAL || m->status == RK_DATA_LOSS ? RK_LOG_ERROR : RK_LOG_NOTICE,
		"database_refused", RK_TEXT("sqlstate", sqlstate), RK_TEXT("text", text),
		RK_TEXT("constraint", PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME)),
		RK_TEXT("context", PQresultErrorField(result, PG_DIAG_CONTEXT)));
	return rk_fail_reason(
		err, m->status, m->reason, "%s (SQLSTATE %.5s)", m->sentence, sqlstate);
}

bool rk_sqlstate_is_lost(const PGresult *failure)
{
	const char *sqlstate = PQresultErrorField(failure, PG_DIAG_SQLSTATE);
	const char *severity = PQresultErrorField(failure, PG_DIAG_SEVERITY_NONLOCALIZED);

	/* A server that panics may do so between the commit's record and its answer. */
	return !sqlstate || (severity && strcmp(severity, "ERROR") != 0) ||
		strncmp(sqlstate, "08", 2) == 0 || strncmp(sqlstate, "57P0", 4) == 0;
}

bool rk_sqlstate_is_stale(const PGresult *failure)
{
	const char *sqlstate = code_of(failure);

	return sqlstate && strcmp(sqlstate, "0A000") == 0;
}
