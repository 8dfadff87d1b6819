/* options.h - what the command line of the generator says: MODE and name=value. */
#pragma once
#include <stdbool.h>

struct load_options {
	const char *server; /* host:port */
	char host[256];
	int port;
	const char *ca;   /* PEM */
	const char *body; /* JSON of a report, for submit */
	const char *
		ids; /* submit appends the request ids that were acknowledged, a line each; NULL = nowhere */
	const char *path; /* of the method, for ask and stall */
	const char *hex;  /* its request */
	int slots;        /* calls at once */
	int connections;  /* for hold */
	double warm_up;   /* seconds */
	double seconds;   /* measured, behind the warm-up */
	double rate;      /* submissions started a second; 0 = closed loop */
	bool fresh;       /* a connection for each submission */
	bool closed_window; /* stall: read, but give nothing back to the windows; else the socket is not read any more */
};

/* Reads name=value; ends the program with status 64 and a sentence on what is no option. */
void load_options_read(struct load_options *options, int count, char **words);
