/* Sending: what the server holds is asked for, what follows is sent, and the same again after a broken line. */
#include "attach.h"
#include "base/clock.h"
#include "form/file.h"
#include "remote_again.h"
#include "wire/pack.h"
#include "words/attachment_answer.h"
#include "words/attachment_receipt.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* So much that a message with what belongs to it has a power of two. */
#define CHUNK    61440
#define STALL_MS 60000
/* A line slower than this is given up, whatever it brings. */
#define SLOWEST_BYTES_PER_S 16384
/* How far it came is noted each time so much went out. */
#define NOTE_BYTES ((int64_t)4 << 20)

struct sender {
	struct rk_run *run;
	struct rk_attach_file *file;
	Renkei__V1__UploadHead head;
	Renkei__V1__RelayedHead relayed; /* instead of it, of what was sealed elsewhere */
	bool head_sent;
	bool whole; /* the server has all of it: the head is enough */
	int64_t at; /* next byte */
	bool shown;
	ProtobufCMessage *response;
	struct rk_err err; /* of the file, or of the answer */
};

static void show(struct sender *sender)
{
	struct rk_run *run = sender->run;
	int64_t size = sender->file->size;

	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r\033[K%s",
		rk_tell(run, "attach.progress", "file", rk_visible(run, sender->file->name),
			"percent", rk_run_printf(run, "%d", (int)(sender->at * 100 / size)), "done",
			rk_attachment_size(run, sender->at), "size",
			rk_attachment_size(run, size)));
	sender->shown = true;
}

static void show_no_more(struct sender *sender)
{
	if (sender->shown)
		fputs("\r\033[K", stderr);
	sender->shown = false;
}

/* What waits elsewhere is noted nowhere here. */
static void note(struct sender *sender)
{
	if (sender->file->sealed) {
		sender->file->box.sent = sender->at;
		return;
	}
	sender->file->box.sent = sender->at;
	rk_outbox_note(sender->run, &sender->file->box, sender->file->kept_as);
}

static bool add_relayed(
	struct rk_buf *message, struct sender *sender, Renkei__V1__AttachmentChunk *chunk)
{
	Renkei__V1__RelayAttachmentRequest request = RENKEI__V1__RELAY_ATTACHMENT_REQUEST__INIT;

	if (chunk) {
		request.part_case = RENKEI__V1__RELAY_ATTACHMENT_REQUEST__PART_CHUNK;
		request.chunk = chunk;
	} else {
		request.part_case = RENKEI__V1__RELAY_ATTACHMENT_REQUEST__PART_HEAD;
		request.head = &sender->relayed;
	}
	return rk_pack(&request.base, message) == RK_OK;
}

/* The head, or a chunk. */
static bool add(struct rk_buf *message, struct sender *sender, Renkei__V1__AttachmentChunk *chunk)
{
	Renkei__V1__UploadAttachmentRequest request = RENKEI__V1__UPLOAD_ATTACHMENT_REQUEST__INIT;
	Renkei__V1__UploadHead *head = chunk ? NULL : &sender->head;

	if (sender->file->sealed)
		return add_relayed(message, sender, chunk);
	if (head) {
		request.part_case = RENKEI__V1__UPLOAD_ATTACHMENT_REQUEST__PART_HEAD;
		request.head = head;
	} else {
		request.part_case = RENKEI__V1__UPLOAD_ATTACHMENT_REQUEST__PART_CHUNK;
		request.chunk = chunk;
	}
	return rk_pack(&request.base, message) == RK_OK;
}

static bool next(void *arg, struct rk_buf *message)
{
	Renkei__V1__AttachmentChunk chunk = RENKEI__V1__ATTACHMENT_CHUNK__INIT;
	struct sender *sender = arg;
	uint8_t piece[CHUNK];
	ssize_t got;

	if (!sender->head_sent) {
		sender->head_sent = true;
		return add(message, sender, NULL);
	}
	if (sender->whole || sender->at >= sender->file->size)
		return false;
	do {
		got = pread(sender->file->fd, piece, sizeof piece, sender->at);
	} while (got < 0 && errno == EINTR);
	/* Shorter than it was: the server misses the rest and says so. */
	if (got <= 0)
		return false;
	if (got > sender->file->size - sender->at)
		got = (ssize_t)(sender->file->size - sender->at);
	chunk.offset = sender->at;
	chunk.data = (ProtobufCBinaryData){.data = piece, .len = (size_t)got};
	sender->at += got;
	show(sender);
	if (sender->at - sender->file->box.sent >= NOTE_BYTES)
		note(sender);
	return add(message, sender, &chunk);
}

