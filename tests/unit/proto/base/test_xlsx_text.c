#include "base/xlsx_text.h"
#include "check.h"

static void a_text_that_says_an_escape_is_read_back_as_it_was(void **unused)
{
	static const struct {
		const char *text, *written;
	} cases[] = {
		{"",               ""			  },
		{"福岡市",      "福岡市"                 },
		{"_x0041_",        "_x005F_x0041_"             },
		{"_x00fF_",        "_x005F_x00fF_"             },
		{"a_x0041_b",      "a_x005F_x0041_b"           },
		{"__x0041_",       "__x005F_x0041_"            },
 /* What ends one begins the next. */
		{"_x0041_x0042_",  "_x005F_x0041_x005F_x0042_" },
		{"_x0041__x0042_", "_x005F_x0041__x005F_x0042_"},
		{"_x005F_x0041_",  "_x005F_x005F_x005F_x0041_" },
 /* None of them is one. */
		{"_",              "_"			 },
		{"_x",             "_x"                        },
		{"_x0041",         "_x0041"                    },
		{"_X0041_",        "_X0041_"                   },
		{"xx0041_",        "xx0041_"                   },
		{"_x0041-",        "_x0041-"                   },
		{"_x004G_",        "_x004G_"                   },
		{"_xG041_",        "_xG041_"                   },
		{"_x0 41_",        "_x0 41_"                   },
	};
	RK_AUTO(rk_buf_clear) struct rk_buf room = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *written = rk_xlsx_text(&room, rk_slice_str(cases[i].text));

		assert_non_null(written);
		assert_string_equal(written, cases[i].written);
	}
}

static void without_room_there_is_no_text(void **unused)
{
	(void)unused;
	for (size_t most = 1; most < strlen("ab_x005F_x0041_c"); most++) {
		RK_AUTO(rk_buf_clear) struct rk_buf room = {.max = most};

		assert_null(rk_xlsx_text(&room, rk_slice_str("ab_x0041_c")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_says_an_escape_is_read_back_as_it_was),
		cmocka_unit_test(without_room_there_is_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
