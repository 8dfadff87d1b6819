/* renkei relay - sealed reports of an office without a line, sent as they are; their receipts go back as a file. */
#include "command.h"
#include "form/file.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "remote_again.h"
#include "server_info.h"
#include "summary.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/receipt.h"
#include "words/seal.h"

#include "renkei/v1/report.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"

#include <string.h>
#include <unistd.h>

#define RECEIPTS ".receipts"

static const struct rk_grid_column columns[] = {
	{"file",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"outcome",           RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"period",            RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"receipt_number",    RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"received",          RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"received_at",       RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"sealed_at",         RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"request_id",        RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

/* One report on its way. */
struct relayed {
	const struct rk_seal *seal;
	const Renkei__V1__Report
		*report; /* NULL: it cannot be read here, which is the server's to say */
	const Renkei__V1__Receipt *receipt;
	const char *outcome;
};

struct file {
	const char *path;
	struct rk_seal *seals;
	struct relayed *reports;
	size_t count;
};

static enum rk_status read_file(struct rk_run *run, struct file *file, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_SEAL_FILE_MAX};
	struct rk_err why;

	RK_TRY(rk_file_read(file->path, &bytes, err));
	RK_TRY(rk_seal_file_read(
		&run->arena, rk_buf_slice(&bytes), &file->seals, &file->count, err));
	file->reports = rk_run_alloc(run, file->count * sizeof *file->reports);
	for (size_t i = 0; i < file->count; i++) {
		ProtobufCMessage *report = NULL;
		const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;

		if (rk_scan(type, file->seals[i].report, NULL, NULL, NULL, &why) != RK_OK ||
			rk_unpack(&run->arena, type, file->seals[i].report, &report, &why) != RK_OK)
			report = NULL;
		file->reports[i] = (struct relayed){.seal = &file->seals[i],
			.report = (const Renkei__V1__Report *)(const void *)report,
			.outcome = "unsent"};
	}
	return RK_OK;
}

static const char *code_of(struct rk_run *run, const struct relayed *one)
{
	return one->report ? rk_visible(run, one->report->municipality_code) : "-";
}

static const char *period_of(struct rk_run *run, const struct relayed *one)
{
	return one->report && one->report->period ? rk_period_tag(run, one->report->period) : "-";
}

/* Who carries it says so once, to the server that it is meant for. */
static bool agreed(struct rk_run *run, const struct file *files, size_t count)
{
	size_t total = 0;

	if (rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run"))
		return true;
	if (!rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		return false;
	}
	rk_talk(run, "submit.server", "server", run->profile.server ? run->profile.server : "-");
	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < files[i].count; n++, total++) {
			const struct relayed *one = &files[i].reports[n];

			rk_talk(run, "relay.about", "file", files[i].path, "municipality",
				code_of(run, one), "period", period_of(run, one), "time",
				rk_moment_japan(run, one->seal->content->sealed_at), "server",
				*one->seal->content->server
					? rk_visible(run, one->seal->content->server)
					: "-");
		}
	return rk_ask(run, rk_tell(run, "relay.ask", "count", rk_run_printf(run, "%zu", total)));
}

/* A receipt is carried to somebody who has no line to ask again: it is verified before it leaves. */
static enum rk_status verify(struct rk_run *run, const struct relayed *one, struct rk_err *err)
{
	const char *pem = rk_receipt_key_find(run, one->receipt->key_id);

	if (!pem)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"the receipt was signed with key %s, which this server has not named",
			one->receipt->key_id);
	return rk_receipt_verify(one->receipt, one->seal->report, rk_slice_str(pem), err);
}

static int send(struct rk_run *run, const char *path, struct relayed *one)
{
	Renkei__V1__RelayReportRequest request = RENKEI__V1__RELAY_REPORT_REQUEST__INIT;
	Renkei__V1__RelayReportResponse *response = NULL;
	Renkei__V1__SealedReport sealed = *one->seal->sealed;
	struct rk_failure failure = {.retry_ms = -1};

	request.request_id = rk_run_str(run, one->seal->content->request_id);
	request.validate_only = rk_run_flag(run, "dry-run");
	request.sealed = &sealed;
	if (rk_call(run, "ReportService/RelayReport", &request, relay_report_response, &response,
		    &failure) != RK_OK) {
		one->outcome = rk_again_is_refusal(&failure) ? "refused" : "unconfirmed";
		fprintf(stderr, "%s: ", path);
		return rk_trouble_at(run, &failure);
	}
	one->receipt = response->receipt;
	one->outcome = response->receipt ? "received" : "valid";
	if (!response->receipt || verify(run, one, &failure.err) == RK_OK)
		return EX_OK;
	one->receipt = NULL;
	fprintf(stderr, "%s: ", path);
	return rk_trouble(run, &failure.err);
}

