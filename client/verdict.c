#include "verdict.h"

#include "base/text.h"
#include "form/address.h"
#include "form/lines.h"
#include "labels.h"
#include "say_client.h"
#include "today.h"
#include "words/rules.h"

#include "renkei/v1/report.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* The field at "activities[0].kind"; NULL when the path leaves the report. */
static const ProtobufCFieldDescriptor *field_at(const char *path)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;
	const ProtobufCFieldDescriptor *field = NULL;

	while (type && *path) {
		char name[64];
		size_t len = strcspn(path, ".[");

		if (len >= sizeof name)
			return NULL;
		memcpy(name, path, len);
		name[len] = '\0';
		field = protobuf_c_message_descriptor_get_field_by_name(type, name);
		type = field && field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
		path += strcspn(path, ".");
		path += *path == '.';
	}
	return *path ? NULL : field;
}

/* A choice in the words of the form; NULL for other findings, and for a file in which the names that programs know stand themselves. */
static const char *choice_sentence(
	struct rk_run *run, const struct rk_form_report *report, const Renkei__V1__Finding *finding)
{
	const ProtobufCFieldDescriptor *field;
	const char *choices = "";

	if ((report && !report->shown) || strncmp(finding->code, "ENUM_", 5) != 0)
		return NULL;
	field = field_at(finding->field_path);
	if (!field || field->type != PROTOBUF_C_TYPE_ENUM)
		return NULL;
	for (unsigned i = 0; i < ((const ProtobufCEnumDescriptor *)field->descriptor)->n_values;
		i++) {
		const ProtobufCEnumDescriptor *type = field->descriptor;
		const char *label = type->values[i].value
			? rk_label_enum(run, type, type->values[i].value)
			: "";

		if (label[0])
			choices = rk_run_printf(run, "%s%s%s", choices,
				choices[0] ? rk_tell(run, "list.comma") : "", label);
	}
	return rk_tell(run, finding->code, "value", finding->value, "choices", choices);
}

const char *rk_finding_sentence(
	struct rk_run *run, const struct rk_form_report *report, const Renkei__V1__Finding *finding)
{
	const Renkei__V1__LocalizedText *sentence = finding->sentence;
	const char *own = choice_sentence(run, report, finding);

	if (own)
		return own;
	if (!sentence)
		return finding->code;
	own = run->language == RK_JA     ? sentence->ja
		: run->language == RK_ZH ? sentence->zh
					 : sentence->en;
	return own[0] ? own : sentence->en;
}

const char *rk_finding_shown(
	const struct rk_form_report *report, const Renkei__V1__Finding *finding, const char *value)
{
	return report && report->shown ? report->shown(report, finding->field_path, value) : value;
}

const char *rk_severity_name(Renkei__V1__Severity severity)
{
	switch (severity) {
	case RENKEI__V1__SEVERITY__SEVERITY_ERROR:
		return "error";
	case RENKEI__V1__SEVERITY__SEVERITY_WARNING:
		return "warning";
	case RENKEI__V1__SEVERITY__SEVERITY_INFO:
		return "info";
	default:
		return "unspecified";
	}
}

const char *rk_severity_label(struct rk_run *run, Renkei__V1__Severity severity)
{
	return rk_tell(run, rk_run_printf(run, "severity.%s", rk_severity_name(severity)));
}

/* line: where its value stands; NULL: in no text. */
static void print_finding(struct rk_run *run, FILE *out, const struct rk_form_report *report,
	const Renkei__V1__Finding *finding, const size_t *line)
{
	const char *colour = "", *plain = "", *place = finding->field_path;

	if (run->colour && out == stderr) {
		colour = finding->severity == RENKEI__V1__SEVERITY__SEVERITY_ERROR    ? "\033[31m"
			: finding->severity == RENKEI__V1__SEVERITY__SEVERITY_WARNING ? "\033[33m"
										      : "\033[36m";
		plain = "\033[0m";
	}
	if (report && report->place)
		place = report->place(report, finding->field_path);
	fprintf(out, "  %s%s%s %s", colour, rk_severity_label(run, finding->severity), plain,
		rk_visible(run, place));
	const char *label = rk_label_path(run, finding->field_path);

	if (label)
		fprintf(out, " (%s)", rk_visible(run, label));
	if (finding->value[0])
		fprintf(out, " = \"%s\"",
			rk_visible(run, rk_finding_shown(report, finding, finding->value)));
	if (line && finding->field_path[0])
		fprintf(out, "  %s",
			rk_tell(run, "finding.line", "line",
				rk_run_printf(run, "%zu", report->line + *line)));
	fprintf(out, "\n    %s [%s]\n", rk_visible(run, rk_finding_sentence(run, report, finding)),
		rk_visible(run, finding->code));
	if (finding->suggestion[0])
		fprintf(out, "    %s\n",
			rk_tell(run, "finding.suggestion", "value",
				rk_visible(run,
					rk_finding_shown(report, finding, finding->suggestion))));
	if (finding->answer[0])
		fprintf(out, "    %s\n",
			rk_tell(run, "finding.answer", "reason", rk_visible(run, finding->answer)));
	/* The field that a hand-written report lacks most often; there is no default, since a default would hide an overwrite. */
	if (strcmp(finding->field_path, "action") == 0 &&
		strcmp(finding->code, "ENUM_REQUIRED") == 0)
		fprintf(out, "    %s\n", rk_tell(run, "finding.action"));
}

