/* renkei attach - files of a quarter: judged here, sent from where they stopped, kept with their receipts. */
#include "act.h"
#include "attach.h"
#include "command.h"
#include "labels.h"
#include "municipality.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "server_info.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"file",              RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"outcome",           RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"attachment_number", RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"content_type",      RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"size",              RK_COLUMN_NUMBER, RK_COLUMN_ALL },
	{"disclosure",        RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA},
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_ALL },
};

static const char *disclosure_text(struct rk_run *run, Renkei__V1__Disclosure disclosure)
{
	return rk_out_is_human(run)
		? rk_label_enum(run, &renkei__v1__disclosure__descriptor, (int)disclosure)
		: rk_enum_name(run, &renkei__v1__disclosure__descriptor, (int)disclosure);
}

static void add_row(struct rk_grid *grid, const struct rk_attach_file *file)
{
	struct rk_run *run = grid->run;
	const Renkei__V1__Attachment *attachment = file->response ? file->response->attachment
								  : NULL;
	bool human = rk_out_is_human(run), judged = file->sha256[0] && file->size > 0;

	rk_grid_add(grid,
		(const char *const[]){file->path,
			human ? rk_tell(run, rk_run_printf(run, "outcome.%s", file->outcome))
			      : file->outcome,
			attachment ? attachment->number : NULL,
			!judged         ? NULL
				: human ? rk_attachment_kind(run, file->kind)
					: rk_file_kind_word(file->kind),
			judged ? rk_attachment_size(run, file->size) : NULL,
			attachment ? disclosure_text(run, attachment->disclosure) : NULL,
			attachment ? rk_moment_utc(run, attachment->received_at) : NULL,
			judged ? file->sha256 : NULL});
}

/* Of what was attached now; NULL when nothing was. */
static const Renkei__V1__Period *period_attached(const struct rk_attach_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (files[i].response && !files[i].response->existed &&
			files[i].response->attachment)
			return files[i].response->attachment->period;
	return NULL;
}

/* Who attached it, and sees it, must learn that nobody else does yet. */
static void tell_awaiting(
	struct rk_run *run, const char *municipality, const Renkei__V1__Period *period)
{
	Renkei__V1__GetMunicipalityResponse *answer = NULL;
	struct rk_failure failure;

	if (rk_municipality_get(run, municipality, &answer, &failure) == RK_OK &&
		answer->municipality->release_required)
		rk_talk(run, "attach.awaits_release", "period", rk_period_tag(run, period));
}

static int print(struct rk_run *run, const struct rk_attach_file *files, size_t count)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	int worst = EX_OK;

	for (size_t i = 0; i < count; i++) {
		add_row(&grid, &files[i]);
		worst = rk_worse(worst, files[i].status);
	}
	/* What was attached is told in full, whatever happened to the others. */
	run->failed = false;
	if (count == 1 && files[0].response && run->output == RK_OUT_JSON)
		return rk_worse(worst, rk_message_print(run, &files[0].response->base));
	if (count == 1 && files[0].response && rk_out_is_human(run)) {
		if (files[0].response->existed)
			rk_talk(run, "attach.existed");
		rk_attachment_receipt_print(run, files[0].response->receipt);
		return worst;
	}
	return rk_worse(worst, rk_grid_print(&grid));
}

static int finish(
	struct rk_run *run, const struct rk_attach_file *files, size_t count, const char *whose)
{
	const Renkei__V1__Period *period = period_attached(files, count);
	int status = print(run, files, count);

	if (rk_out_is_human(run) && period)
		tell_awaiting(run, whose, period);
	return status;
}

int rk_attach_head(struct rk_run *run, Renkei__V1__UploadHead *head, bool several)
{
	const char *title = rk_run_option(run, "title"), *level = rk_run_option(run, "disclosure");

	if (title && several)
		return rk_usage(run, "usage.title_of_one");
	head->title = rk_run_str(run, title ? title : "");
	head->disclosure = (Renkei__V1__Disclosure)rk_enum_value(
		run, &renkei__v1__disclosure__descriptor, level ? level : "parties", NULL);
	rk_attach_evidence(run, head);
	return EX_OK;
}

static int head_of(struct rk_run *run, Renkei__V1__UploadHead *head, Renkei__V1__Period *period)
{
	const char *asked = rk_run_option(run, "period");
	struct rk_err err;

	if (!asked)
		return rk_usage(run, "usage.option_missing", "option", "period");
	if (rk_period_asked(asked, period, &err) != RK_OK)
		return rk_trouble(run, &err);
	head->period = period;
	return rk_attach_head(run, head, run->operand_count > 1);
}

