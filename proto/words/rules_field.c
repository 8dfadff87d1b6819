/* Rules that hold for every field by its limits: required, length, count, range, choices, ids. */
#include "base/text.h"
#include "words/era.h"
#include "words/judge.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void required(struct rk_judge *judge, const struct rk_spot *spot)
{
	if (!spot->limit->required || !rk_spot_is_value(spot))
		return;
	if (spot->field->type == PROTOBUF_C_TYPE_STRING
			? rk_is_blank(rk_spot_text(spot))
			: spot->limit->kind == RK_KIND_RECORD && !spot->value)
		rk_find_spot(judge, spot, NULL);
}

static bool choice(const struct rk_spot *spot, int32_t *value)
{
	if (!rk_spot_is_value(spot))
		return false;
	memcpy(value, spot->value, sizeof *value);
	return true;
}

static void find_choice(struct rk_judge *judge, const struct rk_spot *spot, const char *value)
{
	rk_find_spot(judge, spot,
		&(struct rk_remark){
			.value = value,
			.values = (const struct rk_say_value[]){
								{"choices", rk_judge_choices(judge, spot->field->descriptor)},
								{NULL, NULL}}
        });
}

static void choice_required(struct rk_judge *judge, const struct rk_spot *spot)
{
	int32_t value;

	if (choice(spot, &value) && spot->limit->required && value == 0)
		find_choice(judge, spot, "");
}

static void choice_unknown(struct rk_judge *judge, const struct rk_spot *spot)
{
	int32_t value;

	if (choice(spot, &value) &&
		!protobuf_c_enum_descriptor_get_value(spot->field->descriptor, value))
		find_choice(judge, spot, NULL);
}

static void text_too_long(struct rk_judge *judge, const struct rk_spot *spot)
{
	size_t length;

	if (!rk_spot_is_value(spot))
		return;
	/* A character has a byte or more: most texts need no counting. */
	length = rk_spot_text(spot).len;
	if (length <= (size_t)spot->limit->max)
		return;
	length = rk_text_chars(rk_spot_text(spot));
	if (length <= (size_t)spot->limit->max)
		return;
	rk_find_spot(judge, spot,
		&(struct rk_remark){
			.values = (const struct rk_say_value[]){
								{"length", rk_judge_text(judge, "%zu", length)},
								{"max", rk_judge_text(judge, "%" PRId64, spot->limit->max)},
								{NULL, NULL}}
        });
}

static void list_too_long(struct rk_judge *judge, const struct rk_spot *spot)
{
	if (spot->index != RK_WHOLE_LIST || spot->count <= spot->limit->count)
		return;
	rk_find_spot(judge, spot,
		&(struct rk_remark){
			.values = (const struct rk_say_value[]){
								{"count", rk_judge_text(judge, "%zu", spot->count)},
								{"max", rk_judge_text(judge, "%zu", spot->limit->count)},
								{NULL, NULL}}
        });
}

static bool same_value(const struct rk_spot *a, const struct rk_spot *b)
{
	if (a->field->type == PROTOBUF_C_TYPE_STRING)
		return rk_slice_equal(rk_spot_text(a), rk_spot_text(b));
	return memcmp(a->value, b->value, sizeof(int32_t)) == 0;
}

/* The text of a record's first field: its identity. */
static struct rk_slice own_id(const struct rk_record *record)
{
	const char *id;

	memcpy(&id, (const char *)record->message + record->limits->of->fields[0].offset,
		sizeof id);
	return rk_slice_str(id);
}

/* The spot is the identity of its record, and a record of the same type before it has the same. */
static bool is_second(const struct rk_spot *spot)
{
	const struct rk_record *record = spot->record;

	if (spot->limit != &record->limits->fields[0] || rk_spot_text(spot).len == 0)
		return false;
	for (const struct rk_record *at = record->before; at; at = at->before) {
		if (rk_slice_equal(own_id(at), own_id(record)))
			return true;
	}
	return false;
}

/* The elements of a list follow it in the row of spots. */
static void list_duplicate(struct rk_judge *judge, const struct rk_spot *spot)
{
	/* One intention for each cooperation. */
	if (spot->record->limits->of == &renkei__v1__intention__descriptor && is_second(spot))
		rk_find_spot(judge, spot, NULL);
	if (spot->index != RK_WHOLE_LIST || !spot->limit->unique)
		return;
	for (const struct rk_spot *at = spot->next; at && at->limit == spot->limit; at = at->next) {
		if (at->record != spot->record)
			return;
		for (const struct rk_spot *before = spot->next; before != at;
			before = before->next) {
			if (same_value(before, at)) {
				rk_find_spot(judge, at, NULL);
				break;
			}
		}
	}
}

