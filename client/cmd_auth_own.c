/* renkei auth status, whoami, renew, certificates, revoke - certificates that are there. */
#include "base/clock.h"
#include "cmd_auth.h"
#include "command.h"
#include "days.h"
#include "periods.h"
#include "renewal.h"
#include "server_info.h"
#include "summary.h"
#include "words/terms.h"

#include <string.h>

#define DAY 86400
/* So much of a serial number tells one from another. */
#define LEAST_PREFIX 4

static const struct rk_grid_column status_columns[] = {
	{"context",      RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"server",       RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"principal",    RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"serial",       RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"begins",       RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"ends",         RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"days_left",    RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"renewed_from", RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"cert",         RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"proxy",        RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
};
static const struct rk_grid_column caller_columns[] = {
	{"principal",         RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"role",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"organisation",      RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"serial",            RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"ends",              RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"ends_at",           RK_COLUMN_TEXT, RK_COLUMN_DATA },
};
static const struct rk_grid_column certificate_columns[] = {
	{"serial",         RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"organisation",   RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"holder",         RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"ends",           RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"ends_at",        RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"revoked",        RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"revoked_at",     RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"revoked_reason", RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"principal",      RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"issuer",         RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"key_sha256",     RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

#define GRID(of)                                                                        \
	{                                                                               \
		.run = run, .columns = (of), .column_count = sizeof(of) / sizeof(of)[0] \
	}

static int no_certificate(struct rk_run *run)
{
	struct rk_err err;
	bool nothing = !run->profile.server && !run->profile.ca && !run->profile.key;

	if (nothing) {
		rk_talk(run, "auth.nothing_yet");
		run->failed = true;
		return EX_CONFIG;
	}
	rk_fail_reason(&err, RK_FAILED_PRECONDITION, "CERTIFICATE_MISSING", "--cert");
	return rk_trouble(run, &err);
}

/* Without a word to the server: what is wrong may be the line. */
int rk_cmd_auth_status(struct rk_run *run)
{
	struct rk_grid grid = GRID(status_columns);
	struct rk_identity_facts facts;
	struct rk_err err;

	if (!run->profile.cert)
		return no_certificate(run);
	if (rk_identity_read(run->profile.cert, &facts, &err) != RK_OK)
		return rk_trouble(run, &err);

	int64_t now = rk_clock_now_us() / 1000000, left = (facts.not_after - now) / DAY;

	rk_grid_add(&grid,
		(const char *const[]){run->profile.name, run->profile.server, facts.uri,
			facts.serial, rk_identity_day(run, facts.not_before),
			rk_identity_day(run, facts.not_after),
			rk_run_printf(run, "%lld", (long long)left),
			rk_identity_is_ours(run) ? rk_identity_day(run, rk_renewal_due(&facts))
						 : NULL,
			run->profile.cert, rk_proxy_of(run)});
	int printed = rk_grid_print(&grid);

	if (facts.not_after > now)
		return printed;
	rk_talk(run, "auth.over");
	return EX_CONFIG;
}

int rk_cmd_auth_whoami(struct rk_run *run)
{
	struct rk_grid grid = GRID(caller_columns);
	const Renkei__V1__GetServerInfoResponse *info;
	struct rk_failure failure;

	if (rk_server_info(run, &info, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	const Renkei__V1__CallerInfo *caller = info->caller;

	if (!caller)
		return EX_PROTOCOL;
	rk_grid_add(&grid,
		(const char *const[]){caller->principal,
			rk_out_is_human(run)
				? rk_term(&run->arena, run->language, "role", caller->role)
				: caller->role,
			caller->name, caller->municipality_code, caller->certificate_serial,
			rk_moment_japan(run, caller->certificate_expires_at),
			rk_moment_utc(run, caller->certificate_expires_at)});
	return rk_answer_print(&grid, &caller->base);
}

int rk_cmd_auth_renew(struct rk_run *run)
{
	struct rk_identity_facts facts;
	struct rk_failure failure;
	bool renewed;

	if (!run->profile.cert)
		return no_certificate(run);
	if (rk_renewal_run(run, &renewed, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (rk_identity_read(run->profile.cert, &facts, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	rk_talk(run, renewed ? "auth.renewed" : "auth.renewed_elsewhere", "date",
		rk_day_told(run, rk_identity_day(run, facts.not_after)), "serial", facts.serial);
	return EX_OK;
}

int rk_certificates_print(struct rk_run *run, Renkei__V1__Certificate *const *certificates,
	size_t count, const ProtobufCMessage *answer)
{
	struct rk_grid grid = GRID(certificate_columns);

	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__Certificate *at = certificates[i];

		rk_grid_add(&grid,
			(const char *const[]){at->serial, at->name, at->holder,
				rk_moment_japan(run, at->not_after),
				rk_moment_utc(run, at->not_after),
				rk_moment_japan(run, at->revoked_at),
				rk_moment_utc(run, at->revoked_at), at->revoked_reason,
				at->principal, at->issuer, at->key_sha256});
	}
	return rk_answer_print(&grid, answer);
}

static enum rk_status list(struct rk_run *run, bool all, const char *municipality,
	const char *serial, Renkei__V1__ListCertificatesResponse **response,
	struct rk_failure *failure)
{
	Renkei__V1__ListCertificatesRequest request = RENKEI__V1__LIST_CERTIFICATES_REQUEST__INIT;

	request.include_ended = all;
	request.municipality_code = rk_run_str(run, municipality ? municipality : "");
	request.serial_prefix = rk_run_str(run, serial ? serial : "");
	return rk_call(run, "AccessService/ListCertificates", &request, list_certificates_response,
		response, failure);
}

int rk_cmd_auth_certs(struct rk_run *run)
{
	Renkei__V1__ListCertificatesResponse *response = NULL;
	struct rk_failure failure;

	if (list(run, rk_run_flag(run, "all"), rk_run_option(run, "municipality"), NULL, &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return rk_certificates_print(
		run, response->certificates, response->n_certificates, &response->base);
}

/* "AB:CD:12" as openssl and people write it, in the digits that the server has. */
static const char *plain_serial(struct rk_run *run, const char *text)
{
	char *plain = rk_run_str(run, text), *at = plain;

	for (; *text; text++)
		if (*text != ':' && *text != ' ')
			*at++ = (char)(*text >= 'A' && *text <= 'F' ? *text - 'A' + 'a' : *text);
	*at = '\0';
	return plain;
}

static int not_found(struct rk_run *run, const char *code, const char *serial)
{
	rk_talk(run, code, "serial", serial);
	run->failed = true;
	return EX_NOINPUT;
}

/* The one whose serial number begins so, or the own one. */
static const Renkei__V1__Certificate *find(struct rk_run *run, const char *text, int *status)
{
	Renkei__V1__ListCertificatesResponse *response = NULL;
	const char *serial = plain_serial(run, text);
	struct rk_failure failure;

	*status = EX_OK;
	if (strlen(serial) < LEAST_PREFIX || strspn(serial, "0123456789abcdef") != strlen(serial)) {
		*status = rk_usage(run, "usage.serial", "value", text);
		return NULL;
	}
	if (list(run, true, NULL, serial, &response, &failure) != RK_OK) {
		*status = rk_trouble_at(run, &failure);
		return NULL;
	}
	for (size_t i = 0; i < response->n_certificates; i++)
		if (strcmp(response->certificates[i]->serial, serial) == 0)
			return response->certificates[i];
	if (response->n_certificates == 1)
		return response->certificates[0];
	*status = not_found(run,
		response->n_certificates ? "auth.several_certificates" : "auth.no_certificate",
		serial);
	return NULL;
}

static bool agreed(struct rk_run *run, const Renkei__V1__Certificate *certificate)
{
	if (rk_on_terminal())
		rk_talk(run, "auth.about", "serial", certificate->serial, "name",
			rk_visible(run, certificate->name), "holder",
			certificate->holder[0] ? rk_visible(run, certificate->holder) : "-", "ends",
			rk_moment_told(run, certificate->not_after));
	return rk_confirm(run, "auth.revoke_ask", NULL);
}

int rk_cmd_auth_revoke(struct rk_run *run)
{
	Renkei__V1__RevokeCertificateRequest request = RENKEI__V1__REVOKE_CERTIFICATE_REQUEST__INIT;
	Renkei__V1__RevokeCertificateResponse *response = NULL;
	const char *reason = rk_run_option(run, "reason"), *serial;
	struct rk_identity_facts own = {0};
	struct rk_failure failure;
	int status;

	if (!reason || !reason[0])
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (!run->profile.cert)
		return no_certificate(run);
	if (rk_identity_read(run->profile.cert, &own, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	serial = run->operand_count ? run->operands[0] : own.serial;

	const Renkei__V1__Certificate *certificate = find(run, serial, &status);

	if (!certificate)
		return status;
	if (!agreed(run, certificate))
		return rk_not_confirmed();
	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return EX_OSERR;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.key_sha256 = rk_run_str(run, certificate->key_sha256);
	request.reason = rk_run_str(run, reason);
	request.keep_renewals = rk_run_flag(run, "keep-renewals");
	if (rk_call(run, "AccessService/RevokeCertificate", &request, revoke_certificate_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	status = rk_certificates_print(
		run, response->certificates, response->n_certificates, &response->base);
	if (!request.validate_only && strcmp(certificate->serial, own.serial) == 0)
		rk_talk(run, "auth.revoked_own");
	return status;
}
