#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse(const char *what, const char *word)
{
	fprintf(stderr, "generator: %s: %s\n", what, word);
	exit(64);
}

static bool take(struct load_options *options, const char *name, char *value)
{
	const struct {
		const char *name;
		const char **text;
		int *number;
		double *real;
		bool *flag;
	} table[] = {
		{"server",        &options->server, NULL,                  NULL,              NULL                   },
		{"ca",            &options->ca,     NULL,                  NULL,              NULL                   },
		{"body",          &options->body,   NULL,                  NULL,              NULL                   },
		{"ids",           &options->ids,    NULL,                  NULL,              NULL                   },
		{"path",          &options->path,   NULL,                  NULL,              NULL                   },
		{"hex",           &options->hex,    NULL,                  NULL,              NULL                   },
		{"slots",         NULL,             &options->slots,       NULL,              NULL                   },
		{"connections",   NULL,             &options->connections, NULL,              NULL                   },
		{"warm_up",       NULL,             NULL,                  &options->warm_up, NULL                   },
		{"seconds",       NULL,             NULL,                  &options->seconds, NULL                   },
		{"rate",          NULL,             NULL,                  &options->rate,    NULL                   },
		{"fresh",         NULL,             NULL,                  NULL,              &options->fresh        },
		{"closed_window", NULL,             NULL,                  NULL,              &options->closed_window},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcmp(table[i].name, name) != 0)
			continue;
		if (table[i].text)
			*table[i].text = value;
		else if (table[i].number)
			*table[i].number = atoi(value);
		else if (table[i].real)
			*table[i].real = atof(value);
		else
			*table[i].flag = strcmp(value, "1") == 0;
		return true;
	}
	return false;
}

void load_options_read(struct load_options *options, int count, char **words)
{
	const char *colon;

	*options = (struct load_options){.slots = 1, .connections = 1, .seconds = 5, .hex = ""};
	for (int i = 0; i < count; i++) {
		char *equals = strchr(words[i], '=');

		if (!equals)
			refuse("not name=value", words[i]);
		*equals = '\0';
		if (!take(options, words[i], equals + 1))
			refuse("no option", words[i]);
	}
	if (!options->server || !(colon = strrchr(options->server, ':')))
		refuse("wanted", "server=HOST:PORT");
	if (!options->ca)
		refuse("wanted", "ca=FILE");
	snprintf(options->host, sizeof options->host, "%.*s", (int)(colon - options->server),
		options->server);
	options->port = atoi(colon + 1);
}
