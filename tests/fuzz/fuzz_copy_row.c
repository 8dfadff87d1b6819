/* Any bytes as a row of COPY: values lie behind each other in the row, no longer than they came, and as many as there are tabs and one. */
#include "db/copy_row.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice values[8];
	char *row = malloc(size + 1);
	const char *at = row;
	size_t count, tabs = 0;

	assert(row);
	memcpy(row, data, size);
	count = rk_copy_row(row, size, values, 8);
	for (size_t i = 0; i < size; i++)
		tabs += data[i] == '\t';
	assert(count == (tabs < 8 ? tabs + 1 : 0));
	for (size_t i = 0; i < count; i++) {
		if (!values[i].at)
			continue;
		assert((const char *)values[i].at >= at);
		at = (const char *)values[i].at + values[i].len;
		assert(at <= row + size);
	}
	free(row);
	return 0;
}
