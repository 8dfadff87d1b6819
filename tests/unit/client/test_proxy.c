/* client/proxy.c and client/proxy_answer.c: settings as curl reads them, the request, and what a proxy may answer. */
#include "check.h"
#include "proxy.h"
#include "proxy_answer.h"

#include <stdlib.h>

static void settings_are_read_as_curl_reads_them(void **unused)
{
	static const struct {
		const char *text, *name, *login;
	} good[] = {
		{"proxy.example:8080",                       "proxy.example:8080", ""           },
		{"http://proxy.example:8080/",               "proxy.example:8080", ""           },
		{"HTTP://proxy.example",                     "proxy.example:1080", ""           },
		{"user:secret@proxy.example:3128",           "proxy.example:3128", "user:secret"},
		{"http://user@proxy.example:3128",           "proxy.example:3128", "user:"      },
		{"http://a%40b:c%3ad%2Fe@proxy.example:80",  "proxy.example:80",   "a@b:c:d/e"  },
		{"http://user:p@ss@proxy.example:80",        "proxy.example:80",   "user:p@ss"  },
		{"http://[2001:db8::1]:3128",                "[2001:db8::1]:3128", ""           },
		{"http://%E5%88%A9%E7%94%A8:x@192.0.2.1:80", "192.0.2.1:80",
                 "\xe5\x88\xa9\xe7\x94\xa8:x"                                                   },
	};

	static const char *const bad[] = {"", "http://", ":8080", "proxy.example:0",
		"proxy.example:65536", "proxy.example:http", "https://proxy.example:443",
		"socks5://proxy.example:1080", "https://user:secret@proxy.example:443",
		"http://proxy.example:80/path", "proxy example:80",
		"http://:secret@proxy.example:80", "http://a%3Ab:c@proxy.example:80",
		"http://a%0d%0aX:c@proxy.example:80", "http://a:b%00c@proxy.example:80", "[::1",
		"[::1]x:80", "::1:80", "proxy.example:80\r\nX: y"};
	struct rk_proxy proxy;
	struct rk_err err;

	(void)unused;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_ok(rk_proxy_parse(good[i].text, &proxy, &err), err);
		assert_string_equal(proxy.name, good[i].name);
		assert_string_equal(proxy.login, good[i].login);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (rk_proxy_parse(bad[i], &proxy, &err) == RK_OK)
			fail_msg("%s is taken for %s", bad[i], proxy.name);
		assert_string_equal(err.reason, "PROXY_BAD");
		assert_null(strstr(err.text, "secret"));
	}
}

static void nobody_is_shown_a_password(void **unused)
{
	char shown[440];

	(void)unused;
	rk_proxy_shown("http://user:secret@proxy.example:8080", shown);
	assert_string_equal(shown, "user@proxy.example:8080");
	rk_proxy_shown("https://user:secret@proxy.example:8080", shown);
	assert_string_equal(shown, "proxy.example:8080");
	rk_proxy_shown("none", shown);
	assert_null(strchr(shown, '@'));
}

