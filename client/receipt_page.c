#include "receipt_page.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "base/wrap.h"
#include "days.h"
#include "encoding.h"
#include "form/insert.h"
#include "periods.h"
#include "receipt_final.h"
#include "server_info.h"
#include "words/code.h"
#include "words/period.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_COLUMNS  80
#define LABEL_COLUMNS 16 /* so that a digest stands on one line */
#define MICROSECONDS  1000000

struct page {
	struct rk_run *run;
	FILE *out;
	bool html;
	const Renkei__V1__Receipt *receipt;
	const struct rk_receipt_proof *proof;
};

static void put_html(const struct page *page, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf safe = {0};

	if (rk_xml_add_text(&safe, text) == RK_OK)
		(void)fwrite(safe.at, 1, safe.len, page->out);
}

/* The lines of a text, each behind so many blanks; none is before the first one. */
static void put_wrapped(const struct page *page, const char *text, size_t indent)
{
	struct rk_slice rest = rk_slice_str(text);
	bool first = true;

	do {
		struct rk_slice line = rk_wrap_next(&rest, PAGE_COLUMNS - indent);

		fprintf(page->out, "%*s%.*s\n", first ? 0 : (int)indent, "", (int)line.len,
			(const char *)line.at);
		first = false;
	} while (rest.len);
}

static void field(const struct page *page, const char *code, const char *value, bool exact)
{
	const char *label = rk_tell(page->run, code);
	size_t width = rk_text_width(rk_slice_str(label));

	if (!page->html) {
		fprintf(page->out, "%s%*s", label,
			(int)(width < LABEL_COLUMNS ? LABEL_COLUMNS - width : 1), "");
		put_wrapped(page, value, LABEL_COLUMNS);
		return;
	}
	fputs("<tr><th>", page->out);
	put_html(page, label);
	fputs(exact ? "</th><td class=\"exact\">" : "</th><td>", page->out);
	put_html(page, value);
	fputs("</td></tr>\n", page->out);
}

static void heading(const struct page *page, const char *code)
{
	const char *text = rk_tell(page->run, code);

	if (!page->html) {
		fprintf(page->out, "\n%s\n", text);
		return;
	}
	fputs("<h2>", page->out);
	put_html(page, text);
	fputs("</h2>\n", page->out);
}

static void paragraph(const struct page *page, const char *text)
{
	if (!page->html) {
		put_wrapped(page, text, 0);
		return;
	}
	fputs("<p>", page->out);
	put_html(page, text);
	fputs("</p>\n", page->out);
}

/* To be typed, or compared byte for byte: no line of it may break elsewhere. */
static void verbatim(const struct page *page, const char *text)
{
	if (page->html) {
		fputs("<pre>", page->out);
		put_html(page, text);
		fputs("</pre>\n", page->out);
		return;
	}
	while (*text) {
		int len = (int)strcspn(text, "\n");

		fprintf(page->out, "  %.*s\n", len, text);
		text += len + (text[len] == '\n');
	}
}

static const char *municipality(const struct page *page)
{
	struct rk_run *run = page->run;
	const char *code = page->receipt->municipality_code;
	const struct rk_code_name *name = rk_lg_name(rk_slice_str(code));

	const char *shown = !name ? code
				  : rk_run_printf(run, "%s %s", code,
					    run->language == RK_JA           ? name->ja
						    : run->language == RK_ZH ? name->zh
									     : name->en);

	return *page->receipt->delegated_by
		? rk_tell(run, "page.municipality_for", "municipality", shown)
		: shown;
}

static const char *period(const struct page *page)
{
	struct rk_run *run = page->run;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_period at;

	if (run->language != RK_JA || !rk_period_from_message(page->receipt->period, &at) ||
		rk_period_add_ja(&text, at, true) != RK_OK)
		return rk_period_label(run, page->receipt->period);
	return rk_run_slice(run, rk_buf_slice(&text));
}

static const char *signature(const struct page *page)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct rk_slice bytes = {page->receipt->signature.data, page->receipt->signature.len};

	return rk_text_base64(&text, bytes) == RK_OK ? rk_run_slice(page->run, rk_buf_slice(&text))
						     : "";
}

static const char *statement_digest(const struct page *page)
{
	char hex[RK_SHA256_HEX];

	rk_sha256_hex(rk_slice_str(page->receipt->statement), hex);
	return rk_run_str(page->run, hex);
}

static const char *now(struct rk_run *run)
{
	int64_t us = rk_clock_now_us();
	Google__Protobuf__Timestamp at = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	at.seconds = us / MICROSECONDS;
	return rk_moment_shown(run, &at);
}

