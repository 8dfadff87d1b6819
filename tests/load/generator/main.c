/* main.c - the generator: puts renkeid, or a peer that speaks the same, under load over mutual TLS.
 *
 *	generator MODE server=HOST:PORT ca=FILE [NAME=VALUE ...] < what
 *
 * Lines of stdin: "certificate NAME CERT KEY", "report MUNICIPALITY FISCAL_YEAR QUARTER VERSION" (one for each slot; the
 * version that is stored, 0 = none), and "go".  Modes that hold something on end when stdin does.  tests/load/README.md
 * says what the modes are for.
 */
#include "modes.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(struct load *load, const struct load_reports *reports);
} modes[] = {
	{"submit",    load_submit   }, /* submissions, closed or open loop; fresh=1: a connection each */
	{"hold",      load_hold     }, /* idle connections */
	{"handshake", load_handshake}, /* connections that come and go */
	{"ask",       load_ask      }, /* one request again and again */
	{"stall",     load_stall    }, /* large answers that nobody reads */
};

static void take_report(struct load_reports *reports, const char *line)
{
	struct load_slot slot = {0};

	if (sscanf(line, "report %7s %d %d %d", slot.municipality, &slot.fiscal_year, &slot.quarter,
		    &slot.version) != 4)
		load_die(line, NULL);
	reports->at = reallocarray(reports->at, (size_t)reports->count + 1, sizeof *reports->at);
	if (!reports->at)
		load_die("memory", NULL);
	reports->at[reports->count++] = slot;
}

static void read_lines(struct load *load, struct load_reports *reports)
{
	char line[1200], name[16], cert[512], key[512];

	while (fgets(line, sizeof line, stdin) && strcmp(line, "go\n") != 0) {
		if (sscanf(line, "certificate %15s %511s %511s", name, cert, key) == 3)
			load_line_add(load, name, cert, key);
		else
			take_report(reports, line);
	}
	if (load->line_count == 0)
		load_die("no certificate", NULL);
}

/* Arrivals of an open loop do not wait for a millisecond to be full. */
static struct event_base *precise_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config && event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) == 0)
		base = event_base_new_with_config(config);
	if (config)
		event_config_free(config);
	return base;
}

int main(int argc, char **argv)
{
	struct load_reports reports = {0};
	struct load load = {0};
	size_t mode = 0;

	while (argc > 1 && mode < sizeof modes / sizeof *modes &&
		strcmp(argv[1], modes[mode].name) != 0)
		mode++;
	if (argc < 2 || mode == sizeof modes / sizeof *modes) {
		fprintf(stderr,
			"usage: generator submit|hold|handshake|ask|stall NAME=VALUE... < what\n");
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	load_options_read(&load.options, argc - 2, argv + 2);
	setvbuf(stdin, NULL, _IONBF, 0); /* what comes behind "go" belongs to the mode */
	read_lines(&load, &reports);
	load.base = precise_base();
	if (!load.base)
		load_die("memory", NULL);
	return modes[mode].run(&load, &reports);
}
