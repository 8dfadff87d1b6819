#include "words/correction.h"

#include "words/labels.h"
#include "words/letter.h"

#include <inttypes.h>
#include <string.h>

static const char *name_of(const Renkei__V1__ExportCorrection *c, enum rk_language language)
{
	return language == RK_EN && *c->municipality_name_en    ? c->municipality_name_en
		: language == RK_ZH && *c->municipality_name_zh ? c->municipality_name_zh
								: c->municipality_name_ja;
}

/* "person times": English is made of the name. */
static const char *measure_of(
	struct rk_arena *arena, enum rk_language language, Renkei__V1__Measure measure)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		&renkei__v1__measure__descriptor, (int)measure);
	const char *label = value ? rk_words_value(language, value->name) : "?";
	char *made;

	if (label)
		return label;
	made = rk_arena_str(arena, value->name + strlen("MEASURE_"));
	for (char *at = made; made && *at; at++) {
		if (*at == '_')
			*at = ' ';
		else if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	}
	return made;
}

static const char *number_of(
	struct rk_arena *arena, enum rk_language language, bool there, int64_t value)
{
	return there ? rk_arena_printf(arena, "%" PRId64, value)
		     : rk_say(arena, language, "CORRECTION_NO_VALUE", NULL);
}

static enum rk_status add_change(struct rk_arena *arena, enum rk_language language,
	const Renkei__V1__ExportFigureChange *change, struct rk_buf *out)
{
	const struct rk_say_value values[] = {
		{"measure",         measure_of(arena, language, change->measure)},
		{"from",
                 number_of(arena,                 language,
                 change->_from_case == RENKEI__V1__EXPORT_FIGURE_CHANGE___FROM_FROM,
                 change->from)},
		{"to",
                 number_of(arena,language,
                 change->_to_case == RENKEI__V1__EXPORT_FIGURE_CHANGE___TO_TO,
                 change->to)},
		{NULL,     NULL                    },
	};

	return rk_letter_line(out, "    ", rk_say(arena, language, "CORRECTION_FIGURE", values));
}

/* Of several lines one is made: what stands at the left edge is ours. */
static enum rk_status add_reason(
	struct rk_arena *arena, enum rk_language language, const char *reason, struct rk_buf *out)
{
	char *line = rk_arena_str(arena, reason);

	for (char *at = line; line && *at; at++) {
		if (*at == '\n' || *at == '\r')
			*at = ' ';
	}
	const struct rk_say_value values[] = {
		{"reason", line},
                {NULL,     NULL}
        };

	return line
		? rk_letter_line(out, "    ", rk_say(arena, language, "CORRECTION_REASON", values))
		: RK_RESOURCE_EXHAUSTED;
}

static enum rk_status add(struct rk_arena *arena, const Renkei__V1__ExportCorrection *correction,
	enum rk_language language, struct rk_buf *out)
{
	const struct rk_say_value values[] = {
		{"municipality",             name_of(correction, language)},
		{"period",                          rk_letter_period(arena,                                     language, correction->period)},
		{"from",                  rk_arena_printf(arena,"%d", correction->from_version)},
		{"to",                     rk_arena_printf(arena, "%d", correction->to_version)},
		{NULL, NULL                  },
	};

	RK_TRY(rk_letter_line(out, "- ", rk_say(arena, language, "CORRECTION_REPORT", values)));
	for (size_t i = 0; i < correction->n_changes; i++)
		RK_TRY(add_change(arena, language, correction->changes[i], out));
	if (correction->n_changes == 0)
		RK_TRY(rk_letter_line(
			out, "    ", rk_say(arena, language, "CORRECTION_NO_FIGURE", NULL)));
	return *correction->reason ? add_reason(arena, language, correction->reason, out) : RK_OK;
}

enum rk_status rk_correction_add(const Renkei__V1__ExportCorrection *correction,
	enum rk_language language, struct rk_buf *out)
{
	struct rk_arena arena = {0};
	enum rk_status status = add(&arena, correction, language, out);

	rk_arena_clear(&arena);
	return status;
}
