/* convert.h - a document in a format that another program writes: Word by pandoc, PDF by weasyprint or Chromium, where they are installed. */
#pragma once
#include "paper/paper.h"
#include "run.h"

/* rk_convert writes the document as "docx", "pdf" or "xlsx" to where data goes.  moment, in seconds since 1970, stands for the clock in what these programs write.
 * Returns an exit status; EX_CONFIG after it has said which program is missing and how it is installed. */
int rk_convert(
	struct rk_run *run, const struct rk_paper *paper, const char *format, int64_t moment);
