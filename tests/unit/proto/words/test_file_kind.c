#include "check.h"
#include "words/file_kind.h"

#include <string.h>

/* One entry of an archive's directory. */
static size_t add_entry(uint8_t *at, const char *name)
{
	size_t len = strlen(name);

	memset(at, 0, 46);
	memcpy(at, "PK\1\2", 4);
	at[28] = (uint8_t)len;
	memcpy(at + 46, name, len);
	return 46 + len;
}

static size_t add_end(uint8_t *at)
{
	memset(at, 0, 22);
	memcpy(at, "PK\5\6", 4);
	return 22;
}

/* An archive whose directory lists these; nothing else of it is looked at. */
static enum rk_file_kind kind_of_names(const char *const *names, const char *behind)
{
	uint8_t bytes[4096] = "PK\3\4 what is packed";
	size_t len = 20;

	for (; *names; names++)
		len += add_entry(bytes + len, *names);
	len += add_end(bytes + len);
	memcpy(bytes + len, behind, strlen(behind));
	return rk_file_kind_of(rk_slice_of(bytes, len + strlen(behind)));
}

#define NAMES(...)                                       \
	(const char *const[])                            \
	{                                                \
		"[Content_Types].xml", __VA_ARGS__, NULL \
	}

static void an_office_file_is_told_by_the_directory_that_ends_it(void **unused)
{
	(void)unused;
	assert_int_equal(kind_of_names(NAMES("xl/workbook.xml"), ""), RK_FILE_XLSX);
	assert_int_equal(kind_of_names(NAMES("word/document2.xml"), ""), RK_FILE_DOCX);
	assert_int_equal(kind_of_names(NAMES("PPT\\presentation.xml"), ""), RK_FILE_PPTX);
	assert_int_equal(kind_of_names(NAMES("docProps/core.xml"), ""), RK_FILE_ARCHIVE);
	assert_int_equal(
		kind_of_names(NAMES("xl/workbook.xml", "word/document.xml"), ""), RK_FILE_ARCHIVE);
	assert_int_equal(kind_of_names(NAMES("xl/workbook.bin"), ""), RK_FILE_ARCHIVE);
	assert_int_equal(
		kind_of_names(NAMES("xl/workbook.xml", "xl/vbaProject.bin"), ""), RK_FILE_MACROS);
	assert_int_equal(
		kind_of_names((const char *const[]){"xl/workbook.xml", NULL}, ""), RK_FILE_ARCHIVE);
	/* Behind the end nothing may follow. */
	assert_int_equal(kind_of_names(NAMES("xl/workbook.xml"), "x"), RK_FILE_ARCHIVE);
}

static void a_directory_within_what_is_packed_does_not_count(void **unused)
{
	uint8_t bytes[1024] = "PK\3\4";
	size_t len = 4;

	(void)unused;
	len += add_entry(bytes + len, "[Content_Types].xml");
	len += add_entry(bytes + len, "xl/workbook.xml");
	len += add_end(bytes + len);
	memcpy(bytes + len, "noise", 5);
	len += 5;
	len += add_entry(bytes + len, "[Content_Types].xml");
	len += add_entry(bytes + len, "word/document.xml");
	len += add_end(bytes + len);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_DOCX);
	/* Half a signature before a whole one. */
	memcpy(bytes, "PK\3\4PPKPK\1", 10);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_DOCX);
}

static void text_is_utf8_or_cp932_without_controls(void **unused)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum rk_file_kind kind;
	} cases[] = {
		{"a,b\r\n\t1,2\n",            10, RK_FILE_CSV    },
		{"\xe8\x87\xaa,1",            5,  RK_FILE_CSV    }, /* UTF-8 */
		{"\xef\xbb\xbf\xe8\x87\xaa;", 7,  RK_FILE_CSV    }, /* with its mark */
		{"\xef\xbb\xbf\xe8\x87\xaa",  6,  RK_FILE_TEXT   }, /* of one column */
		{"a",			 1,  RK_FILE_TEXT   },
		{"a\nb\n",                    4,  RK_FILE_TEXT   },
		{"a\tb",                      3,  RK_FILE_CSV    },
		{"\x8e\xa9\xb1,1",            5,  RK_FILE_CSV    }, /* CP932, with half-width katakana */
		{"\x8e",                      1,  RK_FILE_OTHER  }, /* half a character */
		{"\xed\xa0\x80\x81",          4,  RK_FILE_OTHER  }, /* a surrogate, and no CP932 either */
		{"a\0b",                      3,  RK_FILE_OTHER  },
		{"a\x1b[2J",                  5,  RK_FILE_OTHER  },
		{"a\x7f",                     2,  RK_FILE_OTHER  },
		{"",			  0,  RK_FILE_EMPTY  },
		{" \n<svg>",                  7,  RK_FILE_WEB    },
		{"#!/bin/sh",                 9,  RK_FILE_PROGRAM},
		{"MZ\x90\0\3",                5,  RK_FILE_PROGRAM},
		{"MZ,1\n",                    5,  RK_FILE_CSV    },
		{"\xff\xfe\x24\x50",          4,  RK_FILE_UTF16  },
		{"\xff\xd8\xff\xe0\0",        5,  RK_FILE_JPEG   },
		{"%PDF-",                     5,  RK_FILE_PDF    },
		{"%PDF",                      4,  RK_FILE_TEXT   },
		{" %PDF-\0",                  7,  RK_FILE_OTHER  },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		enum rk_file_kind kind = rk_file_kind_of(rk_slice_of(cases[i].bytes, cases[i].len));

		if (kind != cases[i].kind)
			fail_msg("case %zu is %s, not %s", i, rk_file_kind_word(kind),
				rk_file_kind_word(cases[i].kind));
	}
}

static void the_six_that_are_allowed_are_those_of_the_protocol(void **unused)
{
	static const char *const words[] = {"pdf", "xlsx", "docx", "pptx", "jpeg", "csv"};

	(void)unused;
	for (int kind = 0; kind < RK_FILE_KINDS; kind++)
		assert_int_equal(
			rk_file_kind_allowed((enum rk_file_kind)kind), kind >= 1 && kind <= 6);
	for (int kind = 1; kind <= 6; kind++)
		assert_string_equal(rk_file_kind_word((enum rk_file_kind)kind), words[kind - 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_office_file_is_told_by_the_directory_that_ends_it),
		cmocka_unit_test(a_directory_within_what_is_packed_does_not_count),
		cmocka_unit_test(text_is_utf8_or_cp932_without_controls),
		cmocka_unit_test(the_six_that_are_allowed_are_those_of_the_protocol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
