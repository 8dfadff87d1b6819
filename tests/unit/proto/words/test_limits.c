#include "check.h"
#include "words/limits.h"

#include "renkei/v1/report.pb-c.h"

static void every_field_of_the_report_has_its_line(void **unused)
{
	size_t count;
	const struct rk_limits *all = rk_limits_list(&count);

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		if (all[i].field_count != all[i].of->n_fields)
			fail_msg("%s: %zu lines for %u fields", all[i].of->name, all[i].field_count,
				all[i].of->n_fields);
		for (size_t k = 0; k < all[i].field_count; k++)
			assert_string_equal(all[i].fields[k].field, all[i].of->fields[k].name);
	}
}

static bool fits(const struct rk_limit *limit, const ProtobufCFieldDescriptor *field)
{
	bool list = field->label == PROTOBUF_C_LABEL_REPEATED;

	if (list != (limit->count > 0))
		return false;
	switch (limit->kind) {
	case RK_KIND_TEXT:
	case RK_KIND_ID:
	case RK_KIND_LG_CODE:
	case RK_KIND_GB_CODE:
		return field->type == PROTOBUF_C_TYPE_STRING &&
			(limit->kind != RK_KIND_TEXT || limit->max > 0);
	case RK_KIND_ENUM:
		return field->type == PROTOBUF_C_TYPE_ENUM;
	case RK_KIND_NUMBER:
		return limit->max > limit->min &&
			(field->type == PROTOBUF_C_TYPE_INT32 ||
				field->type == PROTOBUF_C_TYPE_INT64 ||
				field->type == PROTOBUF_C_TYPE_DOUBLE);
	case RK_KIND_DATE:
		return field->descriptor == &renkei__v1__partial_date__descriptor;
	case RK_KIND_RECORD:
		return field->type == PROTOBUF_C_TYPE_MESSAGE && rk_limits_of(field->descriptor);
	default:
		return field->type == PROTOBUF_C_TYPE_BOOL;
	}
}

static void every_line_fits_its_field(void **unused)
{
	size_t count;
	const struct rk_limits *all = rk_limits_list(&count);

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < all[i].field_count; k++) {
			if (!fits(&all[i].fields[k], &all[i].of->fields[k]))
				fail_msg("%s.%s", all[i].of->name, all[i].fields[k].field);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_the_report_has_its_line),
		cmocka_unit_test(every_line_fits_its_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
