/* client/form/address: where a cell stands. */
#include "check.h"
#include "form/address.h"

static void an_address_is_written_as_it_was_read(void **unused)
{
	static const struct {
		const char *text;
		uint32_t row, column;
	} cases[] = {
		{"A1",         1,       1    },
		{"Z9",         9,       26   },
		{"AA10",       10,      27   },
		{"ZZ100",      100,     702  },
		{"AAA1000",    1000,    703  },
		{"XFD1048576", 1048576, 16384},
	};

	char out[RK_ADDRESS_TEXT];

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct rk_address at;

		assert_true(rk_address_parse(rk_slice_str(cases[i].text), &at));
		assert_int_equal(at.row, cases[i].row);
		assert_int_equal(at.column, cases[i].column);
		assert_string_equal(rk_address_write(at, out), cases[i].text);
	}
}

static void what_no_sheet_has_is_refused(void **unused)
{
	static const char *const cases[] = {"", "A", "1", "A0", "1A", "A1B", "XFE1", "A1048577",
		"ZZZZZZZ1", "A99999999999", "A 1", "$A$", "Ａ1"};
	struct rk_address at;

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_false(rk_address_parse(rk_slice_str(cases[i]), &at));
}

static void a_range_has_its_corners_in_order(void **unused)
{
	struct rk_address first, last;

	(void)unused;
	assert_true(rk_address_parse_range(bytes("$C$3:a1"), &first, &last));
	assert_int_equal(first.row, 1);
	assert_int_equal(first.column, 1);
	assert_int_equal(last.row, 3);
	assert_int_equal(last.column, 3);
	assert_true(rk_address_parse_range(bytes("B2"), &first, &last));
	assert_int_equal(last.row, 2);
	assert_false(rk_address_parse_range(bytes("B2:"), &first, &last));
	assert_false(rk_address_parse_range(bytes("B2:C3:D4"), &first, &last));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_written_as_it_was_read),
		cmocka_unit_test(what_no_sheet_has_is_refused),
		cmocka_unit_test(a_range_has_its_corners_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
