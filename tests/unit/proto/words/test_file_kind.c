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

static void put(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* The end of an archive, which says where its directory is and how many entries it has. */
static size_t add_end(uint8_t *at, size_t entries, size_t start, size_t len)
{
	memset(at, 0, 22);
	memcpy(at, "PK\5\6", 4);
	put(at + 8, entries, 2);
	put(at + 10, entries, 2);
	put(at + 12, len, 4);
	put(at + 16, start, 4);
	return 22;
}

/* A directory of these with its end, start bytes behind the archive's first. */
static size_t add_directory(uint8_t *at, size_t start, const char *const *names)
{
	size_t len = 0, count = 0;

	for (; names[count]; count++)
		len += add_entry(at + len, names[count]);
	return len + add_end(at + len, count, start, len);
}

/* An archive whose directory lists these; nothing else of it is looked at. */
static enum rk_file_kind kind_of_names(const char *const *names, const char *behind)
{
	uint8_t bytes[4096] = "PK\3\4 what is packed";
	size_t len = 20;

	len += add_directory(bytes + len, len, names);
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
	/* By its own word it begins where it does: an archive in an archive counts from its own first byte. */
	len += add_directory(bytes + len, len, NAMES("xl/workbook.xml"));
	memcpy(bytes + len, "noise", 5);
	len += 5;
	len += add_directory(bytes + len, len, NAMES("word/document.xml"));
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_DOCX);
	/* Half a signature before a whole one. */
	memcpy(bytes, "PK\3\4PPKPK\1", 10);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_DOCX);
}

/* Bytes at the end of what is packed that look like a record, and swallow the first one of the directory. */
static void an_entry_is_not_hidden_by_bytes_before_the_directory(void **unused)
{
	static const char *const names[] = {
		"xl/vbaProject.bin", "[Content_Types].xml", "xl/workbook.xml", NULL};
	uint8_t bytes[1024] = "PK\3\4", real[64];
	size_t len = 4, start;

	(void)unused;
	len += add_entry(bytes + len, "x");
	put(bytes + 4 + 30, add_entry(real, names[0]), 2);
	start = len;
	len += add_directory(bytes + len, start, names);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_ARCHIVE);
	/* As many records as there are, from another place. */
	put(bytes + len - 22 + 16, 4, 4);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_ARCHIVE);
	put(bytes + 4, 0, 4);
	put(bytes + len - 22 + 16, start, 4);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_MACROS);
}

/* A whole directory with an end, whose comment is the real one. */
static void an_entry_is_not_hidden_by_a_comment(void **unused)
{
	uint8_t bytes[1024] = "PK\3\4";
	size_t len = 4, fake;

	(void)unused;
	len += add_directory(bytes + len, len, NAMES("xl/workbook.xml"));
	fake = len;
	len += add_directory(bytes + len, len, NAMES("xl/workbook.xml", "xl/vbaProject.bin"));
	put(bytes + fake - 2, len - fake, 2);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_MACROS);
}

static void the_end_has_to_say_what_the_directory_is(void **unused)
{
	static const int places[] = {10, 12, 16, 20};
	uint8_t bytes[1024] = "PK\3\4";
	size_t len = 4 + add_directory(bytes + 4, 4, NAMES("xl/workbook.xml"));

	(void)unused;
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_XLSX);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		bytes[len - 22 + (size_t)places[i]]++;
		assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_ARCHIVE);
		bytes[len - 22 + (size_t)places[i]]--;
	}
}

/* ZIP64: what the end says is then 2^16 - 1 and 2^32 - 1, or the same. */
static void the_end_of_a_large_archive_is_read_in_its_own_records(void **unused)
{
	uint8_t bytes[1024] = "PK\3\4", *at;
	size_t len = 4, end;

	(void)unused;
	len += add_entry(bytes + len, "[Content_Types].xml");
	len += add_entry(bytes + len, "xl/workbook.xml");
	end = len;
	at = bytes + end;
	memcpy(at, "PK\6\6", 4);
	put(at + 4, 44, 8);
	put(at + 24, 2, 8);
	put(at + 32, 2, 8);
	put(at + 40, end - 4, 8);
	put(at + 48, 4, 8);
	memcpy(at + 56, "PK\6\7", 4);
	put(at + 64, end, 8);
	put(at + 72, 1, 4);
	len += 76;
	len += add_end(bytes + len, 0xffff, 0xffffffff, 0xffffffff);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_XLSX);
	add_end(bytes + len - 22, 2, 4, end - 4);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_XLSX);
	for (size_t i = 0; i < 4; i++) {
		static const uint8_t places[] = {32, 40, 48, 64};

		at[places[i]]++;
		assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, len)), RK_FILE_ARCHIVE);
		at[places[i]]--;
	}
	/* Without the record nothing says how large it is. */
	memmove(at, bytes + len - 22, 22);
	add_end(at, 0xffff, 0xffffffff, 0xffffffff);
	assert_int_equal(rk_file_kind_of(rk_slice_of(bytes, end + 22)), RK_FILE_ARCHIVE);
}

