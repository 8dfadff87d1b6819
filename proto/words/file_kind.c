#include "words/file_kind.h"

#include <string.h>

/* What can be of an entry of an archive's directory, so that bytes that look like one by chance are not believed for long. */
#define NAME_MOST  1024
#define EXTRA_MOST 8192

/* So much of a name's end is looked at: more than the longest one that says something. */
#define SUFFIX 8

enum { SEARCH, RECORD, NAME, SKIP, NEXT, END, TAIL, WHOLE };

enum { TYPES = 1, EXCEL = 2, WORD = 4, POWERPOINT = 8, MACROS = 16, BINARY = 32 };

enum { ENTRY_BYTES = 46, WIDE_BYTES = 56, LOCATOR_BYTES = 20, END_BYTES = 22, SIGNATURE = 4 };

static size_t u16(const uint8_t *at)
{
	return at[0] | (size_t)at[1] << 8;
}

static uint64_t u32(const uint8_t *at)
{
	return u16(at) | (uint64_t)u16(at + 2) << 16;
}

static uint64_t u64(const uint8_t *at)
{
	return u32(at) | u32(at + 4) << 32;
}

static void feed_utf8(struct rk_file_kind_reader *reader, uint8_t byte)
{
	if (reader->utf8_more) {
		reader->utf8_bad = byte < reader->utf8_low || byte > reader->utf8_high;
		reader->utf8_more--;
		reader->utf8_low = 0x80;
		reader->utf8_high = 0xbf;
		return;
	}
	if (byte < 0x80)
		return;
	reader->utf8_bad = byte < 0xc2 || byte > 0xf4;
	reader->utf8_more = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
	/* No overlong form, no surrogate, nothing over U+10FFFF (RFC 3629 section 4). */
	reader->utf8_low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
	reader->utf8_high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
}

static void feed_cp932(struct rk_file_kind_reader *reader, uint8_t byte)
{
	if (reader->cp932_lead) {
		reader->cp932_lead = false;
		reader->cp932_bad = byte < 0x40 || byte == 0x7f || byte > 0xfc;
	} else if ((byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc)) {
		reader->cp932_lead = true;
	} else {
		reader->cp932_bad = byte == 0x80 || byte == 0xa0 || byte > 0xfc;
	}
}

static void feed_text(struct rk_file_kind_reader *reader, uint8_t byte)
{
	if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f)
		reader->text_bad = true;
	/* None of them is a part of a longer character in either encoding. */
	if (byte == ',' || byte == ';' || byte == '\t')
		reader->columns = true;
	if (!reader->utf8_bad)
		feed_utf8(reader, byte);
	if (!reader->cp932_bad)
		feed_cp932(reader, byte);
}

/* Names are compared as the packaging conventions want it: without regard to case; "\" is "/". */
static char folded(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return (char)(byte + 'a' - 'A');
	if (byte == '\\')
		return '/';
	return (char)byte;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
	size_t len = strlen(text), end = strlen(with);

	return len >= end && strcmp(text + len - end, with) == 0;
}

static void take_name(struct rk_file_kind_reader *reader)
{
	const char *name = reader->name;

	if (strcmp(name, "[content_types].xml") == 0)
		reader->found |= TYPES;
	else if (begins(name, "xl/"))
		reader->found |= EXCEL;
	else if (begins(name, "word/"))
		reader->found |= WORD;
	else if (begins(name, "ppt/"))
		reader->found |= POWERPOINT;
	if (strcmp(name, "xl/workbook.bin") == 0)
		reader->found |= BINARY;
	if (ends(reader->tail, "vbaproject.bin"))
		reader->found |= MACROS;
}

static void search(struct rk_file_kind_reader *reader, uint8_t byte)
{
	static const uint8_t entry[SIGNATURE] = {'P', 'K', 1, 2};

	if (byte != entry[reader->matched])
		reader->matched = 0;
	if (byte == entry[reader->matched])
		reader->matched++;
	if (reader->matched < SIGNATURE)
		return;
	reader->matched = 0;
	reader->found = 0;
	reader->entries = 0;
	reader->begun_at = reader->size - SIGNATURE;
	reader->ended_at = 0;
	reader->wide_at = 0;
	reader->wide_bad = false;
	memcpy(reader->part, entry, SIGNATURE);
	reader->part_len = SIGNATURE;
	reader->step = RECORD;
}

static void search_on(struct rk_file_kind_reader *reader)
{
	reader->step = SEARCH;
	reader->matched = 0;
}

/* What was taken for a directory is none. */
static void search_again(struct rk_file_kind_reader *reader)
{
	uint8_t seen[SIGNATURE];

	memcpy(seen, reader->part, SIGNATURE);
	search_on(reader);
	for (size_t i = 0; i < SIGNATURE && reader->step == SEARCH; i++)
		search(reader, seen[i]);
}

