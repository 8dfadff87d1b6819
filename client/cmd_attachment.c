/* renkei attachment - list, remove. */
#include "act.h"
#include "attach.h"
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "summary.h"

static const struct rk_grid_column columns[] = {
	{"attachment_number", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"period",            RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"file",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"title",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"kind",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"language",          RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"record",            RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"content_type",      RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"size",              RK_COLUMN_NUMBER, RK_COLUMN_ALL  },
	{"disclosure",        RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"received",          RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"received_at",       RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"removed",           RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"sent_by",           RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"sha256",            RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};

static void add_row(struct rk_grid *grid, const Renkei__V1__Attachment *one)
{
	struct rk_run *run = grid->run;
	bool human = rk_out_is_human(run);

	rk_grid_add(grid,
		(const char *const[]){one->number, one->municipality_code,
			rk_period_tag(run, one->period),
			human ? rk_visible(run, one->file_name) : one->file_name,
			*one->title ? one->title : NULL,
			one->kind ? rk_shown_enum(run, &renkei__v1__attachment_kind__descriptor,
					    (int)one->kind)
				  : NULL,
			*one->language ? one->language : NULL, rk_record_text(run, one->record),
			human ? rk_attachment_kind(run, rk_file_kind_from_wire((int)one->type))
			      : rk_file_kind_word(rk_file_kind_from_wire((int)one->type)),
			rk_attachment_size(run, one->size),
			human ? rk_label_enum(run, &renkei__v1__disclosure__descriptor,
					(int)one->disclosure)
			      : rk_enum_name(run, &renkei__v1__disclosure__descriptor,
					(int)one->disclosure),
			rk_moment_japan(run, one->received_at),
			rk_moment_utc(run, one->received_at),
			!one->removed_at ? NULL
				: human  ? rk_moment_japan(run, one->removed_at)
					 : rk_moment_utc(run, one->removed_at),
			one->sent_by, one->sha256});
}

int rk_cmd_attach_list(struct rk_run *run)
{
	Renkei__V1__ListAttachmentsRequest request = RENKEI__V1__LIST_ATTACHMENTS_REQUEST__INIT;
	Renkei__V1__Period period = RENKEI__V1__PERIOD__INIT;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};
	const char *text;

	if ((text = rk_run_option(run, "municipality")))
		request.municipality_code = rk_run_str(run, text);
	if ((text = rk_run_option(run, "period"))) {
		if (rk_period_asked(text, &period, &failure.err) != RK_OK)
			return rk_trouble(run, &failure.err);
		request.period = &period;
	}
	request.include_removed = rk_run_flag(run, "all");
	request.page_size = 1000;
	do {
		Renkei__V1__ListAttachmentsResponse *page = NULL;

		if (rk_call(run, "AttachmentService/ListAttachments", &request,
			    list_attachments_response, &page, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
		for (size_t i = 0; i < page->n_attachments; i++)
			add_row(&grid, page->attachments[i]);
		request.page_token = page->next_page_token;
	} while (request.page_token[0]);
	return rk_grid_print(&grid);
}

static int tell_removed(
	struct rk_run *run, const ProtobufCMessage *request, const ProtobufCMessage *response)
{
	const Renkei__V1__Attachment *attachment = rk_act_get(response, "attachment");
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	(void)request;
	if (!attachment)
		return rk_answer_bad(run, "attachment");
	add_row(&grid, attachment);
	if (rk_out_is_human(run))
		rk_talk(run,
			rk_run_flag(run, "dry-run") ? "attachment.would_remove"
						    : "attachment.removed",
			"number", rk_visible(run, attachment->number));
	return rk_answer_print(&grid, response);
}

const struct rk_act rk_act_remove = {.word = "remove",
	.path = "/renkei.v1.AttachmentService/RemoveAttachment",
	.request = &renkei__v1__remove_attachment_request__descriptor,
	.response = &renkei__v1__remove_attachment_response__descriptor,
	.tell = tell_removed};

int rk_cmd_attach_remove(struct rk_run *run)
{
	ProtobufCMessage *request = rk_act_request(run, &rk_act_remove);
	const char *number = rk_run_str(run, run->operands[0]);
	struct rk_failure failure;

	if (!rk_run_flag(run, "yes") && !rk_run_flag(run, "dry-run")) {
		if (!rk_on_terminal()) {
			rk_talk(run, "ask.needs_yes");
			return rk_not_confirmed();
		}
		if (!rk_ask(run, rk_tell(run, "attachment.ask_remove", "number", number)))
			return rk_not_confirmed();
	}
	rk_act_set(request, "number", &number, sizeof number);
	return rk_act_do(run, &rk_act_remove, number, request, &failure);
}
