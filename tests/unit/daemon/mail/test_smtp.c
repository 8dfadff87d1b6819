/* daemon/mail/smtp.c against a mail server that says what a test wants, once. */
#include "check.h"
#include "mail/smtp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What it answers to each; NULL: what one that takes the letter does.  "": it hangs up. */
struct script {
	const char *greeting, *mail, *rcpt, *data, *end;
};

static char url[64];

static void say(FILE *line, const char *answer, const char *usual)
{
	const char *text = answer ? answer : usual;

	if (!*text)
		_exit(0);
	fprintf(line, "%s\r\n", text);
	(void)fflush(line);
}

/* The letter's lines, up to the one with a dot alone. */
static void read_letter(FILE *line)
{
	char text[2048];

	while (fgets(text, sizeof text, line) && strcmp(text, ".\r\n") != 0)
		;
}

static void serve(int listener, const struct script *script)
{
	FILE *line = fdopen(accept(listener, NULL, NULL), "r+");
	char text[2048];

	if (!line)
		_exit(1);
	say(line, script->greeting, "220 mail.example.jp");
	while (fgets(text, sizeof text, line)) {
		if (strncmp(text, "MAIL", 4) == 0) {
			say(line, script->mail, "250 fine");
		} else if (strncmp(text, "RCPT", 4) == 0) {
			say(line, script->rcpt, "250 fine");
		} else if (strncmp(text, "DATA", 4) == 0) {
			say(line, script->data, "354 go on");
			if (!script->data)
				read_letter(line);
			if (!script->data)
				say(line, script->end, "250 taken");
		} else {
			say(line, NULL, "250 fine");
		}
	}
	_exit(0);
}

static int listen_somewhere(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	snprintf(url, sizeof url, "smtp://127.0.0.1:%d", ntohs(at.sin_port));
	return listener;
}

static enum rk_smtp_outcome send_to(
	const struct script *script, const char *login, struct rk_err *err)
{
	static const char mail[] = "Subject: x\r\n\r\nx\r\n";
	int listener = listen_somewhere();
	const struct rk_smtp_server server = {
		.url = url, .from = "renkei@example.jp", .login = login, .timeout_ms = 20000};
	pid_t child = script ? fork() : -1;
	enum rk_smtp_outcome outcome;

	if (child == 0)
		serve(listener, script);
	(void)close(listener);
	*err = (struct rk_err){0};
	outcome = rk_smtp_send(&server, "kankyo@example.jp", rk_slice_str(mail), err);
	if (child > 0)
		assert_int_equal(waitpid(child, NULL, 0), child);
	return outcome;
}

static void each_answer_has_its_outcome(void **unused)
{
	static const struct {
		struct script script;
		enum rk_smtp_outcome outcome;
	} cases[] = {
		{{NULL},			      RK_SMTP_SENT   },
 /* About this letter alone. */
		{{.rcpt = "550 nobody of that name"}, RK_SMTP_REFUSED},
		{{.rcpt = "451 come again"},          RK_SMTP_AGAIN  },
		{{.end = "552 too large"},            RK_SMTP_REFUSED},
		{{.end = "452 no room"},              RK_SMTP_AGAIN  },
 /* About us: the next letter would hear the same. */
		{{.greeting = "554 not you"},         RK_SMTP_AWAY   },
		{{.greeting = "421 busy"},            RK_SMTP_AWAY   },
		{{.mail = "550 not from you"},        RK_SMTP_AWAY   },
		{{.rcpt = "530 who are you"},         RK_SMTP_AWAY   },
		{{.data = "554 not now"},             RK_SMTP_AWAY   },
 /* No answer at all, or none that is one. */
		{{.greeting = ""},                    RK_SMTP_AWAY   },
		{{.rcpt = ""},                        RK_SMTP_AWAY   },
		{{.end = ""},                         RK_SMTP_AWAY   },
		{{.rcpt = "700 nonsense"},            RK_SMTP_AWAY   },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_err err;
		enum rk_smtp_outcome outcome = send_to(&cases[i].script, "", &err);

		if (outcome != cases[i].outcome)
			fail_msg("case %zu: %d: %s", i, (int)outcome, err.text);
		assert_int_equal(outcome == RK_SMTP_SENT, *err.text == '\0');
	}
}

static void where_nobody_listens_it_is_away_and_says_where(void **unused)
{
	struct rk_err err;

	(void)unused;
	assert_int_equal(send_to(NULL, "", &err), RK_SMTP_AWAY);
	assert_contains(err.text, url);
}

static void a_login_is_not_sent_in_the_clear(void **unused)
{
	struct rk_err err;

	(void)unused;
	assert_int_equal(send_to(&(struct script){NULL}, "renkei:secret", &err), RK_SMTP_AWAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_has_its_outcome),
		cmocka_unit_test(where_nobody_listens_it_is_away_and_says_where),
		cmocka_unit_test(a_login_is_not_sent_in_the_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