static void take_entry(struct rk_file_kind_reader *reader)
{
	size_t name = u16(reader->part + 28), extra = u16(reader->part + 30),
	       comment = u16(reader->part + 32);

	reader->name_size = name;
	reader->name_len = 0;
	memset(reader->name, 0, sizeof reader->name);
	memset(reader->tail, 0, sizeof reader->tail);
	reader->skip = extra + comment;
	reader->step = NAME;
	reader->entries++;
	if (name == 0 || name > NAME_MOST || extra > EXTRA_MOST || comment > EXTRA_MOST)
		search_on(reader);
}

static void after_skip(struct rk_file_kind_reader *reader)
{
	reader->part_len = 0;
	reader->step = reader->skip ? SKIP : NEXT;
}

static void feed_name(struct rk_file_kind_reader *reader, uint8_t byte)
{
	if (reader->name_len < RK_FILE_KIND_NAME)
		reader->name[reader->name_len] = folded(byte);
	if (reader->name_len >= RK_FILE_KIND_NAME)
		memmove(reader->tail, reader->tail + 1, RK_FILE_KIND_NAME - 1);
	reader->tail[reader->name_len < RK_FILE_KIND_NAME ? reader->name_len
							  : RK_FILE_KIND_NAME - 1] = folded(byte);
	if (++reader->name_len < reader->name_size)
		return;
	/* A longer name is none of those that are compared whole. */
	if (reader->name_size > RK_FILE_KIND_NAME)
		reader->name[RK_FILE_KIND_NAME - 1] = '?';
	take_name(reader);
	after_skip(reader);
}

/* What follows an entry: another one, the records of ZIP64, or the end. */
static void take_signature(struct rk_file_kind_reader *reader)
{
	const uint8_t *part = reader->part;
	bool ours = part[0] == 'P' && part[1] == 'K';
	bool entry = ours && part[2] == 1 && part[3] == 2 && !reader->ended_at;
	bool end = ours && part[2] == 5 && part[3] == 6;
	bool tail = ours && part[2] == 6 && (part[3] == 6 || part[3] == 7);

	if (!entry && !end && !tail) {
		search_again(reader);
		return;
	}
	reader->step = entry ? RECORD : end ? END : TAIL;
	if (!entry && !reader->ended_at)
		reader->ended_at = reader->size - SIGNATURE;
	if (tail && part[3] == 6)
		reader->wide_at = reader->size - SIGNATURE;
}

static bool is_directory(
	const struct rk_file_kind_reader *reader, uint64_t entries, uint64_t len, uint64_t at)
{
	return entries == reader->entries && at == reader->begun_at &&
		len == reader->ended_at - reader->begun_at;
}

static void take_wide(struct rk_file_kind_reader *reader)
{
	const uint8_t *part = reader->part;
	uint64_t size = u64(part + 4), least = WIDE_BYTES - 12;

	if (size < least || size > EXTRA_MOST) {
		search_on(reader);
		return;
	}
	if (!is_directory(reader, u64(part + 32), u64(part + 40), u64(part + 48)))
		reader->wide_bad = true;
	reader->skip = size - least;
	after_skip(reader);
}

static void take_locator(struct rk_file_kind_reader *reader)
{
	if (!reader->wide_at || u64(reader->part + 8) != reader->wide_at)
		reader->wide_bad = true;
	reader->skip = 0;
	after_skip(reader);
}

/* Any other program goes to the directory by what the end says: there it has to be, and to be all. */
static void take_end(struct rk_file_kind_reader *reader)
{
	const uint8_t *part = reader->part;
	uint64_t entries = u16(part + 10), len = u32(part + 12), at = u32(part + 16);

	/* "See the record of ZIP64", which was compared already. */
	if (reader->wide_at && entries == 0xffff)
		entries = reader->entries;
	if (reader->wide_at && len == 0xffffffff)
		len = reader->ended_at - reader->begun_at;
	if (reader->wide_at && at == 0xffffffff)
		at = reader->begun_at;
	/* A comment could be a directory and an end of its own. */
	if (u16(part + 20) == 0 && !reader->wide_bad && is_directory(reader, entries, len, at))
		reader->step = WHOLE;
	else
		search_on(reader);
}

