/* renkei auth enroll - from the invitation to a context that works.
 *
 * The key is on disk before anything is sent, and stays the same until the context is written: whoever is interrupted anywhere says
 * the same command again.
 */
#include "base/failpoint.h"
#include "command.h"
#include "identity.h"
#include "out.h"
#include "remote.h"

#include "renkei/v1/access_service.pb-c.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

/* What an enrolment gathers on its way. */
struct enrolment {
	struct rk_run *run;
	struct rk_profiles profiles;
	const char *contexts; /* the file */
	const char *waiting;  /* the key */
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
static const char *waiting_of(struct rk_run *run, const char *token)
{
	char *plain = rk_run_str(run, token), *at = plain;

	for (; *token; token++)
		if (*token != '-' && *token != ' ')
			*at++ = (char)(*token >= 'a' && *token <= 'z' ? *token - 'a' + 'A'
								      : *token);
	*at = '\0';
	return rk_identity_waiting(run, plain);
}

static enum rk_status ask_server(struct enrolment *enrolment, const char *server, const char *token,
	const uint8_t *pin, struct rk_failure *failure)
{
	Renkei__V1__EnrollRequest request = RENKEI__V1__ENROLL_REQUEST__INIT;
	struct rk_run *run = enrolment->run;
	RK_AUTO(rk_buf_clear) struct rk_buf csr = {0};

	run->profile = (struct rk_profile){.server = server, .pin = pin};
	enrolment->waiting = waiting_of(run, token);
	if (!enrolment->waiting)
		return rk_fail(&failure->err, RK_FAILED_PRECONDITION, "no home for a key");
	RK_TRY(rk_identity_request(enrolment->waiting, &csr, &failure->err));
	RK_FAILPOINT("enroll_key");
	request.token = rk_run_str(run, token);
	request.csr = (ProtobufCBinaryData){.data = csr.at, .len = csr.len};
	return rk_call(run, "AccessService/Enroll", &request, enroll_response, &enrolment->answer,
		failure);
}

static bool is_name(const char *name)
{
	return name[0] &&
		strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
		strlen(name) &&
		name[0] != '.';
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
	};
	profiles->current = enrolment->name;
	RK_TRY(rk_profiles_save(enrolment->contexts, profiles, err));
	RK_FAILPOINT("enroll_saved");
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

/* "-" is a line of standard input: what stands on a command line others on this computer can read. */
static const char *token_asked(struct rk_run *run)
{
	const char *token = rk_run_option(run, "token");
	char line[128];

	if (!token || strcmp(token, "-") != 0)
		return token;
	if (!fgets(line, sizeof line, stdin))
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return rk_run_str(run, line);
}

int rk_cmd_auth_enroll(struct rk_run *run)
{
	const char *server = run->operands[0], *token = token_asked(run);
	const char *fingerprint = rk_run_option(run, "fingerprint");
	const char *asked = rk_run_option(run, "context");
	struct enrolment enrolment = {.run = run};
	struct rk_failure failure = {.retry_ms = -1};
	uint8_t pin[32];

	if (!token || !fingerprint)
		return rk_usage(
			run, "usage.option_missing", "option", token ? "fingerprint" : "token");
	if (!rk_fingerprint_parse(fingerprint, pin))
		return rk_usage(run, "usage.fingerprint", "value", fingerprint);
	if (asked && !is_name(asked))
		return rk_usage(run, "usage.context_name", "name", asked);
	if (load(&enrolment, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (asked && rk_profiles_find(&enrolment.profiles, asked))
		return rk_usage(run, "usage.context_there", "name", asked);
	if (ask_server(&enrolment, server, token, pin, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (keep(&enrolment, server, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	tell(&enrolment);
	return EX_OK;
}
