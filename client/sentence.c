#include "sentence.h"

#include "say_client.h"

#include <string.h>

static const char *pair_value(const char *const *pairs, const char *name, size_t len)
{
	for (; pairs[0] && pairs[1]; pairs += 2)
		if (strlen(pairs[0]) == len && memcmp(pairs[0], name, len) == 0)
			return pairs[1];
	return NULL;
}

const char *rk_sentence_fill(struct rk_run *run, const char *text, const char *const *pairs)
{
	size_t size = strlen(text) + 1;

	for (size_t i = 0; pairs[i] && pairs[i + 1]; i += 2)
		size += 4 * strlen(pairs[i + 1]);
	char *out = rk_run_alloc(run, size), *at = out, *last = out + size - 1;

	while (*text) {
		const char *close = *text == '{' ? strchr(text, '}') : NULL;
		const char *value = close ? pair_value(pairs, text + 1, (size_t)(close - text) - 1)
					  : NULL;

		if (value && (size_t)(last - at) > strlen(value)) {
			at = stpcpy(at, value);
			text = close + 1;
		} else if (at < last) {
			*at++ = *text++;
		} else {
			break;
		}
	}
	*at = '\0';
	return out;
}

/* What stands before the words that say what is wrong, which are English whatever the language: a file, and the part or the cell of it. */
static const char *subject_of(struct rk_run *run, const char *text)
{
	const char *colon = strstr(text, ": "), *next;

	if (!colon)
		return text;
	while ((next = strstr(colon + 2, ": ")) &&
		!memchr(colon + 2, ' ', (size_t)(next - colon - 2)))
		colon = next;
	return rk_run_slice(run, rk_slice_of(text, (size_t)(colon - text)));
}

static bool all_known(const char *at, const char *end, const char *const *pairs)
{
	for (; (at = memchr(at, '{', (size_t)(end - at))); at++) {
		const char *close = memchr(at, '}', (size_t)(end - at));

		if (close && !pair_value(pairs, at + 1, (size_t)(close - at) - 1))
			return false;
	}
	return true;
}

/* A part in [ ] that names something stands only when all it names is known, as in the sentences of words/sentences.h. */
static const char *without_unknown(struct rk_run *run, const char *text, const char *const *pairs)
{
	char *out = rk_run_str(run, text), *to = out;

	while (*text) {
		const char *close = *text == '[' ? strchr(text, ']') : NULL;

		if (!close || !memchr(text, '{', (size_t)(close - text))) {
			*to++ = *text++;
			continue;
		}
		if (all_known(text + 1, close, pairs)) {
			memcpy(to, text + 1, (size_t)(close - text) - 1);
			to += close - text - 1;
		}
		text = close + 1;
	}
	*to = '\0';
	return out;
}

#define MAX_VALUES 12

/* The words of a cause in the language of the run; of one that has none, the English ones that follow the subject. */
static const char *cause_of(
	struct rk_run *run, const struct rk_err *err, const char *const *pairs, bool *known)
{
	const char *code = pair_value(pairs, "cause", strlen("cause"));
	const char *text = code
		? rk_client_text(run->language, rk_run_printf(run, "cause.%s", code))
		: NULL;
	const char *told = pair_value(pairs, "subject", strlen("subject"));
	size_t subject = told ? strlen(told) : 0;

	*known = text != NULL;
	if (text)
		return rk_sentence_fill(run, without_unknown(run, text, pairs), pairs);
	return err->text[subject] ? err->text + subject + 2 : err->text;
}

/* What err names, as pairs: its text, its subject, and each value of its own; the value "cause" in words, and why: these, or the text. */
static const char *const *pairs_of(struct rk_run *run, const struct rk_err *err)
{
	const char **pairs = rk_run_alloc(run, ((size_t)2 * (MAX_VALUES + 3) + 1) * sizeof *pairs);
	size_t count = 0, cause = 0;
	char *rest = rk_run_str(run, err->values), *line;
	bool known;

	pairs[count++] = "text";
	pairs[count++] = rk_run_str(run, err->text);
	pairs[count++] = "subject";
	pairs[count++] = subject_of(run, err->text);
	while (count < (size_t)2 * (MAX_VALUES + 2) && (line = strsep(&rest, "\n"))) {
		char *value = strchr(line, '=');

		if (!value)
			continue;
		*value = '\0';
		if (strcmp(line, "cause") == 0)
			cause = count + 1;
		pairs[count++] = line;
		pairs[count++] = value + 1;
	}
	pairs[count] = NULL;
	const char *words = cause_of(run, err, pairs, &known);

	if (cause)
		pairs[cause] = words;
	pairs[count++] = "why";
	pairs[count++] = known ? words : pairs[1];
	pairs[count] = NULL;
	return pairs;
}

const char *rk_errno_told(struct rk_run *run, int error)
{
	const char *name = strerrorname_np(error);
	const char *text = name
		? rk_client_text(run->language, rk_run_printf(run, "cause.%s", name))
		: NULL;

	return text ? text : strerror(error);
}

const char *rk_sentence(struct rk_run *run, const struct rk_err *err)
{
	const char *text = err->reason[0] ? rk_client_text(run->language, err->reason) : NULL;

	if (!text)
		return err->text;
	const char *const *pairs = pairs_of(run, err);

	return rk_sentence_fill(run, without_unknown(run, text, pairs), pairs);
}
