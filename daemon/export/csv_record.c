/* A record of CSV as the format csv writes it: LF between records, quotes where they are needed. */
#include "export/delta.h"

/* Where the field that begins at `at` ends; len: nowhere. */
static size_t field_end(struct rk_slice text, size_t at)
{
	if (at < text.len && text.at[at] == '"') {
		for (at++; at < text.len; at++) {
			if (text.at[at] != '"')
				continue;
			if (at + 1 == text.len || text.at[at + 1] != '"')
				return at + 1;
			at++;
		}
		return text.len;
	}
	while (at < text.len && text.at[at] != ',' && text.at[at] != '\n')
		at++;
	return at;
}

size_t rk_csv_record(
	struct rk_slice *text, struct rk_slice *record, struct rk_slice *fields, size_t max)
{
	size_t count = 0, at = 0;

	while (count < max) {
		size_t end = field_end(*text, at);

		if (end >= text->len || (text->at[end] != ',' && text->at[end] != '\n'))
			return 0;
		fields[count++] = rk_slice_of(text->at + at, end - at);
		at = end + 1;
		if (text->at[end] == ',')
			continue;
		*record = rk_slice_of(text->at, end);
		*text = rk_slice_of(text->at + at, text->len - at);
		return count;
	}
	return 0;
}
