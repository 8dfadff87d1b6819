/* renkei receipt - list what is kept here, show one again, verify one without a server. */
#include "cmd_receipt.h"

#include "attach.h"
#include "command.h"
#include "form/file.h"
#include "form/form.h"
#include "labels.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "receipt_differs.h"
#include "receipt_file.h"
#include "receipt_final.h"
#include "remote.h"
#include "say_client.h"
#include "server_info.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/attachment_receipt.h"

#include "renkei/v1/report_service.pb-c.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct rk_grid_column columns[] = {
	{"receipt_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"version",           RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"received",          RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"released_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"due_at",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"timeliness",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"late_seconds",      RK_COLUMN_NUMBER, RK_COLUMN_DATA },
	{"warning_count",     RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"length",            RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"key_id",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};

#define COLUMNS (sizeof columns / sizeof columns[0])

struct rk_grid rk_receipt_grid(struct rk_run *run)
{
	return (struct rk_grid){.run = run, .columns = columns, .column_count = COLUMNS};
}

void rk_receipt_row(struct rk_grid *grid, const Renkei__V1__Receipt *receipt)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[COLUMNS]){receipt->number, receipt->municipality_code,
			rk_period_tag(run, receipt->period),
			rk_run_printf(run, "%d", receipt->version),
			rk_moment_japan(run, receipt->received_at),
			rk_moment_utc(run, receipt->received_at),
			rk_moment_utc(run, receipt->released_at),
			rk_moment_utc(run, receipt->due_at), rk_timeliness(run, receipt),
			rk_run_printf(run, "%lld", (long long)receipt->late_seconds),
			rk_run_printf(run, "%d", receipt->warning_count), receipt->sha256,
			rk_run_printf(run, "%lld", (long long)receipt->length), receipt->key_id});
}

static void add_attachment(struct rk_grid *grid, const Renkei__V1__AttachmentReceipt *receipt)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[COLUMNS]){receipt->number, receipt->municipality_code,
			rk_period_tag(run, receipt->period), NULL,
			rk_moment_japan(run, receipt->received_at),
			rk_moment_utc(run, receipt->received_at), NULL, NULL, NULL, NULL, NULL,
			receipt->sha256, rk_run_printf(run, "%lld", (long long)receipt->length),
			receipt->key_id});
}

static int is_json(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".json") == 0;
}

/* "401005-2016Q3-A1.json": the number is that of an attachment. */
static bool is_attachments(struct rk_run *run, const char *file)
{
	return rk_attachment_number_is(rk_run_printf(run, "%.*s", (int)strcspn(file, "."), file));
}

/* What is listed, and what is said below it. */
struct list {
	struct rk_grid grid;
	enum rk_finish found; /* when the last one from before the release was asked about */
	const char **prepared;
	size_t prepared_count;
};

static void list_report(struct list *list, const Renkei__V1__Receipt *receipt, bool aside)
{
	struct rk_run *run = list->grid.run;

	if (aside && rk_receipt_is_superseded(run, receipt))
		return;
	/* Who does not answer is asked once. */
	if (!aside && list->found != RK_FINISH_NO_ANSWER)
		list->found = rk_receipt_finish(run, &receipt);
	if (!aside && rk_receipt_is_prepared(receipt))
		list->prepared[list->prepared_count++] = rk_receipt_prepared_line(
			run, receipt->number, list->found);
	rk_receipt_row(&list->grid, receipt);
}

static enum rk_status list_one(struct list *list, const char *file, struct rk_err *err)
{
	struct rk_grid *grid = &list->grid;
	const char *path = rk_run_printf(
		grid->run, "%s%s", rk_receipt_path(grid->run, "", ""), file);
	const Renkei__V1__AttachmentReceipt *attachments;
	const Renkei__V1__Receipt *receipt;

