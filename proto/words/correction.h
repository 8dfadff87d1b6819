/* correction.h - what was corrected in a bundle of an export, in words: on the screen and in a letter. */
#pragma once
#include "base/buf.h"
#include "words/say.h"

#include "renkei/v1/export_service.pb-c.h"

/* Appends some lines, ended by LF: whose report, which versions, each figure from what to what, and why.  What people wrote is put on one line
 * each, behind blanks. */
RK_MUST_USE enum rk_status rk_correction_add(const Renkei__V1__ExportCorrection *correction,
	enum rk_language language, struct rk_buf *out);
