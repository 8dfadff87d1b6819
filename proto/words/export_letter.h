/* export_letter.h - letters about exports: a run failed, bundles are made again, figures of bundles were corrected. */
#pragma once
#include "base/buf.h"
#include "words/letter.h"

#include "renkei/v1/export_service.pb-c.h"

/* Appends the subject, one line without its end; the text, lines ended by LF. */
RK_MUST_USE enum rk_status rk_export_letter_subject(
	const Renkei__V1__ExportLetter *letter, struct rk_buf *out);
RK_MUST_USE enum rk_status rk_export_letter_text(
	const Renkei__V1__ExportLetter *letter, struct rk_buf *out);
/* Appends the whole mail.  Errors: those of rk_letter_put. */
RK_MUST_USE enum rk_status rk_export_letter_mail(const Renkei__V1__ExportLetter *letter,
	const struct rk_letter_head *head, struct rk_buf *out, struct rk_err *err);
