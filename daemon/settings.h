/* settings.h - what renkeid.conf may say: one table of settings, read whole or not at all. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define RK_SETTINGS_KEYS 16

/* The names without h2_; renkeid.conf(5) says what each is about. */
struct rk_settings_h2 {
	int64_t max_streams, max_streams_life;
	int64_t preface_ms, block_ms, settings_ack_ms;
	int64_t grace_ms;
	int64_t max_frame, header_table, settings_entries;
	int64_t max_header_list, max_header_fields, max_header_value, continuation;
	int64_t reset_burst, reset_per_minute;
	int64_t ping_burst, ping_per_minute;
	int64_t settings_burst, settings_per_minute;
	int64_t window_update_burst, window_update_per_minute, window_update_per_frame;
	int64_t priority_burst, priority_per_minute, unknown_burst, unknown_per_minute;
	int64_t needless_burst, needless_per_minute, key_update_burst, key_update_per_minute;
	int64_t empty_data, glitch_burst, glitch_per_minute;
	int64_t overhead_times, overhead_free;
	int64_t stream_window, connection_window;
	int64_t body_per_second, body_grace_ms;
	int64_t output_frames, output_bytes, stall_ms, stall_bytes;
	int64_t turn_bytes, turn_frames;
};

/* Strings live until rk_settings_free; an unset one is "". */
struct rk_settings {
	const char *file;   /* where it was read from */
	const char *listen; /* "host:port", "[::1]:port"; port 0 = from the kernel */
	const char *ca, *certificate, *key, *crl;
	const char *ca_key, *enrolment_listen;
	const char *receipt_key;
	const char *receipt_keys_older[RK_SETTINGS_KEYS + 1]; /* ended by NULL */
	const char *database, *database_folder;
	const char *export_dir, *read_database;
	const char *export_commands[RK_SETTINGS_KEYS + 1]; /* ended by NULL */
	const char *operator_email;
	int64_t export_command_s;
	const char *control_socket;
	const char *metrics_listen;
	const char *log_level, *log_to;
	int64_t workers, database_connections, database_slots, database_queue;
	int64_t batch_items, batch_bytes, batch_slots, queue_wait_ms;
	int64_t max_message_bytes, max_connections, max_connections_per_principal, max_handshakes,
		max_handshakes_per_source;
	int64_t max_calls, max_calls_per_principal, max_bytes_per_principal, max_request_bytes;
	int64_t default_timeout_ms, max_timeout_ms, request_timeout_ms, handshake_timeout_ms;
	int64_t idle_timeout_ms, connection_age_ms, drain_ms;
	int64_t certificate_days, office_certificate_days;
	int64_t enrolments_per_minute, enrolments_per_source;
	const char *smtp_url, *smtp_from, *smtp_login;
	int64_t smtp_timeout_ms;
	int64_t attachment_bytes, attachment_files, attachment_expire_hours;
	struct rk_settings_h2 h2;
	const int *lines; /* where each stands in the file */
	void *memory;
};

/* rk_settings_read reads a file.  Paths in it are relative to its folder.
 * Errors: RK_NOT_FOUND, RK_PERMISSION_DENIED; RK_FAILED_PRECONDITION with "file:line: " and what is wrong, a line for each
 * mistake: unknown name (and the nearest one), a name twice, a value of the wrong kind or outside its limits. */
RK_MUST_USE enum rk_status rk_settings_read(
	const char *path, struct rk_settings **out, struct rk_err *err);
void rk_settings_free(struct rk_settings **settings);
/* Line of the file on which a setting stands; 0: it has its default. */
int rk_settings_line(const struct rk_settings *settings, const char *name);
/* Where the control socket is, whatever else is wrong with the file, into out of PATH_MAX bytes; "": there is none.
 * Errors: RK_NOT_FOUND, RK_PERMISSION_DENIED. */
RK_MUST_USE enum rk_status rk_settings_control(const char *path, char *out, struct rk_err *err);
/* The setting whose path a sentence names, NULL: none. */
const char *rk_settings_naming(const struct rk_settings *settings, const char *sentence);
/* A setting that differs and takes effect at a start only; NULL: none does. */
const char *rk_settings_fixed(const struct rk_settings *old, const struct rk_settings *new);

/* Writes every setting with limits, default, sentence and when a change takes effect: `renkeid settings`. */
void rk_settings_describe(FILE *out);
