/* sealer.h - what a seal is made with: a certificate, its key, and what was sealed with them so far. */
#pragma once
#include "link/tls_paper.h"
#include "run.h"
#include "words/seal.h"

#include "renkei/v1/attachment_service.pb-c.h"
#include "renkei/v1/report.pb-c.h"

struct rk_sealer {
	struct rk_run *run;
	struct rk_tls_pen *pen;
	struct rk_buf certificate;
	Renkei__V1__SealedReports all;
	size_t attached; /* bytes of attachments among it */
};

/* rk_sealer_open takes the run's certificate, which has to be one of this part in a municipality ("municipality", "approver"), and makes room for so
 * many; another's seal would be refused when it arrives, which may be days later.  Returns an exit status; what is wrong is said. */
int rk_sealer_open(struct rk_sealer *sealer, const char *part, size_t room);
void rk_sealer_close(struct rk_sealer *sealer);
/* Seals one more.  Errors: those of rk_tls_pen_sign. */
RK_MUST_USE enum rk_status rk_sealer_add(struct rk_sealer *sealer, const char *request_id,
	enum rk_seal_kind kind, struct rk_slice body, struct rk_err *err);
/* Seals a file, and puts its bytes beside the seal; head is what the outbox has of it.  Errors: those of rk_sealer_add and rk_file_read; RK_ABORTED
 * FILE_UNREADABLE when it is not the one that the head names. */
RK_MUST_USE enum rk_status rk_sealer_add_file(struct rk_sealer *sealer, const char *request_id,
	const Renkei__V1__UploadHead *head, const char *path, struct rk_err *err);
/* Writes the file of -O and says done, a code, of it.  Returns an exit status. */
int rk_sealer_write(struct rk_sealer *sealer, const char *done);

/* The files of --attach into the seal, for the quarter of --period, else that of the one report that is sealed with them (NULL: none, or several).  Returns an exit
 * status; what is wrong is said. */
int rk_seal_files(struct rk_sealer *sealer, const Renkei__V1__Report *report);

/* seal --release, seal --send-back: an approver's decision about the reports of a sealed file that came home with its receipts. */
int rk_seal_decision(struct rk_run *run);