static void a_name_that_asks_for_macros_is_believed(void **unused)
{
	(void)unused;
	assert_int_equal(rk_file_kind_named(RK_FILE_XLSX, "表.xlsx"), RK_FILE_XLSX);
	assert_int_equal(rk_file_kind_named(RK_FILE_XLSX, "表.XLSM"), RK_FILE_MACROS);
	assert_int_equal(rk_file_kind_named(RK_FILE_DOCX, "x.dotm. "), RK_FILE_MACROS);
	assert_int_equal(rk_file_kind_named(RK_FILE_PPTX, "x.ppsm"), RK_FILE_MACROS);
	assert_int_equal(rk_file_kind_named(RK_FILE_PDF, "x.xlsm"), RK_FILE_PDF);
	assert_int_equal(rk_file_kind_named(RK_FILE_XLSX, "xlsm"), RK_FILE_XLSX);
	assert_int_equal(rk_file_kind_named(RK_FILE_XLSX, ""), RK_FILE_XLSX);
}

static void a_name_that_says_another_kind_is_refused(void **unused)
{
	(void)unused;
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "fill.py"), RK_FILE_MISNAMED);
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "表.CSV"), RK_FILE_CSV);
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "表.v2.txt"), RK_FILE_CSV);
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "a.csv."), RK_FILE_CSV);
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "人数"), RK_FILE_CSV);
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "a.b/c"), RK_FILE_CSV);
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "a.csvcsvcsv"), RK_FILE_MISNAMED);
	assert_int_equal(rk_file_kind_named(RK_FILE_CSV, "表.xlsx"), RK_FILE_MISNAMED);
	assert_int_equal(rk_file_kind_named(RK_FILE_JPEG, "写真.PDF"), RK_FILE_MISNAMED);
	assert_int_equal(rk_file_kind_named(RK_FILE_JPEG, "写真.JPG"), RK_FILE_JPEG);
	assert_int_equal(rk_file_kind_named(RK_FILE_PDF, "x.exe"), RK_FILE_PDF);
	assert_int_equal(rk_file_kind_named(RK_FILE_TEXT, "a.pdf"), RK_FILE_TEXT);
	assert_string_equal(rk_file_kind_word(RK_FILE_MISNAMED), "misnamed");
}

static void a_number_of_no_kind_has_a_word(void **unused)
{
	(void)unused;
	assert_string_equal(rk_file_kind_word((enum rk_file_kind)99), "other");
	assert_string_equal(rk_file_kind_word((enum rk_file_kind) - 1), "other");
	assert_int_equal(rk_file_kind_from_wire(99), RK_FILE_OTHER);
	assert_int_equal(rk_file_kind_from_wire(-1), RK_FILE_OTHER);
	assert_int_equal(rk_file_kind_from_wire(RK_FILE_KINDS_ALLOWED), RK_FILE_OTHER);
	assert_int_equal(rk_file_kind_from_wire(RK_FILE_XLSX), RK_FILE_XLSX);
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
		cmocka_unit_test(an_entry_is_not_hidden_by_bytes_before_the_directory),
		cmocka_unit_test(an_entry_is_not_hidden_by_a_comment),
		cmocka_unit_test(the_end_has_to_say_what_the_directory_is),
		cmocka_unit_test(the_end_of_a_large_archive_is_read_in_its_own_records),
		cmocka_unit_test(a_name_that_asks_for_macros_is_believed),
		cmocka_unit_test(a_name_that_says_another_kind_is_refused),
		cmocka_unit_test(a_number_of_no_kind_has_a_word),
		cmocka_unit_test(text_is_utf8_or_cp932_without_controls),
		cmocka_unit_test(the_six_that_are_allowed_are_those_of_the_protocol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
