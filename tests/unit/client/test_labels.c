/* client/labels.c: every value of the contract has its word in every language. */
#include "check.h"
#include "labels.h"
#include "words/labels.h"

#include "renkei/v1/access_service.pb-c.h"
#include "renkei/v1/attachment_service.pb-c.h"
#include "renkei/v1/evaluation_service.pb-c.h"
#include "renkei/v1/event_service.pb-c.h"
#include "renkei/v1/export_service.pb-c.h"
#include "renkei/v1/extension_service.pb-c.h"
#include "renkei/v1/meeting_service.pb-c.h"
#include "renkei/v1/registry_service.pb-c.h"
#include "renkei/v1/reminder_service.pb-c.h"
#include "renkei/v1/report.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"
#include "renkei/v1/review_service.pb-c.h"
#include "renkei/v1/search_service.pb-c.h"
#include "renkei/v1/server_service.pb-c.h"
#include "renkei/v1/status_service.pb-c.h"

#include <string.h>

#define MANY 300

struct walk {
	struct rk_run run;
	const ProtobufCMessageDescriptor *seen[MANY];
	size_t count;
	int without;
};

static void check_enum(struct walk *walk, const ProtobufCEnumDescriptor *type)
{
	static const enum rk_language languages[] = {RK_JA, RK_ZH};

	for (unsigned i = 0; i < type->n_values; i++) {
		int value = type->values[i].value;

		walk->run.language = RK_EN;
		const char *english = rk_label_enum(&walk->run, type, value);

		assert_true(value == 0 || english[0]);
		for (size_t l = 0; l < 2 && value != 0; l++) {
			walk->run.language = languages[l];
			/* What has no label of its own is shown in English. */
			if (strcmp(rk_label_enum(&walk->run, type, value), english) != 0)
				continue;
			print_error("%s\n", type->values[i].name);
			walk->without++;
		}
	}
}

static void check_message(struct walk *walk, const ProtobufCMessageDescriptor *message)
{
	for (size_t i = 0; i < walk->count; i++)
		if (walk->seen[i] == message)
			return;
	assert_true(walk->count < MANY);
	walk->seen[walk->count++] = message;
	for (unsigned i = 0; i < message->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->fields[i];

		if (field->type == PROTOBUF_C_TYPE_ENUM)
			check_enum(walk, field->descriptor);
		else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			check_message(walk, field->descriptor);
	}
}

static void every_value_has_a_word_in_japanese_and_chinese(void **unused)
{
	static const ProtobufCMessageDescriptor *const roots[] = {
		&renkei__v1__report__descriptor,
		&renkei__v1__get_report_response__descriptor,
		&renkei__v1__list_report_versions_response__descriptor,
		&renkei__v1__registry__descriptor,
		&renkei__v1__import_registry_response__descriptor,
		&renkei__v1__get_platform_status_response__descriptor,
		&renkei__v1__list_extensions_response__descriptor,
		&renkei__v1__list_comments_response__descriptor,
		&renkei__v1__list_reopenings_response__descriptor,
		&renkei__v1__list_meetings_response__descriptor,
		&renkei__v1__list_reminders_response__descriptor,
	};
	struct walk walk = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
		check_message(&walk, roots[i]);
	assert_true(walk.count > 30);
	assert_int_equal(walk.without, 0);
	rk_arena_clear(&walk.run.arena);
}

static void every_field_of_a_report_has_a_name_in_japanese_and_chinese(void **unused)
{
	static const enum rk_language languages[] = {RK_JA, RK_ZH};
	struct walk walk = {0};

	(void)unused;
	check_message(&walk, &renkei__v1__report__descriptor);
	walk.without = 0;
	for (size_t m = 0; m < walk.count; m++) {
		for (unsigned i = 0; i < walk.seen[m]->n_fields; i++) {
			const char *name = walk.seen[m]->fields[i].name;

			for (size_t l = 0; l < 2; l++) {
				walk.run.language = languages[l];
				const char *label = rk_label_field(&walk.run, name);

				if (strcmp(label, name) != 0 && !strchr(label, ' '))
					continue;
				print_error("%s.%s\n", walk.seen[m]->name, name);
				walk.without++;
			}
		}
	}
	assert_int_equal(walk.without, 0);
	rk_arena_clear(&walk.run.arena);
}

/* What a refusal says of a request's fields is read by people. */
static void every_field_of_a_request_has_a_name_in_japanese_and_chinese(void **unused)
{
	static const ProtobufCServiceDescriptor *const services[] = {
		&renkei__v1__access_service__descriptor,
		&renkei__v1__attachment_service__descriptor,
		&renkei__v1__evaluation_service__descriptor,
		&renkei__v1__event_service__descriptor,
		&renkei__v1__export_service__descriptor,
		&renkei__v1__extension_service__descriptor,
		&renkei__v1__registry_service__descriptor,
		&renkei__v1__reminder_service__descriptor,
		&renkei__v1__report_service__descriptor,
		&renkei__v1__search_service__descriptor,
		&renkei__v1__server_service__descriptor,
		&renkei__v1__status_service__descriptor,
	};
	struct walk walk = {0};
	int without = 0;

	(void)unused;
	for (size_t s = 0; s < sizeof services / sizeof services[0]; s++)
		for (unsigned m = 0; m < services[s]->n_methods; m++)
			check_message(&walk, services[s]->methods[m].input);
	for (size_t m = 0; m < walk.count; m++) {
		for (unsigned i = 0; i < walk.seen[m]->n_fields; i++) {
			const char *name = walk.seen[m]->fields[i].name;

			if (strncmp(walk.seen[m]->name, "google.", 7) == 0 ||
				(rk_words_field(RK_JA, name) && rk_words_field(RK_ZH, name)))
				continue;
			print_error("%s.%s\n", walk.seen[m]->name, name);
			without++;
		}
	}
	assert_int_equal(without, 0);
	rk_arena_clear(&walk.run.arena);
}

static void a_path_is_read_by_names_and_counted_from_one(void **unused)
{
	static const struct {
		const char *path, *ja, *zh;
	} paths[] = {
		{"items[0].field_path", "項目1 > 項目の位置",  "项目1 > 项目位置"},
		{"where[0].values[1]",  "絞込みの条件1 > 値2", "筛选条件1 > 值2"  },
		{"activities[1].title", "取組2 > 件名",           "活动2 > 名称"      },
		{"unheard_of[3]",       "unheard_of4",                "unheard_of4"           },
		{"",                    "",			   ""                      },
	};
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		assert_string_equal(rk_words_path(&arena, RK_JA, paths[i].path), paths[i].ja);
		assert_string_equal(rk_words_path(&arena, RK_ZH, paths[i].path), paths[i].zh);
		assert_string_equal(rk_words_path(&arena, RK_EN, paths[i].path), paths[i].path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_has_a_word_in_japanese_and_chinese),
		cmocka_unit_test(every_field_of_a_report_has_a_name_in_japanese_and_chinese),
		cmocka_unit_test(every_field_of_a_request_has_a_name_in_japanese_and_chinese),
		cmocka_unit_test(a_path_is_read_by_names_and_counted_from_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
