/* renkei auth enroll - from the invitation to a context that works.
 *
 * The key is on disk before anything is sent, and stays the same until the context is written: whoever is interrupted anywhere says
 * the same command again.
 */
#include "base/failpoint.h"
#include "command.h"
#include "identity.h"
#include "invitation.h"
#include "out.h"
#include "proxy.h"
#include "remote.h"

#include "renkei/v1/access_service.pb-c.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an enrolment gathers on its way. */
struct enrolment {
	struct rk_run *run;
	struct rk_profiles profiles;
	const char *contexts; /* the file */
	const char *waiting;  /* the key */
	struct rk_invitation invitation;
	Renkei__V1__EnrollResponse *answer;
	const char *name; /* of the context */
	struct rk_identity_files files;
};

static enum rk_status load(struct enrolment *enrolment, struct rk_err *err)
{
	struct rk_run *run = enrolment->run;
	char *folder = rk_profile_config_dir(&run->arena);

	if (!folder)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD",
			"neither HOME nor XDG_CONFIG_HOME is set");
	enrolment->contexts = rk_run_printf(run, "%s/contexts.conf", folder);
	return rk_profiles_load(&run->arena, enrolment->contexts, &enrolment->profiles, err);
}

/* The same invitation is the same key, whoever tries again. */
static const char *plain_token(struct rk_run *run, const char *token)
{
	char *plain = rk_run_str(run, token), *at = plain;

	for (; *token; token++)
		if (*token != '-' && *token != ' ')
			*at++ = (char)(*token >= 'a' && *token <= 'z' ? *token - 'a' + 'A'
								      : *token);
	*at = '\0';
	return plain;
}

/* The server knows the invitation, and nothing will come of it: the key is of no use. */
static bool is_over(const struct rk_failure *failure)
{
	return failure->from_server && strncmp(failure->err.reason, "INVITATION_", 11) == 0;
}

/* What is said of a proxy goes into the context; what the environment of this moment has does not. */
static const char *proxy_said(const struct rk_run *run)
{
	const char *said = rk_run_option(run, "proxy"), *variable = getenv("RENKEI_PROXY");

	return said ? said : variable && *variable ? variable : NULL;
}

static enum rk_status ask_server(struct enrolment *enrolment, const char *server, const char *token,
	const uint8_t *pin, struct rk_failure *failure)
{
	Renkei__V1__EnrollRequest request = RENKEI__V1__ENROLL_REQUEST__INIT;
	struct rk_run *run = enrolment->run;
	RK_AUTO(rk_buf_clear) struct rk_buf csr = {0};

	enum rk_status status;

	run->profile = (struct rk_profile){.server = server, .pin = pin};
	run->profile.proxy = rk_proxy_chosen(proxy_said(run), server, &run->profile.proxy_unused);
	RK_TRY(rk_identity_request(enrolment->waiting, &csr, &failure->err));
	RK_FAILPOINT("enroll_key");
	request.token = rk_run_str(run, token);
	request.csr = (ProtobufCBinaryData){.data = csr.at, .len = csr.len};
	status = rk_call(run, "AccessService/Enroll", &request, enroll_response, &enrolment->answer,
		failure);
	if (status != RK_OK && is_over(failure)) {
		(void)unlink(enrolment->waiting);
		rk_invitation_forget(&enrolment->invitation);
	}
	return status;
}

static bool is_name(const char *name)
{
	return name[0] &&
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
		strlen(name) &&
		name[0] != '.';
}

/* "x.ca" would keep its key in the file of x's authorities, x.ca.pem. */
static bool is_taken_suffix(const char *name)
{
	static const char *const suffixes[] = {".ca", ".next"};
	size_t len = strlen(name);

	for (size_t i = 0; i < 2; i++) {
		size_t tail = strlen(suffixes[i]);

		if (len >= tail && strcmp(name + len - tail, suffixes[i]) == 0)
			return true;
	}
	return false;
}

/* One of the last part of the URI, counted up past contexts that are there, but for that of this very key: an earlier try got as far. */
static enum rk_status choose_name(struct enrolment *enrolment, struct rk_err *err)
{
	struct rk_run *run = enrolment->run;
	const char *asked = rk_run_option(run, "context"), *slash;
	char uri[256];

	assert(enrolment->answer);
	rk_identity_uri(enrolment->answer->certificate_pem, uri);
	slash = strrchr(uri, '/');
	if (!slash || !is_name(slash + 1))
		return rk_fail_reason(
			err, RK_INTERNAL, "SERVER_ANSWER_BAD", "the certificate names nobody");
	for (int i = 1; i <= RK_PROFILE_MAX + 1; i++) {
		const char *name = asked ? asked
			: i == 1         ? rk_run_str(run, slash + 1)
					 : rk_run_printf(run, "%s-%d", slash + 1, i);

		enrolment->name = name;
		enrolment->files = rk_identity_files(run, name);
		if (!asked && is_taken_suffix(name))
			continue;
		if (asked || rk_identity_same_key(enrolment->files.pair, enrolment->waiting) ||
			(!rk_profiles_find(&enrolment->profiles, name) &&
				access(enrolment->files.pair, F_OK) != 0))
			return RK_OK;
	}
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD", "more than %d contexts",
		RK_PROFILE_MAX);
}

/* The host that was asked, with the port of the everyday. */
static const char *server_of(struct enrolment *enrolment, const char *asked)
{
	const char *own = rk_run_option(enrolment->run, "server");
	char host[256], port[6];
	struct rk_err err;

	if (own)
		return own;
	if (rk_remote_address(asked, host, port, &err) != RK_OK || !enrolment->answer->port)
		return asked;
	return rk_run_printf(enrolment->run, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host,
		enrolment->answer->port);
}

