#include "form/xlsx_check.h"

#include <expat.h>
#include <stdbool.h>
#include <zip.h>

#define PIECE 65536

static void parser_clear(XML_Parser *parser)
{
	if (*parser)
		XML_ParserFree(*parser);
}

static void part_clear(zip_file_t **part)
{
	if (*part)
		zip_fclose(*part);
}

static void archive_clear(zip_t **archive)
{
	if (*archive)
		zip_discard(*archive);
}

static bool is_whole(zip_t *archive, zip_uint64_t at)
{
	RK_AUTO(part_clear) zip_file_t *part = zip_fopen_index(archive, at, 0);
	RK_AUTO(parser_clear) XML_Parser parser = XML_ParserCreate(NULL);
	char piece[PIECE];
	zip_int64_t len;

	if (!part || !parser)
		return false;
	while ((len = zip_fread(part, piece, sizeof piece)) > 0) {
		if (XML_Parse(parser, piece, (int)len, 0) != XML_STATUS_OK)
			return false;
	}
	return len == 0 && XML_Parse(parser, piece, 0, 1) == XML_STATUS_OK;
}

enum rk_status rk_xlsx_check(const char *path, struct rk_err *err)
{
	int code = 0;
	RK_AUTO(archive_clear) zip_t *archive = zip_open(path, ZIP_RDONLY, &code);
	zip_int64_t count = archive ? zip_get_num_entries(archive, 0) : 0;

	for (zip_int64_t i = 0; i < count; i++) {
		const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);

		if (!is_whole(archive, (zip_uint64_t)i))
			return rk_fail_reason(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN",
				"%s: %s is not whole; is a disk full?", path, name ? name : "?");
	}
	return count > 0 ? RK_OK
			 : rk_fail_reason(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN",
				   "%s: no workbook; is a disk full?", path);
}
