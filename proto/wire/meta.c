#include "wire/meta.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The unit's letter and how many nanoseconds it has. */
static const struct unit {
	char letter;
	int64_t ns;
} units[] = {
	{'n', 1            },
	{'u', 1000         },
	{'m', 1000000      },
	{'S', 1000000000   },
	{'M', 60000000000  },
	{'H', 3600000000000},
};

bool rk_meta_is_grpc(struct rk_slice content_type)
{
	static const char grpc[] = "application/grpc", proto[] = "+proto";
	size_t at = sizeof grpc - 1;

	if (content_type.len < at || strncasecmp((const char *)content_type.at, grpc, at) != 0)
		return false;
	if (content_type.len - at >= sizeof proto - 1 &&
		strncasecmp((const char *)content_type.at + at, proto, sizeof proto - 1) == 0)
		at += sizeof proto - 1;
	return content_type.len == at || content_type.at[at] == ';';
}

enum rk_status rk_meta_timeout(struct rk_slice value, int64_t *us, struct rk_err *err)
{
	struct rk_slice digits = {value.at, value.len ? value.len - 1 : 0};
	int64_t count;

	for (size_t i = 0; digits.len >= 1 && digits.len <= 8 && i < sizeof units / sizeof *units;
		i++) {
		if (value.at[digits.len] != (uint8_t)units[i].letter)
			continue;
		if (!rk_text_i64(digits, 0, 99999999, &count) || digits.at[0] == '-')
			break;
		*us = units[i].ns < 1000 ? (count + 999) / 1000 : count * (units[i].ns / 1000);
		return RK_OK;
	}
	return rk_fail(err, RK_INVALID_ARGUMENT,
		"grpc-timeout of %zu bytes; 1 to 8 digits and one of H M S m u n are expected",
		value.len);
}

void rk_meta_format_timeout(int64_t us, char out[12])
{
	int64_t count = us;
	size_t i = 1;

	/* The past has no value of its own on the wire. */
	if (us <= 0) {
		(void)snprintf(out, 12, "1n");
		return;
	}
	while (count > 99999999 && i + 1 < sizeof units / sizeof *units) {
		int64_t unit_us = units[++i].ns / 1000;

		count = us / unit_us + (us % unit_us != 0);
	}
	(void)snprintf(out, 12, "%u%c", (unsigned)(count > 99999999 ? 99999999 : count) % 100000000,
		units[i].letter);
}

static struct rk_slice trim(struct rk_slice text)
{
	while (text.len > 0 && (*text.at == ' ' || *text.at == '\t')) {
		text.at++;
		text.len--;
	}
	while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* Takes what stands before the separator out of *rest. */
static struct rk_slice part(struct rk_slice *rest, char separator)
{
	const uint8_t *end = rest->len ? memchr(rest->at, separator, rest->len) : NULL;
	size_t len = end ? (size_t)(end - rest->at) : rest->len;
	struct rk_slice first = {rest->at, len};

	len += end ? 1 : 0;
	rest->at += len;
	rest->len -= len;
	return trim(first);
}

/* Weight of "q=0.8" in thousandths; 1000 when there is none or it is none (RFC 9110, 12.4.2). */
static int weight(struct rk_slice parameter)
{
	int sum = 0;
	size_t i = 4;

	if (parameter.len < 3 || (parameter.at[0] | 0x20) != 'q' || parameter.at[1] != '=')
		return 1000;
	if (parameter.at[2] != '0')
		return 1000;
	for (int unit = 100; unit > 0; unit /= 10, i++) {
		if (i < parameter.len && parameter.at[i] >= '0' && parameter.at[i] <= '9')
			sum += unit * (parameter.at[i] - '0');
	}
	return sum;
}

const char *rk_meta_language(struct rk_slice accept_language)
{
	static const char *const known[] = {"ja", "en", "zh"};
	const char *best = "en";
	int best_weight = 0;

	while (accept_language.len > 0) {
		struct rk_slice parameters = part(&accept_language, ',');
		struct rk_slice range = part(&parameters, ';');
		int q = weight(part(&parameters, ';'));

		for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
			if (range.len < 2 ||
				strncasecmp((const char *)range.at, known[i], 2) != 0 ||
				(range.len > 2 && range.at[2] != '-') || q <= best_weight)
				continue;
			best = known[i];
			best_weight = q;
		}
	}
	return best;
}
