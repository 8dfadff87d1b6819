#include "base/cp932.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define PIECE 4096
#define NONE  ((iconv_t)-1)

static void converter_close(iconv_t *converter)
{
	if (*converter != NONE)
		iconv_close(*converter);
}

static enum rk_status missing(struct rk_err *err)
{
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "CP932_MISSING",
		"this system has no table of CP932 (glibc's gconv modules)");
}

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
}

/* Converts from the front of rest as far as it goes.  Returns 0 at the end, EILSEQ or EINVAL at what cannot be converted, ENOMEM. */
static int convert(iconv_t converter, struct rk_slice *rest, struct rk_buf *out)
{
	char piece[PIECE];

	for (;;) {
		/* iconv writes to none of its input. */
		char *from = (char *)(uintptr_t)rest->at, *to = piece;
		size_t left = rest->len, room = sizeof piece;
		size_t done = iconv(converter, &from, &left, &to, &room);
		int why = done == (size_t)-1 ? errno : 0;

		*rest = rk_slice_of(rest->at + (rest->len - left), left);
		if (rk_buf_add(out, piece, sizeof piece - room) != RK_OK)
			return ENOMEM;
		if (why != E2BIG)
			return why;
	}
}

/* gcc takes the -1 that iconv_open fails with for something to free. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

enum rk_status rk_cp932_read(struct rk_slice bytes, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(converter_close) iconv_t converter = iconv_open("UTF-8", "CP932");
	struct rk_slice rest = bytes;

	if (converter == NONE)
		return missing(err);
	switch (convert(converter, &rest, out)) {
	case 0:
		return RK_OK;
	case ENOMEM:
		return no_memory(err);
	default:
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "FILE_NOT_CP932",
			"byte %zu (0x%02x) is not CP932", bytes.len - rest.len + 1, rest.at[0]);
	}
}

enum rk_status rk_cp932_write(struct rk_slice text, rk_cp932_lost_fn *lost, void *arg,
	struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(converter_close) iconv_t converter = iconv_open("CP932", "UTF-8");
	struct rk_slice rest = text;

	if (converter == NONE)
		return missing(err);
	for (;;) {
		size_t at, used = 0;
		int why = convert(converter, &rest, out);

		if (why == 0)
			return RK_OK;
		at = text.len - rest.len;
		uint32_t character = why == ENOMEM ? 0 : rk_text_next(rest, &used);

		if (!used || rk_buf_add_str(out, RK_CP932_GETA) != RK_OK)
			return no_memory(err);
		lost(arg, at, character);
		rest = rk_slice_of(rest.at + used, rest.len - used);
	}
}

#pragma GCC diagnostic pop
