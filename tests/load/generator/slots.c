#include "slots.h"

#include "wire/frame.h"
#include "wire/json.h"

#include "renkei/v1/report.pb-c.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { HEADER_MAX = 64 };

enum rk_status load_body(
	const char *path, const char *municipality, struct rk_buf *out, struct rk_err *err)
{
	static char json[64 * 1024];
	FILE *file = fopen(path, "re");
	size_t len;

	if (file == NULL)
		return rk_fail(err, RK_NOT_FOUND, "%s: cannot be opened", path);
	len = fread(json, 1, sizeof json, file);
	fclose(file);
	RK_TRY(rk_json_to_wire(&renkei__v1__report__descriptor, rk_slice_of(json, len), out, err));
	for (uint8_t *at = out->at;
		(at = memmem(at, out->len - (size_t)(at - out->at), "000000", 6)) != NULL;)
		memcpy(at, municipality, 6);
	return RK_OK;
}

static uint8_t *put_varint(uint8_t *at, uint64_t number)
{
	for (; number > 0x7f; number >>= 7)
		*at++ = (uint8_t)(number | 0x80);
	*at++ = (uint8_t)number;
	return at;
}

static uint8_t *put_field(uint8_t *at, int field, uint64_t number)
{
	*at++ = (uint8_t)(field << 3);
	return put_varint(at, number);
}

/* municipality_code, period, action, base_version: the fields 1 to 4 of a Report. */
static size_t put_header(uint8_t out[HEADER_MAX], const struct load_slot *slot)
{
	uint8_t period[16], *end = period, *at = out;

	end = put_field(end, 1, (uint64_t)slot->fiscal_year);
	end = put_field(end, 2, (uint64_t)slot->quarter);
	end = put_field(end, 3, RENKEI__V1__VARIANT__VARIANT_REGULAR);
	*at++ = 1 << 3 | 2;
	*at++ = 6;
	at = (uint8_t *)mempcpy(at, slot->municipality, 6);
	*at++ = 2 << 3 | 2;
	*at++ = (uint8_t)(end - period);
	at = (uint8_t *)mempcpy(at, period, (size_t)(end - period));
	at = put_field(at, 3,
		slot->version == 0 ? RENKEI__V1__REPORT_ACTION__REPORT_ACTION_NEW
				   : RENKEI__V1__REPORT_ACTION__REPORT_ACTION_REPLACE);
	if (slot->version > 0)
		at = put_field(at, 4, (uint64_t)slot->version);
	return (size_t)(at - out);
}

static void fresh_uuid(char out[LOAD_ID + 1])
{
	uint8_t b[16];

	if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
		memset(b, 0, sizeof b);
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(out, LOAD_ID + 1,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
		b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		b[15]);
}

enum rk_status load_request(const struct load_slot *slot, struct rk_slice body,
	char id[LOAD_ID + 1], struct rk_buf *out)
{
	uint8_t header[HEADER_MAX], outer[16], *at = outer;
	size_t header_len = put_header(header, slot);

	fresh_uuid(id);
	*at++ = 3 << 3 | 2;
	at = put_varint(at, header_len + body.len);
	RK_TRY(rk_frame_head(out, 2 + LOAD_ID + (size_t)(at - outer) + header_len + body.len));
	RK_TRY(rk_buf_add(out, "\x0a\x24", 2));
	RK_TRY(rk_buf_add(out, id, LOAD_ID));
	RK_TRY(rk_buf_add(out, outer, (size_t)(at - outer)));
	RK_TRY(rk_buf_add(out, header, header_len));
	return rk_buf_add_slice(out, body);
}
