#include "summary.h"

#include "labels.h"
#include "out.h"
#include "periods.h"

bool rk_confirm(struct rk_run *run, const char *code, const Renkei__V1__ReportSummary *summary)
{
	if (rk_run_flag(run, "yes") || rk_run_flag(run, "dry-run"))
		return true;
	if (!rk_on_terminal()) {
		rk_talk(run, "ask.needs_yes");
		run->failed = true;
		return false;
	}
	if (summary)
		rk_talk(run, "summary.about", "receipt", summary->receipt_number, "name",
			summary->municipality_name_ja, "period",
			rk_period_label(run, summary->period), "state",
			rk_label_enum(
				run, &renkei__v1__report_state__descriptor, (int)summary->state),
			"sha256", summary->sha256);
	if (rk_ask(run, rk_tell(run, code)))
		return true;
	rk_talk(run, "ask.nothing_done");
	return false;
}

const char *rk_shown_enum(struct rk_run *run, const ProtobufCEnumDescriptor *type, int value)
{
	return rk_out_is_human(run) ? rk_label_enum(run, type, value)
				    : rk_enum_name(run, type, value);
}

int rk_not_confirmed(void)
{
	return rk_on_terminal() ? EX_TEMPFAIL : EX_USAGE;
}