	if (is_attachments(grid->run, file)) {
		RK_TRY(rk_attachment_receipt_read(grid->run, path, &attachments, err));
		add_attachment(grid, attachments);
		return RK_OK;
	}
	RK_TRY(rk_receipt_read(grid->run, path, &receipt, err));
	list_report(list, receipt, strcmp(file + strcspn(file, "."), ".json") != 0);
	return RK_OK;
}

int rk_cmd_receipt_list(struct rk_run *run)
{
	struct list list = {.grid = rk_receipt_grid(run), .found = RK_FINISH_SAID};
	const char *folder = rk_receipt_path(run, "", "");
	struct dirent **entries = NULL;
	int count = folder ? scandir(folder, &entries, is_json, alphasort) : 0, worst = EX_OK;

	list.prepared = rk_run_alloc(run, (size_t)(count > 0 ? count : 1) * sizeof *list.prepared);
	for (int i = 0; i < count; i++) {
		struct rk_err err;

		if (list_one(&list, entries[i]->d_name, &err) != RK_OK)
			worst = rk_worse(worst, rk_trouble(run, &err));
		free(entries[i]);
	}
	free(entries);
	run->failed = false;
	worst = rk_worse(worst, rk_grid_print(&list.grid));
	if (count <= 0)
		rk_talk(run, "receipts.none");
	for (size_t i = 0; i < list.prepared_count; i++)
		fprintf(stderr, "%s\n", list.prepared[i]);
	return worst;
}