static void the_request_names_the_server_and_carries_the_login(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_proxy proxy;
	struct rk_err err;

	(void)unused;
	assert_ok(rk_proxy_parse("http://Aladdin:open%20sesame@p:80", &proxy, &err), err);
	assert_ok(rk_proxy_request(&proxy, "2001:db8::1", "7443", &out, &err), err);
	assert_slice_equal(rk_buf_slice(&out),
		"CONNECT [2001:db8::1]:7443 HTTP/1.1\r\nHost: [2001:db8::1]:7443\r\nUser-Agent: renkei/" RENKEI_VERSION
		"\r\nProxy-Connection: Keep-Alive\r\n"
		"Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n");
	assert_int_equal(
		rk_proxy_request(&proxy, "a\r\nX: y", "1", &out, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "SERVER_ADDRESS_BAD");
}

static void exemptions_are_hosts_names_above_them_and_networks(void **unused)
{
	static const struct {
		const char *list, *host;
		bool exempt;
	} cases[] = {
		{"",			 "renkei.example",  false},
		{"*",			"renkei.example",  true },
		{"a.example,renkei.example", "renkei.example",  true },
		{"a.example renkei.example", "RENKEI.example.", true },
		{".example",                 "renkei.example",  true },
		{"example",                  "renkei.example",  true },
		{"kei.example",              "renkei.example",  false},
		{"renkei.example.jp",        "renkei.example",  false},
		{"192.0.2.0/24",             "192.0.2.77",      true },
		{"192.0.2.0/24",             "192.0.3.77",      false},
		{"192.0.2.77",               "192.0.2.77",      true },
		{"0.0.0.0/0",                "192.0.2.77",      true },
		{"192.0.2.0/33",             "192.0.2.77",      false},
		{"[2001:db8::1]",            "2001:db8::1",     true },
		{"2001:db8::/32",            "2001:db8:7::1",   true },
		{"2001:db8::/32",            "192.0.2.77",      false},
		{".",			"renkei.example",  false},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (rk_proxy_is_exempt(cases[i].list, cases[i].host) != cases[i].exempt)
			fail_msg("'%s' and %s", cases[i].list, cases[i].host);
}

static void what_is_said_counts_before_the_environment(void **state)
{
	const char *unused;

	(void)state;
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	unsetenv("HTTPS_PROXY");
	unsetenv("NO_PROXY");
	setenv("https_proxy", "env.example:80", 1);
	setenv("no_proxy", "inside.example,2001:db8::1", 1);
	assert_string_equal(
		rk_proxy_chosen("said.example:80", "inside.example:1", &unused), "said.example:80");
	assert_null(rk_proxy_chosen("none", "renkei.example:1", &unused));
	assert_string_equal(rk_proxy_chosen(NULL, "renkei.example:1", &unused), "env.example:80");
	assert_null(rk_proxy_chosen(NULL, "inside.example:1", &unused));
	assert_null(rk_proxy_chosen(NULL, "inside.example", &unused));
	assert_null(rk_proxy_chosen(NULL, "[2001:db8::1]:1", &unused));
	assert_null(rk_proxy_chosen(NULL, "2001:db8::1", &unused));
	setenv("https_proxy", "", 1);
	setenv("HTTPS_PROXY", "upper.example:80", 1);
	assert_string_equal(rk_proxy_chosen(NULL, "renkei.example:1", &unused), "upper.example:80");
	unsetenv("https_proxy");
	unsetenv("HTTPS_PROXY");
	setenv("all_proxy", "all.example:80", 1);
	assert_string_equal(rk_proxy_chosen(NULL, "renkei.example:1", &unused), "all.example:80");
	assert_null(unused);
	unsetenv("all_proxy");
	assert_null(rk_proxy_chosen(NULL, "renkei.example:1", &unused));
}

static void what_is_no_http_proxy_is_passed_over_in_the_environment_alone(void **state)
{
	const char *unused;

	(void)state;
	unsetenv("no_proxy");
	setenv("all_proxy", "socks5://socks.example:1080", 1);
	assert_null(rk_proxy_chosen(NULL, "renkei.example:1", &unused));
	assert_string_equal(unused, "socks5://socks.example:1080");
	assert_string_equal(
		rk_proxy_chosen("said.example:80", "renkei.example:1", &unused), "said.example:80");
	assert_null(unused);
	assert_string_equal(
		rk_proxy_chosen("socks5://said.example:80", "renkei.example:1", &unused),
		"socks5://said.example:80");
	setenv("https_proxy", "http://env.example:80", 1);
	assert_string_equal(
		rk_proxy_chosen(NULL, "renkei.example:1", &unused), "http://env.example:80");
	assert_null(unused);
	setenv("https_proxy", "https://tls.example:443", 1);
	setenv("all_proxy", "all.example:80", 1);
	assert_string_equal(rk_proxy_chosen(NULL, "renkei.example:1", &unused), "all.example:80");
	assert_string_equal(unused, "https://tls.example:443");
	unsetenv("https_proxy");
	unsetenv("all_proxy");
}

static void answers_are_read_when_their_head_is_whole(void **unused)
{
	static const struct {
		const char *text;
		int status;
		const char *phrase, *schemes;
		bool basic;
	} cases[] = {
		{"HTTP/1.1 200 Connection established\r\n\r\n",									     200, "Connection established", "",
                 false																						     },
		{"HTTP/1.0 200\r\n\r\n",												    200, "",                       "",                        false},
		{"HTTP/1.1 403 For\x1b[2Jbidden\n\n",										       403, "For?[2Jbidden",          "",                        false},
		{"HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"a, \\\"NTLM\"\r\n\r\n",
                 407,															    "Login",                  "Basic",                   true },
		{"HTTP/1.1 407 Login\r\nproxy-authenticate:NTLM\r\nPROXY-AUTHENTICATE: Negotiate, Digest realm=\"x\", nonce=\"y\"\r\n\r\n",
                 407,															    "Login",                  "NTLM, Negotiate, Digest", false},
	};
	struct rk_proxy_answer answer;
	struct rk_err err;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t len = strlen(cases[i].text);

		for (size_t part = 0; part < len; part++) {
			assert_ok(rk_proxy_answer_read(
					  rk_slice_of(cases[i].text, part), &answer, &err),
				err);
			assert_int_equal(answer.len, 0);
		}
		assert_ok(rk_proxy_answer_read(rk_slice_str(cases[i].text), &answer, &err), err);
		assert_int_equal(answer.len, len);
		assert_int_equal(answer.status, cases[i].status);
		assert_string_equal(answer.phrase, cases[i].phrase);
		assert_string_equal(answer.schemes, cases[i].schemes);
		assert_int_equal(answer.basic, cases[i].basic);
	}
}

static void what_is_no_answer_is_told_at_once(void **unused)
{
	static const char *const bad[] = {"S", "SSH-2.0", "\x15\x03\x03", "HTTP/2", "http/1.1 200",
		"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "HTTP/1.1  200\r\n\r\n",
		"HTTP/1.1 600 X\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.x 200 OK\r\n\r\n"};
	struct rk_proxy_answer answer;
	struct rk_err err;

	(void)unused;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (rk_proxy_answer_read(rk_slice_str(bad[i]), &answer, &err) !=
			RK_INVALID_ARGUMENT)
			fail_msg("%s is taken for an answer", bad[i]);
}

static void an_endless_head_is_refused_at_its_limit(void **unused)
{
	RK_AUTO(rk_buf_clear) struct rk_buf head = {0};
	struct rk_proxy_answer answer;
	struct rk_err err;

	(void)unused;
	assert_int_equal(rk_buf_add_str(&head, "HTTP/1.1 200 OK\r\n"), RK_OK);
	while (head.len < RK_PROXY_HEAD_MAX - 4)
		assert_int_equal(rk_buf_add_str(&head, "a"), RK_OK);
	assert_ok(rk_proxy_answer_read(rk_buf_slice(&head), &answer, &err), err);
	assert_int_equal(answer.len, 0);
	assert_int_equal(rk_buf_add_str(&head, "\r\n\r\n"), RK_OK);
	assert_ok(rk_proxy_answer_read(rk_buf_slice(&head), &answer, &err), err);
	assert_int_equal(answer.len, RK_PROXY_HEAD_MAX);
	head.len -= 4;
	assert_int_equal(rk_buf_add_str(&head, "aaaa\r\n\r\n"), RK_OK);
	assert_int_equal(
		rk_proxy_answer_read(rk_buf_slice(&head), &answer, &err), RK_RESOURCE_EXHAUSTED);
	assert_contains(err.text, "16384");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_read_as_curl_reads_them),
		cmocka_unit_test(nobody_is_shown_a_password),
		cmocka_unit_test(the_request_names_the_server_and_carries_the_login),
		cmocka_unit_test(exemptions_are_hosts_names_above_them_and_networks),
		cmocka_unit_test(what_is_said_counts_before_the_environment),
		cmocka_unit_test(what_is_no_http_proxy_is_passed_over_in_the_environment_alone),
		cmocka_unit_test(answers_are_read_when_their_head_is_whole),
		cmocka_unit_test(what_is_no_answer_is_told_at_once),
		cmocka_unit_test(an_endless_head_is_refused_at_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
