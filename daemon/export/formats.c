/* The list of formats: one format, one line. */
#include "export/formats.h"

#include <string.h>

const struct rk_export_format *const rk_export_formats[] = {
	&rk_export_csv,
	&rk_export_csv_excel,
	&rk_export_csv_excel_ja,
	&rk_export_csv_cp932,
	&rk_export_jsonl,
	&rk_export_sqlite,
	&rk_export_xlsx,
	&rk_export_xlsx_ja,
	&rk_export_parquet,
	&rk_export_iati,
	&rk_export_sdmx,
	NULL,
};

const struct rk_export_format *rk_export_format_find(const char *name)
{
	for (const struct rk_export_format *const *f = rk_export_formats; *f; f++) {
		if (strcmp((*f)->name, name) == 0)
			return *f;
	}
	return NULL;
}
