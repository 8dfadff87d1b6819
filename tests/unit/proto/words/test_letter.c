#include "check.h"
#include "words/letter.h"

#include <string.h>

static Renkei__V1__ReminderItem *item_of(int32_t days, char **reasons, size_t count)
{
	static Renkei__V1__ReminderItem item;
	static Renkei__V1__Period period;
	static Google__Protobuf__Timestamp due;

	renkei__v1__reminder_item__init(&item);
	renkei__v1__period__init(&period);
	google__protobuf__timestamp__init(&due);
	period.fiscal_year = 2016;
	period.quarter = RENKEI__V1__QUARTER__QUARTER_Q4;
	period.variant = RENKEI__V1__VARIANT__VARIANT_FORECAST;
	/* 2017-03-10 23:59:59 in Japan. */
	due.seconds = 1489157999;
	item.period = &period;
	item.due_at = &due;
	item.days_left = days;
	item.owed = RENKEI__V1__OWED__OWED_RETURNED;
	item.reasons = reasons;
	item.n_reasons = count;
	return &item;
}

static void letter_init(
	Renkei__V1__Reminder *letter, const char *language, Renkei__V1__ReminderItem **items)
{
	renkei__v1__reminder__init(letter);
	letter->reminder_id = (char *)(uintptr_t) "00000000-0000-4000-9000-000000000001";
	letter->municipality_name_ja = (char *)(uintptr_t) "北九州市";
	letter->municipality_name_en = (char *)(uintptr_t) "Kitakyushu City";
	letter->email = (char *)(uintptr_t) "kankyo@city.example.jp";
	letter->name = (char *)(uintptr_t) "環境局　連携";
	letter->language = (char *)(uintptr_t)language;
	letter->items = items;
	letter->n_items = 1;
}

static void a_letter_is_written_in_the_language_of_who_reads_it(void **unused)
{
	static const struct {
		const char *language, *subject;
	} cases[] = {
		{"ja", "【四半期報告】北九州市 2016年度第4四半期（見込み）分の提出期限 平成29年3月10日（2017-03-10）、1 日超過"},
		{"en", "Kitakyushu City: quarterly report FY2016 Q4 (forecast) due 2017-03-10 (1 day(s) ago)"                                                         },
		{"zh", "【季度报告】北九州市 2016年度第4季度（预计）提交期限 2017-03-10（已逾期 1 天）"                                  },
	};

	Renkei__V1__ReminderItem *item = item_of(-1, NULL, 0);
	Renkei__V1__Reminder letter;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		RK_AUTO(rk_buf_clear) struct rk_buf subject = {0};

		letter_init(&letter, cases[i].language, &item);
		assert_int_equal(rk_letter_subject(&letter, &subject), RK_OK);
		assert_string_equal(rk_buf_cstr(&subject), cases[i].subject);
	}
}

static void a_reason_of_several_lines_stays_inside_its_place(void **unused)
{
	char *reasons[] = {(char *)(uintptr_t) "人数の根拠\r\n\r\nBcc: x@y.jp"};
	Renkei__V1__ReminderItem *item = item_of(7, reasons, 1);
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	Renkei__V1__Reminder letter;

	(void)unused;
	letter_init(&letter, "ja", &item);
	assert_int_equal(rk_letter_text(&letter, &text), RK_OK);
	assert_non_null(strstr(rk_buf_cstr(&text), "\n    人数の根拠\n    Bcc: x@y.jp\n"));
	assert_null(strstr(rk_buf_cstr(&text), "\nBcc"));
}

static void no_name_ends_a_header(void **unused)
{
	const struct rk_letter_head head = {.from = "renkei@example.jp", .at = 1489071600};
	Renkei__V1__ReminderItem *item = item_of(1, NULL, 0);
	RK_AUTO(rk_buf_clear) struct rk_buf mail = {0};
	Renkei__V1__Reminder letter;
	struct rk_err err = {0};

	(void)unused;
	letter_init(&letter, "ja", &item);
	letter.name =
		(char *)(uintptr_t) "x\r\nBcc: a@b.jp\r\n\r\n長い名前の人が長い名前の課にいて長い名前の課にいる\xff";
	assert_ok(rk_letter_mail(&letter, &head, &mail, &err), err);
	const char *text = rk_buf_cstr(&mail), *body = strstr(text, "\r\n\r\n");

	assert_non_null(body);
	assert_null(strstr(text, "Bcc"));
	assert_non_null(strstr(text, "\r\nDate: Fri, 10 Mar 2017 00:00:00 +0900\r\n"));
	assert_non_null(strstr(
		text, "\r\nMessage-ID: <00000000-0000-4000-9000-000000000001@example.jp>\r\n"));
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "\r\n");

		assert_true(len <= 78 && strncmp(at + len, "\r\n", 2) == 0);
		for (size_t i = 0; i < len; i++)
			assert_true(at[i] >= ' ' && at[i] <= '~');
		at += len + 2;
	}
}

