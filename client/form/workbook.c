#include "form/workbook.h"

#include "base/text.h"
#include "form/relations.h"
#include "form/richtext.h"
#include "form/workbook_read.h"
#include "words/period.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1970-01-01 as a serial of the 1900 system, whose 29 February 1900 never was; 1904-01-01 lies so many days behind. */
#define SERIAL_OF_1970 25569
#define DAYS_TO_1904   1462
#define SERIAL_OF_2200 109575

static const char zip_magic[] = "PK\3\4", ole_magic[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

static bool begins(struct rk_slice bytes, const char *magic)
{
	return bytes.len >= strlen(magic) && memcmp(bytes.at, magic, strlen(magic)) == 0;
}

bool rk_workbook_is(struct rk_slice bytes)
{
	return begins(bytes, zip_magic) || begins(bytes, "PK\5\6") || begins(bytes, ole_magic);
}

enum rk_status rk_read_broken(const struct rk_workbook_reading *reading, const char *part,
	const char *what, struct rk_err *err)
{
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN", "%s: %.*s: %s",
		reading->file, RK_SHOWN(part, 150), what);
}

enum rk_status rk_read_no_memory(const struct rk_workbook_reading *reading, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", reading->file);
}

const char *rk_read_keep(struct rk_workbook_reading *reading, struct rk_buf *text, const char *what,
	struct rk_err *err)
{
	const char *kept;
	size_t chars;

	rk_richtext_plain(text);
	chars = rk_text_chars(rk_buf_slice(text));
	if (chars > RK_WORKBOOK_CELL_TEXT_MAX) {
		(void)rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				"%s: %s: has %zu characters; at most %d", reading->file, what,
				chars, RK_WORKBOOK_CELL_TEXT_MAX),
			"chars=%zu\nlimit=%d", chars, RK_WORKBOOK_CELL_TEXT_MAX);
		return NULL;
	}
	reading->texts += text->len;
	if (reading->texts > RK_WORKBOOK_TEXTS_MAX) {
		(void)rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				"%s: has more than %zu bytes of text", reading->file,
				RK_WORKBOOK_TEXTS_MAX),
			"bytes=%zu", RK_WORKBOOK_TEXTS_MAX);
		return NULL;
	}
	kept = rk_arena_slice(reading->arena, rk_buf_slice(text));
	if (!kept)
		(void)rk_read_no_memory(reading, err);
	return kept;
}

void rk_read_number_text(double number, char out[RK_READ_NUMBER_TEXT])
{
	if (number == 0)
		number = 0; /* no "-0" */
	snprintf(out, RK_READ_NUMBER_TEXT,
		number == floor(number) && fabs(number) < 1e15 ? "%.0f" : "%.15g", number);
}

bool rk_read_date_text(
	double serial, bool from_1904, enum rk_shows shows, char out[RK_READ_NUMBER_TEXT])
{
	double days = floor(serial) + (from_1904 ? DAYS_TO_1904 : 0);
	int32_t date;

	if (serial < 0 || days < 1 || days == 60 || days >= SERIAL_OF_2200)
		return false;
	date = rk_date_from_days((int32_t)days + (days < 60) - SERIAL_OF_1970);
	if (shows == RK_SHOWS_DAY)
		snprintf(out, RK_READ_NUMBER_TEXT, "%d-%02d-%02d", date / 10000, date / 100 % 100,
			date % 100);
	else if (shows == RK_SHOWS_MONTH)
		snprintf(out, RK_READ_NUMBER_TEXT, "%d-%02d", date / 10000, date / 100 % 100);
	else
		snprintf(out, RK_READ_NUMBER_TEXT, "%d年", date / 10000);
	return true;
}

/* A name of the old containers (MS-CFB) stands in them as UTF-16. */
static bool has_name(struct rk_slice bytes, const char *name)
{
	char wide[64];
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++) {
		wide[2 * i] = name[i];
		wide[2 * i + 1] = '\0';
	}
	return memmem(bytes.at, bytes.len, wide, 2 * len) != NULL;
}

static enum rk_status refuse_container(const char *file, struct rk_slice bytes, struct rk_err *err)
{
	static const struct {
		const char *name, *what, *kind;
	} olds[] = {
		{"WordDocument",        "a Word document of before 2007 (.doc)", ".doc"},
		{"PowerPoint Document", "a presentation of before 2007 (.ppt)",  ".ppt"},
		{"Workbook",            "a workbook of before 2007 (.xls)",      ".xls"},
		{"Book",                "a workbook of before 2007 (.xls)",      ".xls"},
	};