static void feed_archive(struct rk_file_kind_reader *reader, uint8_t byte)
{
	switch (reader->step) {
	case SEARCH:
		search(reader, byte);
		return;
	case NAME:
		feed_name(reader, byte);
		return;
	case SKIP:
		if (--reader->skip == 0)
			reader->step = NEXT;
		return;
	case WHOLE:
		/* Something follows: this was not the directory that ends the file. */
		search_on(reader);
		search(reader, byte);
		return;
	default:
		break;
	}
	reader->part[reader->part_len++] = byte;
	if (reader->step == NEXT && reader->part_len == SIGNATURE) {
		take_signature(reader);
	} else if (reader->step == RECORD && reader->part_len == ENTRY_BYTES) {
		take_entry(reader);
	} else if (reader->step == TAIL && reader->part[3] == 6 && reader->part_len == WIDE_BYTES) {
		take_wide(reader);
	} else if (reader->step == TAIL && reader->part[3] == 7 &&
		reader->part_len == LOCATOR_BYTES) {
		take_locator(reader);
	} else if (reader->step == END && reader->part_len == END_BYTES) {
		take_end(reader);
	}
}

void rk_file_kind_feed(struct rk_file_kind_reader *reader, struct rk_slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (reader->size < RK_FILE_KIND_HEAD)
			reader->head[reader->size] = bytes.at[i];
		reader->size++;
		if (!reader->text_bad)
			feed_text(reader, bytes.at[i]);
		feed_archive(reader, bytes.at[i]);
	}
}

static bool head_is(
	const struct rk_file_kind_reader *reader, size_t at, const char *bytes, size_t len)
{
	return reader->size >= at + len && memcmp(reader->head + at, bytes, len) == 0;
}

static bool is_text(const struct rk_file_kind_reader *reader)
{
	bool utf8 = !reader->utf8_bad && !reader->utf8_more;
	bool cp932 = !reader->cp932_bad && !reader->cp932_lead;

	return !reader->text_bad && (utf8 || cp932);
}

static enum rk_file_kind kind_of_archive(const struct rk_file_kind_reader *reader)
{
	unsigned found = reader->found;

	if (reader->step != WHOLE || !(found & TYPES))
		return RK_FILE_ARCHIVE;
	if (found & MACROS)
		return RK_FILE_MACROS;
	switch (found & ~(unsigned)TYPES) {
	case EXCEL:
		return RK_FILE_XLSX;
	case WORD:
		return RK_FILE_DOCX;
	case POWERPOINT:
		return RK_FILE_PPTX;
	default:
		return RK_FILE_ARCHIVE;
	}
}

/* Text that is meant for a program. */
static enum rk_file_kind kind_of_text(const struct rk_file_kind_reader *reader)
{
	size_t at = head_is(reader, 0, "\xef\xbb\xbf", 3) ? 3 : 0,
	       len = reader->size < RK_FILE_KIND_HEAD ? reader->size : RK_FILE_KIND_HEAD;

	if (head_is(reader, 0, "#!", 2))
		return RK_FILE_PROGRAM;
	if (head_is(reader, 0, "{\\rtf", 5))
		return RK_FILE_OTHER;
	while (at < len && strchr(" \t\r\n", reader->head[at]))
		at++;
	if (at < len && reader->head[at] == '<')
		return RK_FILE_WEB;
	return reader->columns ? RK_FILE_CSV : RK_FILE_TEXT;
}

enum rk_file_kind rk_file_kind_end(const struct rk_file_kind_reader *reader)
{
	static const struct {
		const char *bytes;
		uint8_t at, len;
		enum rk_file_kind kind;
	} heads[] = {
		{"\xff\xd8\xff",                     0, 3, RK_FILE_JPEG      },
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, 8, RK_FILE_OLD_OFFICE},
		{"MZ",			       0, 2, RK_FILE_PROGRAM   },
		{"\x7f"
		 "ELF",             0, 4, RK_FILE_PROGRAM   },
		{"\xcf\xfa\xed\xfe",                 0, 4, RK_FILE_PROGRAM   },
		{"\xca\xfe\xba\xbe",                 0, 4, RK_FILE_PROGRAM   },
		{"\x89PNG",                          0, 4, RK_FILE_IMAGE     },
		{"GIF8",			     0, 4, RK_FILE_IMAGE     },
		{"BM",			       0, 2, RK_FILE_IMAGE     },
		{"II*\0",			    0, 4, RK_FILE_IMAGE     },
		{"MM\0*",			    0, 4, RK_FILE_IMAGE     },
		{"WEBP",			     8, 4, RK_FILE_IMAGE     },
		{"ftyphei",                          4, 7, RK_FILE_IMAGE     },
		{"7z\xbc\xaf",                       0, 4, RK_FILE_ARCHIVE   },
		{"Rar!",			     0, 4, RK_FILE_ARCHIVE   },
		{"\x1f\x8b",                         0, 2, RK_FILE_ARCHIVE   },
		{"PK",			       0, 2, RK_FILE_ARCHIVE   },
		{"\xff\xfe",                         0, 2, RK_FILE_UTF16     },
		{"\xfe\xff",                         0, 2, RK_FILE_UTF16     },
	};

	if (reader->size == 0)
		return RK_FILE_EMPTY;
	if (head_is(reader, 0, "%PDF-", 5))
		return RK_FILE_PDF;
	if (head_is(reader, 0, "PK\3\4", 4))
		return kind_of_archive(reader);
	if (is_text(reader))
		return kind_of_text(reader);
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		if (head_is(reader, heads[i].at, heads[i].bytes, heads[i].len))
			return heads[i].kind;
	return RK_FILE_OTHER;
}

