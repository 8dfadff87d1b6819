#include "base/clock.h"
#include "base/log.h"
#include "call/call.h"
#include "db/conninfo.h"
#include "export/handover.h"
#include "serve/control.h"
#include "serve/listener.h"
#include "serve/revocation.h"
#include "serve/room.h"
#include "serve/server.h"
#include "words/letter.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum rk_status wrong(
	const struct rk_settings *settings, const char *name, const char *why, struct rk_err *err)
{
	int line = rk_settings_line(settings, name);

	if (line == 0)
		return rk_fail_reason(err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION",
			"%s: '%s' (its default): %s", settings->file, name, why);
	return rk_fail_reason(err, RK_FAILED_PRECONDITION, "BAD_CONFIGURATION", "%s:%d: '%s': %s",
		settings->file, line, name, why);
}

static enum rk_status check_address(const struct rk_settings *settings, const char *name,
	const char *address, bool loopback, struct rk_err *err)
{
	struct rk_err why;

	if (rk_listener_check(address, loopback, &why) == RK_OK)
		return RK_OK;
	return wrong(settings, name, why.text, err);
}

/* Two settings that are good alone and not together: told at the first one that the file has. */
__attribute__((format(printf, 5, 6))) static enum rk_status at_odds(
	const struct rk_settings *settings, const char *one, const char *other, struct rk_err *err,
	const char *format, ...)
{
	char why[300];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(why, sizeof why, format, args);
	va_end(args);
	return wrong(settings, rk_settings_line(settings, one) ? one : other, why, err);
}

static enum rk_status check_pairs(const struct rk_settings *settings, struct rk_err *err)
{
	int64_t message = rk_call_holds((size_t)settings->max_message_bytes);

	if (settings->default_timeout_ms > settings->max_timeout_ms)
		return at_odds(settings, "default_timeout_ms", "max_timeout_ms", err,
			"the time of a call that names none is longer than max_timeout_ms allows");
	if (settings->batch_slots >= settings->database_connections)
		return at_odds(settings, "batch_slots", "database_connections", err,
			"%lld batches at once take %lld connections for themselves, and there are %lld; queries need one more",
			(long long)settings->batch_slots, (long long)settings->batch_slots,
			(long long)settings->database_connections);
	if (settings->max_bytes_per_principal < message)
		return at_odds(settings, "max_bytes_per_principal", "max_message_bytes", err,
			"a message of max_message_bytes (%lld) may take %lld bytes when it is decoded, and max_bytes_per_principal allows %lld: it could never be taken",
			(long long)settings->max_message_bytes, (long long)message,
			(long long)settings->max_bytes_per_principal);
	if (settings->max_request_bytes / 4 * 3 < message)
		return at_odds(settings, "max_request_bytes", "max_message_bytes", err,
			"a message of max_message_bytes (%lld) may take %lld bytes when it is decoded, and the last quarter of max_request_bytes (%lld) is for small ones: it could never be taken",
			(long long)settings->max_message_bytes, (long long)message,
			(long long)settings->max_request_bytes);
	if (settings->h2.stream_window > settings->h2.connection_window)
		return at_odds(settings, "h2_stream_window", "h2_connection_window", err,
			"one stream may be sent %lld bytes ahead, and its connection %lld: the rest could never come",
			(long long)settings->h2.stream_window,
			(long long)settings->h2.connection_window);
	return RK_OK;
}

static enum rk_status check_commands(const struct rk_settings *settings, struct rk_err *err)
{
	struct rk_arena arena = {0};
	struct rk_err why = {0};

	for (const char *const *line = settings->export_commands; *line; line++) {
		struct rk_handover handover;
		const char *found;

		if (rk_handover_parse(&arena, *line, &handover, &why) == RK_OK &&
			access(handover.words[0], X_OK) != 0)
			(void)rk_fail(&why, RK_FAILED_PRECONDITION, "%s of command '%s': %s",
				handover.words[0], handover.name, strerror(errno));
		else if (why.status == RK_OK &&
			rk_handover_find(&arena, line + 1, handover.name, &found) && found)
			(void)rk_fail(&why, RK_FAILED_PRECONDITION, "two commands are named '%s'",
				handover.name);
		if (why.status != RK_OK)
			break;
	}
	rk_arena_clear(&arena);
	return why.status == RK_OK ? RK_OK : wrong(settings, "export_commands", why.text, err);
}