	if (has_name(bytes, "EncryptedPackage"))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_ENCRYPTED",
			"%s: is protected by a password", file);
	for (size_t i = 0; i < sizeof olds / sizeof olds[0]; i++)
		if (has_name(bytes, olds[i].name))
			return rk_err_values(err,
				rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_OLD_FORMAT",
					"%s: is %s", file, olds[i].what),
				"kind=%s\nyear=2007", olds[i].kind);
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_OLD_FORMAT",
		"%s: is an old Office or Windows file, and no workbook", file);
}

/* What else people have that begins like a workbook. */
static enum rk_status refuse_others(const struct rk_archive *archive, struct rk_err *err)
{
	static const struct {
		const char *part, *what, *kind;
	} others[] = {
		{"xl/workbook.bin",       "a binary workbook (.xlsb)",                 ".xlsb"     },
		{"word/",                 "a Word document (.docx)",                   ".docx"     },
		{"ppt/",                  "a presentation (.pptx)",                    ".pptx"     },
		{"content.xml",           "an OpenDocument file (.ods, .odt)",         ".ods, .odt"},
		{"META-INF/manifest.xml", "an OpenDocument file or an archive (.ods)", ".ods"      },
	};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (rk_archive_has_folder(archive, others[i].part))
			return rk_err_values(err,
				rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_OTHER_FORMAT",
					"%s: is %s", rk_archive_file(archive), others[i].what),
				"kind=%s", others[i].kind);
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_OTHER_FORMAT",
		"%s: is an archive without a workbook in it", rk_archive_file(archive));
}

/* The part that names the sheets. */
struct names {
	struct rk_workbook_reading *reading;
	const struct rk_relations *relations;
	struct rk_buf tabs; /* struct rk_tab */
	bool begun;
};

static enum rk_status add_tab(
	struct names *names, const struct rk_xml_element *element, struct rk_err *err)
{
	struct rk_workbook_reading *reading = names->reading;
	const char *name = rk_xml_attribute(element, RK_XML_NONE, "name"),
		   *state = rk_xml_attribute(element, RK_XML_NONE, "state");
	const struct rk_relation *relation = rk_relations_id(
		names->relations, rk_xml_attribute(element, RK_XML_OFFICE, "id"));
	struct rk_tab tab = {.hidden = state && strcmp(state, "visible") != 0};

	if (!name || !relation)
		return rk_read_broken(
			reading, name ? name : "a sheet", "belongs to no part of the archive", err);
	if (strcmp(relation->type, "worksheet") != 0)
		return RK_OK;
	tab.name = rk_arena_str(reading->arena, name);
	tab.part = relation->part;
	if (!tab.name)
		return rk_read_no_memory(reading, err);
	return rk_buf_add(&names->tabs, &tab, sizeof tab) == RK_OK
		? RK_OK
		: rk_err_values(err,
			  rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_CELLS",
				  "%s: has more than %d sheets", reading->file,
				  RK_WORKBOOK_TABS_MAX),
			  "sheets=%d", RK_WORKBOOK_TABS_MAX);
}

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct names *names = arg;

	if (!names->begun && !rk_xml_is(element, RK_XML_SHEET, "workbook"))
		return rk_read_broken(
			names->reading, element->name, "stands where a workbook should begin", err);
	names->begun = true;
	if (rk_xml_is(element, RK_XML_SHEET, "workbookPr"))
		names->reading->from_1904 = rk_xml_flag(element, "date1904");
	else if (rk_xml_is(element, RK_XML_SHEET, "sheet"))
		return add_tab(names, element, err);
	return RK_OK;
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	(void)arg;
	(void)element;
	(void)err;
	return RK_OK;
}

static enum rk_status read_tabs(struct rk_workbook_reading *reading, const struct names *names,
	struct rk_workbook *workbook, struct rk_err *err)
{
	struct rk_tab *tabs = (void *)rk_arena_slice(reading->arena, rk_buf_slice(&names->tabs));

	workbook->tabs = tabs;
	workbook->tab_count = names->tabs.len / sizeof *tabs;
	if (!tabs)
		return rk_read_no_memory(reading, err);
	for (size_t i = 0; i < workbook->tab_count; i++)
		RK_TRY(rk_read_tab(reading, &tabs[i], err));
	return RK_OK;
}

static enum rk_status read_document(struct rk_workbook_reading *reading, const char *part,
	struct rk_workbook *workbook, struct rk_err *err)
{
	struct rk_relations relations;
	struct names names = {.reading = reading,
		.relations = &relations,
		.tabs = {.max = RK_WORKBOOK_TABS_MAX * sizeof(struct rk_tab)}};
	const struct rk_xml_listener listener = {&names, on_start, on_end, NULL};
	const char *strings, *styles;
	enum rk_status status = rk_relations_read(
		reading->arena, reading->archive, part, &relations, err);

