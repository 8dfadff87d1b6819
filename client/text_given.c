#include "text_given.h"

#include "base/buf.h"
#include "form/file.h"

#include <string.h>

#define TEXT_MAX 65536

int rk_text_given(struct rk_run *run, const char **text)
{
	const char *said = rk_run_option(run, "text"), *path = rk_run_option(run, "file");
	RK_AUTO(rk_buf_clear) struct rk_buf file = {.max = TEXT_MAX};
	struct rk_err err;
	struct rk_slice rest;

	if (!said == !path)
		return rk_usage(run, "usage.text_or_file");
	if (said) {
		*text = said;
		return EX_OK;
	}
	if (rk_file_read(path, &file, &err) != RK_OK)
		return rk_trouble(run, &err);
	rest = rk_buf_slice(&file);
	if (rest.len >= 3 && memcmp(rest.at, "\xef\xbb\xbf", 3) == 0)
		rest = rk_slice_of(rest.at + 3, rest.len - 3);
	while (rest.len && (rest.at[rest.len - 1] == '\n' || rest.at[rest.len - 1] == '\r'))
		rest.len--;
	*text = rk_run_slice(run, rest);
	return EX_OK;
}
