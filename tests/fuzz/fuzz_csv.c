/* CSV files of a form: any bytes give cells in order, in UTF-8 whatever they were in, no more of them than bytes, or a sentence. */
#include "base/text.h"
#include "form/csv.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_arena arena = {0};
	struct rk_tab tab = {.name = "activities"};
	struct rk_err err = {0};
	size_t cells = 0, bytes = 0;

	if (rk_csv_read(&arena, "x.csv", rk_slice_of(data, size), &tab, &cells, &err) == RK_OK) {
		assert(tab.cell_count == cells);
		for (size_t i = 0; i < tab.cell_count; i++) {
			const struct rk_tab_cell *cell = &tab.cells[i];

			assert(cell->text[0] && !strchr(cell->text, '\r'));
			assert(rk_text_utf8_bad(rk_slice_str(cell->text)) == strlen(cell->text));
			assert(rk_tab_find(&tab, cell->at) == cell);
			bytes += strlen(cell->text);
		}
		/* A byte of CP932 is at most three of UTF-8. */
		assert(bytes <= (tab.cp932 ? 3 * size : size));
	} else {
		assert(err.status != RK_OK && err.text[0]);
	}
	rk_arena_clear(&arena);
	return 0;
}
