/* README.md, and load.py and load.R where there is CSV: how somebody who got a bundle begins. */
#include "export/package.h"

#include <string.h>

static const char begin[] =
	"# renkei: %s\n\n"
	"| | |\n|---|---|\n| id | `%s` |\n| as of | %s |\n| selection | `%s` |\n\n"
	"## はじめに\n\n"
	"このフォルダーは、受理された報告から一つの時点で書き出したデータ一式です。表の意味は `dictionary.html`、コードの名称は表 `codes` にあります。\n"
	"どの形式も内容は同じです。値がないことと 0 と空の文字列は区別してあります。円と元の金額は合算できません。\n"
	"報告とその集計は上の時点のものです。台帳（自治体、中国側地方政府、連携協力、提出期限、評価の記述と資料）は、書き出した日に登録されていたものです。\n"
	"自治体コード（全国地方公共団体コード）と中国の行政区画コードは体系が異なります。先頭の 0 を含め、文字列として扱ってください。\n"
	"引用するときは id を書いてください。同じ id のデータは 1 バイトも違いません。`MANIFEST.json` の question_sha256 は抽出条件と形式の要約値、各表の query_sha256 はその問い合わせ文の要約値です。改変の有無は `renkei export verify フォルダー` で確かめられます。\n\n"
	"## In English\n\n"
	"The data of the accepted reports at one moment. `dictionary.html` explains every column, table `codes` has the labels of all codes. All formats say\n"
	"the same. Reports and what is counted of them are of the moment above; the registry (municipalities, partner governments, cooperations, deadlines,\n"
	"statements of the evaluation and facts) is that of the day when the bundle was made. A missing value, zero and an empty text are three things. Yen and yuan are never added. Codes are texts: a leading zero belongs to them.\n"
	"Cite the id: bundles of the same id are the same bytes. In `MANIFEST.json` question_sha256 names what was asked for (selection and\n"
	"formats), and query_sha256 the statement that each table was read with. `renkei export verify FOLDER` finds any changed byte; without renkei:\n\n"
	"```\nsha256sum -c SHA256SUMS\n%s```\n\n"
	"## 中文\n\n"
	"本文件夹是某一时点全部已审核通过的报告的数据。各列含义见 `dictionary.html`，代码名称见表 `codes`。各格式内容相同。缺失值、0 与空字符串含义不同。\n"
	"报告及其统计为上述时点的数据；登记簿（自治体、中方地方政府、合作关系、截止日期、评价的论述与资料）为生成数据包当日的内容。\n"
	"日元与人民币金额不可相加。代码请作为文本处理（保留开头的 0）。引用时请注明 id；`MANIFEST.json` 中 question_sha256 为所选条件与格式的摘要，各表的 query_sha256 为其查询语句的摘要。可用 `renkei export verify 文件夹` 检查是否被改动。\n\n";
static const char files_head[] = "## Files\n\n| format | what |\n|---|---|\n";
static const char openssl[] =
	"openssl pkeyutl -verify -rawin -pubin -inkey KEY.pem -in MANIFEST.json -sigfile MANIFEST.json.sig\n";

/* clang-format off */
static const char load_py[] =
	"\"\"\"load.py - every table of this bundle with its types: pandas where it is installed, else lists of dictionaries.\n"
	"\n"
	"    from load import tables\n"
	"    tables[\"activities\"]\n"
	"\"\"\"\n"
	"import json\n"
	"import pathlib\n"
	"import re\n"
	"\n"
	"here = pathlib.Path(__file__).resolve().parent\n"
	"package = json.loads((here / \"datapackage.json\").read_text(encoding=\"utf-8\"))\n"
	"PANDAS = {\"integer\": \"Int64\", \"number\": \"Float64\", \"boolean\": \"boolean\"}\n"
	"PLAIN = {\"integer\": int, \"number\": float, \"boolean\": lambda text: text == \"true\"}\n"
	"FIELD = re.compile(r'(?:\"((?:[^\"]|\"\")*)\"|([^\",\\n]*))(,|\\n)')\n"
	"\n"
	"\n"
	"def records(path):\n"
	"    \"\"\"Rows of fields: None is a missing value, \"\" an empty text, which Python's csv does not tell apart.\"\"\"\n"
	"    row = []\n"
	"    with open(path, encoding=\"utf-8\", newline=\"\") as file:\n"
	"        text = file.read()\n"
	"    for quoted, plain, end in (match.groups() for match in FIELD.finditer(text)):\n"
	"        row.append(plain or None if quoted is None else quoted.replace('\"\"', '\"'))\n"
	"        if end == \"\\n\":\n"
	"            yield row\n"
	"            row = []\n"
	"\n"
	"\n"
	"def load(resource):\n"
	"    rows = records(here / resource[\"path\"])\n"
	"    names = next(rows)\n"
	"    types = {field[\"name\"]: field[\"type\"] for field in resource[\"schema\"][\"fields\"]}\n"
	"    read = [PLAIN.get(types[name], str) for name in names]\n"
	"    values = [[None if v is None else f(v) for f, v in zip(read, row)] for row in rows]\n"
	"    try:\n"
	"        import pandas\n"
	"    except ImportError:\n"
	"        return [dict(zip(names, row)) for row in values]\n"
	"    frame = pandas.DataFrame(values, columns=names)\n"
	"    return frame.astype({name: PANDAS.get(types[name], \"string\") for name in names})\n"
	"\n"
	"\n"
	"tables = {resource[\"name\"]: load(resource) for resource in package[\"resources\"]}\n"
	"if __name__ == \"__main__\":\n"
	"    for name, table in tables.items():\n"
	"        print(name, len(table))\n";
