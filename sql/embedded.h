/* embedded.h - every SQL file of sql/, embedded by the build (embed.cmake). */
#pragma once
#include <stddef.h>

struct rk_sql_file {
	const char *
		name; /* "migrations/0001_start.sql", "functions/submit_reports.sql", "views/...", "../deploy/postgres/roles.sql" */
	const char *sha256; /* of the text, lower-case hexadecimal */
	const char *text;
};

/* Sorted by name; ends with {NULL, NULL, NULL}. */
extern const struct rk_sql_file rk_sql_files[];
