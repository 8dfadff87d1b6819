/* meeting_papers.h - papers of a meeting as the command line names them: [TITLE=]FILE, whose digest is taken here, or [TITLE=]ATTACHMENT by its number. */
#pragma once
#include "run.h"

#include "renkei/v1/meeting_service.pb-c.h"

/* Makes papers of count texts.  Returns an exit status, after it has said which file cannot be read. */
int rk_meeting_papers(struct rk_run *run, const char *const *texts, size_t count,
	Renkei__V1__MeetingPaper ***papers);
/* The agenda and the papers, a line each. */
void rk_meeting_papers_print(struct rk_run *run, FILE *out, const Renkei__V1__Meeting *meeting);