/* A finding and the cell it stands at. */
struct placed {
	const Renkei__V1__Finding *finding;
	const char *place;
	size_t sheet, number; /* of its sheet and of itself, by their first mention */
	struct rk_address at; /* {0}: no cell */
};

/* "取組!P5" */
static void find_cell(struct placed *placed)
{
	const char *mark = strrchr(placed->place, '!');

	if (!mark || !rk_address_parse(rk_slice_str(mark + 1), &placed->at))
		placed->at = (struct rk_address){0};
}

static bool same_sheet(const struct placed *a, const struct placed *b)
{
	const char *mark = strrchr(a->place, '!');
	size_t len = mark ? (size_t)(mark - a->place) + 1 : 0;

	return len > 0 && a->at.row && b->at.row && strncmp(a->place, b->place, len) == 0;
}

static int by_cell(const void *one, const void *other)
{
	const struct placed *a = one, *b = other;

	if (a->sheet != b->sheet)
		return a->sheet < b->sheet ? -1 : 1;
	if (a->at.row != b->at.row)
		return a->at.row < b->at.row ? -1 : 1;
	if (a->at.column != b->at.column)
		return a->at.column < b->at.column ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static bool says_the_same(struct rk_run *run, const struct rk_form_report *report,
	const struct placed *a, const struct placed *b)
{
	return strcmp(a->place, b->place) == 0 && strcmp(a->finding->code, b->finding->code) == 0 &&
		strcmp(a->finding->value, b->finding->value) == 0 &&
		strcmp(a->finding->answer, b->finding->answer) == 0 &&
		strcmp(rk_finding_sentence(run, report, a->finding),
			rk_finding_sentence(run, report, b->finding)) == 0;
}

/* Numbered by their first mention; a finding without a cell stands by itself. */
static void number_sheets(struct rk_run *run, struct placed *placed, size_t count)
{
	size_t *first = rk_run_alloc(run, (count + 1) * sizeof *first), sheets = 0;

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		placed[i].sheet = i;
		if (!placed[i].at.row)
			continue;
		while (k < sheets && !same_sheet(&placed[first[k]], &placed[i]))
			k++;
		if (k == sheets)
			first[sheets++] = i;
		placed[i].sheet = first[k];
	}
}

const Renkei__V1__Finding **rk_findings_in_order(struct rk_run *run,
	const struct rk_form_report *report, const Renkei__V1__Verdict *verdict, size_t *count)
{
	size_t n = verdict->n_findings;
	const Renkei__V1__Finding **out = rk_run_alloc(run, (n + 1) * sizeof *out);
	struct placed *placed = rk_run_alloc(run, (n + 1) * sizeof *placed);
	bool cells = report && report->place;

	for (size_t i = 0; i < n; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];

		placed[i] = (struct placed){.finding = finding, .number = i};
		placed[i].place = cells ? report->place(report, finding->field_path) : "";
		find_cell(&placed[i]);
	}
	number_sheets(run, placed, n);
	qsort(placed, n, sizeof *placed, by_cell);
	*count = 0;
	for (size_t i = 0; i < n; i++)
		if (!cells || i == 0 || !says_the_same(run, report, &placed[i - 1], &placed[i]))
			out[(*count)++] = placed[i].finding;
	return out;
}

static void count_finding(Renkei__V1__Verdict *verdict, const Renkei__V1__Finding *finding)
{
	verdict->error_count += finding->severity == RENKEI__V1__SEVERITY__SEVERITY_ERROR;
	verdict->warning_count += finding->severity == RENKEI__V1__SEVERITY__SEVERITY_WARNING;
	verdict->info_count += finding->severity == RENKEI__V1__SEVERITY__SEVERITY_INFO;
	verdict->answered_count += *finding->answer != '\0';
}