	if (status == RK_OK)
		status = rk_archive_walk(reading->archive, part, &listener, err);
	if (status == RK_OK && (strings = rk_relations_type(&relations, "sharedStrings")))
		status = rk_read_strings(reading, strings, err);
	if (status == RK_OK && (styles = rk_relations_type(&relations, "styles")))
		status = rk_read_styles(reading, styles, err);
	if (status == RK_OK)
		status = read_tabs(reading, &names, workbook, err);
	rk_buf_clear(&names.tabs);
	return status;
}

static enum rk_status read_all_properties(struct rk_workbook_reading *reading,
	const struct rk_relations *relations, struct rk_workbook *workbook, struct rk_err *err)
{
	static const char *const types[] = {
		"core-properties", "extended-properties", "custom-properties"};
	struct rk_buf found = {0};
	enum rk_status status = RK_OK;

	for (size_t i = 0; i < sizeof types / sizeof types[0] && status == RK_OK; i++) {
		const char *part = rk_relations_type(relations, types[i]);

		if (part && rk_archive_has(reading->archive, part))
			status = rk_read_properties(reading, part, i == 2, &found, err);
	}
	workbook->properties = (const void *)rk_arena_slice(reading->arena, rk_buf_slice(&found));
	workbook->property_count = found.len / sizeof *workbook->properties;
	rk_buf_clear(&found);
	if (status == RK_OK && !workbook->properties)
		return rk_read_no_memory(reading, err);
	return status;
}

static enum rk_status read_archive(
	struct rk_workbook_reading *reading, struct rk_workbook *workbook, struct rk_err *err)
{
	struct rk_relations relations;
	const char *document;

	RK_TRY(rk_relations_read(reading->arena, reading->archive, "", &relations, err));
	document = rk_relations_type(&relations, "officeDocument");
	if (!document || rk_archive_has_folder(reading->archive, "word/") ||
		rk_archive_has_folder(reading->archive, "ppt/") ||
		rk_archive_has(reading->archive, "xl/workbook.bin"))
		return refuse_others(reading->archive, err);
	RK_TRY(read_document(reading, document, workbook, err));
	workbook->from_1904 = reading->from_1904;
	return read_all_properties(reading, &relations, workbook, err);
}

enum rk_status rk_workbook_read(struct rk_arena *arena, const char *file, struct rk_slice bytes,
	struct rk_workbook *workbook, struct rk_err *err)
{
	struct rk_workbook_reading reading = {.arena = arena, .file = file};
	enum rk_status status;

	*workbook = (struct rk_workbook){0};
	if (bytes.len > RK_WORKBOOK_FILE_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_LARGE",
				"%s: has %zu bytes; at most %zu", file, bytes.len,
				RK_WORKBOOK_FILE_MAX),
			"bytes=%zu\nlimit=%zu", bytes.len, RK_WORKBOOK_FILE_MAX);
	if (begins(bytes, ole_magic))
		return refuse_container(file, bytes, err);
	if (!rk_workbook_is(bytes))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
			"%s: does not begin as a workbook does", file);
	RK_TRY(rk_archive_open(&reading.archive, file, bytes, err));
	status = read_archive(&reading, workbook, err);
	rk_archive_close(&reading.archive);
	return status;
}

static int compare(const void *key, const void *cell)
{
	const struct rk_address *at = key, *other = &((const struct rk_tab_cell *)cell)->at;

	if (at->row != other->row)
		return at->row < other->row ? -1 : 1;
	return at->column < other->column ? -1 : at->column > other->column;
}

const struct rk_tab_cell *rk_tab_find(const struct rk_tab *tab, struct rk_address at)
{
	return tab->cell_count
		? bsearch(&at, tab->cells, tab->cell_count, sizeof *tab->cells, compare)
		: NULL;
}

const struct rk_tab_merge *rk_tab_merged(const struct rk_tab *tab, struct rk_address at)
{
	for (size_t i = 0; i < tab->merge_count; i++) {
		const struct rk_tab_merge *merge = &tab->merges[i];

		if (at.row >= merge->first.row && at.row <= merge->last.row &&
			at.column >= merge->first.column && at.column <= merge->last.column)
			return merge;
	}
	return NULL;
}

const char *rk_workbook_property(const struct rk_workbook *workbook, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < workbook->property_count; i++)
		if (strcmp(workbook->properties[i].name, name) == 0 &&
			(!value || workbook->properties[i].custom))
			value = workbook->properties[i].value;
	return value;
}
