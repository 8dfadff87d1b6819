/* slots.h - what a slot submits next: version after version of one report, each with a fresh request id.
 *
 * A slot is one officer who sends a report, waits for its receipt and sends the next.  Slots never share a report.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum { LOAD_ID = 36 }; /* characters of a request id */

struct load_slot {
	char municipality[8]; /* six digits */
	int fiscal_year;
	int quarter; /* 1 to 4 */
	int version; /* last one acknowledged; 0 = none */
};

/* The bytes of every report of a municipality behind its header fields, from a JSON file of a renkei.v1.Report in which
 * 000000 stands for its code. */
RK_MUST_USE enum rk_status load_body(
	const char *path, const char *municipality, struct rk_buf *out, struct rk_err *err);
/* Appends a whole gRPC message: SubmitReportRequest with a fresh request id, which id is too, and the slot's next version. */
RK_MUST_USE enum rk_status load_request(const struct load_slot *slot, struct rk_slice body,
	char id[LOAD_ID + 1], struct rk_buf *out);