static enum rk_status keep(struct enrolment *enrolment, const char *asked, struct rk_err *err)
{
	const Renkei__V1__EnrollResponse *answer = enrolment->answer;
	struct rk_profiles *profiles = &enrolment->profiles;
	struct rk_profile *profile;

	assert(answer);
	RK_FAILPOINT("enroll_answered");
	RK_TRY(choose_name(enrolment, err));
	RK_TRY(rk_identity_settle(enrolment->waiting, answer->certificate_pem, answer->ca_pem,
		&enrolment->files, err));
	RK_FAILPOINT("enroll_settled");
	profile = rk_profiles_find(profiles, enrolment->name);
	if (!profile && profiles->count == RK_PROFILE_MAX)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD",
			"more than %d contexts", RK_PROFILE_MAX);
	if (!profile)
		profile = &profiles->at[profiles->count++];
	*profile = (struct rk_profile){
		.name = enrolment->name,
		.server = server_of(enrolment, asked),
		.ca = enrolment->files.ca,
		.cert = enrolment->files.pair,
		.key = enrolment->files.pair,
		.proxy = proxy_said(enrolment->run),
	};
	profiles->current = enrolment->name;
	RK_TRY(rk_profiles_save(enrolment->contexts, profiles, err));
	RK_FAILPOINT("enroll_saved");
	rk_invitation_used(&enrolment->invitation, enrolment->name);
	(void)unlink(enrolment->waiting);
	return RK_OK;
}

static void tell(const struct enrolment *enrolment)
{
	const Renkei__V1__Certificate *made = enrolment->answer->certificate;
	struct rk_run *run = enrolment->run;

	rk_talk(run, "auth.enrolled", "name", made ? rk_visible(run, made->name) : "-", "principal",
		made ? rk_visible(run, made->principal) : "-", "context", enrolment->name);
	rk_talk(run, "auth.enrolled_files", "key", enrolment->files.pair);
}

/* "-" is a line of standard input: what stands on a command line others on this computer can read, and the shell keeps. */
static const char *token_asked(struct rk_run *run)
{
	const char *token = rk_run_option(run, "token");
	char line[128];

	if (!token || strcmp(token, "-") != 0)
		return token;
	if (rk_on_terminal()) {
		fprintf(stderr, "%s ", rk_tell(run, "auth.token_ask"));
		fflush(stderr);
	}
	if (!fgets(line, sizeof line, stdin))
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return rk_run_str(run, line);
}

/* Used before, here, and what came of it is there. */
static bool is_done(struct enrolment *enrolment)
{
	struct rk_run *run = enrolment->run;
	const char *name = rk_invitation_context(run, &enrolment->invitation);
	const struct rk_profile *profile = rk_profiles_find(&enrolment->profiles, name);

	if (!name[0] || !profile || !profile->cert || access(profile->cert, R_OK) != 0)
		return false;
	(void)unlink(enrolment->waiting);
	rk_talk(run, "auth.enrolled_already", "context", name);
	return true;
}

/* The name that was asked for must be nobody's: neither a context nor a key that is left of one. */
static int check_name(struct enrolment *enrolment)
{
	struct rk_run *run = enrolment->run;
	const char *asked = rk_run_option(run, "context");
	const char *pair;

	if (!asked)
		return EX_OK;
	if (!is_name(asked) || is_taken_suffix(asked))
		return rk_usage(run, "usage.context_name", "name", asked);
	pair = rk_identity_files(run, asked).pair;
	if (pair && rk_identity_same_key(pair, enrolment->waiting))
		return EX_OK;
	if (rk_profiles_find(&enrolment->profiles, asked))
		return rk_usage(run, "usage.context_there", "name", asked);
	if (pair && access(pair, F_OK) == 0)
		return rk_usage(run, "usage.identity_there", "name", asked, "file", pair);
	return EX_OK;
}

static int enroll(
	struct enrolment *enrolment, const char *server, const char *token, const uint8_t *pin)
{
	struct rk_run *run = enrolment->run;
	struct rk_failure failure = {.retry_ms = -1};
	int status;

	/* What another renkei has written meanwhile, under the lock. */
	if (load(enrolment, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (is_done(enrolment))
		return EX_OK;
	status = check_name(enrolment);
	if (status != EX_OK)
		return status;
	if (ask_server(enrolment, server, token, pin, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (keep(enrolment, server, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	tell(enrolment);
	return EX_OK;
}

int rk_cmd_auth_enroll(struct rk_run *run)
{
	const char *server = run->operands[0], *token = token_asked(run), *plain;
	const char *fingerprint = rk_run_option(run, "fingerprint");
	struct enrolment enrolment = {.run = run};
	struct rk_err err;
	uint8_t pin[32];

	if (!token || !fingerprint)
		return rk_usage(
			run, "usage.option_missing", "option", token ? "fingerprint" : "token");
	if (!rk_fingerprint_parse(fingerprint, pin))
		return rk_usage(run, "usage.fingerprint", "value", fingerprint);
	plain = plain_token(run, token);
	enrolment.waiting = rk_identity_waiting(run, plain);
	if (!enrolment.waiting) {
		rk_fail_reason(&err, RK_FAILED_PRECONDITION, "CONTEXTS_BAD",
			"neither HOME nor XDG_CONFIG_HOME is set");
		return rk_trouble(run, &err);
	}
	if (rk_invitation_open(run, plain, &enrolment.invitation, &err) != RK_OK)
		return rk_trouble(run, &err);
	int status = enroll(&enrolment, server, token, pin);

	rk_invitation_close(&enrolment.invitation);
	return status;
}