const Renkei__V1__Verdict *rk_verdict_once(
	struct rk_run *run, const struct rk_form_report *report, const Renkei__V1__Verdict *verdict)
{
	Renkei__V1__Verdict *once = rk_run_alloc(run, sizeof *once);
	const Renkei__V1__Finding **findings;

	*once = *verdict;
	findings = rk_findings_in_order(run, report, verdict, &once->n_findings);
	once->findings = rk_run_alloc(run, (once->n_findings + 1) * sizeof *once->findings);
	once->error_count = once->warning_count = once->info_count = once->answered_count = 0;
	for (size_t i = 0; i < once->n_findings; i++) {
		/* A verdict's are not const; nobody changes them. */
		once->findings[i] = (Renkei__V1__Finding *)(uintptr_t)findings[i];
		count_finding(once, findings[i]);
	}
	return once;
}

/* Where the findings stand in the text that the report was read from; NULL when it was read from none. */
static const size_t *lines_of(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Finding *const *findings, size_t count)
{
	const char **paths = rk_run_alloc(run, count * sizeof *paths);
	size_t *lines = rk_run_alloc(run, count * sizeof *lines);

	if (!report || !report->text.at || count == 0)
		return NULL;
	for (size_t i = 0; i < count; i++)
		paths[i] = findings[i]->field_path;
	return rk_form_lines_of(report->text, paths, count, lines) ? lines : NULL;
}

void rk_verdict_print_form(struct rk_run *run, FILE *out, const struct rk_form_report *report,
	const Renkei__V1__Verdict *verdict)
{
	size_t count;

	if (report && verdict->n_findings)
		fprintf(out, "%s\n", rk_visible(run, report->name));
	const Renkei__V1__Finding **findings = rk_findings_in_order(run, report, verdict, &count);
	const size_t *lines = lines_of(run, report, findings, count);

	for (size_t i = 0; i < count; i++)
		print_finding(run, out, report, findings[i], lines ? &lines[i] : NULL);
}

void rk_verdict_talk(struct rk_run *run, const Renkei__V1__Verdict *verdict)
{
	fflush(stdout);
	rk_verdict_print_form(run, stderr, NULL, verdict);
}

/* The day is a guess of this computer's, and an officer who is told "after today" looks for the mistake in the form. */
static void doubt_clock(struct rk_run *run, const Renkei__V1__Verdict *verdict)
{
	for (size_t i = 0; i < verdict->n_findings; i++) {
		Renkei__V1__LocalizedText *sentence = verdict->findings[i]->sentence;

		if (!sentence || !rk_rules_rest_on_today(verdict->findings[i]->code))
			continue;
		sentence->en = rk_run_printf(
			run, "%s %s", sentence->en, rk_client_text(RK_EN, "finding.clock"));
		sentence->ja = rk_run_printf(
			run, "%s%s", sentence->ja, rk_client_text(RK_JA, "finding.clock"));
		sentence->zh = rk_run_printf(
			run, "%s%s", sentence->zh, rk_client_text(RK_ZH, "finding.clock"));
	}
}

enum rk_status rk_check_form(struct rk_run *run, const struct rk_form_report *report,
	const Renkei__V1__Verdict **verdict, struct rk_err *err)
{
	int32_t latest = 0;
	struct rk_rules_context context = {.faults = report->faults, .latest = &latest};
	Renkei__V1__Report *unpacked;
	Renkei__V1__Verdict *judged;

	if (!report->bytes.at) {
		*err = report->err;
		return err->status;
	}
	RK_TRY(rk_today(run, &context.today, err));
	RK_TRY(rk_rules_check(&run->arena, report->bytes, &context, &unpacked, &judged, err));
	if (rk_today_is_own(run) && rk_today_decides(run, latest)) {
		int32_t own = context.today;

		/* The server knows better. */
		if (rk_clock_ask(run) && rk_today(run, &context.today, err) == RK_OK &&
			context.today != own)
			RK_TRY(rk_rules_check(
				&run->arena, report->bytes, &context, &unpacked, &judged, err));
		run->clock_decides = run->clock_decides ||
			(rk_today_is_own(run) && latest <= context.today);
	}
	if (rk_today_is_own(run))
		doubt_clock(run, judged);
	*verdict = judged;
	return RK_OK;
}
