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
	RK_TRY(rk_buf_addf(out, "<td>%s<br>%s</td>", rk_export_missing_label(RK_JA, c->missing),
		rk_export_missing_label(RK_EN, c->missing)));
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
	RK_TRY(rk_buf_addf(out, "%s<p>%s · %s · %s</p>\n", head, package->made->id,
		package->made->as_of, package->selection));
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
