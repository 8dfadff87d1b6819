/* Any bytes as what a proxy answers, as the setting that names one and as a list of exemptions: a head that is cut anywhere is waited for or
 * refused and never read otherwise, a setting that holds makes a request of four or five lines, and nobody is shown a password. */
#include "proxy.h"
#include "proxy_answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(struct rk_slice bytes)
{
	struct rk_proxy_answer whole, part;
	struct rk_err err = {0};
	enum rk_status status = rk_proxy_answer_read(bytes, &whole, &err);

	assert(status == RK_OK || (err.text[0] && whole.len == 0));
	if (status != RK_OK || whole.len == 0)
		return;
	assert(whole.len <= bytes.len && whole.len <= RK_PROXY_HEAD_MAX);
	assert(whole.status >= 100 && whole.status <= 599);
	assert(!whole.basic || strcasestr(whole.schemes, "basic") || strlen(whole.schemes) > 80);
	for (const char *at = whole.phrase; *at; at++)
		assert(*at >= ' ' && *at < 0x7f);
	for (size_t len = 0; len < whole.len; len += 1 + whole.len / 64)
		assert(rk_proxy_answer_read(rk_slice_of(bytes.at, len), &part, &err) == RK_OK &&
			part.len == 0);
	assert(rk_proxy_answer_read(rk_slice_of(bytes.at, whole.len), &part, &err) == RK_OK);
	assert(part.len == whole.len && part.status == whole.status);
}

static void setting(const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf request = {0};
	struct rk_proxy proxy;
	struct rk_err err = {0};
	char shown[440];
	size_t lines = 0;

	rk_proxy_shown(text, shown);
	if (rk_proxy_parse(text, &proxy, &err) != RK_OK) {
		assert(strcmp(err.reason, "PROXY_BAD") == 0 && !strchr(err.text, '@'));
		return;
	}
	assert(rk_proxy_request(&proxy, "renkei.example", "7443", &request, &err) == RK_OK);
	for (size_t i = 0; i < request.len; i++)
		lines += request.at[i] == '\n';
	assert(lines == (proxy.login[0] ? 6 : 5));
	assert(!strchr(proxy.name, '@') && proxy.host[0] && proxy.port[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	assert(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	answer(rk_slice_of(data, size));
	setting(text);
	if (rk_proxy_is_exempt(text, "renkei.example"))
		assert(strchr(text, '*') || strcasestr(text, "example"));
	(void)rk_proxy_is_exempt(text, "192.0.2.7");
	free(text);
	return 0;
}
