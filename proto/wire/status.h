/* status.h - status names, mappings, and the google.rpc.Status that travels in grpc-status-details-bin. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>

/* "OK", "INVALID_ARGUMENT", ...; "UNKNOWN" for a number that is none. */
const char *rk_status_name(int status);
/* HTTP status to gRPC status when a response carries no grpc-status (gRPC "HTTP to gRPC Status Code Mapping"). */
enum rk_status rk_status_from_http(int http);
/* HTTP/2 error code of RST_STREAM to gRPC status (gRPC "HTTP2 Transport Mapping"). */
enum rk_status rk_status_from_h2(uint32_t error_code);

/* A google.rpc.Status being built: zero it, add details, finish.  Owns its bytes. */
struct rk_details {
	struct rk_buf bytes; /* serialised repeated Any, field 3 of Status */
};

struct rk_detail_pair {
	const char *key;
	const char *value;
};

/* ErrorInfo{reason, domain "renkei", metadata}; pairs end with {NULL, NULL} or are NULL. */
RK_MUST_USE enum rk_status rk_details_error_info(
	struct rk_details *details, const char *reason, const struct rk_detail_pair *metadata);
/* RetryInfo with a delay in milliseconds. */
RK_MUST_USE enum rk_status rk_details_retry(struct rk_details *details, int64_t delay_ms);
/* RequestInfo{request_id}. */
RK_MUST_USE enum rk_status rk_details_request(struct rk_details *details, const char *request_id);
/* LocalizedMessage{locale "ja" | "en" | "zh", message}. */
RK_MUST_USE enum rk_status rk_details_localized(
	struct rk_details *details, const char *locale, const char *message);
/* Any message: "type.googleapis.com/" and the descriptor's name (BadRequest, renkei.v1.Verdict ...). */
RK_MUST_USE enum rk_status rk_details_any(
	struct rk_details *details, const ProtobufCMessage *message);
/* Appends the whole serialised google.rpc.Status to out. */
RK_MUST_USE enum rk_status rk_details_finish(
	const struct rk_details *details, int code, const char *message, struct rk_buf *out);
void rk_details_clear(struct rk_details *details);
