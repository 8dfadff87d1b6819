#include "proxy.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEFAULT_PORT "1080"

/* Without "http://"; NULL where another scheme stands, which would be taken for a login. */
static const char *behind_scheme(const char *text)
{
	if (strncasecmp(text, "http://", 7) == 0)
		return text + 7;
	return strstr(text, "://") ? NULL : text;
}

void rk_proxy_shown(const char *text, char out[440])
{
	struct rk_proxy proxy;
	const char *at = strrchr(text, '@');

	if (rk_proxy_parse(text, &proxy, NULL) == RK_OK)
		(void)snprintf(
			out, 440, "%s%s%s", proxy.user, proxy.user[0] ? "@" : "", proxy.name);
	else
		(void)snprintf(out, 440, "%s", at ? at + 1 : text);
}

static enum rk_status bad(const char *text, struct rk_err *err)
{
	const char *at = strrchr(text, '@');

	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "PROXY_BAD", "%s", at ? at + 1 : text);
}

static bool unpercent(struct rk_slice text, char *out, size_t size)
{
	RK_AUTO(rk_buf_clear) struct rk_buf plain = {0};

	if (rk_text_unpercent(&plain, text) != RK_OK || plain.len >= size ||
		(plain.len && memchr(plain.at, '\0', plain.len)))
		return false;
	if (plain.len)
		memcpy(out, plain.at, plain.len);
	out[plain.len] = '\0';
	return true;
}

/* A name with a colon could not be told from its password: RFC 7617. */
static bool read_login(struct rk_slice text, struct rk_proxy *proxy)
{
	const uint8_t *colon = text.len ? memchr(text.at, ':', text.len) : NULL;
	size_t user = colon ? (size_t)(colon - text.at) : text.len;
	char password[256] = "";

	if (!unpercent(rk_slice_of(text.at, user), proxy->user, sizeof proxy->user) ||
		strchr(proxy->user, ':') || !proxy->user[0] ||
		(colon &&
			!unpercent(rk_slice_of(colon + 1, text.len - user - 1), password,
				sizeof password)))
		return false;
	(void)snprintf(proxy->login, sizeof proxy->login, "%s:%s", proxy->user, password);
	for (const char *at = proxy->login; *at; at++)
		if ((uint8_t)*at < ' ' || *at == 0x7f)
			return false;
	return true;
}

static bool is_host(const char *host)
{
	for (const char *at = host; *at; at++)
		if ((uint8_t)*at <= ' ' || (uint8_t)*at >= 0x7f || strchr("/@[]\\\"#?%", *at))
			return false;
	return *host != '\0';
}

/* "host", "host:port", "[::1]:port", with a "/" at the end. */
static bool read_place(const char *text, struct rk_proxy *proxy)
{
	size_t len = strcspn(text, "/"), host;
	const char *end = text + len, *port;
	int64_t number;

	if (*end && end[1])
		return false;
	if (*text == '[') {
		text++;
		host = strcspn(text, "]");
		if (text[host] != ']')
			return false;
		port = text + host + 1;
	} else {
		host = strcspn(text, ":/");
		port = text + host;
	}
	if (port != end && *port != ':')
		return false;
	if (host >= sizeof proxy->host)
		return false;
	memcpy(proxy->host, text, host);
	proxy->host[host] = '\0';

	struct rk_slice digits = port == end ? rk_slice_str(DEFAULT_PORT)
					     : rk_slice_of(port + 1, (size_t)(end - port - 1));

	if (!is_host(proxy->host) || !rk_text_i64(digits, 1, 65535, &number))
		return false;
	(void)snprintf(proxy->port, sizeof proxy->port, "%d", (int)number);
	return true;
}

enum rk_status rk_proxy_parse(const char *text, struct rk_proxy *proxy, struct rk_err *err)
{
	const char *place = behind_scheme(text), *at = place ? strrchr(place, '@') : NULL;

	*proxy = (struct rk_proxy){0};
	if (!place)
		return bad(text, err);
	if (at && !read_login(rk_slice_of(place, (size_t)(at - place)), proxy))
		return bad(text, err);
	if (!read_place(at ? at + 1 : place, proxy))
		return bad(text, err);
	(void)snprintf(proxy->name, sizeof proxy->name,
		strchr(proxy->host, ':') ? "[%s]:%s" : "%s:%s", proxy->host, proxy->port);
	return RK_OK;
}

