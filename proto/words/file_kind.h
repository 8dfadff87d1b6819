/* file_kind.h - what a file is by its bytes, whatever its name says: a label, and a reason to refuse it.
 *
 * Bytes in, in pieces of any size, a kind out at the end; nothing is unpacked.  An Office file is a ZIP archive whose directory, the one
 * that ends the file, lists "[Content_Types].xml" and the folder of one of the three programs (ECMA-376-2 and APPNOTE.TXT 6.3).
 * Text is UTF-8 or CP932 without control characters but TAB, LF and CR.
 * That directory is all there is only if the end says the same of it: how many entries, how many bytes, from where; and has no comment, which
 * could be another directory.  What else looks like one, or lies elsewhere, makes an archive.  Macros are told by the name "vbaProject.bin",
 * which every program gives them; of a file that gives them another, the name of the file itself tells (rk_file_kind_named).
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
	RK_FILE_MISNAMED,   /* by its name it is something else than by its content */
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
	uint8_t part[56]; /* of the record that is read */
	size_t part_len;
	char name[RK_FILE_KIND_NAME + 1],
		tail[RK_FILE_KIND_NAME + 1]; /* the front and the end of the entry's name, folded */
	size_t name_len, name_size;
	uint64_t skip; /* bytes that say nothing */
	uint64_t begun_at,
		ended_at; /* where its first entry begins, its last one ends; ended_at 0: not yet */
	uint64_t wide_at; /* where the record of ZIP64 is; 0: nowhere */
	uint64_t entries;
	bool wide_bad; /* the records of ZIP64 say something else */
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

/* A kind by its number in a message, of which a peer may know more: RK_FILE_OTHER. */
static inline enum rk_file_kind rk_file_kind_from_wire(int number)
{
	return number >= 0 && number < RK_FILE_KINDS_ALLOWED ? (enum rk_file_kind)number
							     : RK_FILE_OTHER;
}

/* The kind with regard to the file's name: an Office file called .xlsm, .docm, ... is one with macros, because Office opens it as one,
 * however its parts are called.  RK_FILE_MISNAMED is a file that is allowed and called like another one that is, a JPEG called .pdf, which
 * nobody could open; and text with a comma in it called other than .csv, .tsv, .tab or .txt, because nothing else makes a table of it.  No other
 * name matters: it makes no program of a PDF. */
enum rk_file_kind rk_file_kind_named(enum rk_file_kind kind, const char *name);

/* "pdf", "old_office", ...; "other" for a number that is no kind. */
const char *rk_file_kind_word(enum rk_file_kind kind);