static void put_fields(const struct page *page)
{
	struct rk_run *run = page->run;
	const Renkei__V1__Receipt *receipt = page->receipt;

	fputs(page->html ? "<table>\n" : "", page->out);
	field(page, "page.number", receipt->number, true);
	field(page, "page.municipality", municipality(page), false);
	field(page, "page.period", period(page), false);
	field(page, "page.version",
		rk_tell(run, "page.version_text", "version",
			rk_run_printf(run, "%d", receipt->version)),
		false);
	field(page, "page.received", rk_moment_shown(run, receipt->received_at), false);
	if (receipt->released_at)
		field(page, "page.released", rk_moment_shown(run, receipt->released_at), false);
	if (*receipt->delegated_by)
		field(page, "page.delegated",
			rk_tell(run, "page.delegated_by", "who", receipt->delegated_by), false);
	field(page, "page.due",
		receipt->due_at ? rk_moment_shown(run, receipt->due_at)
				: rk_tell(run, "page.due_none"),
		false);
	field(page, "page.timeliness", rk_timeliness(run, receipt), false);
	field(page, "page.warnings",
		rk_tell(run, "page.count", "count",
			rk_run_printf(run, "%d", receipt->warning_count)),
		false);
	field(page, "page.length",
		rk_tell(run, "page.bytes", "count",
			rk_run_printf(run, "%lld", (long long)receipt->length)),
		false);
	field(page, "page.sha256", receipt->sha256, true);
	field(page, "page.statement_sha256", statement_digest(page), true);
	field(page, "page.rule_set", receipt->rule_set_hash, true);
	field(page, "page.key", receipt->key_id, true);
	field(page, "page.signature", signature(page), true);
	field(page, "page.printed", now(run), false);
	fputs(page->html ? "</table>\n" : "", page->out);
}

static const char *commands(const struct page *page)
{
	return rk_tell(page->run, "page.commands", "number", page->receipt->number);
}

static void put_body(const struct page *page)
{
	struct rk_run *run = page->run;

	if (rk_receipt_is_prepared(page->receipt)) {
		paragraph(page,
			rk_receipt_prepared_line(run, page->receipt->number, page->proof->found));
		fputs(page->html ? "" : "\n", page->out);
	}
	put_fields(page);
	heading(page, "page.proof");
	paragraph(page,
		rk_tell(run,
			page->proof->report              ? "page.proof_report"
				: page->proof->signature ? "page.proof_signature"
							 : "page.proof_none"));
	heading(page, "page.how");
	paragraph(page, rk_tell(run, "page.how_renkei"));
	verbatim(page, rk_run_printf(run, "renkei receipt verify %s", page->receipt->number));
	paragraph(page, rk_tell(run, "page.how_openssl"));
	verbatim(page, commands(page));
	paragraph(page,
		rk_tell(run, "page.how_compare", "key", page->receipt->key_id, "number",
			page->receipt->number));
	heading(page, "page.statement");
	verbatim(page, page->receipt->statement);
}

/* A4 with room to file it; nothing is fetched. */
static const char style[] =
	"@page{size:A4 portrait;margin:14mm 15mm 12mm 25mm}"
	"body{font:9pt/1.4 \"Noto Sans CJK JP\",\"Yu Gothic\",\"Hiragino Sans\",sans-serif;color:#000;margin:0 auto;max-width:170mm}"
	"h1{font-size:15pt;text-align:center;margin:0 0 3mm}h2{font-size:10pt;margin:3mm 0 1mm;border-bottom:.3mm solid #000}"
	"table{border-collapse:collapse;width:100%}th,td{border:.2mm solid #666;padding:.7mm 2mm;text-align:left;vertical-align:top}"
	"th{width:38mm;font-weight:normal;background:#eee;-webkit-print-color-adjust:exact;print-color-adjust:exact}"
	".exact,pre{font-family:\"Noto Sans Mono CJK JP\",Consolas,Menlo,monospace;font-size:8pt;overflow-wrap:anywhere}"
	"p{margin:1mm 0}pre{margin:1mm 0;white-space:pre-wrap;background:#f6f6f6;padding:1mm 2mm}";

static void put_html_page(const struct page *page)
{
	static const char *const languages[] = {[RK_EN] = "en", [RK_JA] = "ja", [RK_ZH] = "zh"};
	const char *title = rk_tell(page->run, "page.title");

	fprintf(page->out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"%s\">\n<title>",
		languages[page->run->language],
		rk_encoding_is_cp932(page->run) ? "Shift_JIS" : "UTF-8");
	put_html(page, rk_run_printf(page->run, "%s %s", title, page->receipt->number));
	fprintf(page->out, "</title>\n<style>%s</style>\n</head>\n<body>\n<h1>", style);
	put_html(page, title);
	fputs("</h1>\n", page->out);
	put_body(page);
	fputs("</body>\n</html>\n", page->out);
}

void rk_receipt_page(struct rk_run *run, FILE *out, const Renkei__V1__Receipt *receipt,
	const struct rk_receipt_proof *proof, bool html)
{
	const struct page page = {run, out, html, receipt, proof};
	const char *title = rk_tell(run, "page.title");
	size_t width = rk_text_width(rk_slice_str(title));

	if (html) {
		put_html_page(&page);
		return;
	}
	fprintf(out, "%*s%s\n\n", (int)(width < PAGE_COLUMNS ? (PAGE_COLUMNS - width) / 2 : 0), "",
		title);
	put_body(&page);
}
