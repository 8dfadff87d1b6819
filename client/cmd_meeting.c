/* renkei meeting - meetings at which municipalities are heard: entered, recorded, read, and confirmed by who spoke. */
#include "base/text.h"
#include "command.h"
#include "days.h"
#include "labels.h"
#include "meeting_papers.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "summary.h"
#include "text_given.h"
#include "who.h"
#include "words/partial.h"

#include "renkei/v1/meeting_service.pb-c.h"

#include <assert.h>
#include <string.h>

static const struct rk_grid_column columns[] = {
	{"meeting_number",    RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"kind",              RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"held_on",           RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"meeting_title",     RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"place",             RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_WIDE},
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"hearing_state",     RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"tags",              RK_COLUMN_TEXT,   RK_COLUMN_ALL },
	{"wording",           RK_COLUMN_NUMBER, RK_COLUMN_WIDE},
};

/* "P1=for I4=against" */
static const char *tags_line(struct rk_run *run, const Renkei__V1__Hearing *hearing)
{
	const char *line = "";

	for (size_t i = 0; i < hearing->n_tags; i++)
		line = rk_run_printf(run, "%s%s%s=%s", line, i ? " " : "",
			hearing->tags[i]->statement_id,
			rk_shown_enum(run, &renkei__v1__stance__descriptor,
				(int)hearing->tags[i]->stance));
	return line;
}

static void add_row(struct rk_grid *grid, const Renkei__V1__Meeting *meeting,
	const Renkei__V1__Hearing *hearing)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){meeting->number,
			rk_shown_enum(
				run, &renkei__v1__meeting_kind__descriptor, (int)meeting->kind),
			meeting->held_on, meeting->title, meeting->place,
			hearing ? hearing->municipality_code : NULL,
			hearing ? hearing->municipality_name_ja : NULL,
			hearing ? rk_shown_enum(run, &renkei__v1__hearing_state__descriptor,
					  (int)hearing->state)
				: NULL,
			hearing ? tags_line(run, hearing) : NULL,
			hearing ? rk_run_printf(run, "%d", hearing->wording) : NULL});
}

/* A row what one municipality said; one for a meeting of which nothing is recorded. */
static int print_meetings(struct rk_run *run, Renkei__V1__Meeting *const *meetings, size_t count,
	const ProtobufCMessage *answer)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < count; i++) {
		for (size_t n = 0; n < meetings[i]->n_hearings; n++)
			add_row(&grid, meetings[i], meetings[i]->hearings[n]);
		if (!meetings[i]->n_hearings)
			add_row(&grid, meetings[i], NULL);
	}
	return rk_answer_print(&grid, answer);
}

static void print_hearing(struct rk_run *run, FILE *out, const Renkei__V1__Hearing *hearing)
{
	fprintf(out, "\n%s\n",
		rk_tell(run, "meeting.hearing", "name", hearing->municipality_name_ja, "code",
			hearing->municipality_code, "state",
			rk_label_enum(
				run, &renkei__v1__hearing_state__descriptor, (int)hearing->state)));
	fprintf(out, "  %s\n",
		rk_tell(run, "meeting.wording", "wording",
			rk_run_printf(run, "%d", hearing->wording), "time",
			rk_moment_told(run, hearing->recorded_at), "who",
			rk_visible(run, rk_who(run, hearing->recorded_by))));
	if (hearing->attendants[0])
		fprintf(out, "  %s\n",
			rk_tell(run, "meeting.attendants", "attendants",
				rk_visible(run, hearing->attendants)));
	for (size_t i = 0; i < hearing->n_tags; i++)
		fprintf(out, "  %s\n",
			rk_tell(run, "meeting.tag", "statement", hearing->tags[i]->statement_id,
				"stance",
				rk_label_enum(run, &renkei__v1__stance__descriptor,
					(int)hearing->tags[i]->stance)));
	/* Its lines stay lines. */
	char *rest = rk_run_str(run, hearing->text), *line;

	while ((line = strsep(&rest, "\n")))
		fprintf(out, "    %s\n", rk_visible(run, line));
	if (hearing->answered_at)
		fprintf(out, "  %s\n",
			rk_tell(run, "meeting.disclosure", "level",
				rk_label_enum(run, &renkei__v1__disclosure__descriptor,
					hearing->disclosure
						? (int)hearing->disclosure
						: (int)RENKEI__V1__DISCLOSURE__DISCLOSURE_PARTIES)));
	if (hearing->answered_at)
		fprintf(out, "  %s\n",
			rk_tell(run, hearing->answer[0] ? "meeting.answer" : "meeting.answered",
				"time", rk_moment_told(run, hearing->answered_at), "who",
				rk_visible(run, rk_who(run, hearing->answered_by)), "answer",
				rk_visible(run, hearing->answer)));
	fprintf(out, "  SHA-256: %s\n", hearing->sha256);
}

