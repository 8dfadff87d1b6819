/* What a file is: the same however its bytes are cut, one of the kinds, and for the plain ones what a second look says. */
#include "base/text.h"
#include "words/file_kind.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In pieces of the sizes that the input's own bytes say. */
static enum rk_file_kind in_pieces(struct rk_slice bytes)
{
	struct rk_file_kind_reader reader = {0};
	size_t at = 0, turn = 0;

	while (at < bytes.len) {
		size_t len = bytes.at[turn++ % bytes.len] % 17;

		len = len < bytes.len - at ? len : bytes.len - at;
		len = len ? len : 1;
		rk_file_kind_feed(&reader, rk_slice_of(bytes.at + at, len));
		at += len;
	}
	return rk_file_kind_end(&reader);
}

static bool begins(struct rk_slice bytes, const char *with, size_t len)
{
	return bytes.len >= len && memcmp(bytes.at, with, len) == 0;
}

static bool has_columns(struct rk_slice bytes)
{
	return memchr(bytes.at, ',', bytes.len) || memchr(bytes.at, ';', bytes.len) ||
		memchr(bytes.at, '\t', bytes.len);
}

static void check_text(struct rk_slice bytes, enum rk_file_kind kind)
{
	bool plain = true;

	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t c = bytes.at[i];

		plain = plain && c != 0x7f && (c >= 0x20 || c == '\t' || c == '\n' || c == '\r');
	}
	if (kind == RK_FILE_CSV)
		assert(plain && has_columns(bytes));
	if (kind == RK_FILE_TEXT)
		assert(plain && !has_columns(bytes));
	/* What is UTF-8 and plain is text of some kind. */
	if (plain && bytes.len && rk_text_utf8_bad(bytes) == bytes.len &&
		!begins(bytes, "%PDF-", 5))
		assert(kind == RK_FILE_CSV || kind == RK_FILE_TEXT || kind == RK_FILE_WEB ||
			kind == RK_FILE_PROGRAM || kind == RK_FILE_OTHER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice bytes = rk_slice_of(data, size);
	enum rk_file_kind kind = rk_file_kind_of(bytes);

	assert(kind < RK_FILE_KINDS && rk_file_kind_word(kind));
	assert(in_pieces(bytes) == kind);
	assert((kind == RK_FILE_EMPTY) == (size == 0));
	assert((kind == RK_FILE_PDF) == begins(bytes, "%PDF-", 5));
	if (kind == RK_FILE_XLSX || kind == RK_FILE_DOCX || kind == RK_FILE_PPTX ||
		kind == RK_FILE_MACROS)
		assert(begins(bytes, "PK\3\4", 4) && size > 4 + 2 * 46 + 22);
	if (begins(bytes, "MZ\0", 3) ||
		begins(bytes,
			"\x7f"
			"ELF",
			4))
		assert(!rk_file_kind_allowed(kind));
	check_text(bytes, kind);
	return 0;
}