enum rk_file_kind rk_file_kind_of(struct rk_slice bytes)
{
	struct rk_file_kind_reader reader = {0};

	rk_file_kind_feed(&reader, bytes);
	return rk_file_kind_end(&reader);
}

/* What the end of a name says, folded: ".pdf"; "" when it says nothing, or more than fits. */
static void suffix_of(const char *name, char suffix[SUFFIX + 1])
{
	size_t len = strlen(name), at;

	/* Windows drops them. */
	while (len > 0 && (name[len - 1] == '.' || name[len - 1] == ' '))
		len--;
	for (at = len; at > 0 && name[at - 1] != '.' && name[at - 1] != '/'; at--)
		;
	memset(suffix, 0, SUFFIX + 1);
	if (at == 0 || name[at - 1] != '.')
		return;
	for (size_t i = at - 1; i < len && i - (at - 1) < SUFFIX; i++)
		suffix[i - (at - 1)] = folded((uint8_t)name[i]);
}

/* What a file of this name is, if it is one of the allowed ones. */
static enum rk_file_kind claimed(const char *suffix)
{
	static const struct {
		const char *suffix;
		enum rk_file_kind kind;
	} claims[] = {
		{".pdf",  RK_FILE_PDF },
		{".xlsx", RK_FILE_XLSX},
		{".docx", RK_FILE_DOCX},
		{".pptx", RK_FILE_PPTX},
		{".jpg",  RK_FILE_JPEG},
		{".jpeg", RK_FILE_JPEG},
		{".csv",  RK_FILE_CSV },
		{".tsv",  RK_FILE_CSV },
		{".tab",  RK_FILE_CSV },
		{".txt",  RK_FILE_CSV },
	};

	for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++)
		if (strcmp(suffix, claims[i].suffix) == 0)
			return claims[i].kind;
	return RK_FILE_OTHER;
}

enum rk_file_kind rk_file_kind_named(enum rk_file_kind kind, const char *name)
{
	static const char *const macros[] = {".xlsm", ".xltm", ".xlam", ".xlsb", ".docm", ".dotm",
		".pptm", ".potm", ".ppsm", ".ppam", ".sldm"};
	char suffix[SUFFIX + 1];
	bool office = kind == RK_FILE_XLSX || kind == RK_FILE_DOCX || kind == RK_FILE_PPTX;
	enum rk_file_kind claim;

	if (!rk_file_kind_allowed(kind))
		return kind;
	suffix_of(name, suffix);
	for (size_t i = 0; office && i < sizeof macros / sizeof macros[0]; i++)
		if (strcmp(suffix, macros[i]) == 0)
			return RK_FILE_MACROS;
	claim = claimed(suffix);
	if (kind == RK_FILE_CSV && *suffix && claim != RK_FILE_CSV)
		return RK_FILE_MISNAMED;
	return claim == RK_FILE_OTHER || claim == kind ? kind : RK_FILE_MISNAMED;
}

const char *rk_file_kind_word(enum rk_file_kind kind)
{
	static const char *const words[RK_FILE_KINDS] = {
		[RK_FILE_OTHER] = "other",
		[RK_FILE_PDF] = "pdf",
		[RK_FILE_XLSX] = "xlsx",
		[RK_FILE_DOCX] = "docx",
		[RK_FILE_PPTX] = "pptx",
		[RK_FILE_JPEG] = "jpeg",
		[RK_FILE_CSV] = "csv",
		[RK_FILE_EMPTY] = "empty",
		[RK_FILE_PROGRAM] = "program",
		[RK_FILE_OLD_OFFICE] = "old_office",
		[RK_FILE_MACROS] = "macros",
		[RK_FILE_ARCHIVE] = "archive",
		[RK_FILE_IMAGE] = "image",
		[RK_FILE_WEB] = "web",
		[RK_FILE_UTF16] = "utf16",
		[RK_FILE_TEXT] = "text",
		[RK_FILE_MISNAMED] = "misnamed",
	};

	return (unsigned)kind < RK_FILE_KINDS ? words[kind] : words[RK_FILE_OTHER];
}
