#include "mail/smtp.h"

#include <curl/curl.h>
#include <string.h>

#define CONNECT_MS 10000L

struct upload {
	struct rk_slice rest;
};

/* What was said last, of what a server may answer about one letter. */
enum said { OTHER, RCPT, DATA };

static int on_debug(CURL *curl, curl_infotype type, char *text, size_t len, void *arg)
{
	enum said *said = arg;
	const struct rk_slice line = rk_slice_of(text, len);

	(void)curl;
	if (type == CURLINFO_HEADER_OUT && len >= 4 && memcmp(line.at, "QUIT", 4) != 0)
		*said = memcmp(line.at, "RCPT", 4) == 0   ? RCPT
			: memcmp(line.at, "DATA", 4) == 0 ? DATA
							  : OTHER;
	return 0;
}

static size_t on_read(char *to, size_t size, size_t count, void *arg)
{
	struct upload *upload = arg;
	size_t len = size * count < upload->rest.len ? size * count : upload->rest.len;

	memcpy(to, upload->rest.at, len);
	upload->rest.at += len;
	upload->rest.len -= len;
	return len;
}

/* Of several the first that failed is told. */
static void keep(CURLcode *code, CURLcode next)
{
	if (*code == CURLE_OK)
		*code = next;
}

static CURLcode prepare(CURL *curl, const struct rk_smtp_server *server,
	const struct curl_slist *to, struct upload *upload, enum said *said, char *why)
{
	CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, server->url);

	/* Each has its own kind of value, so a table would not be shorter. */
#define SET(option, value) keep(&code, curl_easy_setopt(curl, CURLOPT_##option, value))
	SET(PROTOCOLS_STR, "smtp,smtps");
	SET(NOSIGNAL, 1L);
	SET(NOPROGRESS, 1L);
	SET(VERBOSE, 1L);
	SET(DEBUGFUNCTION, on_debug);
	SET(DEBUGDATA, said);
	SET(PROXY, "");
	SET(ERRORBUFFER, why);
	SET(CONNECTTIMEOUT_MS,
		server->timeout_ms < CONNECT_MS ? (long)server->timeout_ms : CONNECT_MS);
	SET(TIMEOUT_MS, (long)server->timeout_ms);
	/* Of each answer too, that to QUIT among them, which no other limit counts. */
	SET(SERVER_RESPONSE_TIMEOUT, (long)((server->timeout_ms + 999) / 1000));
	SET(MAIL_FROM, server->from);
	SET(MAIL_RCPT, to);
	SET(UPLOAD, 1L);
	SET(READFUNCTION, on_read);
	SET(READDATA, upload);
	SET(INFILESIZE_LARGE, (curl_off_t)upload->rest.len);
	SET(USE_SSL, (long)(*server->login ? CURLUSESSL_ALL : CURLUSESSL_TRY));
	if (*server->login)
		SET(USERPWD, server->login);
#undef SET
	return code;
}

static enum rk_smtp_outcome outcome_of(
	CURL *curl, CURLcode code, enum said said, const struct upload *upload)
{
	bool about_letter = said == RCPT || (said == DATA && upload->rest.len == 0);
	long answer = 0;

	if (code == CURLE_OK)
		return RK_SMTP_SENT;
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
	/* A greeting of 554, or 550 to our own address, would be the end of every letter. */
	if (!about_letter || answer < 400 || answer >= 600)
		return RK_SMTP_AWAY;
	/* 530 to 539 are about us, not about the letter. */
	if (answer >= 530 && answer < 540)
		return RK_SMTP_AWAY;
	return answer >= 500 ? RK_SMTP_REFUSED : RK_SMTP_AGAIN;
}

enum rk_smtp_outcome rk_smtp_send(const struct rk_smtp_server *server, const char *to,
	struct rk_slice mail, struct rk_err *err)
{
	struct upload upload = {mail};
	struct curl_slist *list = curl_slist_append(NULL, to);
	CURL *curl = list ? curl_easy_init() : NULL;
	char why[CURL_ERROR_SIZE] = "";
	enum rk_smtp_outcome outcome = RK_SMTP_AWAY;
	enum said said = OTHER;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (curl) {
		code = prepare(curl, server, list, &upload, &said, why);
		if (code == CURLE_OK)
			code = curl_easy_perform(curl);
		outcome = outcome_of(curl, code, said, &upload);
	}
	if (outcome != RK_SMTP_SENT)
		(void)rk_fail(err, RK_UNAVAILABLE, "%s: %s", server->url,
			*why ? why : curl_easy_strerror(code));
	curl_easy_cleanup(curl);
	curl_slist_free_all(list);
	return outcome;
}
