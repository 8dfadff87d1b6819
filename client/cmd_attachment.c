/* renkei attachment - list, get, remove. */
#include "act.h"
#include "attach.h"
#include "base/clock.h"
#include "base/digest.h"
#include "command.h"
#include "form/file.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote_again.h"
#include "server_info.h"
#include "summary.h"
#include "wire/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define STALL_MS 60000

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

/* An attachment on its way to a file. */
struct getter {
	struct rk_run *run;
	const char *number;
	Renkei__V1__Attachment *attachment;
	int64_t at;
	struct rk_sha256_run digest;
	FILE *out; /* of -O; NULL: the file below */
	int fd;    /* of temporary */
	char temporary[PATH_MAX];
	const char *path; /* what it is called when it is whole */
	bool asked;
	struct rk_err err;
};

static bool next(void *arg, struct rk_buf *message)
{
	Renkei__V1__DownloadAttachmentRequest request =
		RENKEI__V1__DOWNLOAD_ATTACHMENT_REQUEST__INIT;
	struct getter *getter = arg;

	if (getter->asked)
		return false;
	getter->asked = true;
	request.number = rk_run_str(getter->run, getter->number);
	request.offset = getter->at;
	return rk_pack(&request.base, message) == RK_OK;
}

static void open_target(struct getter *getter)
{
	struct rk_run *run = getter->run;
	const char *fallback = rk_run_printf(run, "%s.%s", getter->attachment->number,
		rk_file_kind_word(rk_file_kind_from_wire((int)getter->attachment->type)));

	if (run->out_path) {
		getter->out = rk_out(run);
		if (!getter->out)
			rk_fail_reason(&getter->err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s",
				run->out_path);
		return;
	}
	/* A server's number is no path either. */
	getter->path = rk_attachment_name(run, getter->attachment->file_name,
		rk_attachment_name(run, fallback, "attachment"));
	if (access(getter->path, F_OK) == 0 || errno != ENOENT) {
		rk_fail_reason(&getter->err, RK_ALREADY_EXISTS, "FILE_EXISTS", "%s", getter->path);
		return;
	}
	snprintf(getter->temporary, sizeof getter->temporary, ".%s.%d.tmp", getter->number,
		(int)getpid());
	getter->fd = open(
		getter->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (getter->fd < 0)
		rk_fail_reason(&getter->err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s",
			getter->temporary, strerror(errno));
	else
		rk_file_forget_on_signal(getter->temporary);
}

static bool write_all(struct getter *getter, struct rk_slice bytes)
{
	if (getter->out)
		return fwrite(bytes.at, 1, bytes.len, getter->out) == bytes.len;
	while (bytes.len) {
		ssize_t done = write(getter->fd, bytes.at, bytes.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes.at += done;
		bytes.len -= (size_t)done;
	}
	return true;
}

static void take(struct getter *getter, const Renkei__V1__DownloadAttachmentResponse *response)
{
	struct rk_slice bytes = {0};

	if (response->attachment && !getter->attachment) {
		getter->attachment = response->attachment;
		open_target(getter);
	}
	if (!response->chunk || getter->err.status != RK_OK)
		return;
	bytes = rk_slice_of(response->chunk->data.data, response->chunk->data.len);
	if (!getter->attachment || response->chunk->offset != getter->at ||
		(int64_t)bytes.len > getter->attachment->size - getter->at) {
		rk_fail_reason(&getter->err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"bytes that nobody asked for");
		return;
	}
	rk_sha256_add(&getter->digest, bytes);
	getter->at += (int64_t)bytes.len;
	if (!write_all(getter, bytes))
		rk_fail_reason(&getter->err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s",
			getter->path ? getter->path : getter->run->out_path, strerror(errno));
}

static void on_message(void *arg, struct rk_slice message)
{
	struct getter *getter = arg;
	struct rk_arena arena = {0};
	/* What it is outlives its message; its bytes do not. */
	struct rk_arena *keep = getter->attachment ? &arena : &getter->run->arena;
	ProtobufCMessage *response;

	if (getter->err.status == RK_OK &&
		rk_unpack(keep, &renkei__v1__download_attachment_response__descriptor, message,
			&response, &getter->err) == RK_OK)
		take(getter,
			(const Renkei__V1__DownloadAttachmentResponse *)(const void *)response);
	rk_arena_clear(&arena);
}

static enum rk_status get_once(struct getter *getter, int64_t until, struct rk_failure *failure)
{
	int64_t left = until - rk_clock_ms();
	const struct rk_exchange exchange = {
		.path = "/renkei.v1.AttachmentService/DownloadAttachment",
		.next = next,
		.timeout_ms = left > 1 ? left : 1,
		.stall_ms = STALL_MS,
		.on_message = on_message,
		.arg = getter};
	enum rk_status status;

	getter->asked = false;
	status = rk_remote_exchange(getter->run, &exchange, failure);
	if (getter->err.status == RK_OK)
		return status;
	/* What went wrong here does not get better by asking again. */
	*failure = (struct rk_failure){.err = getter->err, .retry_ms = RK_RETRY_NEVER};
	return failure->err.status;
}

static enum rk_status get_all(struct getter *getter, struct rk_failure *failure)
{
	struct rk_run *run = getter->run;
	/* Its size is not known before it begins. */
	int64_t patience = run->timeout_ms ? run->timeout_ms
					   : rk_patience_ms(run) + INT64_C(20) * STALL_MS;
	int64_t until = rk_clock_ms() + patience;

	for (unsigned attempt = 0;; attempt++) {
		int64_t before = getter->at;
		enum rk_status status = get_once(getter, until, failure);

		if (status == RK_OK)
			return status;
		if (getter->at > before)
			attempt = 0;
		rk_again_failed(run, failure);
		if (failure->retry_ms == RK_RETRY_NEVER ||
			(getter->at == 0 && !rk_again_for_read(failure, attempt)) ||
			!rk_again_may_pass(failure) || !rk_again_wait(run, failure, attempt, until))
			return status;
	}
}

static enum rk_status check_whole(struct getter *getter, struct rk_err *err)
{
	char hex[RK_SHA256_HEX];

	rk_sha256_end(&getter->digest, hex);
	if (getter->attachment && getter->at == getter->attachment->size &&
		strcmp(hex, getter->attachment->sha256) == 0)
		return RK_OK;
	return rk_fail_reason(err, RK_DATA_LOSS, "ATTACHMENT_DAMAGED",
		"%" PRId64 " bytes with SHA-256 %s", getter->at, hex);
}

/* It takes its name only when it is whole, and nobody else's. */
static enum rk_status settle(struct getter *getter, struct rk_err *err)
{
	if (getter->out)
		return RK_OK;
	if (fsync(getter->fd) != 0 && errno != EINVAL)
		return rk_fail_reason(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s", getter->path,
			strerror(errno));
	if (renameat2(AT_FDCWD, getter->temporary, AT_FDCWD, getter->path, RENAME_NOREPLACE) == 0)
		return RK_OK;
	/* A file system without it has links, or neither. */
	if ((errno == EINVAL || errno == ENOSYS) && link(getter->temporary, getter->path) == 0)
		return RK_OK;
	return errno == EEXIST
		? rk_fail_reason(err, RK_ALREADY_EXISTS, "FILE_EXISTS", "%s", getter->path)
		: rk_fail_reason(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s", getter->path,
			  strerror(errno));
}

static int tell_got(struct getter *getter)
{
	if (!getter->out || !getter->run->out_path || strcmp(getter->run->out_path, "-") != 0)
		rk_talk(getter->run, "attachment.got", "file",
			rk_visible(
				getter->run, getter->path ? getter->path : getter->run->out_path),
			"size", rk_attachment_size(getter->run, getter->at), "sha256",
			getter->attachment->sha256);
	return EX_OK;
}

int rk_cmd_attach_get(struct rk_run *run)
{
	struct getter getter = {.run = run, .number = run->operands[0], .fd = -1};
	struct rk_failure failure = {.retry_ms = -1};
	enum rk_status status;

	if (strchr(getter.number, '/') || strlen(getter.number) > 40)
		return rk_usage(run, "usage.attachment_number", "value", getter.number);
	rk_sha256_begin(&getter.digest);
	status = get_all(&getter, &failure);
	if (status == RK_OK)
		status = check_whole(&getter, &failure.err);
	if (status == RK_OK)
		status = settle(&getter, &failure.err);
	if (getter.fd >= 0) {
		close(getter.fd);
		unlink(getter.temporary);
		rk_file_forget_on_signal(NULL);
	}
	if (status == RK_OK)
		return tell_got(&getter);
	run->failed = true;
	int trouble = rk_trouble_at(run, &failure);

	return strncmp(failure.err.reason, "FILE_", 5) == 0 ? EX_CANTCREAT : trouble;
}
