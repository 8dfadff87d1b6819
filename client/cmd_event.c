/* renkei event link, apart, undo, choose - which records are one event, and whose figure counts; each word with its reason. */
#include "cmd_event.h"

#include "base/text.h"
#include "command.h"
#include "labels.h"
#include "out.h"
#include "remote.h"
#include "summary.h"

#include <string.h>

/* "401005/seminar.2016-10". */
static int take_activity(struct rk_run *run, const char *text, Renkei__V1__RecordKey *key)
{
	const char *slash = strchr(text, '/');

	renkei__v1__record_key__init(key);
	if (!slash || slash == text || !slash[1])
		return rk_usage(run, "usage.activity", "value", text);
	key->municipality_code = rk_run_slice(run, rk_slice_of(text, (size_t)(slash - text)));
	key->activity_id = rk_run_str(run, slash + 1);
	return EX_OK;
}

static enum rk_status send_word(struct rk_run *run, Renkei__V1__DecideEventRequest *request,
	bool validate_only, Renkei__V1__DecideEventResponse **answer, struct rk_failure *failure)
{
	request->validate_only = validate_only;
	return rk_call(
		run, "EventService/DecideEvent", request, decide_event_response, answer, failure);
}

/* What the server would refuse is refused before anybody is asked, and both titles are seen. */
static int decide(struct rk_run *run, Renkei__V1__EventWord word, const char *question)
{
	Renkei__V1__DecideEventRequest request = RENKEI__V1__DECIDE_EVENT_REQUEST__INIT;
	Renkei__V1__DecideEventResponse *answer = NULL;
	Renkei__V1__RecordKey record, other;
	struct rk_failure failure = {.retry_ms = -1};
	const char *reason = rk_run_option(run, "reason");
	bool dry = rk_run_flag(run, "dry-run");
	char request_id[37];
	int status = take_activity(run, run->operands[0], &record);

	if (status == EX_OK)
		status = take_activity(run, run->operands[1], &other);
	if (status != EX_OK)
		return status;
	if (!reason)
		return rk_usage(run, "usage.option_missing", "option", "reason");
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.record = &record;
	request.other = &other;
	request.word = word;
	request.reason = rk_run_str(run, reason);
	if (!dry && !rk_run_flag(run, "yes") && rk_on_terminal()) {
		if (send_word(run, &request, true, &answer, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
		rk_event_pair_print(run, answer->pair);
	}
	if (!rk_confirm(run, question, NULL))
		return rk_not_confirmed();
	if (send_word(run, &request, dry, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!rk_out_is_human(run))
		return rk_message_print(run, &answer->base);
	rk_event_pair_print(run, answer->pair);
	if (dry)
		return EX_OK;
	rk_talk(run, answer->one_event ? "event.is_one" : "event.is_two");
	if (word == RENKEI__V1__EVENT_WORD__EVENT_WORD_APART && answer->one_event)
		rk_talk(run, "event.joined_by_others");
	return EX_OK;
}

int rk_cmd_event_link(struct rk_run *run)
{
	return decide(run, RENKEI__V1__EVENT_WORD__EVENT_WORD_LINKED, "event.link_ask");
}

int rk_cmd_event_apart(struct rk_run *run)
{
	return decide(run, RENKEI__V1__EVENT_WORD__EVENT_WORD_APART, "event.apart_ask");
}

int rk_cmd_event_undo(struct rk_run *run)
{
	return decide(run, RENKEI__V1__EVENT_WORD__EVENT_WORD_OPEN, "event.undo_ask");
}

int rk_cmd_event_choose(struct rk_run *run)
{
	Renkei__V1__ChooseFigureRequest request = RENKEI__V1__CHOOSE_FIGURE_REQUEST__INIT;
	Renkei__V1__ChooseFigureResponse *answer = NULL;
	Renkei__V1__RecordKey record;
	struct rk_failure failure = {.retry_ms = -1};
	const char *reason = rk_run_option(run, "reason"), *figure = rk_run_option(run, "figure");
	char request_id[37];
	int status = take_activity(run, run->operands[0], &record);

	if (status != EX_OK)
		return status;
	if (!figure || !reason)
		return rk_usage(
			run, "usage.option_missing", "option", figure ? "reason" : "figure");
	if (!rk_text_uuid(request_id))
		return EX_OSERR;
	request.request_id = request_id;
	request.record = &record;
	request.figure = (Renkei__V1__Measure)rk_enum_value(
		run, &renkei__v1__measure__descriptor, figure, NULL);
	request.take_back = rk_run_flag(run, "take-back");
	request.reason = rk_run_str(run, reason);
	request.validate_only = rk_run_flag(run, "dry-run");
	if (!rk_confirm(run, request.take_back ? "event.take_back_ask" : "event.choose_ask", NULL))
		return rk_not_confirmed();
	if (rk_call(run, "EventService/ChooseFigure", &request, choose_figure_response, &answer,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!rk_out_is_human(run))
		return rk_message_print(run, &answer->base);
	if (answer->event)
		rk_joint_event_print(run, answer->event);
	return EX_OK;
}
