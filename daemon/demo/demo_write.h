/* demo_write.h - the two files that a demo writes for others: renkeid.conf and demo.env. */
#pragma once
#include "demo/demo.h"

struct rk_demo_principal {
	const char *name; /* in demo.env: RENKEI_CERT_<name> */
	const char *role, *id;
	const char *file;   /* in keys/: <file>.crt, <file>.key */
	const char *people; /* name for people */
};

/* Ended by {NULL}. */
extern const struct rk_demo_principal rk_demo_principals[];

RK_MUST_USE enum rk_status rk_demo_write_config(
	const struct rk_demo *demo, int port, struct rk_err *err);
RK_MUST_USE enum rk_status rk_demo_write_env(const struct rk_demo *demo, const char *host, int port,
	const char *pg_host, int pg_port, const char *pg_database, struct rk_err *err);
