#include "export/labels.h"

#include "words/labels.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct label {
	const char *name; /* "column", or "table.column" where a table calls it otherwise */
	const char *ja;
	const char *zh;
};

/* What reports do not have, or have by another name. */
/* clang-format off */
static const struct label own[] = {
	{"about", "対象", "对象"},
	{"accepted_at", "受理日時", "受理时间"},
	{"activity_count", "取組数", "活动数"},
	{"attachment_number", "添付番号", "附件编号"},
	{"attachments.kind", "資料の種別", "附件种类"},
	{"attachments.language", "資料の言語", "附件语言"},
	{"attachments.record_id", "対象の記録の番号", "对应记录编号"},
	{"attachments.record_list", "対象の記録の一覧", "对应记录列表"},
	{"attachments.title", "表題", "标题"},
	{"attachments.type", "ファイルの形式", "文件格式"},
	{"began", "開始", "开始"},
	{"chosen", "採用", "采用"},
	{"code", "コード", "代码"},
	{"codes", "コード表", "代码表"},
	{"column_name", "列名", "列名"},
	{"columns.type", "データ型", "数据类型"},
	{"confirmed_at", "確認日時", "确认时间"},
	{"cooperations.basis", "連携協力の根拠", "合作依据"},
	{"counting", "数え方", "计算方法"},
	{"decided_at", "判断日時", "认定时间"},
	{"delegated", "代理提出", "代理提交"},
	{"denominator", "分母", "分母"},
	{"due_rule_en", "期限の定め（英語）", "期限规则（英文）"},
	{"due_rule_ja", "期限の定め（日本語）", "期限规则（日文）"},
	{"due_rule_zh", "期限の定め（中国語）", "期限规则（中文）"},
	{"ended", "終了", "结束"},
	{"event_decisions.entry", "判断の番号", "认定序号"},
	{"event_decisions.figure", "人数等の種別", "数字种类"},
	{"event_decisions.reason", "判断の理由", "认定理由"},
	{"event_decisions.word", "判断", "认定"},
	{"evidence_kind", "根拠の種別", "依据种类"},
	{"file_name", "ファイル名", "文件名"},
	{"first_accepted_at", "初回受理日時", "首次受理时间"},
	{"high", "上限", "上限"},
	{"holds", "現在有効", "现行有效"},
	{"in_scope", "対象範囲", "是否在范围内"},
	{"indicator_id", "指標", "指标"},
	{"indicators.label_en", "指標の名称（英語）", "指标名称（英文）"},
	{"indicators.label_ja", "指標の名称（日本語）", "指标名称（日文）"},
	{"indicators.label_zh", "指標の名称（中国語）", "指标名称（中文）"},
	{"interval", "期間番号", "期间编号"},
	{"key", "キー", "键"},
	{"label_en", "名称（英語）", "名称（英文）"},
	{"label_ja", "名称（日本語）", "名称（日文）"},
	{"label_zh", "名称（中国語）", "名称（中文）"},
	{"late_seconds", "遅延秒数", "逾期秒数"},
	{"list", "コード表", "代码表"},
	{"list_version", "一覧の版", "列表版本"},
	{"low", "下限", "下限"},
	{"missing", "値がないことの意味", "缺失值的含义"},
	{"not_applicable_when", "該当なしとなる条件", "不适用的条件"},
	{"numerator", "分子", "分子"},
	{"organisation_name", "企業・団体名", "企业・团体名称"},
	{"other_activity_id", "相手の取組番号", "对方活动编号"},
	{"other_municipality_code", "相手の自治体コード", "对方自治体代码"},
	{"outcome_count", "成果数", "成果数"},
	{"participation.basis", "根拠文書", "依据文件"},
	{"party_code", "参加主体のコード", "参与方代码"},
	{"party_kind", "参加主体の種別", "参与方种类"},
	{"payer_municipality_code", "負担する自治体のコード", "承担自治体代码"},
	{"position", "順序", "顺序"},
	{"received_at", "受付日時", "接收时间"},
	{"reports_accepted", "受理された報告数", "已受理报告数"},
	{"reports_expected", "提出対象の報告数", "应提交报告数"},
	{"rests_on", "数える元", "计算依据"},
	{"review_working_days", "受理までの営業日数", "受理所用工作日数"},
	{"said_on", "表明日", "提出日期"},
	{"says", "説明（英語）", "说明（英文）"},
	{"series", "系列", "系列"},
	{"series_label_en", "系列の名称（英語）", "系列名称（英文）"},
	{"series_label_ja", "系列の名称（日本語）", "系列名称（日文）"},
	{"series_label_zh", "系列の名称（中国語）", "系列名称（中文）"},
	{"sha256", "SHA-256", "SHA-256"},
	{"size", "大きさ（バイト）", "大小（字节）"},
	{"statements.text", "記述", "论述"},
	{"subject", "判断の種別", "认定种类"},
	{"superseded_by", "置き換えた版", "取代的版本"},
	{"support", "裏付け", "支持情况"},
	{"table_name", "表名", "表名"},
	{"timeliness", "期限内外の別", "是否按期"},
	{"unit_en", "単位（英語）", "单位（英文）"},
	{"unit_ja", "単位（日本語）", "单位（日文）"},
	{"unit_zh", "単位（中国語）", "单位（中文）"},
	{"upper_minor_units", "金額の上限（最小単位）", "金额上限（最小单位）"},
	{"version", "版", "版本"},
};

