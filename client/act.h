/* act.h - what a municipality does to what it sent: takes back, releases, sends back, confirms, removes.
 *
 * An act goes the way of a report: its request lies in the outbox (outbox.h) before the first byte leaves and keeps its id for ever, so that
 * the same command given again, and renkei outbox flush, get the first answer.  What is asked for is bound to a version, so the same wish
 * is the same bytes.  act.c sends; report_act.c is the story of the four acts on a report; each act stands with its command.
 */
#pragma once
#include "outbox.h"
#include "remote.h"
#include "summary.h"

struct rk_act {
	/* Ends the name of its file in the outbox, and is what programs read; for people it is the text "act.WORD". */
	const char *word;
	const char *path;
	const ProtobufCMessageDescriptor *request, *response;
	/* Keeps and prints what came back.  Returns an exit status; at any but EX_OK the act stays in the outbox, which gives the same answer again. */
	int (*tell)(struct rk_run *run, const ProtobufCMessage *request,
		const ProtobufCMessage *response);
	/* Said once more after its answer it is another wish: nothing in it names a version that it would do again. */
	bool anew;
	/* Sends one that waits and is no single call; NULL: act.c does. */
	int (*again)(struct rk_run *run, const struct rk_outbox_pending *item);
};

extern const struct rk_act rk_act_withdraw, rk_act_release, rk_act_send_back, rk_act_confirm,
	rk_act_remove, rk_act_extension, rk_act_attach;
/* The act of this word; NULL when there is none. */
const struct rk_act *rk_act_named(const char *word);

/* A request of this act, with nothing set. */
ProtobufCMessage *rk_act_request(struct rk_run *run, const struct rk_act *act);
/* Sets a field of a message to the size bytes at value; one that it does not have is left out. */
void rk_act_set(ProtobufCMessage *message, const char *field, const void *value, size_t size);
/* A field that is a text or a message; NULL when it is not set, or there is none. */
const void *rk_act_get(const ProtobufCMessage *message, const char *field);
/* Puts the request into the outbox, without sending it.  Errors: those of rk_outbox_open. */
RK_MUST_USE enum rk_status rk_act_open(struct rk_run *run, const struct rk_act *act,
	const char *name, const ProtobufCMessage *request, struct rk_outbox_item *box,
	struct rk_err *err);
/* rk_act_do puts the request into the outbox, sends it and tells what came back; with --dry-run it leaves nothing behind.  name: the number
 * it is about, for people.  Returns an exit status; what went wrong is said, and in failure. */
int rk_act_do(struct rk_run *run, const struct rk_act *act, const char *name,
	ProtobufCMessage *request, struct rk_failure *failure);
/* Sends one that waits. */
int rk_act_again(struct rk_run *run, const struct rk_outbox_pending *item);
/* The request of one that waits; NULL when it cannot be read. */
ProtobufCMessage *rk_act_waiting(struct rk_run *run, const struct rk_outbox_pending *item);
/* Whether both are there and the same quarter, of its report or of its forecast; a variant that is not said is the report. */
bool rk_act_same_period(const Renkei__V1__Period *a, const Renkei__V1__Period *b);
/* The own one of this act that waits for this municipality's report of the period, of any version where that is 0; NULL when none does, and in a
 * dry run.  Who gives the command again after a line broke means it: what would be found now, it may have done itself. */
const struct rk_outbox_pending *rk_act_find(struct rk_run *run, const struct rk_act *act,
	const char *municipality, const Renkei__V1__Period *period, int32_t version);
/* Says that it waits already, and sends it. */
int rk_act_send_found(struct rk_run *run, const struct rk_outbox_pending *item);

/* An act on a report, as report_act.c tells it. */
struct rk_report_act {
	const struct rk_act *act;
	const char *ask; /* the question, a code */
	bool reason;     /* it needs one */
	/* Nobody answers for what was not seen: the content is read, and the request names its digest. */
	bool seen;
	/* Whether it is asked about; what cannot be done is the server's to refuse, without a question before.  NULL: always. */
	bool (*asked)(const Renkei__V1__ReportSummary *summary);
	/* What is shown before the question; NULL: nothing. */
	enum rk_status (*show)(struct rk_run *run, struct rk_report_key *key,
		const Renkei__V1__GetReportResponse *seen, struct rk_failure *failure);
	/* What else of a report that is not asked about the act may be for: shows it, writes it into the request, and returns whether it is to be asked
	 * about after all.  NULL: nothing. */
	bool (*other)(struct rk_run *run, const Renkei__V1__GetReportResponse *seen,
		ProtobufCMessage *request);
};

/* One command, from its operand to its answer.  Returns an exit status; *about is the report as it was before, NULL where it was not
 * looked at. */
int rk_report_act_run(struct rk_run *run, const struct rk_report_act *what,
	const Renkei__V1__ReportSummary **about, struct rk_failure *failure);
/* rk_trouble_at for what went wrong before anything was to be sent: that nothing was kept is told where the line is the trouble. */
int rk_trouble_before(struct rk_run *run, const struct rk_failure *failure);
/* Prints the summary of an answer. */
int rk_report_act_tell(
	struct rk_run *run, const ProtobufCMessage *request, const ProtobufCMessage *response);
