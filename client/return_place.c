#include "return_place.h"

#include "form/address.h"
#include "form/sheets.h"
#include "form/words.h"
#include "words/era.h"

#include "renkei/v1/report.pb-c.h"

#include <stdlib.h>
#include <string.h>

#define PLACE_TEXT 512

/* Of the form as it is written: where the records of a list begin, and the fields of the cover (xlsx_write.c). */
#define FIRST_ROW       5
#define FIRST_COVER_ROW 3

static struct rk_slice trim(struct rk_slice text)
{
	while (text.len && *text.at == ' ')
		text = rk_slice_of(text.at + 1, text.len - 1);
	while (text.len && text.at[text.len - 1] == ' ')
		text.len--;
	return text;
}

/* "municipalities[].role" stands for the list, whichever of it is meant. */
static const char *field_of(struct rk_run *run, const char *key)
{
	return rk_run_slice(run, rk_slice_of(key, strcspn(key, "[")));
}

static const char *cover_path(struct rk_run *run, const struct rk_sheet *cover, uint32_t row)
{
	size_t n = row - FIRST_COVER_ROW;

	if (row < FIRST_COVER_ROW || n >= cover->column_count || cover->columns[n].key[0] == '@')
		return NULL;
	return field_of(run, cover->columns[n].key);
}

/* Rows of a sheet below another belong to whatever stands in them: of those only the place in the list above can be named. */
static const char *cell_path(struct rk_run *run, const char *sheet_name, const char *cell)
{
	const struct rk_sheet *sheet = rk_sheet_called(sheet_name);
	const struct rk_sheet_column *column;
	struct rk_address at;

	if (!sheet || !rk_address_parse(rk_slice_str(cell), &at))
		return NULL;
	if (!sheet->list)
		return cover_path(run, sheet, at.row);
	if (sheet->parent || at.row < FIRST_ROW || at.column < 1 || at.column > sheet->column_count)
		return NULL;
	column = &sheet->columns[at.column - 1];
	if (column->key[0] == '@')
		return rk_run_printf(run, "%s[%u]", sheet->list, at.row - FIRST_ROW);
	return rk_run_printf(
		run, "%s[%u].%s", sheet->list, at.row - FIRST_ROW, field_of(run, column->key));
}

/* The field of a message that is called so in any language. */
static const ProtobufCFieldDescriptor *field_called(
	const ProtobufCMessageDescriptor *type, struct rk_slice name)
{
	char label[RK_LABEL_TEXT];

	for (unsigned i = 0; i < type->n_fields; i++) {
		if (rk_slice_equal_str(name, type->fields[i].name))
			return &type->fields[i];
		for (int language = 0; language < RK_LANGUAGES; language++)
			if (rk_slice_equal_str(name,
				    rk_label_field_in((enum rk_language)language,
					    type->fields[i].name, label)))
				return &type->fields[i];
	}
	return NULL;
}

/* "取組1" to activities[0], "実施開始日" to actual_start. */
static const char *step(struct rk_run *run, const ProtobufCMessageDescriptor **type,
	const char *path, struct rk_slice word)
{
	size_t name = word.len;
	const ProtobufCFieldDescriptor *field;
	long number;

	while (name && word.at[name - 1] >= '0' && word.at[name - 1] <= '9')
		name--;
	number = name < word.len
		? strtol(rk_run_slice(run, rk_slice_of(word.at + name, word.len - name)), NULL, 10)
		: 0;
	field = *type ? field_called(*type, trim(rk_slice_of(word.at, name))) : NULL;
	if (!field || (name < word.len && number < 1))
		return NULL;
	*type = field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
	path = rk_run_printf(run, "%s%s%s", path, path[0] ? "." : "", field->name);
	return number ? rk_run_printf(run, "%s[%ld]", path, number - 1) : path;
}

static const char *named_path(struct rk_run *run, char *text)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__report__descriptor;
	const char *path = "";
	char *word;

	while (path && (word = strsep(&text, ">")))
		path = step(run, &type, path, trim(rk_slice_str(word)));
	return path;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text & 0x80)
			return false;
	return true;
}

const char *rk_return_path(struct rk_run *run, const char *place)
{
	char plain[PLACE_TEXT], *cell;

	if (!rk_era_plain(rk_slice_str(place), plain, sizeof plain))
		return NULL;
	cell = strchr(plain, '!');
	if (cell) {
		*cell++ = '\0';
		return cell_path(run, plain, cell);
	}
	/* The server knows what a report has, and says so. */
	if (is_ascii(plain) && !strchr(plain, '>'))
		return rk_run_str(run, plain);
	return named_path(run, plain);
}
