/* file_kind.h - what a file is by its bytes, whatever its name says: a label, and a reason to refuse it.
 *
 * Bytes in, in pieces of any size, a kind out at the end; nothing is unpacked.  An Office file is a ZIP archive whose directory, the one
 * that ends the file, lists "[Content_Types].xml" and the folder of one of the three programs (ECMA-376-2 and APPNOTE.TXT 6.3).
 * Text is UTF-8 or CP932 without control characters but TAB, LF and CR.
 */
#pragma once
#include "base/buf.h"

#include <stdbool.h>

/* The first six are those of renkei.v1.AttachmentType, by number. */
enum rk_file_kind {
	RK_FILE_OTHER,
	RK_FILE_PDF,
	RK_FILE_XLSX,
	RK_FILE_DOCX,
	RK_FILE_PPTX,
	RK_FILE_JPEG,
	RK_FILE_CSV, /* text of two columns at least: a comma, semicolon or TAB is in it */
	RK_FILE_KINDS_ALLOWED,
	RK_FILE_EMPTY = RK_FILE_KINDS_ALLOWED,
	RK_FILE_PROGRAM,    /* of Windows, Linux, macOS, or a script */
	RK_FILE_OLD_OFFICE, /* .xls, .doc, .ppt, or any with a password */
	RK_FILE_MACROS,     /* an Office file with macros */
	RK_FILE_ARCHIVE,    /* ZIP and others */
	RK_FILE_IMAGE,      /* other than JPEG */
	RK_FILE_WEB,        /* HTML, XML, SVG */
	RK_FILE_UTF16,      /* text in UTF-16, as Excel's "Unicode text" is */
	RK_FILE_TEXT,       /* other text, of one column */
	RK_FILE_KINDS
};

#define RK_FILE_KIND_HEAD 16
#define RK_FILE_KIND_NAME 32

/* {0} is a reader before the first byte. */
struct rk_file_kind_reader {
	uint8_t head[RK_FILE_KIND_HEAD];
	uint64_t size;
	/* Text. */
	uint8_t utf8_more, utf8_low,
		utf8_high; /* bytes that a character still wants; what its next may be */
	bool utf8_bad, cp932_bad, cp932_lead, text_bad, columns;
	/* The directory of an archive. */
	uint8_t part[46]; /* of the record that is read */
	size_t part_len;
	char name[RK_FILE_KIND_NAME + 1],
		tail[RK_FILE_KIND_NAME + 1]; /* the front and the end of the entry's name, folded */
	size_t name_len, name_size;
	uint64_t skip; /* bytes that say nothing */
	int step;
	unsigned found, matched;
};

void rk_file_kind_feed(struct rk_file_kind_reader *reader, struct rk_slice bytes);
enum rk_file_kind rk_file_kind_end(const struct rk_file_kind_reader *reader);
enum rk_file_kind rk_file_kind_of(struct rk_slice bytes);

static inline bool rk_file_kind_allowed(enum rk_file_kind kind)
{
	return kind > RK_FILE_OTHER && kind < RK_FILE_KINDS_ALLOWED;
}

/* "pdf", "old_office", ... */
const char *rk_file_kind_word(enum rk_file_kind kind);
