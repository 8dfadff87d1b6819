#include "form/dates.h"

#include "wire/pack.h"
#include "wire/varint.h"
#include "words/partial.h"

#include <stdio.h>
#include <string.h>

#define PRECISION(name) RENKEI__V1__DATE_PRECISION__DATE_PRECISION_##name

static const char *append(const Renkei__V1__PartialDate *date, struct rk_buf *out)
{
	RK_AUTO(rk_buf_clear) struct rk_buf packed = {0};

	return rk_pack(&date->base, &packed) == RK_OK &&
			rk_buf_add_slice(out, rk_buf_slice(&packed)) == RK_OK
		? NULL
		: "BAD_JSON_VALUE";
}

const char *rk_form_date_parse(struct rk_slice text, Renkei__V1__PartialDate *date, bool *outdated)
{
	struct rk_err err;

	if (!text.at)
		return "JSON_EXPECTS_DATE";
	if (rk_partial_parse(text, date, outdated, &err) != RK_OK) {
		if (strcmp(err.reason, "DATE_OUTSIDE_ERA") == 0)
			return "DATE_OUTSIDE_ERA";
		/* What was understood and cannot be is the rules' to tell. */
		return rk_partial_check_numbers(date) != RK_PARTIAL_FINE ? NULL
									 : "JSON_EXPECTS_DATE";
	}
	return date->precision == PRECISION(YEAR) && !memmem(text.at, text.len, "年", strlen("年"))
		? "JSON_EXPECTS_DATE"
		: NULL;
}

const char *rk_form_date_read(struct rk_slice text, struct rk_buf *out)
{
	Renkei__V1__PartialDate date;
	bool outdated;
	const char *code = rk_form_date_parse(text, &date, &outdated);

	return code ? code : append(&date, out);
}

bool rk_form_date_meant(struct rk_slice text, struct rk_buf *out)
{
	Renkei__V1__PartialDate date;
	bool outdated;

	/* The numbers were read, whatever the era. */
	(void)!rk_form_date_parse(text, &date, &outdated);
	return rk_partial_is_known(&date) && rk_partial_check(&date) == RK_PARTIAL_FINE &&
		rk_partial_add(out, &date, RK_PARTIAL_ERA) == RK_OK;
}

enum rk_status rk_form_date_complete(
	struct rk_buf *out, size_t begin, char shown[RK_FORM_DATE_TEXT])
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	ProtobufCMessage *message;
	const Renkei__V1__PartialDate *date;

	shown[0] = '\0';
	/* Bytes that are no clean message are the rules' to tell too. */
	if (rk_unpack(&arena, &renkei__v1__partial_date__descriptor,
		    rk_slice_of(out->at + begin, out->len - begin), &message, NULL) != RK_OK)
		return RK_OK;
	date = (const Renkei__V1__PartialDate *)(const void *)message;
	if (date->precision || !date->year || !date->month)
		return RK_OK;
	/* The last of its fields, so that the order of the numbers holds. */
	RK_TRY(rk_varint_add_head(out, 4, 0, date->day ? PRECISION(DAY) : PRECISION(MONTH)));
	if (date->day)
		snprintf(shown, RK_FORM_DATE_TEXT, "%d-%02d-%02d", date->year, date->month,
			date->day);
	else
		snprintf(shown, RK_FORM_DATE_TEXT, "%d-%02d", date->year, date->month);
	return RK_OK;
}
