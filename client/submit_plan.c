/* What will be sent: files read, judged, shown, and given their request_ids. */
#include "act.h"
#include "answers.h"
#include "base/text.h"
#include "command.h"
#include "compare.h"
#include "days.h"
#include "periods.h"
#include "server_info.h"
#include "submit.h"
#include "summary.h"
#include "today.h"
#include "verdict.h"
#include "wire/pack.h"
#include "wire/varint.h"

#include "renkei/v1/registry_service.pb-c.h"

#include <string.h>

/* So many are shown one by one before the question. */
#define MOST_SHOWN 20

/* The report's bytes go in as they are: what the receipt's hash covers is what the file gave. */
static enum rk_status pack_request(const struct rk_outbox_item *box, bool validate_only,
	struct rk_slice report, struct rk_buf *out)
{
	RK_TRY(rk_varint_add_head(out, 1, 2, strlen(box->request_id)));
	RK_TRY(rk_buf_add_str(out, box->request_id));
	if (validate_only)
		RK_TRY(rk_varint_add_head(out, 2, 0, 1));
	RK_TRY(rk_varint_add_head(out, 3, 2, report.len));
	RK_TRY(rk_buf_add_slice(out, report));
	if (!*box->on_behalf_of)
		return RK_OK;
	RK_TRY(rk_varint_add_head(out, 4, 2, strlen(box->on_behalf_of)));
	return rk_buf_add_str(out, box->on_behalf_of);
}

/* A stream wraps the same request as its item: packed once, used by itself or with its head. */
static enum rk_status pack(struct rk_run *run, struct rk_submit_item *item)
{
	RK_AUTO(rk_buf_clear) struct rk_buf request = {0}, wrapped = {0};

	RK_TRY(pack_request(
		&item->box, rk_run_flag(run, "dry-run"), item->report->bytes, &request));
	RK_TRY(rk_varint_add_head(&wrapped, 1, 2, request.len));
	size_t head = wrapped.len;

	RK_TRY(rk_buf_add_slice(&wrapped, rk_buf_slice(&request)));
	item->wrapped = rk_slice_of(rk_run_slice(run, rk_buf_slice(&wrapped)), wrapped.len);
	item->request = rk_slice_of(item->wrapped.at + head, request.len);
	return RK_OK;
}

