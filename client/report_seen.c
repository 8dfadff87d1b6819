/* A report that somebody is to answer for: what is shown is what the digest is of, whatever stands beside it in the server's answer. */
#include "base/digest.h"
#include "summary.h"
#include "wire/pack.h"

#include <string.h>

static enum rk_status bad_answer(struct rk_failure *failure, const char *what)
{
	return rk_fail_reason(&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD", "a report %s", what);
}

enum rk_status rk_report_seen(struct rk_run *run, struct rk_report_key *key,
	Renkei__V1__GetReportResponse **response, struct rk_failure *failure)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;
	Renkei__V1__GetReportResponse *seen;
	ProtobufCMessage *message = NULL;
	char hex[RK_SHA256_HEX];
	struct rk_err err;

	RK_TRY(rk_get_report(run, key, response, failure));
	failure->from_server = false; /* what is wrong from here on is found here */
	seen = *response;
	if (!seen->summary || !seen->report_bytes.data)
		return bad_answer(failure, "without content");
	struct rk_slice bytes = rk_slice_of(seen->report_bytes.data, seen->report_bytes.len);

	rk_sha256_hex(bytes, hex);
	if (strcmp(hex, seen->summary->sha256) != 0)
		return rk_fail_reason(&failure->err, RK_DATA_LOSS, "REPORT_NOT_AS_NAMED",
			"%s, SHA-256 %s ≠ %s", seen->summary->receipt_number, hex,
			seen->summary->sha256);
	/* A field that this client does not know could not be shown. */
	if (rk_scan(type, bytes, NULL, NULL, NULL, &err) != RK_OK ||
		rk_unpack(&run->arena, type, bytes, &message, &err) != RK_OK)
		return bad_answer(failure, err.text);
	seen->report = (Renkei__V1__Report *)(void *)message;
	seen->summary->sha256 = rk_run_str(run, hex);
	return RK_OK;
}