static enum rk_status check_values(const struct rk_settings *settings, struct rk_err *err)
{
	RK_AUTO(rk_conninfo_clear) struct rk_conninfo conninfo = {0};
	struct rk_err why;

	RK_TRY(check_address(settings, "listen", settings->listen, false, err));
	if (*settings->enrolment_listen)
		RK_TRY(check_address(
			settings, "enrolment_listen", settings->enrolment_listen, false, err));
	if (*settings->metrics_listen)
		RK_TRY(check_address(
			settings, "metrics_listen", settings->metrics_listen, true, err));
	if (rk_conninfo_parse(settings->database, &conninfo, &why) != RK_OK)
		return wrong(settings, "database", why.text, err);
	if (*settings->database_folder && rk_room_check(settings->database_folder, &why) != RK_OK)
		return wrong(settings, "database_folder", why.text, err);
	if (*settings->operator_email && !rk_letter_address(settings->operator_email))
		return wrong(settings, "operator_email", "this is no address", err);
	RK_TRY(check_commands(settings, err));
	return check_pairs(settings, err);
}

static enum rk_status read_files(
	const struct rk_settings *settings, struct rk_config *config, struct rk_err *err)
{
	const struct rk_tls_files files = rk_revocation_files(settings);

	RK_TRY(rk_tls_server(&files, &config->tls, err));
	if (*settings->enrolment_listen)
		RK_TRY(rk_tls_guests(&files, &config->guests, err));
	if (*settings->ca_key)
		RK_TRY(rk_ca_open(settings->ca, settings->ca_key, &config->ca, err));
	return rk_keyring_open(
		settings->receipt_key, settings->receipt_keys_older, &config->keys, err);
}

static enum rk_status fill(const char *path, struct rk_config *config, struct rk_err *err)
{
	const struct rk_settings *settings;
	struct rk_err why;

	RK_TRY(rk_settings_read(path, &config->settings, err));
	settings = config->settings;
	RK_TRY(check_values(settings, err));
	if (read_files(settings, config, &why) == RK_OK)
		return RK_OK;
	if (why.status == RK_FAILED_PRECONDITION && rk_settings_naming(settings, why.text))
		return wrong(settings, rk_settings_naming(settings, why.text), why.text, err);
	return rk_fail_reason(err, why.status, why.reason, "%s", why.text);
}

enum rk_status rk_config_open(const char *path, struct rk_config *out, struct rk_err *err)
{
	enum rk_status status;

	*out = (struct rk_config){0};
	status = fill(path, out, err);
	if (status != RK_OK)
		rk_config_close(out);
	return status;
}

enum rk_status rk_config_try(const struct rk_config *config, struct rk_err *err)
{
	const struct rk_settings *settings = config->settings;
	struct rk_err why;

	/* The daemon that holds them is the one that is asked to take over this configuration. */
	if (*settings->control_socket && rk_control_answers(settings->control_socket))
		return RK_OK;
	if (*settings->control_socket && rk_control_try(settings->control_socket, &why) != RK_OK)
		return wrong(settings, "control_socket", why.text, err);
	if (rk_listener_try(settings->listen, &why) != RK_OK)
		return wrong(settings, "listen", why.text, err);
	if (*settings->enrolment_listen &&
		rk_listener_try(settings->enrolment_listen, &why) != RK_OK)
		return wrong(settings, "enrolment_listen", why.text, err);
	if (*settings->metrics_listen && rk_listener_try(settings->metrics_listen, &why) != RK_OK)
		return wrong(settings, "metrics_listen", why.text, err);
	return RK_OK;
}

int64_t rk_config_days_left(const struct rk_config *config)
{
	return (rk_tls_expires(config->tls) - rk_clock_now_us() / 1000000) / 86400;
}

void rk_config_warn(const struct rk_config *config)
{
	int64_t days = rk_config_days_left(config);

	if (days < RK_CERTIFICATE_SOON_DAYS)
		rk_log(RK_LOG_WARNING, "certificate_ends_soon", RK_NUMBER("days", days),
			RK_TEXT("certificate", config->settings->certificate));
}

void rk_config_close(struct rk_config *config)
{
	rk_keyring_close(&config->keys);
	rk_ca_close(&config->ca);
	rk_tls_free(&config->guests);
	rk_tls_free(&config->tls);
	rk_settings_free(&config->settings);
}
