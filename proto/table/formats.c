#include "table/formats.h"

#include <string.h>

const struct rk_format *const rk_formats[] = {
	&rk_format_table,
	&rk_format_wide,
	&rk_format_json,
	&rk_format_jsonl,
	&rk_format_csv,
	NULL,
};

const struct rk_format *rk_format_find(const char *name)
{
	for (size_t i = 0; rk_formats[i]; i++) {
		if (strcmp(rk_formats[i]->name, name) == 0)
			return rk_formats[i];
	}
	return NULL;
}
