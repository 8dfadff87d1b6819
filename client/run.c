#include "run.h"

#include "base/text.h"
#include "command.h"
#include "encoding.h"
#include "labels.h"
#include "progress.h"
#include "remote.h"
#include "say_client.h"
#include "sentence.h"
#include "verdict.h"
#include "versions.h"
#include "words/labels.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *need(void *at)
{
	if (!at) {
		fputs("renkei: out of memory\n", stderr);
		exit(EX_OSERR);
	}
	return at;
}

void *rk_run_alloc(struct rk_run *run, size_t size)
{
	return need(rk_arena_alloc(&run->arena, size ? size : 1));
}

char *rk_run_str(struct rk_run *run, const char *text)
{
	return need(rk_arena_str(&run->arena, text));
}

char *rk_run_slice(struct rk_run *run, struct rk_slice slice)
{
	return need(rk_arena_slice(&run->arena, slice));
}

char *rk_run_printf(struct rk_run *run, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	need(len < 0 ? NULL : text);
	char *kept = rk_run_str(run, text);
	free(text);
	return kept;
}

const char *rk_visible(struct rk_run *run, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf visible = {0};
	struct rk_slice bytes = rk_slice_str(text);

	/* Names of files are bytes. */
	if (rk_text_utf8_bad(bytes) < bytes.len)
		bytes = rk_text_front(bytes, rk_text_utf8_bad(bytes));
	need(rk_text_add_visible(&visible, bytes) == RK_OK ? run : NULL);
	return rk_run_slice(run, rk_buf_slice(&visible));
}

const char *rk_run_option(const struct rk_run *run, const char *name)
{
	for (size_t i = run->given_count; i-- > 0;)
		if (strcmp(run->given[i].option->name, name) == 0)
			return run->given[i].value ? run->given[i].value : "";
	return NULL;
}

bool rk_run_flag(const struct rk_run *run, const char *name)
{
	return rk_run_option(run, name) != NULL;
}

const char *rk_run_option_at(const struct rk_run *run, const char *name, size_t n)
{
	for (size_t i = 0; i < run->given_count; i++)
		if (strcmp(run->given[i].option->name, name) == 0 && n-- == 0)
			return run->given[i].value;
	return NULL;
}

const char *rk_tell_pairs(struct rk_run *run, const char *const *code_and_pairs)
{
	const char *text = rk_client_text(run->language, code_and_pairs[0]);
	struct rk_say_value values[16] = {0};

	if (text)
		return rk_sentence_fill(run, text, code_and_pairs + 1);
	for (size_t i = 0; i < 15 && code_and_pairs[1 + 2 * i] && code_and_pairs[2 + 2 * i]; i++)
		values[i] = (struct rk_say_value){
			code_and_pairs[1 + 2 * i], code_and_pairs[2 + 2 * i]};
	return rk_say(&run->arena, run->language, code_and_pairs[0], values);
}

void rk_talk_pairs(struct rk_run *run, const char *const *code_and_pairs)
{
	rk_progress_hide();
	fflush(stdout);
	fprintf(stderr, "%s\n", rk_tell_pairs(run, code_and_pairs));
}

int rk_usage_pairs(struct rk_run *run, const char *const *code_and_pairs)
{
	fflush(stdout);
	fprintf(stderr, "renkei: %s\n", rk_tell_pairs(run, code_and_pairs));
	rk_talk(run, "usage.help", "command",
		run->command ? rk_run_printf(run, " %s", run->command->name) : "");
	run->failed = true;
	return EX_USAGE;
}

static void say_trouble(struct rk_run *run, const char *said)
{
	const char *sentence = rk_visible(run, said);

	rk_progress_hide();
	fflush(stdout);
	if (run->colour)
		fprintf(stderr, "renkei: \033[31m%s\033[0m\n", sentence);
	else
		fprintf(stderr, "renkei: %s\n", sentence);
	run->failed = true;
}

/* What is wrong here is told apart from what a server refuses: the set-up, the command line, the disk. */
static int local_exit_status(const struct rk_err *err)
{
	size_t len = strlen(err->reason);
	bool word = len > 4 && strcmp(err->reason + len - 4, "_BAD") == 0;

	switch (err->status) {
	case RK_FAILED_PRECONDITION:
		return EX_CONFIG;
	case RK_DATA_LOSS:
		return strcmp(err->reason, "FILE_NOT_WRITTEN") == 0 ? EX_CANTCREAT : EX_DATAERR;
	case RK_INVALID_ARGUMENT:
		return word || strcmp(err->reason, "MUNICIPALITY_MISSING") == 0 ? EX_USAGE
										: EX_DATAERR;
	default:
		return rk_exit_status(err->status);
	}
}