/* "No activity" in one command: a report that says so and nothing else. */
static int gather_nil(struct rk_run *run, struct rk_form *form)
{
	Renkei__V1__Report report = RENKEI__V1__REPORT__INIT;
	Renkei__V1__Period period;
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	struct rk_failure failure = {.retry_ms = -1};
	const char *municipality;

	if (rk_period_asked(rk_submit_nil(run), &period, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	municipality = rk_municipality_asked(run, &failure.err);
	if (!municipality)
		return rk_trouble_before(run, &failure);
	report.municipality_code = rk_run_str(run, municipality);
	report.period = &period;
	report.action = RENKEI__V1__REPORT_ACTION__REPORT_ACTION_NEW;
	report.nil = 1;
	struct rk_form_report *entry = rk_form_add(&run->arena, form,
		rk_run_printf(run, "%s-%s", municipality, rk_period_tag(run, &period)));

	if (!entry || rk_pack(&report.base, &bytes) != RK_OK)
		return EX_OSERR;
	entry->bytes = rk_slice_of(rk_run_slice(run, rk_buf_slice(&bytes)), bytes.len);
	return EX_OK;
}

static bool is_flush(const struct rk_run *run)
{
	return run->command && strcmp(run->command->name, "outbox flush") == 0;
}

const char *rk_submit_called(struct rk_run *run, const struct rk_outbox_pending *item)
{
	Google__Protobuf__Timestamp since = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	since.seconds = item->since;
	return rk_tell(run, "outbox.name", "file",
		item->name[0] ? rk_visible(run, item->name) : item->key, "since",
		rk_moment_told(run, &since));
}

/* What waits lies under a name of ours: it is called as it was when it was made ready. */
static void call_as_before(struct rk_run *run, struct rk_form *form)
{
	struct rk_outbox_pending *items;
	size_t count = is_flush(run) ? rk_outbox_list(run, &items) : 0;

	for (size_t i = 0; i < count; i++)
		if (form->count == 1 && strcmp(items[i].path, form->file) == 0)
			form->reports[0].name = rk_submit_called(run, &items[i]);
}

static int read_forms(struct rk_run *run, struct rk_form *forms, size_t *count)
{
	int worst = EX_OK;

	if (rk_submit_nil(run))
		return gather_nil(run, &forms[(*count)++]);
	for (size_t i = 0; i < run->operand_count; i++) {
		struct rk_err err;

		if (rk_form_read(&run->arena, run->operands[i], &forms[*count], &err) != RK_OK)
			worst = rk_worse(worst, rk_trouble(run, &err));
		else
			call_as_before(run, &forms[(*count)++]);
	}
	return worst;
}

/* Judges one report; 0 errors and an item when it may go. */
static int take(struct rk_submit *submit, const struct rk_form_report *report, int *errors)
{
	struct rk_run *run = submit->run;
	const Renkei__V1__Verdict *verdict;
	ProtobufCMessage *content = NULL;
	struct rk_err err = {0};

	if (rk_check_form(run, report, &verdict, &err) != RK_OK) {
		fprintf(stderr, "%s: ", report->name);
		return rk_trouble(run, &err);
	}
	verdict = rk_verdict_once(run, report, verdict);
	/* A mistake of the form is an error of the verdict; it counts whatever the verdict says. */
	*errors += verdict->error_count ? verdict->error_count : report->err.status != RK_OK;
	fflush(stdout);
	rk_verdict_print_form(run, stderr, report, verdict);
	rk_compare_print(run, stderr, report, report->comparison);
	struct rk_submit_item *item = &submit->items[submit->count++];

	item->report = report;
	if (rk_unpack(&run->arena, &renkei__v1__report__descriptor, report->bytes, &content,
		    &err) == RK_OK)
		item->content = (const Renkei__V1__Report *)(const void *)content;
	return EX_OK;
}

static int gather(struct rk_submit *submit, const struct rk_form *forms, size_t form_count)
{
	struct rk_run *run = submit->run;
	int worst = EX_OK, errors = 0;
	size_t total = 0;

	for (size_t i = 0; i < form_count; i++)
		total += forms[i].count;
	submit->items = rk_run_alloc(run, total * sizeof *submit->items);
	submit->sent = rk_run_alloc(run, total * sizeof *submit->sent);
	for (size_t i = 0; i < form_count; i++)
		for (size_t n = 0; n < forms[i].count; n++)
			worst = rk_worse(worst, take(submit, &forms[i].reports[n], &errors));
	if (!errors)
		return worst;
	rk_talk(run, "submit.refused_here", "errors", rk_run_printf(run, "%d", errors));
	run->failed = true;
	return rk_worse(worst, EX_DATAERR);
}

int rk_submit_plan(struct rk_submit *submit)
{
	struct rk_run *run = submit->run;
	struct rk_form *forms = rk_run_alloc(run, (run->operand_count + 1) * sizeof *forms);
	struct rk_answers answers = {0};
	size_t form_count = 0;
	int status = read_forms(run, forms, &form_count);

	for (size_t i = 0; status == EX_OK && i < form_count; i++)
		status = rk_submit_rebase(run, &forms[i]);
	/* What waits in the outbox was looked at when it was made ready. */
	if (status == EX_OK && !is_flush(run) && !rk_submit_nil(run))
		submit->alone = !rk_compare_forms(run, forms, form_count);
	for (size_t i = 0; status == EX_OK && i < form_count; i++)
		status = rk_answers_add(run, &answers, &forms[i]);
	if (status == EX_OK)
		status = rk_answers_unused(run, &answers);
	return status == EX_OK ? gather(submit, forms, form_count) : status;
}

/* With the days to it, as the calendar counts them; on its last day the hours. */
static const char *due_shown(struct rk_run *run, const Google__Protobuf__Timestamp *due)
{
	int64_t now = rk_now(run), days = rk_days_left(now, due->seconds);
	const char *time = rk_moment_told(run, due);

	if (days == 0)
		return rk_tell(run, "submit.due_soon", "time", time, "span",
			rk_span(run, due->seconds - now));
	return rk_tell(run, days < 0 ? "submit.due_over" : "submit.due_in", "time", time, "days",
		rk_run_printf(run, "%lld", (long long)(days < 0 ? -days : days)));
}

/* The deadline of a period, asked of the server as long as it answers. */
static const char *due_of(struct rk_run *run, Renkei__V1__Period *period, bool *reachable)
{
	Renkei__V1__GetPeriodRequest request = RENKEI__V1__GET_PERIOD_REQUEST__INIT;
	Renkei__V1__GetPeriodResponse *response = NULL;
	struct rk_failure failure;

	request.period = period;
	if (!period || !*reachable ||
		rk_call(run, "RegistryService/GetPeriod", &request, get_period_response, &response,
			&failure) != RK_OK) {
		*reachable = *reachable && (!period || failure.from_server);
		return rk_tell(run, "submit.due_unknown");
	}
	(void)rk_clock_ask(run);
	return response->period && response->period->due_at
		? due_shown(run, response->period->due_at)
		: rk_tell(run, "submit.due_none");
}

static void show(struct rk_run *run, const struct rk_submit_item *item, bool *reachable)
{
	if (!item->content)
		return;
	rk_talk(run, "submit.about", "file", item->report->name, "municipality",
		item->content->municipality_code, "period",
		rk_period_label(run, item->content->period), "due",
		due_of(run, item->content->period, reachable));
	if (*reachable)
		rk_submit_show_changes(run, item);
}

bool rk_submit_agreed(struct rk_submit *submit)
{
	struct rk_run *run = submit->run;
	bool reachable = true;

	if (rk_run_flag(run, "dry-run"))
		for (size_t i = 0; i < submit->count && i < MOST_SHOWN; i++)
			rk_submit_show_changes(run, &submit->items[i]);
	if (rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run"))
		return true;
	if (!rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		return false;
	}
	rk_talk(run, "submit.server", "server", run->profile.server ? run->profile.server : "-");
	for (size_t i = 0; i < submit->count && i < MOST_SHOWN; i++)
		show(run, &submit->items[i], &reachable);
	if (submit->count > MOST_SHOWN)
		rk_talk(run, "submit.and_more", "count",
			rk_run_printf(run, "%zu", submit->count - MOST_SHOWN));
	if (rk_ask(run,
		    rk_tell(run, is_flush(run) ? "outbox.ask" : "submit.ask", "count",
			    rk_run_printf(run, "%zu", submit->count))))
		return true;
	rk_talk(run, "submit.not_sent");
	return false;
}

/* A request that is judged and not made: it leaves nothing behind. */
static enum rk_status rehearse(struct rk_run *run, struct rk_submit_item *item,
	const char *on_behalf_of, struct rk_err *err)
{
	struct rk_outbox_item *box = &item->box;

	if (!rk_text_uuid(box->request_id))
		return rk_fail(err, RK_INTERNAL, "no random numbers from the system");
	if (!on_behalf_of)
		return rk_outbox_on_behalf_of(run, item->report->bytes, box->on_behalf_of, err);
	snprintf(box->on_behalf_of, sizeof box->on_behalf_of, "%s", on_behalf_of);
	return RK_OK;
}

int rk_submit_prepare(struct rk_submit *submit)
{
	struct rk_run *run = submit->run;
	bool dry = rk_run_flag(run, "dry-run");
	const char *own = strcmp(run->command->name, "outbox flush") == 0 ? NULL : "";

	for (size_t i = 0; i < submit->count; i++) {
		struct rk_submit_item *item = &submit->items[i];
		const char *whose = item->on_behalf_of ? item->on_behalf_of : own;
		struct rk_err err;

		if (dry ? rehearse(run, item, whose, &err) != RK_OK
			: rk_outbox_open(run,
				  &(const struct rk_outbox_wish){RK_OUTBOX_REPORT,
					  item->report->name, whose, item->report->bytes},
				  &item->box, &err) != RK_OK)
			return dry ? rk_trouble(run, &err) : rk_outbox_not_opened(run, &err);
		if (item->box.known && !submit->quiet)
			rk_talk(run, "submit.known", "file", item->report->name, "request",
				item->box.request_id);
		if (pack(run, item) != RK_OK)
			return EX_OSERR;
	}
	if (!dry)
		rk_submit_find_held(submit);
	return EX_OK;
}
