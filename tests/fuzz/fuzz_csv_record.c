/* Any bytes as records of CSV: fields lie in their records, records behind each other, and nothing is read twice or left out. */
#include "export/delta.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice text = rk_slice_of(data, size), record, fields[8];
	size_t count;

	for (;;) {
		const uint8_t *at = text.at;

		count = rk_csv_record(&text, &record, fields, 8);
		if (count == 0)
			break;
		assert(count <= 8 && record.at == at && record.at[record.len] == '\n' &&
			text.at == record.at + record.len + 1);
		for (size_t i = 0; i < count; i++) {
			assert(fields[i].at == at &&
				fields[i].at + fields[i].len <= record.at + record.len);
			at += fields[i].len + 1;
		}
	}
	assert(text.at + text.len == data + size);
	return 0;
}