static const char load_r[] =
	"# load.R - every table of this bundle with its types, as data frames in the list `tables`; run it in the bundle's folder: source(\"load.R\")\n"
	"# Codes stay texts, so that no leading zero is lost; NA is a missing value.\n"
	"columns <- read.csv(\"csv/columns.csv\", colClasses = \"character\", na.strings = \"\", encoding = \"UTF-8\")\n"
	"types <- c(integer = \"numeric\", real = \"numeric\", bool = \"character\")\n"
	"tables <- list()\n"
	"for (path in sort(Sys.glob(\"csv/*.csv\"))) {\n"
	"  name <- sub(\"[.]csv$\", \"\", basename(path))\n"
	"  mine <- columns[columns$table_name == name, ]\n"
	"  classes <- ifelse(mine$type %in% names(types), types[mine$type], \"character\")\n"
	"  table <- read.csv(path, colClasses = unname(classes), na.strings = \"\", encoding = \"UTF-8\")\n"
	"  for (column in mine$column_name[mine$type == \"bool\"]) table[[column]] <- table[[column]] == \"true\"\n"
	"  tables[[name]] <- table\n"
	"}\n"
	"if (!interactive()) for (name in names(tables)) cat(name, nrow(tables[[name]]), \"\\n\")\n";

/* clang-format on */

static const char changes_text[] =
	"## 変更分だけのデータ一式\n\n"
	"このフォルダーにあるのは、データ一式 `%s` から変わった行だけです。各表の最後の列 `change` は、added（追加）、changed（変更、行は現在の内容）、removed（削除、キー以外は空）のいずれかです。\n"
	"全件に戻すには、基のデータ一式の各表から、キーがこの表にある行を除き、added と changed の行を（列 `change` を除いて）加えます。表 `columns` と `codes`、IATI と SDMX-CSV は全件で、このフォルダーのものを使います。\n\n"
	"## Only changes\n\n"
	"This folder holds the rows that differ from the bundle `%s`. The last column of each table, `change`, is added, changed (the row as it is now) or removed (only the key has values). To make the whole:\n"
	"of each table of that bundle leave out the rows whose key stands here, and add those that are added or changed, without the column `change`. Tables `columns` and `codes`, IATI and SDMX-CSV are whole in every bundle.\n\n"
	"## 仅含变更\n\n"
	"本文件夹只含自数据包 `%s` 以来变化的行。各表末列 `change` 为 added（新增）、changed（已变更，为现在的内容）或 removed（已删除，仅主键有值）。还原全部数据：从基准数据包各表中去掉主键出现在此处的行，\n"
	"再加上 added 与 changed 的行（去掉 `change` 列）。表 `columns` 与 `codes`、IATI 与 SDMX-CSV 在每个数据包中都是完整的，以本文件夹为准。\n\n";

static enum rk_status add_formats(const struct rk_export_package *package, struct rk_buf *out)
{
	for (const char *const *name = package->order->formats; *name; name++)
		RK_TRY(rk_buf_addf(
			out, "| `%s` | %s |\n", *name, rk_export_format_find(*name)->says));
	return rk_buf_add_str(out,
		"\n## Tables\n\n| table | rows | 日本語 | English | 中文 |\n|---|---|---|---|---|\n");
}

static enum rk_status add_all(const struct rk_export_package *package, struct rk_buf *out)
{
	const struct rk_export_order *order = package->order;

	RK_TRY(rk_buf_addf(out, begin, order->name, package->made->id, package->made->as_of,
		package->selection, order->sign ? openssl : ""));
	if (order->base)
		RK_TRY(rk_buf_addf(out, changes_text, order->base->name, order->base->name,
			order->base->name));
	RK_TRY(rk_buf_add_str(out, files_head));
	RK_TRY(add_formats(package, out));
	for (size_t t = 0; t < package->catalogue->count; t++) {
		const struct rk_export_table *table = &package->catalogue->tables[t];

		RK_TRY(rk_buf_addf(out, "| `%s` | %lld | %s | %s | %s |\n", table->name,
			(long long)package->rows[t], table->label[RK_JA], table->label[RK_EN],
			table->label[RK_ZH]));
	}
	return RK_OK;
}

enum rk_status rk_export_readme(struct rk_export_package *package, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	bool csv = false;

	for (const char *const *name = package->order->formats; *name; name++)
		csv = csv || strcmp(*name, "csv") == 0;
	if (add_all(package, &text) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for README.md");
	RK_TRY(rk_export_put(package->folder, "README.md", rk_buf_slice(&text), err));
	if (!csv)
		return RK_OK;
	RK_TRY(rk_export_put(package->folder, "load.py", rk_slice_str(load_py), err));
	return rk_export_put(package->folder, "load.R", rk_slice_str(load_r), err);
}
