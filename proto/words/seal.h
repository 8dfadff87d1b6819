/* seal.h - a report, an approver's decision, or a file beside a report, that travels without its office's line: sealed.proto as bytes, without keys and sockets.
 *
 * What a carrier may do, and what comes of it:
 *   read it        nothing is encrypted: it is for offices that trust their carrier to read, as they do with a paper.
 *   change it      the signature covers every byte but its own; it is refused (link/tls_paper.h).
 *   drop it        no receipt comes back, and the report waits in the officer's outbox.
 *   repeat it      its request_id makes it one report; the same receipt comes back.
 *   bring it late  the arrival counts; an expired or revoked certificate is refused by then.
 *   bring another  a receipt is of the bytes that wait in the outbox, signed by the server's known key, or it is refused.
 * The text that is signed begins with a line of its own.  What the same key signs in a handshake begins with blanks (RFC 8446, 4.4.3), what it signs
 * as a request for a certificate is DER: none can stand for the other.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include "renkei/v1/sealed.pb-c.h"

#include <stdbool.h>

#define RK_SEAL_LINE        "renkei sealed report v1\n"
#define RK_SEAL_FILE_MAX    ((size_t)6 << 20)  /* without the bytes of attachments */
#define RK_SEAL_WHOLE_MAX   ((size_t)64 << 20) /* with them */
#define RK_SEAL_MOST        100                /* reports in a file */
#define RK_SEAL_CERTIFICATE 8192
#define RK_SEAL_SIGNATURE   1024
#define RK_SEAL_DECISION    16384

enum rk_seal_kind { RK_SEAL_REPORT, RK_SEAL_RELEASE, RK_SEAL_SEND_BACK, RK_SEAL_ATTACHMENT };

struct rk_seal {
	const Renkei__V1__SealedReport *sealed;
	const Renkei__V1__SealedContent *content;
	enum rk_seal_kind kind;
	struct rk_slice
		body; /* the exact bytes of the report, the decision or the head of the file, within sealed->content */
	struct rk_slice head; /* what stands before them there */
};

/* rk_seal_open reads the content of a sealed report, which it borrows; who signed it is not looked at.
 * Errors: RK_INVALID_ARGUMENT SEAL_MALFORMED; RK_RESOURCE_EXHAUSTED without memory. */
RK_MUST_USE enum rk_status rk_seal_open(struct rk_arena *arena,
	const Renkei__V1__SealedReport *sealed, struct rk_seal *out, struct rk_err *err);
/* A file of them, at most RK_SEAL_WHOLE_MAX, *count from 1 to RK_SEAL_MOST; they live in the arena.  Errors: as rk_seal_open. */
RK_MUST_USE enum rk_status rk_seal_file_read(struct rk_arena *arena, struct rk_slice file,
	struct rk_seal **out, size_t *count, struct rk_err *err);
/* Appends the file.  RK_RESOURCE_EXHAUSTED without memory. */
RK_MUST_USE enum rk_status rk_seal_file_write(
	const Renkei__V1__SealedReports *all, struct rk_buf *out);
/* Whether bytes begin like such a file. */
bool rk_seal_file_is(struct rk_slice file);
/* Appends the text that is signed. */
RK_MUST_USE enum rk_status rk_seal_text(struct rk_slice content, struct rk_buf *out);