static const ProtobufCMessageDescriptor *answer_of(const struct sender *sender)
{
	return sender->file->sealed ? &renkei__v1__relay_attachment_response__descriptor
				    : &renkei__v1__upload_attachment_response__descriptor;
}

static void on_message(void *arg, struct rk_slice message)
{
	struct sender *sender = arg;

	if (!sender->response &&
		rk_unpack(&sender->run->arena, answer_of(sender), message, &sender->response,
			&sender->err) != RK_OK)
		sender->response = NULL;
}

static enum rk_status ask_relayed(struct sender *sender, struct rk_failure *failure)
{
	Renkei__V1__GetRelayedUploadRequest request = RENKEI__V1__GET_RELAYED_UPLOAD_REQUEST__INIT;
	Renkei__V1__GetRelayedUploadResponse *response = NULL;

	request.request_id = sender->relayed.request_id;
	request.sealed = sender->relayed.sealed;
	RK_TRY(rk_call(sender->run, "AttachmentService/GetRelayedUpload", &request,
		get_relayed_upload_response, &response, failure));
	sender->whole = response->complete;
	sender->at = response->complete ? 0 : response->held;
	return RK_OK;
}

static enum rk_status ask_own(struct sender *sender, struct rk_failure *failure)
{
	Renkei__V1__GetUploadRequest request = RENKEI__V1__GET_UPLOAD_REQUEST__INIT;
	Renkei__V1__GetUploadResponse *response = NULL;

	request.municipality_code = sender->head.municipality_code;
	request.sha256 = sender->file->sha256;
	RK_TRY(rk_call(sender->run, "AttachmentService/GetUpload", &request, get_upload_response,
		&response, failure));
	sender->whole = response->complete;
	sender->at = response->complete ? 0 : response->held;
	return RK_OK;
}

static enum rk_status ask_held(struct sender *sender, struct rk_failure *failure)
{
	RK_TRY(sender->file->sealed ? ask_relayed(sender, failure) : ask_own(sender, failure));
	if (sender->at < 0 || sender->at > sender->file->size)
		sender->at = 0;
	return RK_OK;
}

static enum rk_status send_once(struct sender *sender, int64_t until, struct rk_failure *failure)
{
	int64_t left = until - rk_clock_ms();
	const struct rk_exchange exchange = {.path = sender->file->sealed
			? "/renkei.v1.AttachmentService/RelayAttachment"
			: "/renkei.v1.AttachmentService/UploadAttachment",
		.next = next,
		.timeout_ms = left > 1 ? left : 1,
		.stall_ms = STALL_MS,
		.on_message = on_message,
		.arg = sender};

	sender->head_sent = false;
	sender->head.offset = sender->at;
	sender->relayed.offset = sender->at;
	RK_TRY(rk_remote_exchange(sender->run, &exchange, failure));
	if (!sender->response)
		return rk_fail_reason(&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"the answer cannot be read: %s", sender->err.text);
	return RK_OK;
}

/* Where another upload of the same file has been meanwhile is asked again, not sent again. */
static bool may_go_on(const struct rk_failure *failure)
{
	return failure->retry_ms != RK_RETRY_NEVER &&
		(rk_again_may_pass(failure) ||
			strcmp(failure->err.reason, "CHUNK_OUT_OF_ORDER") == 0);
}

static enum rk_status send_all(struct sender *sender, struct rk_failure *failure)
{
	struct rk_run *run = sender->run;
	int64_t patience = rk_patience_ms(run), until, held = -1;

	if (!run->timeout_ms)
		patience += sender->file->size * 1000 / SLOWEST_BYTES_PER_S;
	until = rk_clock_ms() + patience;
	for (unsigned attempt = 0;; attempt++) {
		enum rk_status status = ask_held(sender, failure);

		if (status != RK_OK)
			return status;
		/* Something has come of the last one: the line is slow, and not away. */
		if (sender->at > held)
			attempt = 0;
		if (held >= 0 && sender->at > 0)
			rk_talk(run, "attach.resumed", "file", rk_visible(run, sender->file->name),
				"done", rk_attachment_size(run, sender->at));
		held = sender->at;
		status = send_once(sender, until, failure);
		show_no_more(sender);
		if (status == RK_OK) {
			rk_again_succeeded(run);
			return status;
		}
		if (sender->at != sender->file->box.sent)
			note(sender);
		rk_again_failed(run, failure);
		if (!may_go_on(failure) || !rk_again_wait(run, failure, attempt, until))
			return status;
	}
}

void rk_attach_tell_kept(struct rk_run *run, const struct rk_attach_file *file)
{
	rk_talk(run, "attach.kept", "file", rk_visible(run, file->path), "request",
		file->box.request_id);
}

