#include "form/sheets.h"

#include "renkei/v1/report.pb-c.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

#define COLUMN(k, c, w, ...)                                           \
	{                                                              \
		.key = k, .cell = RK_CELL_##c, .width = w, __VA_ARGS__ \
	}
#define MARK COLUMN("@carried", MARK, 7, .flags = RK_COMMON | RK_GIVEN, .label = "carried")

/* One line a column, as people see them from left to right. */
/* clang-format off */
static const struct rk_sheet_column cover[] = {
	COLUMN("@form", FORM, 20, .flags = RK_GIVEN, .label = "form"),
	COLUMN("municipality_code", CODE, 40, .flags = RK_COMMON, .codes = RK_CODES_LG),
	COLUMN("period", PERIOD, 40, .flags = RK_COMMON),
	COLUMN("period.variant", CODE, 40, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("nil", YES_NO, 40, .flags = RK_COMMON),
	COLUMN("comments", TEXT, 40, .flags = RK_COMMON),
	COLUMN("action", CODE, 40, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("base_version", INTEGER, 40, .flags = RK_COMMON),
	COLUMN("change_reason", TEXT, 40, .flags = RK_COMMON),
};

static const struct rk_sheet_column activities[] = {
	MARK,
	COLUMN("activity_id", ID, 11, .flags = RK_COMMON | RK_GIVEN),
	COLUMN("title", TEXT, 20, .flags = RK_COMMON),
	COLUMN("kind", CODE, 12, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("status", CODE, 7, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("actual_start", DATE, 17, .flags = RK_COMMON),
	COLUMN("actual_end", DATE, 17, .flags = RK_COMMON),
	COLUMN("place.city", TEXT, 9, .flags = RK_COMMON),
	COLUMN("partners[].partner_code", CODES, 13, .flags = RK_COMMON, .codes = RK_CODES_GB, .label = "partners"),
	COLUMN("partners[].role", CODE, 8, .flags = RK_COMMON, .codes = RK_CODES_ENUM, .label = "partners_role"),
	COLUMN("municipalities[].role", CODE, 8, .flags = RK_COMMON, .codes = RK_CODES_ENUM, .label = "municipalities_role"),
	COLUMN("themes", CODES, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("scope", CODE, 7, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("participants[SIDE_JP].persons", INTEGER, 7, .flags = RK_COMMON, .label = "persons_japanese_side"),
	COLUMN("participants[SIDE_CN].persons", INTEGER, 7, .flags = RK_COMMON, .label = "persons_chinese_side"),
	COLUMN("participants[].basis", CODE, 7, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("result", TEXT, 10, .flags = RK_COMMON),
	COLUMN("municipalities[].municipality_code", CODES, 18, .flags = RK_GIVEN, .codes = RK_CODES_LG, .label = "municipalities"),
	COLUMN("planned_start", DATE, 17),
	COLUMN("planned_end", DATE, 17),
	COLUMN("days", INTEGER, 7),
	COLUMN("occurrences", INTEGER, 7),
	COLUMN("place.country", CODE, 10, .codes = RK_CODES_COUNTRY),
	COLUMN("mode", CODE, 14, .codes = RK_CODES_ENUM),
	COLUMN("implementing_bodies", NAMES, 18),
	COLUMN("schemes", CODES, 18, .codes = RK_CODES_ENUM),
	COLUMN("scope_reason", TEXT, 22),
	COLUMN("need_id", ROW, 12, .of = "needs"),
	COLUMN("same_as_municipality_code", CODE, 18, .codes = RK_CODES_LG),
	COLUMN("same_as_activity_id", TEXT, 14),
	COLUMN("disclosure", CODE, 12, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column outcomes[] = {
	MARK,
	COLUMN("outcome_id", ID, 11, .flags = RK_COMMON | RK_GIVEN),
	COLUMN("text", TEXT, 50, .flags = RK_COMMON),
	COLUMN("categories", CODES, 26, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("benefit_jp", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("activity_ids", ROWS, 14, .flags = RK_COMMON, .of = "activities"),
	COLUMN("for_outcome_table", YES_NO, 10, .flags = RK_COMMON),
	COLUMN("evidence", TEXTS, 24, .flags = RK_COMMON),
	COLUMN("first_fiscal_year", YEAR, 12),
	COLUMN("last_fiscal_year", YEAR, 12),
	COLUMN("disclosure", CODE, 12, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column participants[] = {
	MARK,
	COLUMN("activity_id", PARENT, 14, .flags = RK_COMMON),
	COLUMN("side", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("category", CODE, 16, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("persons", INTEGER, 12, .flags = RK_COMMON),
	COLUMN("person_times", INTEGER, 12, .flags = RK_COMMON),
	COLUMN("person_days", INTEGER, 12, .flags = RK_COMMON),
	COLUMN("basis", CODE, 12, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column cost_lines[] = {
	MARK,
	COLUMN("activity_id", PARENT, 14, .flags = RK_COMMON),
	COLUMN("item", CODE, 18, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("payer", CODE, 24, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("share", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("amount.minor_units", MONEY, 14, .flags = RK_COMMON, .label = "amount"),
	COLUMN("amount.currency", CODE, 8, .flags = RK_COMMON, .codes = RK_CODES_CURRENCY),
	COLUMN("accuracy", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("upper.minor_units", MONEY, 14, .flags = RK_COMMON, .label = "upper"),
	COLUMN("note", TEXT, 26, .flags = RK_COMMON),
	COLUMN("partner_code", CODE, 16, .codes = RK_CODES_GB),
	COLUMN("municipality_code", CODE, 18, .codes = RK_CODES_LG),
};

static const struct rk_sheet_column needs[] = {
	MARK,
	COLUMN("need_id", ID, 11, .flags = RK_COMMON | RK_GIVEN),
	COLUMN("text_ja", TEXT, 36, .flags = RK_COMMON),
	COLUMN("partner_code", CODE, 16, .flags = RK_COMMON, .codes = RK_CODES_GB),
	COLUMN("date", DATE, 17, .flags = RK_COMMON),
	COLUMN("theme", CODE, 20, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("level", CODE, 8, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("urgency", CODE, 8, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("response", CODE, 20, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("responded", DATE, 17, .flags = RK_COMMON),
	COLUMN("text_zh", TEXT, 30),
	COLUMN("passed_to_municipality_code", CODE, 18, .codes = RK_CODES_LG),
	COLUMN("supplied_by", TEXT, 20),
	COLUMN("addressed_to", TEXT, 20),
	COLUMN("disclosure", CODE, 12, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column challenges[] = {
	MARK,
	COLUMN("challenge_id", ID, 11, .flags = RK_COMMON | RK_GIVEN),
	COLUMN("text", TEXT, 46, .flags = RK_COMMON),
	COLUMN("category", CODE, 20, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("severity", CODE, 8, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("state", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("support_wanted", TEXT, 36, .flags = RK_COMMON),
	COLUMN("disclosure", CODE, 12, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column projects[] = {
	MARK,
	COLUMN("project_id", ID, 11, .flags = RK_COMMON | RK_GIVEN),
	COLUMN("title", TEXT, 30, .flags = RK_COMMON),
	COLUMN("kind", CODE, 12, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("status", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("start", DATE, 17, .flags = RK_COMMON),
	COLUMN("end", DATE, 17, .flags = RK_COMMON),
	COLUMN("partner_codes", CODES, 16, .flags = RK_COMMON, .codes = RK_CODES_GB),
	COLUMN("theme", CODE, 18, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("problem", TEXT, 30, .flags = RK_COMMON),
	COLUMN("municipality_codes", CODES, 18, .codes = RK_CODES_LG),
	COLUMN("bodies", NAMES, 20),
	COLUMN("logic_model.intended_user", TEXT, 22),
	COLUMN("logic_model.output", TEXT, 22),
	COLUMN("logic_model.use_in_policy", TEXT, 22),
	COLUMN("logic_model.measure", TEXT, 22),
	COLUMN("logic_model.pathway", CODE, 12, .codes = RK_CODES_ENUM),
	COLUMN("logic_model.pollutant", TEXT, 12),
	COLUMN("logic_model.reduction_tonnes_per_year", DECIMAL, 14),
	COLUMN("logic_model.reduction_text", TEXT, 22),
	COLUMN("logic_model.indicator", TEXT, 18),
	COLUMN("result_report", TEXT, 22),
	COLUMN("result_report_date", DATE, 17),
	COLUMN("disclosure", CODE, 12, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column municipalities[] = {
	MARK,
	COLUMN("activity_id", PARENT, 14, .flags = RK_COMMON),
	COLUMN("municipality_code", CODE, 24, .flags = RK_COMMON, .codes = RK_CODES_LG),
	COLUMN("role", CODE, 16, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column partners[] = {
	MARK,
	COLUMN("activity_id", PARENT, 14, .flags = RK_COMMON),
	COLUMN("partner_code", CODE, 24, .flags = RK_COMMON, .codes = RK_CODES_GB),
	COLUMN("role", CODE, 16, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column organisations[] = {
	MARK,
	COLUMN("activity_id", PARENT, 14, .flags = RK_COMMON),
	COLUMN("name", TEXT, 24, .flags = RK_COMMON),
	COLUMN("kind", CODE, 12, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("role", CODE, 14, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("learned", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("learned_text", TEXT, 24, .flags = RK_COMMON),
	COLUMN("publicity", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("issue", TEXT, 24, .flags = RK_COMMON),
	COLUMN("follow_up", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("consent_to_be_named", CODE, 12, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column sources[] = {
	MARK,
	COLUMN("activity_id", PARENT, 14, .flags = RK_COMMON),
	COLUMN("title", TEXT, 46, .flags = RK_COMMON),
	COLUMN("publisher", TEXT, 26, .flags = RK_COMMON),
	COLUMN("url", TEXT, 46, .flags = RK_COMMON),
};

static const struct rk_sheet_column type_changes[] = {
	MARK,
	COLUMN("partner_code", CODE, 20, .flags = RK_COMMON, .codes = RK_CODES_GB),
	COLUMN("new_type", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("effective", DATE, 17, .flags = RK_COMMON),
	COLUMN("reason", TEXT, 40, .flags = RK_COMMON),
	COLUMN("evidence", TEXT, 40, .flags = RK_COMMON),
};

static const struct rk_sheet_column policy_contributions[] = {
	MARK,
	COLUMN("contribution_id", ID, 11, .flags = RK_COMMON | RK_GIVEN),
	COLUMN("text", TEXT, 40, .flags = RK_COMMON),
	COLUMN("partner_code", CODE, 16, .flags = RK_COMMON, .codes = RK_CODES_GB),
	COLUMN("level", CODE, 22, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("theme", CODE, 20, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("pathway", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("confirmed_by_cn", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("confirmed_date", DATE, 17, .flags = RK_COMMON),
	COLUMN("project_ids", ROWS, 14, .flags = RK_COMMON, .of = "projects"),
	COLUMN("document_title_ja", TEXT, 26),
	COLUMN("document_title_zh", TEXT, 26),
	COLUMN("document_issuer", TEXT, 18),
	COLUMN("document_number", TEXT, 14),
	COLUMN("document_date", DATE, 17),
	COLUMN("agreement", TEXT, 24),
	COLUMN("disclosure", CODE, 12, .codes = RK_CODES_ENUM),
};

static const struct rk_sheet_column values[] = {
	MARK,
	COLUMN("contribution_id", PARENT, 14, .flags = RK_COMMON),
	COLUMN("pollutant", TEXT, 16, .flags = RK_COMMON),
	COLUMN("statistic", TEXT, 16, .flags = RK_COMMON),
	COLUMN("unit", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_UNIT),
	COLUMN("area", TEXT, 20, .flags = RK_COMMON),
	COLUMN("base_year", INTEGER, 10, .flags = RK_COMMON),
	COLUMN("base_value", DECIMAL, 12, .flags = RK_COMMON),
	COLUMN("latest_year", INTEGER, 10, .flags = RK_COMMON),
	COLUMN("latest_value", DECIMAL, 12, .flags = RK_COMMON),
	COLUMN("source", TEXT, 30, .flags = RK_COMMON),
};

static const struct rk_sheet_column intentions[] = {
	MARK,
	COLUMN("partner_code", CODE, 20, .flags = RK_COMMON, .codes = RK_CODES_GB),
	COLUMN("kind", CODE, 10, .flags = RK_COMMON, .codes = RK_CODES_ENUM),
	COLUMN("means", TEXT, 36, .flags = RK_COMMON),
	COLUMN("benefit_jp", TEXT, 36, .flags = RK_COMMON, .label = "benefit_jp_text"),
	COLUMN("benefit_cn", TEXT, 36, .flags = RK_COMMON),
};

static const struct rk_sheet_column warning_answers[] = {
	MARK,
	COLUMN("code", TEXT, 30, .flags = RK_COMMON),
	COLUMN("field_path", TEXT, 40, .flags = RK_COMMON),
	COLUMN("value", TEXT, 24, .flags = RK_COMMON),
	COLUMN("reason", TEXT, 50, .flags = RK_COMMON),
};

#define SHEET(n, l, p, optional, message, rows, letter)                                    \
	{                                                                                  \
		.name = #n, .list = l, .parent = p, .parent_optional = optional,           \
		.record = &renkei__v1__##message##__descriptor, .columns = n,              \
		.column_count = COUNT(n), .blank_rows = rows, .id_letter = letter          \
	}
#define LIST(name, record, rows, letter) SHEET(name, #name, NULL, false, record, rows, letter)
#define OF_ACTIVITY(name, record, rows)  SHEET(name, #name, "activities", false, record, rows, 0)

const struct rk_sheet rk_sheets[] = {
	SHEET(cover, NULL, NULL, false, report, 0, 0),
	LIST(activities, activity, 10, 'A'),
	LIST(outcomes, outcome, 10, 'O'),
	OF_ACTIVITY(participants, participants_line, 20),
	SHEET(cost_lines, "cost_lines", "activities", true, cost_line, 20, 0),
	LIST(needs, need, 10, 'N'),
	LIST(challenges, challenge, 10, 'C'),
	LIST(projects, project, 5, 'P'),
	OF_ACTIVITY(municipalities, municipality_party, 10),
	OF_ACTIVITY(partners, partner_party, 10),
	OF_ACTIVITY(organisations, organisation_party, 10),
	OF_ACTIVITY(sources, source_reference, 10),
	LIST(type_changes, type_change, 5, 0),
	LIST(policy_contributions, policy_contribution, 5, 'G'),
	SHEET(values, "values", "policy_contributions", false, environmental_value, 10, 0),
	LIST(intentions, intention, 5, 0),
	LIST(warning_answers, warning_answer, 5, 0),
};
/* clang-format on */

const size_t rk_sheet_count = COUNT(rk_sheets);
_Static_assert(COUNT(rk_sheets) <= RK_SHEETS_MAX, "more sheets than RK_SHEETS_MAX");

/* One line a version: what it has is called as today, and means the same. */
static const int older[] = {
	0, /* of the trial: activities without the columns of the roles and of the participants' basis */
};

bool rk_form_reads_older(int version)
{
	for (size_t i = 0; i < COUNT(older); i++)
		if (older[i] == version)
			return true;
	return false;
}
