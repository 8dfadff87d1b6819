/* json_map.c - the JSON mapping as a filter, for test_json_mapping.py and test_decoding.py.
 *
 * json_map to_wire|to_json < RECORDS > RECORDS: each record is a 4-byte big-endian length and a renkei.v1.Report in one form;
 * out comes the other form, each behind its length.
 *
 * json_map decode TYPE < RECORDS > RECORDS: any bytes as a message of that type; out comes its JSON, or "!" and why it is
 * refused: the reason, a blank, a sentence.
 */
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/receipt.pb-c.h"
#include "renkei/v1/registry_service.pb-c.h"
#include "renkei/v1/report.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ProtobufCMessageDescriptor *const types[] = {
	&renkei__v1__report__descriptor,
	&renkei__v1__receipt__descriptor,
	&renkei__v1__submit_report_request__descriptor,
	&renkei__v1__list_reports_request__descriptor,
	&renkei__v1__import_registry_request__descriptor,
	NULL,
};

static const ProtobufCMessageDescriptor *type_of(const char *name)
{
	const ProtobufCMessageDescriptor *const *at = types;

	while (*at && strcmp((*at)->name, name) != 0)
		at++;
	return *at;
}

static enum rk_status to_json(const ProtobufCMessageDescriptor *type, struct rk_slice in,
	struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	ProtobufCMessage *message;

	RK_TRY(rk_scan(type, in, NULL, NULL, NULL, err));
	RK_TRY(rk_unpack(&arena, type, in, &message, err));
	if (rk_json_from_message(message, RK_JSON_COMPACT, out) != RK_OK)
		return rk_fail(err, RK_INTERNAL, "no JSON");
	return RK_OK;
}

static enum rk_status map(char **words, struct rk_slice in, struct rk_buf *out, struct rk_err *err)
{
	const ProtobufCMessageDescriptor *type = words[2] ? type_of(words[2]) : types[0];

	if (!type)
		return rk_fail(err, RK_NOT_FOUND, "no such type");
	if (strcmp(words[1], "to_wire") == 0)
		return rk_json_to_wire(type, in, out, err);
	if (to_json(type, in, out, err) == RK_OK || strcmp(words[1], "decode") != 0)
		return err->status;
	out->len = 0;
	return rk_buf_addf(out, "!%s %s", err->reason, err->text);
}

int main(int argc, char **argv)
{
	RK_AUTO(rk_buf_clear) struct rk_buf in = {0}, out = {0};
	uint8_t head[4];

	if (argc < 2 || argc > 3)
		return 64;
	while (fread(head, 1, 4, stdin) == 4) {
		size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 |
			head[3];
		struct rk_err err = {0};

		in.len = out.len = 0;
		if (!rk_buf_reserve(&in, len) || fread(in.at, 1, len, stdin) != len)
			return 66;
		in.len = len;
		if (map(argv, rk_buf_slice(&in), &out, &err) != RK_OK) {
			fprintf(stderr, "json_map: %s: %.*s\n", err.text, (int)in.len,
				(char *)in.at);
			return 65;
		}
		for (int i = 0; i < 4; i++)
			head[i] = (uint8_t)(out.len >> (24 - 8 * i));
		if (fwrite(head, 1, 4, stdout) != 4 ||
			fwrite(out.at, 1, out.len, stdout) != out.len)
			return 74;
	}
	return 0;
}
