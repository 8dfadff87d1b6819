#include "words/limits.h"

#include "renkei/v1/report.pb-c.h"

#define NUMBER_LIMIT(f, low, high)                                          \
	{                                                                   \
		.field = f, .kind = RK_KIND_NUMBER, .min = low, .max = high \
	}
#define YEAR(f, low, high)                                                   \
	{                                                                    \
		.field = f, .kind = RK_KIND_NUMBER, .min = low, .max = high, \
		.zero_is_unknown = true                                      \
	}
#define TEXT(f, n)                                         \
	{                                                  \
		.field = f, .kind = RK_KIND_TEXT, .max = n \
	}
#define TEXT_REQUIRED(f, n)                                                  \
	{                                                                    \
		.field = f, .kind = RK_KIND_TEXT, .max = n, .required = true \
	}
#define TEXTS(f, n, c)                                                                   \
	{                                                                                \
		.field = f, .kind = RK_KIND_TEXT, .max = n, .count = c, .required = true \
	}
#define ID(f)                                                    \
	{                                                        \
		.field = f, .kind = RK_KIND_ID, .required = true \
	}
#define ID_OF(f)                               \
	{                                      \
		.field = f, .kind = RK_KIND_ID \
	}
#define CHOICE(f)                                \
	{                                        \
		.field = f, .kind = RK_KIND_ENUM \
	}
#define CHOICE_REQUIRED(f)                                         \
	{                                                          \
		.field = f, .kind = RK_KIND_ENUM, .required = true \
	}
#define DATE(f)                                  \
	{                                        \
		.field = f, .kind = RK_KIND_DATE \
	}
#define RECORD(f)                                  \
	{                                          \
		.field = f, .kind = RK_KIND_RECORD \
	}
#define RECORDS(f, c)                                          \
	{                                                      \
		.field = f, .kind = RK_KIND_RECORD, .count = c \
	}
#define FLAG(f)                                  \
	{                                        \
		.field = f, .kind = RK_KIND_FLAG \
	}
#define LG_CODE(f, need)                                              \
	{                                                             \
		.field = f, .kind = RK_KIND_LG_CODE, .required = need \
	}
#define GB_CODE(f, need)                                              \
	{                                                             \
		.field = f, .kind = RK_KIND_GB_CODE, .required = need \
	}
#define EACH_ONCE(f, k, c)                                                          \
	{                                                                           \
		.field = f, .kind = k, .required = true, .unique = true, .count = c \
	}

/* One line a field, as in report.proto. */
/* clang-format off */
static const struct rk_limit report[] = {
	LG_CODE("municipality_code", true),
	{.field = "period", .kind = RK_KIND_RECORD, .required = true},
	CHOICE_REQUIRED("action"),
	NUMBER_LIMIT("base_version", 0, 9999),
	TEXT("change_reason", 2000),
	FLAG("nil"),
	RECORDS("activities", RK_ACTIVITIES_MAX),
	RECORDS("type_changes", 20),
	RECORDS("needs", 100),
	RECORDS("outcomes", 100),
	RECORDS("challenges", 100),
	RECORDS("projects", 50),
	RECORDS("policy_contributions", 100),
	RECORDS("cost_lines", 100),
	TEXT("comments", 4000),
	RECORDS("intentions", 50),
	RECORDS("warning_answers", 1000),
};

static const struct rk_limit period[] = {
	NUMBER_LIMIT("fiscal_year", 2000, 2199),
	CHOICE_REQUIRED("quarter"),
	CHOICE_REQUIRED("variant"),
};