/* Bytes that are not those of the head are never those of this request. */
static bool is_over(const struct rk_failure *failure)
{
	return rk_again_is_refusal(failure) ||
		(failure->from_server && strcmp(failure->err.reason, "DIGEST_MISMATCH") == 0);
}

static void not_attached(
	struct rk_run *run, struct rk_attach_file *file, const struct rk_failure *failure)
{
	bool over = is_over(failure);

	fprintf(stderr, "%s: ", rk_visible(run, file->path));
	file->status = rk_trouble_at(run, failure);
	/* A limit that waiting does not move. */
	if (failure->err.status == RK_RESOURCE_EXHAUSTED && !rk_again_may_pass(failure))
		file->status = EX_DATAERR;
	file->outcome = over ? "refused" : "unsent";
	if (file->sealed)
		return;
	if (over)
		rk_outbox_settle(run, &file->box, false);
	else
		rk_attach_tell_kept(run, file);
}

/* A receipt is carried to somebody who has no line to ask again: it is verified before it leaves. */
static int check_relayed(struct rk_run *run, const struct rk_attach_file *file)
{
	const Renkei__V1__AttachmentReceipt *receipt = file->response->receipt;
	const char *pem = rk_receipt_key_find(run, receipt->key_id);
	struct rk_err err;
	enum rk_status status = pem
		? rk_attachment_receipt_verify(
			  receipt, file->sha256, file->size, rk_slice_str(pem), &err)
		: rk_fail_reason(&err, RK_DATA_LOSS, "RECEIPT_KEY_UNKNOWN",
			  "the receipt was signed with key %s, which this server has not named",
			  receipt->key_id);

	return status == RK_OK ? EX_OK : rk_trouble(run, &err);
}

enum rk_status rk_attach_unseal(struct rk_run *run, const Renkei__V1__SealedReport *sealed,
	const Renkei__V1__UploadHead *head, struct rk_attach_file *file, struct rk_err *err)
{
	Renkei__V1__SealedReport *alone = rk_run_alloc(run, sizeof *alone);
	struct rk_slice rest = rk_slice_of(sealed->file.data, sealed->file.len);

	*alone = *sealed;
	alone->file = (ProtobufCBinaryData){0};
	*file = (struct rk_attach_file){.path = head->file_name,
		.name = head->file_name,
		.fd = memfd_create("renkei", MFD_CLOEXEC),
		.size = (int64_t)rest.len,
		.sealed = alone,
		.outcome = "unsent"};
	rk_sha256_hex(rest, file->sha256);
	while (file->fd >= 0 && rest.len) {
		ssize_t done = write(file->fd, rest.at, rest.len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			break;
		rest = rk_slice_of(rest.at + done, rest.len - (size_t)done);
	}
	if (file->fd >= 0 && !rest.len)
		return RK_OK;
	rk_attach_close(file);
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
}

void rk_attach_send(
	struct rk_run *run, struct rk_attach_file *file, const Renkei__V1__UploadHead *head)
{
	struct sender sender = {.run = run, .file = file, .head = *head};
	struct rk_failure failure = {.retry_ms = -1};
	enum rk_status status;

	renkei__v1__relayed_head__init(&sender.relayed);
	sender.relayed.request_id = head->request_id;
	sender.relayed.sealed = (Renkei__V1__SealedReport *)(uintptr_t)file->sealed;
	sender.head.request_id = file->box.request_id;
	sender.head.file_name = rk_run_str(run, file->name);
	sender.head.size = file->size;
	sender.head.sha256 = file->sha256;
	if (rk_run_flag(run, "dry-run")) {
		status = ask_held(&sender, &failure);
	} else {
		rk_file_say_on_signal(rk_tell(run, "act.interrupted"));
		status = send_all(&sender, &failure);
		rk_file_say_on_signal(NULL);
	}
	if (status != RK_OK) {
		not_attached(run, file, &failure);
		return;
	}
	if (!sender.response) {
		file->outcome = "valid";
		return;
	}
	file->response = rk_attachment_answer(sender.response);
	file->outcome = file->response->existed ? "existed" : "attached";
	if (!file->response->attachment || !file->response->receipt ||
		strcmp(file->response->attachment->sha256, file->sha256) != 0) {
		rk_fail_reason(&failure.err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"the attachment is not this file");
		file->status = rk_trouble(run, &failure.err);
		file->response = NULL;
		return;
	}
	if (file->sealed) {
		file->status = check_relayed(run, file);
		return;
	}
	file->status = rk_attachment_receipt_take(
		run, file->response->receipt, file->sha256, file->size);
	/* Removed and attached once more it is another attachment. */
	if (file->status == EX_OK)
		rk_outbox_settle(run, &file->box, false);
}
