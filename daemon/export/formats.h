/* formats.h - the formats by name, for formats.c. */
#pragma once
#include "export/format.h"

extern const struct rk_export_format rk_export_csv;
extern const struct rk_export_format rk_export_csv_excel;
extern const struct rk_export_format rk_export_csv_excel_ja;
extern const struct rk_export_format rk_export_csv_cp932;
extern const struct rk_export_format rk_export_jsonl;
extern const struct rk_export_format rk_export_sqlite;
extern const struct rk_export_format rk_export_xlsx;
extern const struct rk_export_format rk_export_xlsx_ja;
extern const struct rk_export_format rk_export_parquet;
extern const struct rk_export_format rk_export_iati;
extern const struct rk_export_format rk_export_sdmx;