static int export_key(struct rk_run *run, const char *key_id, const char *path)
{
	const char *pem = rk_receipt_key_find(run, key_id);
	struct rk_err err;

	if (!pem)
		(void)rk_fail_reason(
			&err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN", "no public key %s", key_id);
	else if (rk_file_write(path, rk_slice_str(pem), 0644, &err) == RK_OK)
		return EX_OK;
	return rk_trouble(run, &err);
}

int rk_receipt_export(
	struct rk_run *run, const char *key_id, const char *statement, struct rk_slice signature)
{
	const char *to = rk_run_option(run, "statement"),
		   *signature_to = rk_run_option(run, "signature"),
		   *key_to = rk_run_option(run, "public-key");
	struct rk_err err;

	if ((to && rk_file_write(to, rk_slice_str(statement), 0644, &err) != RK_OK) ||
		(signature_to && rk_file_write(signature_to, signature, 0644, &err) != RK_OK))
		return rk_trouble(run, &err);
	return key_to ? export_key(run, key_id, key_to) : EX_OK;
}

void rk_receipt_statement_print(struct rk_run *run, FILE *out, const char *statement)
{
	fputc('\n', out);
	while (*statement) {
		size_t len = strcspn(statement, "\n");

		fprintf(out, "%s\n",
			rk_visible(run, rk_run_slice(run, rk_slice_of(statement, len))));
		statement += len + (statement[len] == '\n');
	}
}

int rk_cmd_receipt_show(struct rk_run *run)
{
	Renkei__V1__GetReceiptRequest request = RENKEI__V1__GET_RECEIPT_REQUEST__INIT;
	Renkei__V1__GetReceiptResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = rk_receipt_grid(run);

	if (rk_attachment_number_is(run->operands[0]))
		return rk_attachment_receipt_show(run, run->operands[0]);
	request.number = rk_run_str(run, run->operands[0]);
	if (rk_call(run, "ReportService/GetReceipt", &request, get_receipt_response, &response,
		    &failure) != RK_OK ||
		rk_server_pin_keys(run, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	const Renkei__V1__Receipt *receipt = response->receipt;

	if (!receipt)
		return EX_PROTOCOL;
	if (rk_receipt_keep(run, receipt, rk_slice_of(NULL, 0), &failure.err) != RK_OK)
		rk_trouble(run, &failure.err);
	int status = rk_receipt_export(run, receipt->key_id, receipt->statement,
		rk_slice_of(receipt->signature.data, receipt->signature.len));

	if (status != EX_OK)
		return status;
	if (run->output == RK_OUT_JSON)
		return rk_message_print(run, &receipt->base);
	if (!rk_out_is_human(run)) {
		rk_receipt_row(&grid, receipt);
		return rk_grid_print(&grid);
	}
	rk_receipt_print(run, receipt);
	if (run->output == RK_OUT_WIDE && rk_out(run))
		rk_receipt_statement_print(run, rk_out(run), receipt->statement);
	rk_talk(run, "receipt.how_to_verify", "number", rk_visible(run, receipt->number));
	return EX_OK;
}

/* What is to be verified, and with what. */
struct proof {
	struct rk_run *run;
	const Renkei__V1__Receipt *receipt;
	const char *pem;
	const char *pem_source;
	struct rk_slice report; /* at == NULL: none at hand */
	const char *report_source;
};

static struct rk_slice read_kept(struct rk_run *run, const char *path, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_FORM_FILE_MAX};

	if (rk_file_read(path, &bytes, err) != RK_OK)
		return rk_slice_of(NULL, 0);
	return rk_slice_of(rk_run_slice(run, rk_buf_slice(&bytes)), bytes.len);
}

enum rk_status rk_receipt_pem(struct rk_run *run, const char *key_id, const char **pem,
	const char **source, struct rk_err *err)
{
	const char *path = rk_run_option(run, "public-key");

	if (path) {
		struct rk_slice bytes = read_kept(run, path, err);

		if (!bytes.at)
			return err->status;
		*pem = (const char *)bytes.at;
		*source = path;
	} else {
		*pem = rk_receipt_key_find(run, key_id);
		*source = rk_tell(run, "verify.pinned_key");
	}
	if (!*pem)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			"no public key %s at hand; name one with --public-key", key_id);
	return RK_OK;
}

static bool fits(const struct proof *proof, struct rk_slice report)
{
	return report.at &&
		rk_receipt_verify(proof->receipt, report, rk_slice_str(proof->pem), NULL) == RK_OK;
}

static enum rk_status take_report(struct proof *proof, struct rk_err *err)
{
	struct rk_run *run = proof->run;
	const char *path = rk_run_option(run, "report");
	struct rk_form form;

	if (!path) {
		path = rk_receipt_path(run, proof->receipt->number, ".binpb");
		if (path && access(path, R_OK) == 0)
			proof->report = read_kept(run, path, err);
		proof->report_source = path;
		return RK_OK;
	}
	RK_TRY(rk_form_read(&run->arena, path, &form, err));
	/* Of several reports in one file, the one that the receipt speaks of. */
	for (size_t i = 0; i < form.count; i++)
		if (form.reports[i].err.status == RK_OK &&
			(!proof->report.at || fits(proof, form.reports[i].bytes) ||
				(!fits(proof, proof->report) &&
					rk_receipt_is_of(
						run, proof->receipt, form.reports[i].bytes))))
			proof->report = form.reports[i].bytes;
	proof->report_source = path;
	if (proof->report.at)
		return RK_OK;
	*err = form.reports[0].err;
	return err->status;
}

static const struct rk_grid_column verify_columns[] = {
	{"check",  RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"result", RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"detail", RK_COLUMN_TEXT, RK_COLUMN_ALL},
};

/* The text of the error is English; its reason has a sentence in every language. */
static const char *why(struct rk_run *run, const struct proof *proof, struct rk_slice report,
	const struct rk_err *err)
{
	bool length = report.at && (uint64_t)proof->receipt->length != report.len;
	const char *code = rk_run_printf(run, "verify.%s%s", err->reason, length ? "_LENGTH" : "");

	if (!rk_client_text(run->language, code))
		return rk_run_str(run, err->text);
	return rk_tell(run, code, "length", rk_run_printf(run, "%zu", report.len), "receipted",
		rk_run_printf(run, "%lld", (long long)proof->receipt->length));
}

static bool add_check(struct rk_grid *grid, const struct proof *proof, const char *check,
	struct rk_slice report, const char *detail)
{
	struct rk_run *run = grid->run;
	bool human = rk_out_is_human(run);
	struct rk_err err;
	bool good = rk_receipt_verify(proof->receipt, report, rk_slice_str(proof->pem), &err) ==
		RK_OK;

	rk_grid_add(grid,
		(const char *const[]){
			human ? rk_tell(run, rk_run_printf(run, "verify.%s", check)) : check,
			human          ? rk_tell(run, good ? "verify.holds" : "verify.fails")
				: good ? "holds"
				       : "fails",
			good            ? detail
				: human ? why(run, proof, report, &err)
					: rk_run_str(run, err.text)});
	return good;
}

/* The bytes that the receipt was given for, when they are kept here. */
static struct rk_slice sent_bytes(const struct proof *proof)
{
	const char *path = rk_receipt_path(proof->run, proof->receipt->number, ".binpb");
	struct rk_err err;
	struct rk_slice kept = path && access(path, R_OK) == 0 ? read_kept(proof->run, path, &err)
							       : rk_slice_of(NULL, 0);

	return fits(proof, kept) ? kept : rk_slice_of(NULL, 0);
}

int rk_cmd_receipt_verify(struct rk_run *run)
{
	struct rk_grid grid = {.run = run,
		.columns = verify_columns,
		.column_count = sizeof verify_columns / sizeof verify_columns[0]};
	struct proof proof = {.run = run};
	const Renkei__V1__AttachmentReceipt *attachments;
	const char *path;
	enum rk_finish found = RK_FINISH_NO_ANSWER;
	bool kept;
	struct rk_err err = {0};

	if (rk_receipt_named(run, run->operands[0], &path, &kept, &err) != RK_OK)
		return rk_trouble(run, &err);
	enum rk_status status_read = rk_receipt_read(run, path, &proof.receipt, &err);

	/* An attachment's has fields that a report's has not. */
	if (status_read == RK_INVALID_ARGUMENT &&
		rk_attachment_receipt_read(run, path, &attachments, NULL) == RK_OK)
		return rk_attachment_receipt_check(run, attachments, rk_run_option(run, "report"));
	if (status_read == RK_INVALID_ARGUMENT)
		status_read = rk_fail_reason(
			&err, RK_INVALID_ARGUMENT, "RECEIPT_NOT_JSON", "%s", rk_visible(run, path));
	/* A file is verified as it is. */
	if (status_read == RK_OK && kept)
		found = rk_receipt_finish(run, &proof.receipt);
	if (status_read != RK_OK ||
		rk_receipt_pem(run, proof.receipt->key_id, &proof.pem, &proof.pem_source, &err) !=
			RK_OK ||
		take_report(&proof, &err) != RK_OK) {
		int status = rk_trouble(run, &err);

		return err.status == RK_DATA_LOSS ? EX_DATAERR : status;
	}
	bool good = add_check(&grid, &proof, "receipt", rk_slice_of(NULL, 0),
		rk_run_printf(run, "%s, %s", proof.receipt->key_id, proof.pem_source));
	bool same = !proof.report.at ||
		add_check(&grid, &proof, "report", proof.report, proof.report_source);
	int printed = rk_grid_print(&grid);

	if (!proof.report.at)
		rk_talk(run, "verify.no_report");
	rk_talk(run, good ? "verify.good" : "verify.bad");
	if (good && rk_receipt_is_prepared(proof.receipt))
		fprintf(stderr, "%s\n",
			rk_receipt_prepared_line(run, proof.receipt->number, found));
	/* Of a receipt that does not hold nothing more can be said. */
	if (good && !same && rk_receipt_tell_difference(run, sent_bytes(&proof), proof.report))
		return printed;
	return good && same ? printed : EX_DATAERR;
}