static const struct rk_limit activity[] = {
	ID("activity_id"),
	CHOICE_REQUIRED("kind"),
	TEXT_REQUIRED("title", 300),
	CHOICE_REQUIRED("status"),
	DATE("planned_start"),
	DATE("planned_end"),
	DATE("actual_start"),
	DATE("actual_end"),
	NUMBER_LIMIT("days", 0, 3660),
	RECORD("place"),
	CHOICE("mode"),
	RECORDS("municipalities", 50),
	RECORDS("partners", 50),
	TEXTS("implementing_bodies", 200, 20),
	EACH_ONCE("themes", RK_KIND_ENUM, 10),
	CHOICE("scope"),
	TEXT("scope_reason", 500),
	RECORDS("participants", 40),
	RECORDS("cost_lines", 40),
	RECORDS("organisations", 50),
	ID_OF("need_id"),
	TEXT("result", 2000),
	RECORDS("sources", 20),
	CHOICE("disclosure"),
	NUMBER_LIMIT("occurrences", 0, 999),
	LG_CODE("same_as_municipality_code", false),
	ID_OF("same_as_activity_id"),
	EACH_ONCE("schemes", RK_KIND_ENUM, 10),
};

static const struct rk_limit place[] = {
	TEXT("country", 2),
	TEXT("city", 200),
};

static const struct rk_limit municipality_party[] = {
	LG_CODE("municipality_code", true),
	CHOICE("role"),
};

static const struct rk_limit partner_party[] = {
	GB_CODE("partner_code", true),
	CHOICE("role"),
};

static const struct rk_limit participants_line[] = {
	CHOICE_REQUIRED("side"),
	CHOICE_REQUIRED("category"),
	NUMBER_LIMIT("persons", 0, 1000000),
	NUMBER_LIMIT("person_times", 0, 1000000),
	NUMBER_LIMIT("person_days", 0, 10000000),
	CHOICE("basis"),
};

static const struct rk_limit money[] = {
	/* Empty is no currency either: CURRENCY_UNKNOWN says so. */
	TEXT("currency", 3),
	NUMBER_LIMIT("minor_units", 0, 1000000000000000),
};

static const struct rk_limit cost_line[] = {
	CHOICE_REQUIRED("item"),
	CHOICE_REQUIRED("payer"),
	CHOICE_REQUIRED("share"),
	GB_CODE("partner_code", false),
	RECORD("amount"),
	RECORD("upper"),
	CHOICE("accuracy"),
	TEXT("note", 500),
	LG_CODE("municipality_code", false),
};

static const struct rk_limit organisation_party[] = {
	TEXT_REQUIRED("name", 200),
	CHOICE("kind"),
	CHOICE("role"),
	CHOICE("learned"),
	CHOICE("publicity"),
	TEXT("issue", 1000),
	CHOICE("follow_up"),
	CHOICE("consent_to_be_named"),
	TEXT("learned_text", 1000),
};

static const struct rk_limit source_reference[] = {
	TEXT_REQUIRED("title", 500),
	TEXT("publisher", 200),
	TEXT("url", 2000),
};

static const struct rk_limit warning_answer[] = {
	TEXT_REQUIRED("code", 64),
	TEXT("field_path", 200),
	TEXT("value", 200),
	TEXT_REQUIRED("reason", 500),
};

static const struct rk_limit type_change[] = {
	GB_CODE("partner_code", true),
	CHOICE_REQUIRED("new_type"),
	DATE("effective"),
	TEXT("reason", 500),
	TEXT("evidence", 500),
};

static const struct rk_limit need[] = {
	ID("need_id"),
	DATE("date"),
	GB_CODE("partner_code", true),
	CHOICE("theme"),
	TEXT("text_ja", 1000),
	TEXT("text_zh", 1000),
	CHOICE("level"),
	CHOICE("urgency"),
	CHOICE("response"),
	DATE("responded"),
	LG_CODE("passed_to_municipality_code", false),
	TEXT("supplied_by", 300),
	CHOICE("disclosure"),
	TEXT("addressed_to", 300),
};

static const struct rk_limit outcome[] = {
	ID("outcome_id"),
	TEXT_REQUIRED("text", 200),
	EACH_ONCE("categories", RK_KIND_ENUM, 10),
	CHOICE("benefit_jp"),
	YEAR("first_fiscal_year", 2000, 2199),
	YEAR("last_fiscal_year", 2000, 2199),
	FLAG("for_outcome_table"),
	EACH_ONCE("activity_ids", RK_KIND_ID, 20),
	CHOICE("disclosure"),
	TEXTS("evidence", 300, 20),
};