static void tell_kept(struct rk_run *run, const struct rk_attach_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rk_attach_tell_kept(run, &files[i]);
}

static int send_prepared(struct rk_run *run, struct rk_attach_file *files, size_t count,
	const Renkei__V1__UploadHead *head)
{
	struct rk_failure failure = {.retry_ms = -1};

	/* A receipt that cannot be verified would be no use. */
	if (rk_server_pin_keys(run, &failure) != RK_OK) {
		int status = rk_trouble_at(run, &failure);

		tell_kept(run, files, count);
		return status;
	}
	for (size_t i = 0; i < count; i++)
		rk_attach_send(run, &files[i], head);
	return EX_OK;
}

static int send_all(struct rk_run *run, struct rk_attach_file *files, size_t count,
	Renkei__V1__UploadHead *head)
{
	struct rk_failure failure = {.retry_ms = -1};
	const char *municipality = rk_municipality_asked(run, &failure.err),
		   *item = rk_run_option(run, "item");

	if (!municipality)
		return rk_trouble_before(run, &failure);
	head->municipality_code = rk_run_str(run, municipality);
	if (item) {
		int status = rk_attach_record(run, item, head);

		if (status != EX_OK)
			return status;
	}
	/* All of them, before the first byte of any. */
	for (size_t i = 0; i < count; i++) {
		int status = rk_attach_prepare(run, &files[i], head);

		if (status != EX_OK) {
			tell_kept(run, files, i);
			return status;
		}
	}
	return send_prepared(run, files, count, head);
}

int rk_cmd_attach(struct rk_run *run)
{
	Renkei__V1__UploadHead head = RENKEI__V1__UPLOAD_HEAD__INIT;
	Renkei__V1__Period period = RENKEI__V1__PERIOD__INIT;
	size_t count = run->operand_count;
	struct rk_attach_file *files = rk_run_alloc(run, count * sizeof *files);
	int worst = head_of(run, &head, &period);

	if (worst != EX_OK)
		return worst;
	for (size_t i = 0; i < count; i++) {
		files[i] = (struct rk_attach_file){.path = run->operands[i], .fd = -1};
		files[i].status = rk_attach_open(run, &files[i]);
		worst = rk_worse(worst, files[i].status);
	}
	if (worst != EX_OK && count > 1)
		rk_talk(run, "attach.nothing_sent");
	if (worst == EX_OK && !rk_run_flag(run, "dry-run"))
		worst = send_all(run, files, count, &head);
	else if (worst == EX_OK)
		for (size_t i = 0; i < count; i++)
			files[i].outcome = "valid";
	for (size_t i = 0; i < count; i++)
		rk_attach_close(&files[i]);
	return rk_worse(worst, finish(run, files, count, head.municipality_code));
}

/* The file is where it was, and what it was. */
static int find_again(struct rk_run *run, struct rk_attach_file *file,
	const Renkei__V1__UploadHead *head, const char *request)
{
	int status = rk_attach_open(run, file);

	file->name = head->file_name;
	if (status == EX_OK && strcmp(file->sha256, head->sha256) != 0) {
		rk_talk(run, "attach.changed", "file", rk_visible(run, file->path));
		status = EX_DATAERR;
	}
	/* It waits on, whatever became of the file. */
	file->outcome = "unsent";
	if (status != EX_OK)
		rk_talk(run, "attach.not_again", "period", rk_period_tag(run, head->period),
			"request", request);
	return status;
}

static int attach_again(struct rk_run *run, const struct rk_outbox_pending *item)
{
	struct rk_attach_file file = {.path = item->name, .fd = -1, .outcome = "refused"};
	const Renkei__V1__UploadHead *head = (const void *)rk_act_waiting(run, item);

	file.status = find_again(run, &file, head, item->request_id);
	if (file.status == EX_OK && rk_run_flag(run, "dry-run"))
		file.outcome = "valid";
	else if (file.status == EX_OK)
		file.status = rk_attach_prepare(run, &file, head);
	if (file.status == EX_OK && *file.box.request_id) {
		int sent = send_prepared(run, &file, 1, head);

		file.status = rk_worse(file.status, sent);
	}
	rk_attach_close(&file);
	return finish(run, &file, 1, head->municipality_code);
}

/* No single call: attach_send.c brings the file, from where the server's bytes end. */
const struct rk_act rk_act_attach = {.word = "attach",
	.path = "/renkei.v1.AttachmentService/UploadAttachment",
	.request = &renkei__v1__upload_head__descriptor,
	.response = &renkei__v1__upload_attachment_response__descriptor,
	.anew = true,
	.again = attach_again};
