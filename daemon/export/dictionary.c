/* dictionary.html: every column in three languages, a page that needs nothing else. */
#include "export/labels.h"
#include "export/package.h"

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"ja\">\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n<title>データ項目一覧 / Data dictionary / 数据字典</title>\n"
	"<style>\nbody{font-family:sans-serif;margin:2em;line-height:1.5}table{border-collapse:collapse;margin:0 0 2em}\n"
	"th,td{border:1px solid #999;padding:.2em .6em;text-align:left;vertical-align:top}thead{display:table-header-group}\n"
	"th{background:#eee}td:first-child{font-family:monospace}@media print{h2{break-after:avoid}tr{break-inside:avoid}}\n</style>\n"
	"<h1>データ項目一覧 / Data dictionary / 数据字典</h1>\n";
static const char missing_text[] =
	"<p lang=\"ja\">値がないこと・0・空の文字列はそれぞれ別の意味です。0 は数えた結果の 0 です。値がないことの意味は列ごとに「値がないとき」に示します。「該当なし：status=planned」とある列では、\n"
	"同じ行の列 status が planned のとき該当なし、それ以外のとき不明です（!= はその値以外のとき）。報告者が「不明」と答えた項目には、コード unknown が入っています。</p>\n"
	"<p lang=\"en\">A missing value, zero and an empty text are three things; zero was counted. What a missing value means stands with each column. \"該当なし：status=planned / there is none\" says that\n"
	"where column status of the same row is planned there is none, and elsewhere it is not known (!= : where it is another value). Where the reporter said that it is not known, the code is unknown.</p>\n"
	"<p lang=\"zh\">缺失值、0 与空字符串含义各不相同；0 是统计结果。缺失值的含义按列注明。“该当なし：status=planned”表示同一行 status 列为 planned 时不适用，否则为不明（!= 表示为其他值时）。报告者填写“不明”的项目，代码为 unknown。</p>\n";
static const char row_head[] =
	"<table>\n<thead><tr><th>列名<br>column</th><th>日本語</th><th>English</th><th>中文</th><th>型<br>type</th><th>単位<br>unit</th>"
	"<th>コード表<br>code list</th><th>値がないとき<br>missing</th><th>説明（英語）<br>meaning</th></tr></thead>\n<tbody>\n";

static enum rk_status add_escaped(struct rk_buf *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			RK_TRY(rk_buf_add_str(out, "&lt;"));
			break;
		case '>':
			RK_TRY(rk_buf_add_str(out, "&gt;"));
			break;
		case '&':
			RK_TRY(rk_buf_add_str(out, "&amp;"));
			break;
		case '"':
			RK_TRY(rk_buf_add_str(out, "&quot;"));
			break;
		default:
			RK_TRY(rk_buf_add(out, text, 1));
		}
	}
	return RK_OK;
}

static enum rk_status add_cell(struct rk_buf *out, const char *text)
{
	RK_TRY(rk_buf_add_str(out, "<td>"));
	RK_TRY(add_escaped(out, text ? text : ""));
	return rk_buf_add_str(out, "</td>");
}

static enum rk_status add_codes(struct rk_buf *out, const char *codes)
{
	if (!codes)
		return add_cell(out, "");
	return rk_buf_addf(out, "<td>%s</td>", codes);
}

/* "status=planned,cancelled", which says what it is in every language. */
static enum rk_status add_missing(struct rk_buf *out, const struct rk_export_column *c)
{
	RK_TRY(rk_buf_addf(out, "<td>%s<br>%s", rk_export_missing_label(RK_JA, c->missing),
		rk_export_missing_label(RK_EN, c->missing)));
	if (c->absent_when)
		RK_TRY(rk_buf_addf(out, "<br>%s：%s / %s",
			rk_export_missing_label(RK_JA, "not_applicable"), c->absent_when,
			rk_export_missing_label(RK_EN, "not_applicable")));
	return rk_buf_add_str(out, "</td>");
}

static enum rk_status add_column(struct rk_buf *out, const struct rk_export_column *c)
{
	RK_TRY(rk_buf_add_str(out, "<tr>"));
	RK_TRY(add_cell(out, c->name));
	for (int l = 0; l < RK_EXPORT_LANGUAGES; l++)
		RK_TRY(add_cell(out, c->label[l]));
	RK_TRY(rk_buf_addf(
		out, "<td>%s%s</td>", rk_export_kind_name(c->kind), c->key ? "（キー key）" : ""));
	RK_TRY(add_cell(out, c->unit));
	RK_TRY(add_codes(out, c->codes));
	RK_TRY(add_missing(out, c));
	RK_TRY(add_cell(out, c->says));
	return rk_buf_add_str(out, "</tr>\n");
}

static enum rk_status add_table(
	struct rk_buf *out, const struct rk_export_table *table, int64_t rows)
{
	RK_TRY(rk_buf_addf(out, "<h2 id=\"%s\">%s: ", table->name, table->name));
	RK_TRY(add_escaped(out, table->label[RK_JA]));
	RK_TRY(rk_buf_add_str(out, " / "));
	RK_TRY(add_escaped(out, table->label[RK_EN]));
	RK_TRY(rk_buf_add_str(out, " / "));
	RK_TRY(add_escaped(out, table->label[RK_ZH]));
	RK_TRY(rk_buf_add_str(out, "</h2>\n<p>"));
	RK_TRY(add_escaped(out, table->says));
	RK_TRY(rk_buf_addf(out, " %lld 行 / rows / 行</p>\n%s", (long long)rows, row_head));
	for (size_t c = 0; c < table->column_count; c++)
		RK_TRY(add_column(out, &table->columns[c]));
	return rk_buf_add_str(out, "</tbody>\n</table>\n");
}

static enum rk_status add_all(const struct rk_export_package *package, struct rk_buf *out)
{
	RK_TRY(rk_buf_addf(out, "%s<p>%s · %s · %s</p>\n%s", head, package->made->id,
		package->made->as_of, package->selection, missing_text));
	for (size_t t = 0; t < package->catalogue->count; t++)
		RK_TRY(add_table(out, &package->catalogue->tables[t], package->rows[t]));
	return rk_buf_add_str(out, "</html>\n");
}

enum rk_status rk_export_dictionary(struct rk_export_package *package, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};

	if (add_all(package, &text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for dictionary.html");
	return rk_export_put(package->folder, "dictionary.html", rk_buf_slice(&text), err);
}