static bool in_network(const char *network, size_t len, const char *host)
{
	uint8_t one[16], other[16];
	char text[64];
	int64_t bits;

	if (len >= sizeof text)
		return false;
	memcpy(text, network, len);
	text[len] = '\0';

	char *slash = strchr(text, '/');
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	int most = family == AF_INET6 ? 128 : 32;

	if (slash)
		*slash++ = '\0';
	if (!rk_text_i64(rk_slice_str(slash ? slash : "0"), 0, most, &bits))
		return false;
	if (!slash)
		bits = most;
	if (inet_pton(family, text, one) != 1 || inet_pton(family, host, other) != 1)
		return false;
	for (int bit = 0; bit < bits; bit++)
		if ((one[bit / 8] ^ other[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static bool ends_with(const char *host, const char *name, size_t len)
{
	size_t whole = strlen(host);

	while (whole && host[whole - 1] == '.')
		whole--;
	while (len && name[len - 1] == '.')
		len--;
	if (len && *name == '.') {
		name++;
		len--;
	}
	if (!len || whole < len || strncasecmp(host + whole - len, name, len) != 0)
		return false;
	return whole == len || host[whole - len - 1] == '.';
}

bool rk_proxy_is_exempt(const char *list, const char *host)
{
	static const char between[] = " \t,";

	for (const char *at = list; *(at += strspn(at, between));) {
		size_t len = strcspn(at, between), plain = len;
		const char *name = at;

		at += len;
		if (len == 1 && *name == '*')
			return true;
		if (*name == '[' && name[len - 1] == ']') {
			name++;
			plain -= 2;
		}
		if (in_network(name, plain, host) || ends_with(host, name, plain))
			return true;
	}
	return false;
}

static const char *of_environment(const char *lower, const char *upper)
{
	const char *value = getenv(lower);

	if (!value || !*value)
		value = getenv(upper);
	return value && *value ? value : NULL;
}

/* Such a variable is there for other programs too: of several kinds of proxy ours is the HTTP one. */
static const char *usable(const char *value, const char **unused)
{
	struct rk_proxy proxy;

	if (!value || rk_proxy_parse(value, &proxy, NULL) == RK_OK)
		return value;
	if (!*unused)
		*unused = value;
	return NULL;
}

const char *rk_proxy_chosen(const char *said, const char *server, const char **unused)
{
	const char *list = of_environment("no_proxy", "NO_PROXY"), *found;
	char host[256];
	size_t len;

	*unused = NULL;
	if (said)
		return strcmp(said, RK_PROXY_NONE) == 0 ? NULL : said;
	found = usable(of_environment("https_proxy", "HTTPS_PROXY"), unused);
	if (!found)
		found = usable(of_environment("all_proxy", "ALL_PROXY"), unused);
	if (!server || !list)
		return server ? found : NULL;
	if (*server == '[')
		len = strcspn(++server, "]");
	else
		len = strchr(server, ':') == strrchr(server, ':') ? strcspn(server, ":")
								  : strlen(server);
	(void)snprintf(host, sizeof host, "%.*s", (int)(len < sizeof host ? len : 0), server);
	if (!rk_proxy_is_exempt(list, host))
		return found;
	*unused = NULL;
	return NULL;
}

enum rk_status rk_proxy_request(const struct rk_proxy *proxy, const char *host, const char *port,
	struct rk_buf *out, struct rk_err *err)
{
	const char *open = strchr(host, ':') ? "[" : "", *close = *open ? "]" : "";

	if (!is_host(host))
		return rk_fail_reason(
			err, RK_FAILED_PRECONDITION, "SERVER_ADDRESS_BAD", "%s", host);
	for (int i = 0; i < 2; i++)
		RK_TRY(rk_buf_addf(out, "%s%s%s%s:%s%s", i ? "Host: " : "CONNECT ", open, host,
			close, port, i ? "\r\n" : " HTTP/1.1\r\n"));
	RK_TRY(rk_buf_add_str(
		out, "User-Agent: renkei/" RENKEI_VERSION "\r\nProxy-Connection: Keep-Alive\r\n"));
	if (proxy->login[0]) {
		RK_TRY(rk_buf_add_str(out, "Proxy-Authorization: Basic "));
		RK_TRY(rk_text_base64(out, rk_slice_str(proxy->login)));
		RK_TRY(rk_buf_add_str(out, "\r\n"));
	}
	return rk_buf_add_str(out, "\r\n");
}
