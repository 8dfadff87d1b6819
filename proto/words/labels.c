#include "words/labels.h"

#include <stdlib.h>
#include <string.h>

struct label {
	const char *name;
	const char *ja;
	const char *zh;
};

/* Both sorted by name. */
static const struct label fields[] = {
#include "words/labels_fields.inc"
};
static const struct label values[] = {
#include "words/labels_values.inc"
};

static int compare(const void *name, const void *label)
{
	return strcmp(name, ((const struct label *)label)->name);
}

static const char *look_up(
	enum rk_language language, const char *name, const struct label *table, size_t count)
{
	const struct label *label = bsearch(name, table, count, sizeof *table, compare);

	if (!label || language == RK_EN)
		return NULL;
	return language == RK_JA ? label->ja : label->zh;
}

const char *rk_words_field(enum rk_language language, const char *name)
{
	return look_up(language, name, fields, sizeof fields / sizeof fields[0]);
}

const char *rk_words_value(enum rk_language language, const char *name)
{
	return look_up(language, name, values, sizeof values / sizeof values[0]);
}
