#include "proxy_answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char begin[] = "HTTP/1.";

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* One line, without its end; *bytes goes on behind it.  False when its end has not come. */
static bool take_line(struct rk_slice *bytes, struct rk_slice *line)
{
	const uint8_t *end = bytes->len ? memchr(bytes->at, '\n', bytes->len) : NULL;

	if (!end)
		return false;
	*line = rk_slice_of(bytes->at, (size_t)(end - bytes->at));
	*bytes = rk_slice_of(end + 1, bytes->len - line->len - 1);
	if (line->len && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

/* Length of the head with the empty line that ends it; 0: not whole. */
static size_t head_of(struct rk_slice bytes)
{
	struct rk_slice rest = bytes, line;

	while (take_line(&rest, &line))
		if (line.len == 0)
			return bytes.len - rest.len;
	return 0;
}

/* "HTTP/1.1 407 Proxy Authentication Required" */
static bool read_status(struct rk_slice line, struct rk_proxy_answer *answer)
{
	const uint8_t *at = line.at;
	size_t len = 0;

	if (line.len < 12 || !is_digit(at[7]) || at[8] != ' ' || !is_digit(at[9]) ||
		!is_digit(at[10]) || !is_digit(at[11]) || (line.len > 12 && at[12] != ' '))
		return false;
	answer->status = (at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0');
	for (size_t i = 13; i < line.len && len + 1 < sizeof answer->phrase; i++)
		answer->phrase[len++] = (char)(at[i] >= ' ' && at[i] < 0x7f ? at[i] : '?');
	return answer->status >= 100 && answer->status <= 599;
}

static void add_scheme(struct rk_proxy_answer *answer, const char *scheme, size_t len)
{
	size_t used = strlen(answer->schemes);

	if (len == 0 || memchr(scheme, '=', len))
		return;
	if (len == 5 && strncasecmp(scheme, "basic", 5) == 0)
		answer->basic = true;
	if (used + len + 3 > sizeof answer->schemes)
		return;
	(void)snprintf(answer->schemes + used, sizeof answer->schemes - used, "%s%.*s",
		used ? ", " : "", (int)len, scheme);
}

/* Challenges, each a word and its parameters, between commas that also stand between the parameters: 'Basic realm="a, b", NTLM'. */
static void read_challenges(struct rk_slice value, struct rk_proxy_answer *answer)
{
	const char *at = (const char *)value.at, *end = at + value.len;
	bool quoted = false;

	while (at < end) {
		const char *word = at;

		while (at < end && (quoted || *at != ',')) {
			if (quoted && *at == '\\' && at + 1 < end)
				at++;
			else if (*at == '"')
				quoted = !quoted;
			at++;
		}
		while (word < at && (*word == ' ' || *word == '\t'))
			word++;

		size_t len = 0;

		while (word + len < at && word[len] > ' ' && word[len] < 0x7f)
			len++;
		add_scheme(answer, word, len);
		at += at < end;
	}
}

static void read_field(struct rk_slice line, struct rk_proxy_answer *answer)
{
	static const char name[] = "Proxy-Authenticate:";
	size_t len = sizeof name - 1;

	if (line.len >= len && strncasecmp((const char *)line.at, name, len) == 0)
		read_challenges(rk_slice_of(line.at + len, line.len - len), answer);
}

enum rk_status rk_proxy_answer_read(
	struct rk_slice bytes, struct rk_proxy_answer *answer, struct rk_err *err)
{
	size_t known = bytes.len < sizeof begin - 1 ? bytes.len : sizeof begin - 1;
	struct rk_slice head, line;
	size_t len;

	*answer = (struct rk_proxy_answer){0};
	if (known && memcmp(bytes.at, begin, known) != 0)
		return rk_fail(err, RK_INVALID_ARGUMENT, "no response of HTTP/1");
	len = head_of(
		bytes.len > RK_PROXY_HEAD_MAX ? rk_slice_of(bytes.at, RK_PROXY_HEAD_MAX) : bytes);
	if (len == 0 && bytes.len >= RK_PROXY_HEAD_MAX)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED,
			"header lines of %zu bytes without an end; at most %d", bytes.len,
			RK_PROXY_HEAD_MAX);
	if (len == 0)
		return RK_OK;
	head = rk_slice_of(bytes.at, len);
	if (!take_line(&head, &line) || !read_status(line, answer))
		return rk_fail(err, RK_INVALID_ARGUMENT, "no status line of HTTP/1");
	while (take_line(&head, &line))
		read_field(line, answer);
	answer->len = len;
	return RK_OK;
}
