/* run.h - one run of renkei: what was asked, in which language, to which server, and where the answer goes.
 *
 * A run is short: its memory is one arena, and without memory there is nothing better to do than to say so and end.  So the
 * helpers here return no NULL.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "profile.h"
#include "words/say.h"

#include <stdbool.h>
#include <stdio.h>
#include <sysexits.h>

/* Beside those of sysexits.h: of several files some were stored and some refused. */
#define EX_SOME_REFUSED 3

struct rk_command;
struct rk_option;
struct rk_remote;
struct rk_failure;

enum rk_output { RK_OUT_TABLE, RK_OUT_WIDE, RK_OUT_JSON, RK_OUT_JSONL, RK_OUT_CSV };

/* An option as given, its value NULL for a flag. */
struct rk_given {
	const struct rk_option *option;
	const char *value;
};

struct rk_run {
	struct rk_arena arena;
	const struct rk_command *command;
	const char *group; /* "report" when only that was named; NULL = a command, or nothing */
	struct rk_given given[128];
	size_t given_count;
	const char **operands;
	size_t operand_count;
	enum rk_language language;
	enum rk_output output;
	int64_t timeout_ms; /* 0 = the command's own */
	bool excel;         /* csv as Excel in Japan opens it: UTF-8 with its mark, CRLF */
	bool colour;        /* stderr may have colours */
	struct rk_profile profile;
	struct rk_remote *remote; /* opened at the first call */
	int retry_spent;          /* of the budget of remote_again.h, tenths of a token */
	/* Where data goes: stdout, or a temporary file that is renamed at the end. */
	FILE *out;
	const char *out_path;
	char *out_temp;
	/* Of --encoding: what is gathered until it is whole. */
	char *out_text;
	size_t out_len;
	const Google__Protobuf__Timestamp
		*as_of; /* reports are read as known then (--as-of); NULL = now */
	bool met;       /* a connection to the server has stood: who hangs up now is the line */
	bool answered;  /* the server has answered a call, whatever it said */
	char certificate_ends
		[11]; /* it said so of the own certificate: "2016-07-15"; "" = not soon */
	/* The server's clock beside this computer's: today.h. */
	bool asks_clock, clock_heard, clock_told;
	bool clock_decides; /* a day passed by this computer's clock alone, and by one a day earlier it would not */
	int64_t clock_behind; /* seconds that this computer's is behind; 0 as long as it is not known */
	bool failed;          /* trouble was reported: the output is not whole */
	const char
		*written; /* what -O holds, to be said once it is there; NULL = nothing is said */
};

void *rk_run_alloc(struct rk_run *run, size_t size);
char *rk_run_str(struct rk_run *run, const char *text);
char *rk_run_slice(struct rk_run *run, struct rk_slice slice);
char *rk_run_printf(struct rk_run *run, const char *format, ...) RK_PRINTF(2, 3);

/* Value of an option by its long name, NULL when it was not given (a flag: "" when given); the last one wins. */
const char *rk_run_option(const struct rk_run *run, const char *name);
bool rk_run_flag(const struct rk_run *run, const char *name);
/* The n-th value of an option that may stand several times; NULL behind the last. */
const char *rk_run_option_at(const struct rk_run *run, const char *name, size_t n);

/* rk_tell returns the sentence of a code in the run's language, {placeholders} filled from pairs name, value. */
#define rk_tell(run, ...) rk_tell_pairs((run), (const char *const[]){__VA_ARGS__, NULL})
const char *rk_tell_pairs(struct rk_run *run, const char *const *code_and_pairs);
/* rk_talk says it on stderr, with a line end. */
#define rk_talk(run, ...) rk_talk_pairs((run), (const char *const[]){__VA_ARGS__, NULL})
void rk_talk_pairs(struct rk_run *run, const char *const *code_and_pairs);
/* The text for one line of a terminal: control characters and direction marks as \uXXXX. */
const char *rk_visible(struct rk_run *run, const char *text);
/* rk_usage says what is wrong with the command line and where help is; returns EX_USAGE. */
#define rk_usage(run, ...) rk_usage_pairs((run), (const char *const[]){__VA_ARGS__, NULL})
int rk_usage_pairs(struct rk_run *run, const char *const *code_and_pairs);

/* The sentence of a local failure's reason where there is one, else its own English one. */
const char *rk_sentence(struct rk_run *run, const struct rk_err *err);
/* What an errno means, in the run's language where it is one that people meet. */
const char *rk_errno_told(struct rk_run *run, int error);
/* rk_trouble reports a local failure by its sentence.  Returns the exit status that fits. */
int rk_trouble(struct rk_run *run, const struct rk_err *err);
/* rk_trouble_at does the same for what a server said, with its findings. */
int rk_trouble_at(struct rk_run *run, const struct rk_failure *failure);
/* What rk_trouble and rk_trouble_at say first, and what they return, without saying it. */
const char *rk_failure_sentence(struct rk_run *run, const struct rk_failure *failure);
int rk_failure_status(const struct rk_failure *failure);
/* The exit status that fits a gRPC status. */
int rk_exit_status(enum rk_status status);
/* rk_worse returns the graver of two exit statuses, as a submission of several files ends. */
int rk_worse(int a, int b);

/* rk_ask puts a yes-or-no question on the terminal; false without a terminal or at anything but yes. */
bool rk_ask(struct rk_run *run, const char *question);
bool rk_on_terminal(void);