static bool number(const struct rk_spot *spot, double *real, int64_t *whole)
{
	int32_t small;

	if (!rk_spot_is_value(spot))
		return false;
	*real = 0, *whole = 0;
	if (spot->field->type == PROTOBUF_C_TYPE_DOUBLE) {
		memcpy(real, spot->value, sizeof *real);
	} else if (spot->field->type == PROTOBUF_C_TYPE_INT64) {
		memcpy(whole, spot->value, sizeof *whole);
	} else {
		memcpy(&small, spot->value, sizeof small);
		*whole = small;
	}
	return true;
}

static void out_of_range(struct rk_judge *judge, const struct rk_spot *spot)
{
	const struct rk_limit *limit = spot->limit;
	double real;
	int64_t whole;

	if (!number(spot, &real, &whole) || !isfinite(real))
		return;
	if (limit->zero_is_unknown && whole == 0)
		return;
	if (spot->field->type == PROTOBUF_C_TYPE_DOUBLE
			? real >= (double)limit->min && real <= (double)limit->max
			: whole >= limit->min && whole <= limit->max)
		return;
	rk_find_spot(judge, spot,
		&(struct rk_remark){
			.values = (const struct rk_say_value[]){
								{"min", rk_judge_text(judge, "%" PRId64, limit->min)},
								{"max", rk_judge_text(judge, "%" PRId64, limit->max)},
								{NULL, NULL}}
        });
}

static void not_finite(struct rk_judge *judge, const struct rk_spot *spot)
{
	double real;
	int64_t whole;

	if (number(spot, &real, &whole) && !isfinite(real))
		rk_find_spot(judge, spot, NULL);
}

static void too_precise(struct rk_judge *judge, const struct rk_spot *spot)
{
	double real, kept;
	int64_t whole;

	if (!number(spot, &real, &whole) || !isfinite(real) || fabs(real) > 1e9 ||
		strcmp(spot->field->name, "reduction_tonnes_per_year") != 0)
		return;
	kept = round(real * 1000) / 1000;
	/* 0.1 + 0.2 is three decimals to everybody but a computer. */
	if (fabs(real - kept) > 1e-9 * fmax(1, fabs(real)))
		rk_find_spot(judge, spot,
			&(struct rk_remark){.suggestion = rk_judge_text(judge, "%.15g", kept)});
}

static bool is_id(struct rk_slice text)
{
	if (text.len < 1 || text.len > 64)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '.' || c == '_' || c == '-'))
			return false;
	}
	return true;
}

static void id_shape(struct rk_judge *judge, const struct rk_spot *spot)
{
	struct rk_slice text;
	char plain[65];

	if (!rk_spot_is_value(spot))
		return;
	text = rk_spot_text(spot);
	if (text.len == 0 || is_id(text))
		return;
	/* Full-width letters are the usual reason, and have a plain form. */
	if (!rk_era_plain(text, plain, sizeof plain) || !is_id(rk_slice_str(plain)))
		plain[0] = '\0';
	rk_find_spot(judge, spot, &(struct rk_remark){.suggestion = plain});
}

static void id_duplicate(struct rk_judge *judge, const struct rk_spot *spot)
{
	if (is_second(spot))
		rk_find_spot(judge, spot, NULL);
}

const struct rk_rule rk_rules_field[] = {
	RK_SPOT_RULE("REQUIRED_MISSING", RK_ERROR, required),
	RK_KIND_RULE("ENUM_REQUIRED", RK_ERROR, RK_KIND_ENUM, choice_required),
	RK_KIND_RULE("ENUM_UNKNOWN", RK_ERROR, RK_KIND_ENUM, choice_unknown),
	RK_KIND_RULE("TEXT_TOO_LONG", RK_ERROR, RK_KIND_TEXT, text_too_long),
	RK_SPOT_RULE("LIST_TOO_LONG", RK_ERROR, list_too_long),
	RK_SPOT_RULE("LIST_DUPLICATE", RK_ERROR, list_duplicate),
	RK_KIND_RULE("NUMBER_OUT_OF_RANGE", RK_ERROR, RK_KIND_NUMBER, out_of_range),
	RK_KIND_RULE("NUMBER_NOT_FINITE", RK_ERROR, RK_KIND_NUMBER, not_finite),
	RK_KIND_RULE("NUMBER_TOO_PRECISE", RK_WARNING, RK_KIND_NUMBER, too_precise),
	RK_KIND_RULE("ID_SHAPE", RK_ERROR, RK_KIND_ID, id_shape),
	RK_KIND_RULE("ID_DUPLICATE", RK_ERROR, RK_KIND_ID, id_duplicate),
	{0},
};
