#include "meant.h"

#include "periods.h"
#include "server_info.h"
#include "wire/pack.h"
#include "words/code.h"

#include "renkei/v1/report.pb-c.h"

#include <string.h>

static const Renkei__V1__Report *unpack(struct rk_run *run, const struct rk_form_report *report)
{
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (rk_unpack(&run->arena, &renkei__v1__report__descriptor, report->bytes, &message,
		    &err) != RK_OK)
		return NULL;
	return (const Renkei__V1__Report *)(const void *)message;
}

/* "401005 北九州市" */
static const char *municipality(struct rk_run *run, const char *code)
{
	const struct rk_code_name *name = rk_lg_name(rk_slice_str(code));

	if (!name)
		return code;
	return rk_run_printf(run, "%s %s", code,
		run->language == RK_JA           ? name->ja
			: run->language == RK_ZH ? name->zh
						 : name->en);
}

/* The sentence of code in the run's language of the moment; {value} is what the report has, {own} what was meant. */
static char *sentence(struct rk_run *run, const char *code, const Renkei__V1__Report *report,
	const char *own, const Renkei__V1__Period *period)
{
	return rk_run_str(run,
		rk_tell(run, code, "value",
			period ? rk_period_label(run, report->period)
			       : rk_visible(run, municipality(run, report->municipality_code)),
			"own", period ? rk_period_label(run, period) : municipality(run, own)));
}

static Renkei__V1__Finding *finding(struct rk_run *run, const char *code,
	const Renkei__V1__Report *report, const char *own, const Renkei__V1__Period *period)
{
	Renkei__V1__Finding *made = rk_run_alloc(run, sizeof *made);
	enum rk_language language = run->language;

	renkei__v1__finding__init(made);
	made->code = rk_run_str(run, code);
	made->severity = RENKEI__V1__SEVERITY__SEVERITY_WARNING;
	made->field_path = rk_run_str(run, period ? "period" : "municipality_code");
	made->value = rk_run_str(
		run, period ? rk_period_tag(run, report->period) : report->municipality_code);
	made->suggestion = rk_run_str(run, period ? rk_period_tag(run, period) : own);
	made->sentence = rk_run_alloc(run, sizeof *made->sentence);
	renkei__v1__localized_text__init(made->sentence);
	run->language = RK_EN;
	made->sentence->en = sentence(run, code, report, own, period);
	run->language = RK_JA;
	made->sentence->ja = sentence(run, code, report, own, period);
	run->language = RK_ZH;
	made->sentence->zh = sentence(run, code, report, own, period);
	run->language = language;
	return made;
}

static bool is_other(const Renkei__V1__Period *one, const Renkei__V1__Period *other)
{
	return one && other &&
		(one->fiscal_year != other->fiscal_year || one->quarter != other->quarter ||
			one->variant != other->variant);
}

const Renkei__V1__Verdict *rk_meant_joined(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Verdict *verdict, const Renkei__V1__Period *period)
{
	const Renkei__V1__Report *content = unpack(run, report);
	const char *own = rk_municipality_own(run);
	Renkei__V1__Finding *found[2];
	Renkei__V1__Verdict *joined;
	size_t count = 0;

	if (!content)
		return verdict;
	if (own && content->municipality_code[0] && strcmp(own, content->municipality_code) != 0)
		found[count++] = finding(run, "MUNICIPALITY_NOT_OWN", content, own, NULL);
	if (is_other(period, content->period))
		found[count++] = finding(run, "PERIOD_NOT_ASKED", content, NULL, period);
	if (count == 0)
		return verdict;
	joined = rk_run_alloc(run, sizeof *joined);
	*joined = *verdict;
	joined->n_findings += count;
	joined->warning_count += (int32_t)count;
	joined->findings = rk_run_alloc(run, joined->n_findings * sizeof *joined->findings);
	memcpy(joined->findings, found, count * sizeof *found);
	if (verdict->n_findings)
		memcpy(joined->findings + count, verdict->findings,
			verdict->n_findings * sizeof *joined->findings);
	return joined;
}