static const struct rk_limit challenge[] = {
	ID("challenge_id"),
	TEXT_REQUIRED("text", 1000),
	CHOICE("category"),
	CHOICE("severity"),
	TEXT("support_wanted", 1000),
	CHOICE("state"),
	CHOICE("disclosure"),
};

static const struct rk_limit project[] = {
	ID("project_id"),
	CHOICE_REQUIRED("kind"),
	CHOICE_REQUIRED("status"),
	DATE("start"),
	DATE("end"),
	TEXT_REQUIRED("title", 300),
	TEXT("problem", 1000),
	EACH_ONCE("partner_codes", RK_KIND_GB_CODE, 20),
	EACH_ONCE("municipality_codes", RK_KIND_LG_CODE, 20),
	TEXTS("bodies", 200, 20),
	CHOICE("theme"),
	RECORD("logic_model"),
	TEXT("result_report", 300),
	DATE("result_report_date"),
	CHOICE("disclosure"),
};

static const struct rk_limit logic_model[] = {
	TEXT("intended_user", 500),
	TEXT("output", 500),
	TEXT("use_in_policy", 500),
	TEXT("measure", 500),
	CHOICE("pathway"),
	TEXT("pollutant", 100),
	NUMBER_LIMIT("reduction_tonnes_per_year", 0, 1000000000),
	TEXT("reduction_text", 500),
	TEXT("indicator", 300),
};

static const struct rk_limit policy_contribution[] = {
	ID("contribution_id"),
	GB_CODE("partner_code", true),
	CHOICE_REQUIRED("level"),
	TEXT_REQUIRED("text", 1000),
	TEXT("document_issuer", 300),
	TEXT("document_title_ja", 300),
	TEXT("document_title_zh", 300),
	TEXT("document_number", 300),
	DATE("document_date"),
	TEXT("agreement", 300),
	CHOICE("pathway"),
	CHOICE("confirmed_by_cn"),
	DATE("confirmed_date"),
	CHOICE("theme"),
	RECORDS("values", 20),
	CHOICE("disclosure"),
	EACH_ONCE("project_ids", RK_KIND_ID, 20),
};

static const struct rk_limit environmental_value[] = {
	TEXT_REQUIRED("pollutant", 100),
	TEXT("statistic", 100),
	TEXT_REQUIRED("unit", 100),
	TEXT("area", 100),
	YEAR("base_year", 1990, 2199),
	NUMBER_LIMIT("base_value", 0, 1000000000000),
	YEAR("latest_year", 1990, 2199),
	NUMBER_LIMIT("latest_value", 0, 1000000000000),
	TEXT("source", 500),
};

static const struct rk_limit intention[] = {
	GB_CODE("partner_code", true),
	CHOICE_REQUIRED("kind"),
	TEXT("means", 500),
	TEXT("benefit_jp", 500),
	TEXT("benefit_cn", 500),
};
/* clang-format on */

#define OF(name)                                                                      \
	{                                                                             \
		&renkei__v1__##name##__descriptor, name, sizeof name / sizeof name[0] \
	}

static const struct rk_limits all[] = {OF(report), OF(period), OF(activity), OF(place),
	OF(municipality_party), OF(partner_party), OF(participants_line), OF(money), OF(cost_line),
	OF(organisation_party), OF(source_reference), OF(type_change), OF(need), OF(outcome),
	OF(challenge), OF(project), OF(logic_model), OF(policy_contribution),
	OF(environmental_value), OF(intention), OF(warning_answer)};

const struct rk_limits *rk_limits_of(const ProtobufCMessageDescriptor *type)
{
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (all[i].of == type)
			return &all[i];
	}
	return NULL;
}

const struct rk_limits *rk_limits_list(size_t *count)
{
	*count = sizeof all / sizeof all[0];
	return all;
}
