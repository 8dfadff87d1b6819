/* renkei meeting paper - papers of a meeting that is there, as its minutes. */
#include "base/digest.h"
#include "base/text.h"
#include "command.h"
#include "meeting_papers.h"
#include "out.h"
#include "remote.h"
#include "summary.h"

#include <ctype.h>
#include <string.h>

/* "401005-2016Q2-A1" */
static bool is_attachment(const char *text)
{
	const char *serial = strrchr(text, 'A');

	if (strlen(text) < 16 || !serial || serial == text || serial[-1] != '-' || text[6] != '-')
		return false;
	for (size_t i = 0; i < 6; i++)
		if (!isdigit((unsigned char)text[i]))
			return false;
	return serial[1] && strspn(serial + 1, "0123456789") == strlen(serial + 1);
}

static int take_paper(struct rk_run *run, const char *text, Renkei__V1__MeetingPaper *paper)
{
	const char *equals = strchr(text, '='), *what = equals ? equals + 1 : text;
	const char *slash = strrchr(what, '/'), *name = slash ? slash + 1 : what;
	uint8_t digest[RK_SHA256_BYTES];
	RK_AUTO(rk_buf_clear) struct rk_buf hex = {0};
	struct rk_err err;

	paper->title = equals ? rk_run_slice(run, rk_slice_of(text, (size_t)(equals - text)))
			      : rk_run_str(run, name);
	if (is_attachment(what)) {
		paper->attachment_number = rk_run_str(run, what);
		return EX_OK;
	}
	if (rk_sha256_file(what, digest, &err) != RK_OK ||
		rk_text_hex(&hex, rk_slice_of(digest, sizeof digest)) != RK_OK)
		return rk_trouble(run, &err);
	paper->file_name = rk_run_str(run, name);
	paper->sha256 = rk_run_slice(run, rk_buf_slice(&hex));
	return EX_OK;
}

int rk_meeting_papers(struct rk_run *run, const char *const *texts, size_t count,
	Renkei__V1__MeetingPaper ***papers)
{
	int status = EX_OK;

	*papers = rk_run_alloc(run, (count + 1) * sizeof **papers);
	for (size_t i = 0; i < count && status == EX_OK; i++) {
		(*papers)[i] = rk_run_alloc(run, sizeof ***papers);
		renkei__v1__meeting_paper__init((*papers)[i]);
		status = take_paper(run, texts[i], (*papers)[i]);
	}
	return status;
}

void rk_meeting_papers_print(struct rk_run *run, FILE *out, const Renkei__V1__Meeting *meeting)
{
	for (size_t i = 0; i < meeting->n_agenda; i++)
		fprintf(out, "  %s\n",
			rk_tell(run, "meeting.agenda", "number", rk_run_printf(run, "%zu", i + 1),
				"item", rk_visible(run, meeting->agenda[i])));
	for (size_t i = 0; i < meeting->n_papers; i++) {
		const Renkei__V1__MeetingPaper *paper = meeting->papers[i];

		if (paper->attachment_number[0])
			fprintf(out, "  %s\n",
				rk_tell(run, "meeting.paper_attached", "title",
					rk_visible(run, paper->title), "number",
					paper->attachment_number));
		else
			fprintf(out, "  %s\n",
				rk_tell(run, "meeting.paper", "title",
					rk_visible(run, paper->title), "file",
					rk_visible(run, paper->file_name), "sha256",
					paper->sha256));
	}
}

int rk_cmd_meeting_paper(struct rk_run *run)
{
	Renkei__V1__AddMeetingPapersRequest request = RENKEI__V1__ADD_MEETING_PAPERS_REQUEST__INIT;
	Renkei__V1__AddMeetingPapersResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	char request_id[37];
	int status = rk_meeting_papers(
		run, run->operands + 1, run->operand_count - 1, &request.papers);

	if (status != EX_OK)
		return status;
	request.n_papers = run->operand_count - 1;
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.number = rk_run_str(run, run->operands[0]);
	request.validate_only = true;
	if (rk_call(run, "MeetingService/AddMeetingPapers", &request, add_meeting_papers_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!response->meeting)
		return rk_answer_bad(run, "no meeting");
	rk_meeting_papers_print(run, stderr, response->meeting);
	if (!rk_run_flag(run, "dry-run")) {
		if (!rk_confirm(run, "meeting.ask_papers", NULL))
			return rk_not_confirmed();
		request.validate_only = false;
		if (rk_call(run, "MeetingService/AddMeetingPapers", &request,
			    add_meeting_papers_response, &response, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
	}
	return rk_out_is_human(run) ? EX_OK : rk_message_print(run, &response->base);
}