/* clang-format on */

static const char *look_up(enum rk_language language, const char *name)
{
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
		if (strcmp(own[i].name, name) == 0)
			return language == RK_JA ? own[i].ja : own[i].zh;
	}
	return rk_words_field(language, name);
}

static const char *with_blanks(struct rk_arena *arena, const char *name)
{
	char *text = rk_arena_str(arena, name);

	for (char *at = text; at && *at; at++)
		if (*at == '_')
			*at = ' ';
	return text;
}

const char *rk_export_label(
	struct rk_arena *arena, enum rk_language language, const char *table, const char *column)
{
	static const char precision[] = "_precision";
	size_t len = strlen(column);
	char name[192];
	const char *label;

	if (language == RK_EN)
		return with_blanks(arena, column);
	if (len > sizeof precision &&
		strcmp(column + len - (sizeof precision - 1), precision) == 0) {
		snprintf(name, sizeof name, "%.*s", (int)(len - (sizeof precision - 1)), column);
		label = rk_export_label(arena, language, table, name);
		return label
			? rk_arena_printf(arena,
				  language == RK_JA ? "%s（日付の精度）" : "%s（日期精度）", label)
			: NULL;
	}
	snprintf(name, sizeof name, "%s.%s", table, column);
	label = look_up(language, name);
	if (!label)
		label = look_up(language, column);
	return label ? label : with_blanks(arena, column);
}

const char *rk_export_code_label(
	struct rk_arena *arena, enum rk_language language, const char *list, const char *value)
{
	char name[128];
	const char *label;

	/* Some lists have another name in the protocol than in the database. */
	if (strcmp(list, "theme_code") == 0)
		list = "theme";
	else if (strcmp(list, "outcome_kind") == 0)
		list = "outcome_category";
	else if (strcmp(list, "event_decision_word") == 0)
		list = "event_word";
	else if (strcmp(list, "event_figure") == 0)
		list = "measure";
	snprintf(name, sizeof name, "%s_%s", list, value);
	for (char *at = name; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	label = rk_words_value(language, name);
	return label ? label : with_blanks(arena, value);
}

const char *rk_export_missing_label(enum rk_language language, const char *missing)
{
	static const char *const absent[] = {"該当なし", "there is none", "不适用"};
	static const char *const unknown[] = {
		"不明または記載なし", "not known or not said", "不明或未填写"};
	static const char *const withheld[] = {"非公表", "known and not told", "不予公布"};
	static const char *const never[] = {"必ず値がある", "always there", "必有值"};

	if (!*missing)
		return never[language];
	if (strcmp(missing, "withheld") == 0)
		return withheld[language];
	return strcmp(missing, "not_applicable") == 0 ? absent[language] : unknown[language];
}
