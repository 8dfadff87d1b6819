/* ca_command.h - renkeid ca: an authority kept in a folder by its operator. */
#pragma once
#include <stdio.h>

/* What the command line said; NULL: nothing. */
struct rk_ca_words {
	const char *word; /* init, show, issue, revoke, crl, rotate */
	const char *dir;
	const char
		*what; /* issue: the files' name; revoke: a serial number or a certificate's file */
	const char *name, *days, *uri, *host, *csr, *reason;
};

/* Does it, and says on out what is there now.  Returns the exit status. */
int rk_ca_command(const struct rk_ca_words *words, FILE *out);
void rk_ca_command_help(FILE *out);
