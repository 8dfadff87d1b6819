#include "doctor.h"

#include "base/clock.h"
#include "db/migrate.h"
#include "db/plain.h"
#include "rpc/rpc.h"
#include "serve/revocation.h"
#include "serve/server.h"

#include <string.h>
#include <sysexits.h>

/* A connection that cannot be made may be made later; what a connection tells is final. */
static enum rk_status ask(struct rk_plain *plain, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf problem = {0};
	enum rk_status status;

	RK_TRY(rk_migrate_check(plain, err));
	status = rk_plain_ask(plain, "select problem from renkei_api.check_safety() limit 1", 0,
		NULL, &problem, err);
	if (status == RK_NOT_FOUND)
		return RK_OK;
	RK_TRY(status);
	return rk_fail_reason(
		err, RK_FAILED_PRECONDITION, "UNSAFE_DATABASE", "%s", rk_buf_cstr(&problem));
}

enum rk_status rk_doctor_database(const struct rk_settings *settings, struct rk_err *err)
{
	struct rk_plain *plain = NULL;
	enum rk_status status;

	RK_TRY(rk_plain_open(settings->database, &plain, err));
	status = ask(plain, err);
	rk_plain_close(&plain);
	return status;
}

static bool has_key(const struct rk_keyring *keys, struct rk_slice id)
{
	for (size_t i = 0; i < rk_keyring_count(keys); i++) {
		const char *known = rk_keyring_info(keys, i)->id;

		if (strlen(known) == id.len && memcmp(known, id.at, id.len) == 0)
			return true;
	}
	return false;
}

enum rk_status rk_doctor_keys(const struct rk_config *config, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf ids = {0}, missing = {.max = 300};
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	const char *at;

	RK_TRY(rk_plain_open(config->settings->database, &plain, err));
	RK_TRY(rk_plain_ask(plain,
		"select coalesce(string_agg(key_id, ' '), '') from renkei_api.receipt_key_ids()", 0,
		NULL, &ids, err));
	at = rk_buf_cstr(&ids);
	while (at && *at) {
		size_t len = strcspn(at, " ");

		if (!has_key(config->keys, rk_slice_of(at, len)) &&
			rk_buf_addf(&missing, " %.*s", (int)len, at) != RK_OK)
			break;
		at += len + (at[len] == ' ');
	}
	if (missing.len == 0)
		return RK_OK;
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "RECEIPT_KEY_MISSING",
		"receipts were signed with keys that are not named:%s; put them into receipt_keys_older",
		rk_buf_cstr(&missing));
}

static void good(FILE *out, const char *what, const char *detail)
{
	fprintf(out, "ok    %s: %s\n", what, detail);
}

static int bad(FILE *out, const char *what, const struct rk_err *err)
{
	fprintf(out, "bad   %s: %s\n", what, err->text);
	return err->status == RK_UNAVAILABLE ? EX_UNAVAILABLE : EX_CONFIG;
}

static int examine_certificate(const struct rk_config *config, FILE *out)
{
	int64_t days = rk_config_days_left(config);
	struct rk_err err;

	if (days >= RK_CERTIFICATE_SOON_DAYS) {
		good(out, "certificate", config->settings->certificate);
		return EX_OK;
	}
	rk_fail(&err, RK_FAILED_PRECONDITION, "%s ends in %lld days", config->settings->certificate,
		(long long)days);
	fprintf(out, "warn  certificate: %s\n", err.text);
	return EX_OK;
}

static int examine_revocations(const struct rk_config *config, FILE *out)
{
	struct rk_err err;

	if (!*config->settings->crl)
		return EX_OK;
	if (!rk_revocation_is_stale(config->tls)) {
		good(out, "revocation list", config->settings->crl);
		return EX_OK;
	}
	rk_fail(&err, RK_FAILED_PRECONDITION,
		"the time of %s is over (nextUpdate); every client of its authority is refused",
		config->settings->crl);
	return bad(out, "revocation list", &err);
}

/* Without the one or the other nobody can be invited, which is no fault where certificates are handed out by hand. */
static int examine_enrolment(const struct rk_config *config, FILE *out)
{
	const struct rk_settings *settings = config->settings;
	int64_t days = config->ca ? (rk_ca_ends(config->ca) - rk_clock_now_us() / 1000000) / 86400
				  : 0;
	int64_t longest = settings->certificate_days > settings->office_certificate_days
		? settings->certificate_days
		: settings->office_certificate_days;
	struct rk_err err;

	if (!config->ca && !config->guests)
		fprintf(out, "ok    enrolment: off; ca_key and enrolment_listen turn it on\n");
	else if (!config->ca || !config->guests)
		fprintf(out, "warn  enrolment: %s is not named; nobody can be invited\n",
			config->ca ? "enrolment_listen" : "ca_key");
	else if (days >= longest)
		good(out, "enrolment", rk_ca_issuer(config->ca));
	if (!config->ca || days >= longest)
		return EX_OK;
	rk_fail(&err, RK_FAILED_PRECONDITION,
		"the authority of %s ends in %lld days, before a new certificate would; `renkeid ca rotate` makes the next one",
		settings->ca_key, (long long)days);
	return bad(out, "enrolment", &err);
}

static int examine_receipts(const struct rk_config *config, FILE *out)
{
	const char *id = rk_keyring_current(config->keys);

	struct rk_err err = {0};

	if (*id)
		good(out, "receipt key", id);
	else
		fprintf(out, "warn  receipt key: none; no report is taken\n");
	/* A database that is away is told by the one who examines it. */
	if (rk_doctor_keys(config, &err) == RK_FAILED_PRECONDITION)
		return bad(out, "receipt keys", &err);
	return EX_OK;
}

static int examine_database(const struct rk_config *config, FILE *out)
{
	struct rk_err err = {0};

	if (rk_doctor_database(config->settings, &err) != RK_OK)
		return bad(out, "database", &err);
	good(out, "database", "reachable, safe, with this program's schema");
	return EX_OK;
}

static int examine_methods(FILE *out)
{
	struct rk_err err = {0};

	if (rk_methods_check(rk_methods, rk_services, &err) != RK_OK)
		return bad(out, "methods", &err);
	good(out, "methods", "as the .proto files say");
	return EX_OK;
}

int rk_doctor(const char *config_path, FILE *out)
{
	struct rk_config config;
	struct rk_err err = {0};
	int worst = EX_OK, one;

	if (rk_config_open(config_path, &config, &err) != RK_OK)
		return bad(out, "configuration", &err);
	if (rk_config_try(&config, &err) != RK_OK)
		worst = bad(out, "configuration", &err);
	else
		good(out, "configuration", config_path);
	one = examine_certificate(&config, out);
	worst = one ? one : worst;
	one = examine_revocations(&config, out);
	worst = one ? one : worst;
	one = examine_enrolment(&config, out);
	worst = one ? one : worst;
	one = examine_receipts(&config, out);
	worst = one ? one : worst;
	one = examine_methods(out);
	worst = one ? one : worst;
	one = examine_database(&config, out);
	worst = one ? one : worst;
	rk_config_close(&config);
	return worst;
}
