/* renkei receipt print - a receipt as a page to be filed. */
#include "command.h"
#include "form/file.h"
#include "form/form.h"
#include "out.h"
#include "outbox.h"
#include "receipt_file.h"
#include "receipt_final.h"
#include "receipt_page.h"
#include "remote.h"
#include "server_info.h"
#include "summary.h"
#include "words/attachment_receipt.h"
#include "words/receipt.h"

#include "renkei/v1/report_service.pb-c.h"

#include <assert.h>
#include <string.h>

/* From the server; kept here too from now on. */
static int fetch(struct rk_run *run, const char *number, const Renkei__V1__Receipt **receipt)
{
	Renkei__V1__GetReceiptRequest request = RENKEI__V1__GET_RECEIPT_REQUEST__INIT;
	Renkei__V1__GetReceiptResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	request.number = rk_run_str(run, number);
	if (rk_call(run, "ReportService/GetReceipt", &request, get_receipt_response, &response,
		    &failure) != RK_OK ||
		rk_server_pin_keys(run, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!response->receipt)
		return rk_answer_bad(run, "no receipt");
	*receipt = response->receipt;
	return rk_receipt_keep(run, *receipt, rk_slice_of(NULL, 0), &failure.err) == RK_OK
		? EX_OK
		: rk_trouble(run, &failure.err);
}

/* The number of the receipt that is meant: of a quarter that of its latest version. */
static int find_number(struct rk_run *run, const char **number)
{
	struct rk_report_key key;
	Renkei__V1__GetReportResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_report_asked(run, run->operands[0], &key, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	*number = key.receipt_number;
	if (*number)
		return EX_OK;
	if (rk_get_report(run, &key, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!response->summary)
		return rk_answer_bad(run, "a report without its number");
	*number = response->summary->receipt_number;
	return EX_OK;
}

/* A receipt that does not hold is not printed. */
static int prove(struct rk_run *run, const char *number, const Renkei__V1__Receipt *receipt,
	struct rk_receipt_proof *proof)
{
	RK_AUTO(rk_buf_clear) struct rk_buf report = {.max = RK_FORM_FILE_MAX};
	const char *pem = rk_receipt_key_find(run, receipt->key_id),
		   *path = rk_receipt_path(run, receipt->number, ".binpb");
	bool kept;
	struct rk_err err;

	assert(number);
	if (strcmp(receipt->number, number) != 0) {
		(void)rk_fail_reason(&err, RK_DATA_LOSS, "RECEIPT_OF_ANOTHER", "%s: %s", number,
			receipt->number);
		return rk_trouble(run, &err);
	}
	if (!pem)
		return EX_OK;
	kept = path && rk_file_read(path, &report, &err) == RK_OK;
	if (rk_receipt_verify(receipt, kept ? rk_buf_slice(&report) : rk_slice_of(NULL, 0),
		    rk_slice_str(pem), &err) != RK_OK)
		return rk_trouble(run, &err);
	*proof = (struct rk_receipt_proof){.signature = true, .report = kept};
	return EX_OK;
}

int rk_cmd_receipt_print(struct rk_run *run)
{
	const char *format = rk_run_option(run, "format"), *number = NULL, *path;
	const Renkei__V1__Receipt *receipt = NULL;
	struct rk_receipt_proof proof = {0};
	struct rk_err err;
	enum rk_finish found = RK_FINISH_SAID;

	if (rk_attachment_number_is(run->operands[0]))
		return rk_usage(run, "usage.print_attachment", "number", run->operands[0]);
	int status = find_number(run, &number);

	if (status != EX_OK)
		return status;
	path = rk_receipt_kept(run, number);
	if (!path)
		status = fetch(run, number, &receipt);
	else if (rk_receipt_read(run, path, &receipt, &err) != RK_OK)
		status = rk_trouble(run, &err);
	else
		found = rk_receipt_finish(run, &receipt);
	if (status != EX_OK)
		return status;
	assert(receipt);
	status = prove(run, number, receipt, &proof);
	if (status != EX_OK)
		return status;
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	proof.found = found;
	if (rk_receipt_is_prepared(receipt))
		fprintf(stderr, "%s\n", rk_receipt_prepared_line(run, number, found));
	run->written = rk_tell(run, "receipt.written", "number", number);
	rk_receipt_page(run, out, receipt, &proof, format && strcmp(format, "html") == 0);
	return EX_OK;
}