const char *rk_failure_sentence(struct rk_run *run, const struct rk_failure *failure)
{
	if (failure->unknown_method)
		return rk_versions_sentence(run, failure);
	return failure->from_server ? failure->sentence : rk_sentence(run, &failure->err);
}

int rk_failure_status(const struct rk_failure *failure)
{
	return failure->from_server ? rk_exit_status(failure->err.status)
				    : local_exit_status(&failure->err);
}

int rk_trouble(struct rk_run *run, const struct rk_err *err)
{
	say_trouble(run, rk_sentence(run, err));
	return local_exit_status(err);
}

/* What people call the field that is wrong; NULL where it says nothing more: only programs have a name for it, or the sentence tells it. */
static const char *violated(struct rk_run *run, const char *path, const char *sentence, bool said)
{
	const char *label = rk_words_path(&run->arena, run->language, path);

	/* Of what was said already only which of several it is about is news. */
	if (!*path || strstr(sentence, label) || (said && !strchr(path, '[')))
		return NULL;
	/* A registry comes from a file of JSON: whoever mends it looks for the path there. */
	if (strncmp(path, "registry.", 9) == 0 && strcmp(label, path) != 0)
		return rk_run_printf(run, "%s%s", label, rk_tell(run, "label.side", "side", path));
	return run->language == RK_EN || strchr(path, '[') || strcmp(label, path) != 0 ? label
										       : NULL;
}

int rk_trouble_at(struct rk_run *run, const struct rk_failure *failure)
{
	if (!failure->from_server)
		return rk_trouble(run, &failure->err);
	say_trouble(run, rk_failure_sentence(run, failure));
	if (failure->verdict)
		rk_verdict_talk(run, failure->verdict);
	for (size_t i = 0; !failure->verdict && i < failure->violation_count; i++) {
		const struct rk_violation *at = &failure->violations[i];
		bool said = strcmp(at->sentence, failure->sentence) == 0;
		const char *label = violated(run, at->field, at->sentence, said);

		if (!said || label)
			fprintf(stderr, "  %s%s%s\n", label ? label : "",
				label && !said ? rk_tell(run, "trouble.colon") : "",
				said ? "" : at->sentence);
	}
	if (failure->err.reason[0])
		rk_talk(run, "trouble.details", "reason", failure->err.reason, "request",
			failure->request_id ? failure->request_id : "-");
	return rk_exit_status(failure->err.status);
}

int rk_exit_status(enum rk_status status)
{
	switch (status) {
	case RK_OK:
		return EX_OK;
	case RK_INVALID_ARGUMENT:
	case RK_ALREADY_EXISTS:
	case RK_ABORTED:
	case RK_OUT_OF_RANGE:
	case RK_FAILED_PRECONDITION:
		return EX_DATAERR;
	case RK_NOT_FOUND:
		return EX_NOINPUT;
	case RK_UNAVAILABLE:
		return EX_UNAVAILABLE;
	case RK_RESOURCE_EXHAUSTED:
	case RK_DEADLINE_EXCEEDED:
	case RK_CANCELLED:
		return EX_TEMPFAIL;
	case RK_PERMISSION_DENIED:
	case RK_UNAUTHENTICATED:
		return EX_NOPERM;
	case RK_UNIMPLEMENTED:
		return EX_PROTOCOL;
	default:
		return EX_SOFTWARE;
	}
}

int rk_worse(int a, int b)
{
	/* From what passes by itself to what somebody must put right. */
	static const int order[] = {EX_OK, RK_EX_LOSSY, EX_SOME_REFUSED, EX_TEMPFAIL,
		EX_UNAVAILABLE, EX_NOINPUT, EX_DATAERR, EX_NOPERM, EX_CANTCREAT, EX_IOERR,
		EX_PROTOCOL, EX_CONFIG, EX_USAGE, EX_SOFTWARE};
	size_t count = sizeof order / sizeof order[0], at_a = count, at_b = count;

	for (size_t i = 0; i < count; i++) {
		at_a = order[i] == a ? i : at_a;
		at_b = order[i] == b ? i : at_b;
	}
	return at_b > at_a ? b : a;
}

bool rk_on_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool rk_ask(struct rk_run *run, const char *question)
{
	char answer[32];

	if (!rk_on_terminal())
		return false;
	fprintf(stderr, "%s %s ", question, rk_tell(run, "ask.yes_no"));
	fflush(stderr);
	if (!fgets(answer, sizeof answer, stdin))
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0 ||
		strcmp(answer, "はい") == 0 || strcmp(answer, "是") == 0;
}