static void print_head(struct rk_run *run, FILE *out, const Renkei__V1__Meeting *meeting)
{
	fprintf(out, "%s\n",
		rk_tell(run, "meeting.head", "number", meeting->number, "kind",
			rk_label_enum(
				run, &renkei__v1__meeting_kind__descriptor, (int)meeting->kind),
			"held", meeting->held_on, "title", rk_visible(run, meeting->title)));
	if (meeting->place[0])
		fprintf(out, "%s\n",
			rk_tell(run, "meeting.place", "place", rk_visible(run, meeting->place)));
	rk_meeting_papers_print(run, out, meeting);
}

static enum rk_status get_meeting(struct rk_run *run, bool history,
	const Renkei__V1__Meeting **meeting, Renkei__V1__ListMeetingsResponse **response,
	struct rk_failure *failure)
{
	Renkei__V1__ListMeetingsRequest request = RENKEI__V1__LIST_MEETINGS_REQUEST__INIT;
	const char *only = rk_run_option(run, "municipality");

	request.number = rk_run_str(run, run->operands[0]);
	request.municipality_code = rk_run_str(run, only ? only : "");
	request.history = history;
	RK_TRY(rk_call(run, "MeetingService/ListMeetings", &request, list_meetings_response,
		response, failure));
	if ((*response)->n_meetings != 1)
		return rk_fail_reason(
			&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD", "not one meeting");
	*meeting = (*response)->meetings[0];
	return RK_OK;
}

int rk_cmd_meeting_show(struct rk_run *run)
{
	const Renkei__V1__Meeting *meeting = NULL;
	Renkei__V1__ListMeetingsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (get_meeting(run, rk_run_flag(run, "history"), &meeting, &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	assert(meeting);
	if (!rk_out_is_human(run))
		return print_meetings(
			run, response->meetings, response->n_meetings, &response->base);
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	print_head(run, out, meeting);
	for (size_t i = 0; i < meeting->n_hearings; i++)
		print_hearing(run, out, meeting->hearings[i]);
	if (!meeting->n_hearings)
		fprintf(out, "%s\n", rk_tell(run, "meeting.none"));
	return EX_OK;
}

int rk_cmd_meeting_list(struct rk_run *run)
{
	Renkei__V1__ListMeetingsRequest request = RENKEI__V1__LIST_MEETINGS_REQUEST__INIT;
	Renkei__V1__ListMeetingsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *only = rk_run_option(run, "municipality"), *year = rk_run_option(run, "year");
	int32_t last;

	if (year &&
		(rk_years_parse(year, &request.fiscal_year, &last, &failure.err) != RK_OK ||
			last != request.fiscal_year))
		return rk_usage(run, "usage.one_year", "value", year);
	request.municipality_code = rk_run_str(run, only ? only : "");
	request.unanswered = rk_run_flag(run, "unanswered");
	if (rk_call(run, "MeetingService/ListMeetings", &request, list_meetings_response, &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print_meetings(run, response->meetings, response->n_meetings, &response->base);
}

/* "平成28年11月" to "2016-11"; NULL for what is neither a day nor a month. */
static const char *held_asked(struct rk_run *run, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf iso = {0};
	Renkei__V1__PartialDate date = RENKEI__V1__PARTIAL_DATE__INIT;
	struct rk_err err;

	if (rk_partial_parse(rk_slice_str(text), &date, NULL, &err) != RK_OK || !date.month ||
		rk_partial_add(&iso, &date, RK_PARTIAL_ISO) != RK_OK)
		return NULL;
	return rk_run_slice(run, rk_buf_slice(&iso));
}

static size_t given(const struct rk_run *run, const char *option)
{
	size_t count = 0;

	while (rk_run_option_at(run, option, count))
		count++;
	return count;
}

/* What is on the agenda, and the papers that are there. */
static int take_agenda(struct rk_run *run, Renkei__V1__AddMeetingRequest *request)
{
	size_t items = given(run, "agenda"), papers = given(run, "paper");
	const char **texts = rk_run_alloc(run, (papers + 1) * sizeof *texts);

	request->agenda = rk_run_alloc(run, (items + 1) * sizeof *request->agenda);
	for (; request->n_agenda < items; request->n_agenda++)
		request->agenda[request->n_agenda] = rk_run_str(
			run, rk_run_option_at(run, "agenda", request->n_agenda));
	for (; request->n_papers < papers; request->n_papers++)
		texts[request->n_papers] = rk_run_option_at(run, "paper", request->n_papers);
	return rk_meeting_papers(run, texts, papers, &request->papers);
}

int rk_cmd_meeting_add(struct rk_run *run)
{
	static const char *const wanted[] = {"kind", "held", "title"};
	Renkei__V1__AddMeetingRequest request = RENKEI__V1__ADD_MEETING_REQUEST__INIT;
	Renkei__V1__AddMeetingResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *place = rk_run_option(run, "place"), *held;
	char request_id[37];

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (!rk_run_option(run, wanted[i]))
			return rk_usage(run, "usage.option_missing", "option", wanted[i]);
	held = held_asked(run, rk_run_option(run, "held"));
	if (!held)
		return rk_usage(run, "usage.held", "value", rk_run_option(run, "held"));
	request.kind = (Renkei__V1__MeetingKind)rk_enum_value(
		run, &renkei__v1__meeting_kind__descriptor, rk_run_option(run, "kind"), NULL);
	request.held_on = rk_run_str(run, held);
	request.title = rk_run_str(run, rk_run_option(run, "title"));
	request.place = rk_run_str(run, place ? place : "");
	int status = take_agenda(run, &request);

	if (status != EX_OK)
		return status;
	if (rk_on_terminal() && !rk_run_flag(run, "yes"))
		rk_talk(run, "meeting.head", "number", "", "kind",
			rk_label_enum(
				run, &renkei__v1__meeting_kind__descriptor, (int)request.kind),
			"held", request.held_on, "title", rk_visible(run, request.title));
	if (!rk_confirm(run, "meeting.ask", NULL))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	if (rk_call(run, "MeetingService/AddMeeting", &request, add_meeting_response, &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return response->meeting
		? print_meetings(run, &response->meeting, 1, &response->meeting->base)
		: rk_answer_bad(run, "no meeting");
}

/* "P1=for" */
static int take_tag(struct rk_run *run, const char *text, Renkei__V1__HearingTag **tag)
{
	const char *equals = strchr(text, '=');
	int stance = equals ? rk_enum_value(run, &renkei__v1__stance__descriptor, equals + 1, NULL)
			    : -1;

	if (!equals || equals == text || stance <= 0)
		return rk_usage(run, "usage.tag", "value", text);
	*tag = rk_run_alloc(run, sizeof **tag);
	renkei__v1__hearing_tag__init(*tag);
	(*tag)->statement_id = rk_run_slice(run, rk_slice_of(text, (size_t)(equals - text)));
	(*tag)->stance = (Renkei__V1__Stance)stance;
	return EX_OK;
}

static int take_tags(struct rk_run *run, Renkei__V1__RecordHearingRequest *request)
{
	int status = EX_OK;

	while (rk_run_option_at(run, "tag", request->n_tags))
		request->n_tags++;
	request->tags = rk_run_alloc(run, request->n_tags * sizeof *request->tags);
	for (size_t i = 0; i < request->n_tags && status == EX_OK; i++)
		status = take_tag(run, rk_run_option_at(run, "tag", i), &request->tags[i]);
	return status;
}

/* What was not said anew stays as the record has it. */
static enum rk_status keep_rest(
	struct rk_run *run, Renkei__V1__RecordHearingRequest *request, struct rk_failure *failure)
{
	Renkei__V1__ListMeetingsResponse *all = NULL;
	const Renkei__V1__Meeting *meeting = NULL;
	const char *attendants = rk_run_option(run, "attendants");

	RK_TRY(get_meeting(run, false, &meeting, &all, failure));
	assert(meeting);
	request->attendants = rk_run_str(run, attendants ? attendants : "");
	if (!meeting->n_hearings)
		return RK_OK;
	if (!attendants)
		request->attendants = meeting->hearings[0]->attendants;
	if (!rk_run_option(run, "tag")) {
		request->tags = meeting->hearings[0]->tags;
		request->n_tags = meeting->hearings[0]->n_tags;
	}
	return RK_OK;
}

int rk_cmd_meeting_record(struct rk_run *run)
{
	Renkei__V1__RecordHearingRequest request = RENKEI__V1__RECORD_HEARING_REQUEST__INIT;
	Renkei__V1__RecordHearingResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *code = rk_run_option(run, "municipality"), *text = NULL;
	char request_id[37];
	int status;

	if (!code)
		return rk_usage(run, "usage.option_missing", "option", "municipality");
	status = take_tags(run, &request);
	if (status == EX_OK)
		status = rk_text_given(run, &text);
	if (status != EX_OK)
		return status;
	if (keep_rest(run, &request, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	request.text = rk_run_str(run, text);
	if (rk_on_terminal() && !rk_run_flag(run, "yes"))
		fprintf(stderr, "%s  %s\n%s\n", rk_visible(run, run->operands[0]),
			rk_visible(run, code), rk_visible(run, request.text));
	if (!rk_confirm(run, "meeting.ask_record", NULL))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.number = rk_run_str(run, run->operands[0]);
	request.municipality_code = rk_run_str(run, code);
	if (rk_call(run, "MeetingService/RecordHearing", &request, record_hearing_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return response->meeting
		? print_meetings(run, &response->meeting, 1, &response->meeting->base)
		: EX_OK;
}

/* What is answered to is what was read here, not whatever holds when the call arrives. */
static int answer(struct rk_run *run, bool object, const char *question)
{
	Renkei__V1__AnswerHearingRequest request = RENKEI__V1__ANSWER_HEARING_REQUEST__INIT;
	Renkei__V1__AnswerHearingResponse *response = NULL;
	Renkei__V1__ListMeetingsResponse *all = NULL;
	const Renkei__V1__Meeting *meeting = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *text = rk_run_option(run, "text"), *level = rk_run_option(run, "disclosure");
	char request_id[37];

	if (object && !text)
		return rk_usage(run, "usage.option_missing", "option", "text");
	if (get_meeting(run, false, &meeting, &all, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	assert(meeting);
	if (!meeting->n_hearings) {
		rk_talk(run, "meeting.own_none", "number", meeting->number);
		return EX_NOINPUT;
	}
	if (rk_on_terminal() && !rk_run_flag(run, "yes")) {
		print_head(run, stderr, meeting);
		print_hearing(run, stderr, meeting->hearings[0]);
	}
	if (!rk_confirm(run, question, NULL))
		return rk_not_confirmed();
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.number = meeting->number;
	request.sha256 = meeting->hearings[0]->sha256;
	request.object = object;
	request.reason = rk_run_str(run, text ? text : "");
	if (level)
		request.disclosure = (Renkei__V1__Disclosure)rk_enum_value(
			run, &renkei__v1__disclosure__descriptor, level, NULL);
	if (rk_call(run, "MeetingService/AnswerHearing", &request, answer_hearing_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return response->meeting
		? print_meetings(run, &response->meeting, 1, &response->meeting->base)
		: EX_OK;
}

int rk_cmd_meeting_confirm(struct rk_run *run)
{
	return answer(run, false, "meeting.ask_confirm");
}

int rk_cmd_meeting_object(struct rk_run *run)
{
	return answer(run, true, "meeting.ask_object");
}
