/* upload_bytes.h - the bytes of an upload as they pass: what a piece must be, and what the whole file must be, to be taken.
 *
 * Nothing of them is kept but how many they were, their digest and what tells their kind.
 * Every refusal is in call->err and its metadata in call->detail.
 */
#pragma once
#include "base/digest.h"
#include "call/call.h"
#include "words/file_kind.h"

#include "renkei/v1/attachment_service.pb-c.h"

struct rk_upload_bytes {
	int64_t held;
	struct rk_sha256_run digest;
	struct rk_file_kind_reader kind;
};

void rk_upload_bytes_begin(struct rk_upload_bytes *upload);

/* The data of a chunk message, borrowed from it, where it is the next piece of the file that head announces.
 * Errors, RK_INVALID_ARGUMENT: MALFORMED_MESSAGE, CHUNK_OUT_OF_ORDER, CHUNK_SIZE (attachment.h), ATTACHMENT_SIZE_DIFFERS. */
RK_MUST_USE enum rk_status rk_upload_chunk(struct rk_call *call,
	const struct rk_upload_bytes *upload, const Renkei__V1__UploadHead *head,
	struct rk_slice message, struct rk_slice *data);

/* Counts and hashes what passes, whether it came now or is read again. */
void rk_upload_pass(struct rk_upload_bytes *upload, struct rk_slice data);

/* Error: RK_INVALID_ARGUMENT ATTACHMENT_SIZE_DIFFERS, fewer bytes than announced. */
RK_MUST_USE enum rk_status rk_upload_whole(struct rk_call *call,
	const struct rk_upload_bytes *upload, const Renkei__V1__UploadHead *head);

/* Of a whole one.  Errors: RK_DATA_LOSS DIGEST_MISMATCH; RK_INVALID_ARGUMENT ATTACHMENT_MISNAMED, ATTACHMENT_TYPE. */
RK_MUST_USE enum rk_status rk_upload_judge(struct rk_call *call,
	const struct rk_upload_bytes *upload, const Renkei__V1__UploadHead *head);