/* One receipt a line.  Of fewer than there are reports no earlier file is replaced: it may hold the others. */
static int write_receipts(struct rk_run *run, const struct file *file)
{
	RK_AUTO(rk_buf_clear) struct rk_buf lines = {0};
	const char *path = rk_run_printf(run, "%s" RECEIPTS, file->path);
	struct rk_err err = {0};
	size_t count = 0;

	for (size_t i = 0; i < file->count; i++) {
		const Renkei__V1__Receipt *receipt = file->reports[i].receipt;

		if (!receipt)
			continue;
		count++;
		if (rk_json_from_message(&receipt->base, RK_JSON_COMPACT, &lines) != RK_OK ||
			rk_buf_add_str(&lines, "\n") != RK_OK)
			return EX_OSERR;
	}
	if (count == 0 || (count < file->count && access(path, F_OK) == 0))
		return EX_OK;
	if (rk_file_write(path, rk_buf_slice(&lines), 0644, &err) != RK_OK)
		return rk_trouble(run, &err);
	rk_talk(run, "relay.receipts", "file", rk_visible(run, path), "count",
		rk_run_printf(run, "%zu", count));
	return EX_OK;
}

static int print(struct rk_run *run, const struct file *files, size_t count)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < count; i++)
		for (size_t n = 0; n < files[i].count; n++) {
			const struct relayed *one = &files[i].reports[n];
			const Renkei__V1__Receipt *receipt = one->receipt;

			rk_grid_add(&grid,
				(const char *const[]){files[i].path,
					rk_out_is_human(run)
						? rk_tell(run,
							  rk_run_printf(
								  run, "outcome.%s", one->outcome))
						: one->outcome,
					code_of(run, one), period_of(run, one),
					receipt ? receipt->number : NULL,
					receipt ? rk_moment_japan(run, receipt->received_at) : NULL,
					receipt ? rk_moment_utc(run, receipt->received_at) : NULL,
					rk_moment_utc(run, one->seal->content->sealed_at),
					one->seal->content->request_id});
		}
	/* What was received is told in full, whatever happened to the others. */
	run->failed = false;
	return rk_grid_print(&grid);
}

static int relay_all(struct rk_run *run, struct file *files, size_t count)
{
	struct rk_failure failure = {.retry_ms = -1};
	int worst = EX_OK, written = EX_OK;
	bool any = false, unsure = false;

	/* Before the first byte: a receipt that cannot be verified would be no use. */
	if (rk_server_pin_keys(run, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; n < files[i].count; n++) {
			struct relayed *one = &files[i].reports[n];

			worst = rk_worse(worst, send(run, files[i].path, one));
			any = any || one->receipt;
			unsure = unsure || strcmp(one->outcome, "unconfirmed") == 0;
		}
		written = rk_worse(written, write_receipts(run, &files[i]));
	}
	written = rk_worse(written, print(run, files, count));
	if (any && worst != EX_OK && !unsure)
		worst = EX_SOME_REFUSED;
	return written != EX_OK ? written : worst;
}

int rk_cmd_relay(struct rk_run *run)
{
	struct file *files = rk_run_alloc(run, run->operand_count * sizeof *files);
	int worst = EX_OK;

	for (size_t i = 0; i < run->operand_count; i++) {
		struct rk_err err = {0};

		files[i] = (struct file){.path = run->operands[i]};
		if (read_file(run, &files[i], &err) != RK_OK) {
			fprintf(stderr, "%s: ", rk_visible(run, files[i].path));
			worst = rk_worse(worst, rk_trouble(run, &err));
		}
	}
	if (worst != EX_OK)
		return worst;
	if (!agreed(run, files, run->operand_count))
		return rk_not_confirmed();
	return relay_all(run, files, run->operand_count);
}