static void what_is_no_address_reaches_no_server(void **unused)
{
	static const char *const wrong[] = {"", "a", "a@", "@b", "a@b@c", "a b@c.jp",
		"a@b.jp\r\nRCPT TO:<x@y.jp>", "<a@b.jp>", "a@b.jp,c@d.jp", "あ@b.jp", "a@b.jp;",
		"a\"b@c.jp"};

	(void)unused;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		const struct rk_letter_head head = {.from = "renkei@example.jp"};
		Renkei__V1__ReminderItem *item = item_of(1, NULL, 0);
		RK_AUTO(rk_buf_clear) struct rk_buf mail = {0};
		Renkei__V1__Reminder letter;
		struct rk_err err = {0};

		assert_false(rk_letter_address(wrong[i]));
		letter_init(&letter, "ja", &item);
		letter.email = (char *)(uintptr_t)wrong[i];
		assert_int_equal(rk_letter_mail(&letter, &head, &mail, &err), RK_INVALID_ARGUMENT);
		assert_int_equal(mail.len, 0);
	}
	assert_true(rk_letter_address("kankyo+1@city.example.lg.jp"));
}

/* Returned and accepted, with a reminder of the returned one: what asks most is the subject, and nothing is told twice. */
static void what_became_of_reports_is_told_once(void **unused)
{
	Renkei__V1__Notice returned = RENKEI__V1__NOTICE__INIT, accepted = RENKEI__V1__NOTICE__INIT;
	Renkei__V1__Notice *notices[] = {&accepted, &returned};
	Renkei__V1__ReturnItem why = RENKEI__V1__RETURN_ITEM__INIT, *whys[] = {&why};
	Renkei__V1__ReminderItem *item = item_of(7, NULL, 0);
	RK_AUTO(rk_buf_clear) struct rk_buf subject = {0}, text = {0}, quiet = {0};
	Renkei__V1__Reminder letter;

	(void)unused;
	letter_init(&letter, "ja", &item);
	letter.notices = notices;
	letter.n_notices = 2;
	why.field_path = (char *)(uintptr_t) "activities[1].actual_start";
	why.reason = (char *)(uintptr_t) "日付を\nBcc: x@y.jp";
	returned.topic = RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_RETURNED;
	returned.receipt_number = (char *)(uintptr_t) "401005-2016Q4F-1";
	returned.items = whys;
	returned.n_items = 1;
	returned.due_at = item->due_at;
	accepted.topic = RENKEI__V1__LETTER_TOPIC__LETTER_TOPIC_ACCEPTED;
	returned.period = accepted.period = item->period;
	assert_int_equal(rk_letter_subject(&letter, &subject), RK_OK);
	assert_string_equal(rk_buf_cstr(&subject),
		"【四半期報告】北九州市 2016年度第4四半期（見込み）分の差戻し　再提出の期限 平成29年3月10日（2017-03-10）ほか 1 件");
	assert_int_equal(rk_letter_text(&letter, &text), RK_OK);
	assert_non_null(strstr(
		rk_buf_cstr(&text), "    取組2 > 実施開始日：\n      日付を\n      Bcc: x@y.jp\n"));
	assert_null(strstr(rk_buf_cstr(&text), "延長"));
	/* Of an acceptance alone the reminder is the subject: it asks for something. */
	letter.n_notices = 1;
	assert_int_equal(rk_letter_subject(&letter, &quiet), RK_OK);
	assert_string_equal(rk_buf_cstr(&quiet),
		"【四半期報告】北九州市 2016年度第4四半期（見込み）分の提出期限 平成29年3月10日（2017-03-10）、あと 7 日ほか 1 件");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_is_written_in_the_language_of_who_reads_it),
		cmocka_unit_test(a_reason_of_several_lines_stays_inside_its_place),
		cmocka_unit_test(no_name_ends_a_header),
		cmocka_unit_test(what_is_no_address_reaches_no_server),
		cmocka_unit_test(what_became_of_reports_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
