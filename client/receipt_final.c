#include "receipt_final.h"

#include "outbox.h"
#include "receipt_file.h"
#include "remote.h"
#include "server_info.h"
#include "wire/pack.h"
#include "words/receipt.h"

#include "renkei/v1/report_service.pb-c.h"

#include <string.h>

/* Whoever prints or verifies has what is kept here in hand: without --timeout the question is short. */
#define QUESTION_MS 5000

bool rk_receipt_is_prepared(const Renkei__V1__Receipt *receipt)
{
	return receipt->timeliness == RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE;
}

/* Numbers are a server's own: the report has to be the same one too. */
static bool is_final_of(const Renkei__V1__Receipt *prepared, const Renkei__V1__Receipt *other)
{
	return other && other->released_at && !rk_receipt_is_prepared(other) &&
		strcmp(other->number, prepared->number) == 0 &&
		strcmp(other->sha256, prepared->sha256) == 0;
}

static bool holds(struct rk_run *run, const Renkei__V1__Receipt *receipt)
{
	const char *pem = rk_receipt_key_find(run, receipt->key_id);

	return pem &&
		rk_receipt_verify(receipt, rk_slice_of(NULL, 0), rk_slice_str(pem), NULL) == RK_OK;
}

static enum rk_finish ask(
	struct rk_run *run, const char *number, const Renkei__V1__Receipt **answer)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	Renkei__V1__GetReceiptRequest request = RENKEI__V1__GET_RECEIPT_REQUEST__INIT;
	Renkei__V1__GetReceiptResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (!run->profile.server)
		return RK_FINISH_NO_ANSWER;
	request.number = rk_run_str(run, number);
	if (rk_pack(&request.base, &bytes) != RK_OK ||
		rk_remote_once(run, "/renkei.v1.ReportService/GetReceipt", rk_buf_slice(&bytes),
			run->timeout_ms ? run->timeout_ms : QUESTION_MS,
			&renkei__v1__get_receipt_response__descriptor,
			(ProtobufCMessage **)(void *)&response, &failure) != RK_OK)
		return failure.from_server ? RK_FINISH_NOT_SAID : RK_FINISH_NO_ANSWER;
	*answer = response->receipt;
	return *answer ? RK_FINISH_SAID : RK_FINISH_NOT_SAID;
}

enum rk_finish rk_receipt_finish(struct rk_run *run, const Renkei__V1__Receipt **receipt)
{
	const Renkei__V1__Receipt *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	enum rk_finish found;

	if (!rk_receipt_is_prepared(*receipt))
		return RK_FINISH_SAID;
	found = ask(run, (*receipt)->number, &answer);
	if (found != RK_FINISH_SAID || !answer ||
		strcmp(answer->statement, (*receipt)->statement) == 0)
		return found;
	if (!is_final_of(*receipt, answer))
		return RK_FINISH_NOT_SAID;
	if (rk_server_pin_keys(run, &failure) != RK_OK) {
		rk_trouble_at(run, &failure);
		return RK_FINISH_NOT_SAID;
	}
	if (!holds(run, answer))
		return RK_FINISH_NOT_SAID;
	*receipt = answer;
	if (rk_receipt_keep(run, answer, rk_slice_of(NULL, 0), &failure.err) != RK_OK)
		rk_trouble(run, &failure.err);
	return RK_FINISH_SAID;
}

const char *rk_receipt_prepared_line(struct rk_run *run, const char *number, enum rk_finish found)
{
	return rk_tell(run, found == RK_FINISH_SAID ? "receipt.unreleased" : "receipt.prepared",
		"number", number);
}

bool rk_receipt_is_superseded(struct rk_run *run, const Renkei__V1__Receipt *receipt)
{
	const Renkei__V1__Receipt *kept = NULL;
	const char *path = rk_receipt_kept(run, receipt->number);
	struct rk_err err;

	return rk_receipt_is_prepared(receipt) && path &&
		rk_receipt_read(run, path, &kept, &err) == RK_OK && is_final_of(receipt, kept);
}
