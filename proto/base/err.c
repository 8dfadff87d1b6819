#include "base/err.h"

#include <stdio.h>
#include <string.h>

/* Cuts at a character boundary when vsnprintf had more to say than fits. */
static void cut(char *text, size_t size, int wanted)
{
	size_t end = size - 1;

	if (wanted < 0 || (size_t)wanted < size)
		return;
	while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80)
		end--;
	/* end - 1 is the lead byte of the last character: whole only if all it announces was copied. */
	if (end > 0) {
		unsigned char lead = (unsigned char)text[end - 1];
		size_t need = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

		end = end - 1 + need <= size - 1 ? end - 1 + need : end - 1;
	}
	text[end] = '\0';
}

static void fill(struct rk_err *err, enum rk_status status, const char *reason, const char *format,
	va_list args) __attribute__((format(printf, 4, 0)));

static void fill(struct rk_err *err, enum rk_status status, const char *reason, const char *format,
	va_list args)
{
	/* Not written in place: the arguments may be err's own old text and reason. */
	struct rk_err fresh = {.status = status};

	cut(fresh.text, sizeof fresh.text, vsnprintf(fresh.text, sizeof fresh.text, format, args));
	(void)snprintf(fresh.reason, sizeof fresh.reason, "%s", reason);
	*err = fresh;
}

enum rk_status rk_fail(struct rk_err *err, enum rk_status status, const char *format, ...)
{
	va_list args;

	if (!err)
		return status;
	va_start(args, format);
	fill(err, status, "", format, args);
	va_end(args);
	return status;
}

enum rk_status rk_fail_reason(
	struct rk_err *err, enum rk_status status, const char *reason, const char *format, ...)
{
	va_list args;

	if (!err)
		return status;
	va_start(args, format);
	fill(err, status, reason, format, args);
	va_end(args);
	return status;
}

enum rk_status rk_fail_errno(
	struct rk_err *err, enum rk_status status, const char *reason, const char *thing, int error)
{
	const char *name = strerrorname_np(error);

	(void)rk_fail_reason(err, status, reason, "%s: %s", thing, strerror(error));
	return rk_err_values(err, status, "cause=%s\nfile=%s", name ? name : "unknown", thing);
}

enum rk_status rk_err_values(struct rk_err *err, enum rk_status status, const char *format, ...)
{
	va_list args;
	int wanted;

	if (!err)
		return status;
	va_start(args, format);
	wanted = vsnprintf(err->values, sizeof err->values, format, args);
	va_end(args);
	if (wanted < 0 || (size_t)wanted >= sizeof err->values) {
		char *last = strrchr(err->values, '\n');

		*(last && wanted >= 0 ? last : err->values) = '\0';
	}
	return status;
}
