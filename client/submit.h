/* submit.h - reports on their way: planned, sent, received.
 *
 * submit_rebase.c bases files on the latest version where that is asked for; submit_plan.c reads and judges the files and asks; submit_send.c sends until every report is settled or the time is over;
 * submit_latest.c looks at what is there already, submit_newer.c at what others changed since, submit_hint.c says what to do about it; submit_receipt.c verifies, keeps and prints what came back.
 */
#pragma once
#include "form/form.h"
#include "outbox.h"
#include "remote.h"

#include "renkei/v1/report.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"

/* One report on its way. */
struct rk_submit_item {
	const struct rk_form_report *report;
	const Renkei__V1__Report *content; /* NULL: it cannot be unpacked */
	const char *
		on_behalf_of; /* municipality that the secretariat enters it for; NULL = nobody but who sends it, and from the outbox as it was sent before */
	struct rk_outbox_item box;
	struct rk_slice request; /* packed SubmitReportRequest */
	struct rk_slice wrapped; /* the same as SubmitReportsRequest */
	const Renkei__V1__Receipt *receipt;
	const Renkei__V1__Receipt *held; /* kept here since it was sent before; NULL = none */
	bool from_here;                  /* receipt is held: the server did not answer */
	/* Where a report that was sent before stands; NULL: it was sent just now, or it is not known. */
	const Renkei__V1__ReportSummary *now;
	bool settled;
	bool conflict; /* refused, because of what the server has of this report already; failure says how */
	struct rk_failure
		failure; /* of a conflict; of everything that failed when the submission is quiet */
	bool tried;      /* it left, perhaps, and no answer came */
	int status;      /* exit status */
	/* What became of it: "received", "valid", "refused", "unsent", or "unconfirmed": sent, and no answer came. */
	const char *outcome;
};

struct rk_submit {
	struct rk_run *run;
	struct rk_submit_item *items;
	size_t count;
	int64_t until; /* when to give up */
	bool alone;    /* the server did not answer when it was asked about earlier reports */
	/* What fails is kept in its item and said by who prints the items; they are told how many are settled (arg: the submission). */
	bool quiet;
	void (*on_settled)(struct rk_submit *submit);
	/* The exchange that runs: which items stand in it, in its order. */
	size_t *sent;
	size_t sent_count;
	struct rk_failure failure;
};

/* The period of a report that says "nothing to report"; NULL when files are submitted. */
const char *rk_submit_nil(const struct rk_run *run);
/* What a report that waits in the outbox is called when it is sent again. */
const char *rk_submit_called(struct rk_run *run, const struct rk_outbox_pending *item);
/* Bases the reports of a form on the latest version, with --replace and by "report correct"; those that would change nothing are
 * left out, and that is said.  Returns an exit status. */
int rk_submit_rebase(struct rk_run *run, struct rk_form *form);
/* rk_submit_plan reads every file and judges every report before anything is sent.  Returns an exit status; what is wrong is said. */
int rk_submit_plan(struct rk_submit *submit);
/* Says what goes where and asks; true without asking with --yes or --dry-run; without a terminal --yes is required. */
bool rk_submit_agreed(struct rk_submit *submit);
/* The latest version that the server has of a report, whose period is set; *latest stays NULL where there is none. */
RK_MUST_USE enum rk_status rk_submit_latest(struct rk_run *run, const Renkei__V1__Report *report,
	Renkei__V1__GetReportResponse **latest, struct rk_failure *failure);
/* Says what a report changes of the latest version that the server has, and what it would undo there, as far as that can be known. */
void rk_submit_show_changes(struct rk_run *run, const struct rk_submit_item *item);

/* A file that is based on a version before the latest: what each side changed of that version. */
struct rk_submit_newer {
	int32_t base; /* the version that the file is based on */
	const Renkei__V1__ReportSummary *latest;
	const struct rk_report_change *theirs; /* from there to the latest version */
	const struct rk_report_change *own;    /* from there to the file */
	const struct rk_report_change *apart;  /* from the latest version to the file */
	size_t their_count, own_count, apart_count;
	size_t undone; /* so many of theirs are gone when the file takes the latest version's place */
};

/* False when the file is based on no version or on the latest, or when that version cannot be had. */
bool rk_submit_newer(struct rk_run *run, const Renkei__V1__Report *content,
	const Renkei__V1__GetReportResponse *latest, struct rk_submit_newer *newer);
/* Shows what they changed, what the file changes, and what both changed to different ends. */
void rk_submit_show_newer(struct rk_run *run, const struct rk_submit_newer *newer);
/* Gives each report its request_id, on disk before the first byte leaves, and packs it.  Returns an exit status. */
int rk_submit_prepare(struct rk_submit *submit);
/* submit_held.c: looks for the receipts of what was received before.  Where the server does not answer, such a report is settled with it, leaves the
 * outbox, and that is said.  all_held: there is nothing else left to be sent. */
void rk_submit_find_held(struct rk_submit *submit);
bool rk_submit_all_held(const struct rk_submit *submit);
void rk_submit_settle_held(struct rk_submit *submit, struct rk_submit_item *item);
/* Sends what is not settled, again and again with the same request_ids, until all is settled or the time is over. */
void rk_submit_send(struct rk_submit *submit);
/* Says it when the server judges by other rules than this client, or by another day than this computer's; only where it answered, so that nobody waits for it. */
void rk_submit_tell_rules(struct rk_submit *submit);
/* Tells of a conflict what differs from the latest version and what to do; when that has these very bytes, its receipt is the report's. */
void rk_submit_settle_conflict(struct rk_submit *submit, struct rk_submit_item *item);
/* rk_submit_hint says how to change the report that is there: by replacing, correcting, or withdrawing it first.  name: of the report in hand,
 * NULL when none is. */
void rk_submit_hint(struct rk_run *run, const Renkei__V1__ReportSummary *there, const char *name);
/* The same for a file that is behind the latest version: a new form, and what a replacement would undo. */
void rk_submit_hint_newer(
	struct rk_run *run, const struct rk_submit_newer *newer, const char *name);
/* Verifies and keeps the receipts. */
void rk_submit_keep(struct rk_submit *submit);
/* Prints what became of each report.  Returns the gravest exit status. */
int rk_submit_print(struct rk_submit *submit);
