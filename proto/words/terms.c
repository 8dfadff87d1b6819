#include "words/terms.h"

#include "base/text.h"
#include "words/era.h"

#include <string.h>
#include <time.h>

struct term {
	const char *value;
	const char *ja;
	const char *zh;
};

static const struct term states[] = {
	{"submitted",        "提出済",       "已提交"      },
	{"under_review",     "確認中",       "审查中"      },
	{"returned",         "差戻し",       "已退回"      },
	{"accepted",         "受理",          "已审核通过"},
	{"withdrawn",        "取下げ",       "已撤回"      },
	{"awaiting_release", "決裁待ち",    "待审批"      },
	{"sent_back",        "決裁差戻し", "审批退回"   },
	{NULL,	       NULL,              NULL             },
};
static const struct term roles[] = {
	{"municipality", "担当者",    "负责人"   },
	{"approver",     "決裁者",    "审批人"   },
	{"secretariat",  "事務局",    "事务局"   },
	{"ministry",     "環境省",    "环境省"   },
	{"analyst",      "分析担当", "分析人员"},
	{"operator",     "運用担当", "运维人员"},
	{NULL,           NULL,           NULL          },
};
static const struct term records[] = {
	{"municipality",         "自治体",             "自治体"         },
	{"partner_government",   "中国側地方政府", "中方地方政府"},
	{"cooperation",          "連携協力",          "合作"            },
	{"period",               "報告対象期",       "报告期"         },
	{"holiday",              "休日",                "节假日"         },
	{"holiday_calendar",     "休日表の期間",    "节假日表期间"},
	{"reminder_stage",       "督促の時期",       "提醒时点"      },
	{"deadline_rule",        "提出期限の定め", "期限规则"      },
	{"evaluation_note",      "評価の備考",       "评估备注"      },
	{"programme_fact",       "事業の事実",       "项目事实"      },
	{"evaluation_text",      "評価の文章",       "评估文字"      },
	{"evaluation_row",       "評価の表の欄",    "评估表栏目"   },
	{"evaluation_statement", "評価の記述",       "评估论述"      },
	{NULL,		   NULL,                    NULL                },
};

static const struct {
	const char *placeholder;
	const struct term *terms;
} kinds[] = {
	{"state",   states },
	{"wanted",  states },
	{"role",    roles  },
	{"allowed", roles  },
	{"entity",  records},
};

static const char *word(enum rk_language language, const struct term *terms, struct rk_slice value)
{
	for (; terms->value; terms++)
		if (rk_slice_equal_str(value, terms->value))
			return language == RK_JA ? terms->ja : terms->zh;
	return NULL;
}

static const char *translate(struct rk_arena *arena, enum rk_language language,
	const struct term *terms, const char *value)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};

	for (const char *at = value; *at;) {
		size_t len = strcspn(at, ",");
		const char *said = word(language, terms, rk_slice_of(at, len));
		enum rk_status status = said ? rk_buf_add_str(&out, said)
					     : rk_buf_add(&out, at, len);

		at += len;
		if (*at == ',') {
			at += strspn(at, ", ");
			status = status == RK_OK ? rk_buf_add_str(&out, "、") : status;
		}
		if (status != RK_OK)
			return value;
	}
	const char *text = rk_arena_slice(arena, rk_buf_slice(&out));

	return text ? text : value;
}

/* "revoked_at" and the like travel as RFC 3339 in UTC; who reads them lives in Japan's time. */
static const char *moment(struct rk_arena *arena, enum rk_language language, const char *value)
{
	int64_t seconds;
	int32_t nanos;
	time_t japan;
	struct tm parts;
	char text[48];
	const char *said;
	RK_AUTO(rk_buf_clear) struct rk_buf era = {0};

	if (!rk_text_rfc3339(rk_slice_str(value), &seconds, &nanos))
		return value;
	japan = (time_t)seconds + 9L * 3600;
	if (!gmtime_r(&japan, &parts) ||
		!strftime(text, sizeof text, language == RK_JA ? "%H:%M" : "%Y-%m-%d %H:%M JST",
			&parts) ||
		(language == RK_JA &&
			rk_era_add_day_told(&era, parts.tm_year + 1900, parts.tm_mon + 1,
				parts.tm_mday) != RK_OK))
		return value;
	said = rk_arena_printf(arena, "%s%s", rk_buf_cstr(&era) ? rk_buf_cstr(&era) : "", text);
	return said ? said : value;
}

static bool is_moment(const char *placeholder)
{
	size_t len = strlen(placeholder);

	return len > 3 && strcmp(placeholder + len - 3, "_at") == 0;
}

const char *rk_term(struct rk_arena *arena, enum rk_language language, const char *placeholder,
	const char *value)
{
	if (value && is_moment(placeholder))
		return moment(arena, language, value);
	for (size_t i = 0; language != RK_EN && value && i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].placeholder, placeholder) == 0)
			return translate(arena, language, kinds[i].terms, value);
	return value;
}
