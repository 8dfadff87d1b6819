#include "wire/json_text.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const int64_t duration_most = 315576000000;

enum rk_json_kind rk_json_kind(const ProtobufCMessageDescriptor *type)
{
	if (strncmp(type->name, "google.protobuf.", 16) != 0)
		return RK_JSON_PLAIN;
	if (strcmp(type->name, "google.protobuf.Timestamp") == 0)
		return RK_JSON_TIMESTAMP;
	if (strcmp(type->name, "google.protobuf.Duration") == 0)
		return RK_JSON_DURATION;
	return strcmp(type->name, "google.protobuf.Any") == 0 ? RK_JSON_ANY : RK_JSON_PLAIN;
}

static char upper(char c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool rk_json_is_map(const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field)
{
	const ProtobufCMessageDescriptor *entry = field->descriptor;
	size_t len = strlen(type->name);
	const char *name;
	bool begins = true;

	if (field->label != PROTOBUF_C_LABEL_REPEATED || field->type != PROTOBUF_C_TYPE_MESSAGE ||
		entry->n_fields != 2 || entry->fields[0].id != 1 || entry->fields[1].id != 2 ||
		strcmp(entry->fields[0].name, "key") != 0 ||
		strcmp(entry->fields[1].name, "value") != 0)
		return false;
	if (strncmp(entry->name, type->name, len) != 0 || entry->name[len] != '.')
		return false;
	name = entry->name + len + 1;
	for (const char *c = field->name; *c; c++) {
		if (*c != '_' && *name++ != (begins ? upper(*c) : *c))
			return false;
		begins = *c == '_';
	}
	return strcmp(name, "Entry") == 0;
}

bool rk_json_is_camel_of(const char *name, const char *proto_name)
{
	bool begins = false;

	for (; *proto_name; proto_name++) {
		if (*proto_name != '_' && *name++ != (begins ? upper(*proto_name) : *proto_name))
			return false;
		begins = *proto_name == '_';
	}
	return *name == '\0';
}

const ProtobufCFieldDescriptor *rk_json_field(
	const ProtobufCMessageDescriptor *type, const char *name)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		type, name);

	for (unsigned i = 0; !field && i < type->n_fields; i++) {
		if (rk_json_is_camel_of(name, type->fields[i].name))
			field = &type->fields[i];
	}
	return field;
}

size_t rk_json_enum_prefix(const ProtobufCEnumDescriptor *type)
{
	const char *first = type->n_value_names ? type->values_by_name[0].name : "";
	size_t len = strlen(first);

	for (unsigned i = 1; i < type->n_value_names; i++) {
		const char *name = type->values_by_name[i].name;
		size_t same = 0;

		while (same < len && name[same] == first[same])
			same++;
		len = same;
	}
	while (len > 0 && first[len - 1] != '_')
		len--;
	return len;
}

static bool is_short_form(struct rk_slice text, const char *name)
{
	size_t i = 0;

	for (; i < text.len && name[i]; i++) {
		if (text.at[i] != (uint8_t)lower(name[i]))
			return false;
	}
	return i == text.len && name[i] == '\0';
}

const ProtobufCEnumValue *rk_json_enum(const ProtobufCEnumDescriptor *type, struct rk_slice name)
{
	size_t prefix = rk_json_enum_prefix(type);

	for (unsigned i = 0; i < type->n_value_names; i++) {
		const char *known = type->values_by_name[i].name;

		if (rk_slice_equal_str(name, known) || is_short_form(name, known + prefix))
			return &type->values[type->values_by_name[i].index];
	}
	return NULL;
}

enum rk_status rk_json_add_choices(struct rk_buf *out, const ProtobufCEnumDescriptor *type)
{
	size_t prefix = rk_json_enum_prefix(type), begin = out->len;

	for (unsigned i = 0; i < type->n_values; i++) {
		const char *name = type->values[i].name + prefix;

		if (type->values[i].value == 0)
			continue;
		if (out->len > begin)
			RK_TRY(rk_buf_add_str(out, ", "));
		for (; *name; name++)
			RK_TRY(rk_buf_add(out, &(const char){lower(*name)}, 1));
	}
	return RK_OK;
}

enum { NEAR = 63 };

/* Case, and the blank or hyphen that people write for '_', make no name another. */
static char folded(char c)
{
	return (char)(c == ' ' || c == '-' ? '_' : lower(c));
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Number of changed, added, dropped and swapped letters between two names; large when one is too long to compare. */
static size_t distance(struct rk_slice a, const char *b)
{
	size_t rows[3][NEAR + 1], b_len = strlen(b);

	if (a.len > NEAR || b_len > NEAR)
		return SIZE_MAX;
	for (size_t k = 0; k <= b_len; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];
		char c = folded((char)a.at[i - 1]);

		row[0] = i;
		for (size_t k = 1; k <= b_len; k++) {
			row[k] = least(least(row[k - 1], above[k]) + 1,
				above[k - 1] + (c != folded(b[k - 1])));
			if (i > 1 && k > 1 && c == folded(b[k - 2]) &&
				folded((char)a.at[i - 2]) == folded(b[k - 1]))
				row[k] = least(row[k], rows[(i - 2) % 3][k - 2] + 1);
		}
	}
	return rows[a.len % 3][b_len];
}

static size_t near_enough(size_t len)
{
	return len <= 3 ? 1 : len / 3 + 1;
}

const char *rk_json_near_field(const ProtobufCMessageDescriptor *type, const char *name)
{
	size_t best = near_enough(strlen(name)) + 1;
	const char *found = NULL;

	for (unsigned i = 0; i < type->n_fields; i++) {
		size_t far = distance(rk_slice_str(name), type->fields[i].name);

		if (far < best) {
			best = far;
			found = type->fields[i].name;
		}
	}
	return found;
}

/* The prefix says nothing of the value: nearness is that of what stands behind it. */
static struct rk_slice behind_prefix(struct rk_slice name, const char *known, size_t prefix)
{
	for (size_t i = 0; i < prefix; i++) {
		if (i >= name.len || folded((char)name.at[i]) != folded(known[i]))
			return name;
	}
	return rk_slice_of(name.at + prefix, name.len - prefix);
}

bool rk_json_near_enum(const ProtobufCEnumDescriptor *type, struct rk_slice name, char out[64])
{
	size_t prefix = rk_json_enum_prefix(type), best = SIZE_MAX;
	bool found = false;

	for (unsigned i = 0; i < type->n_value_names; i++) {
		const char *known = type->values_by_name[i].name;
		struct rk_slice brief = behind_prefix(name, known, prefix);
		bool whole = brief.len < name.len;
		size_t far = distance(brief, known + prefix);

		/* "unspecified" is the name of nothing having been chosen. */
		if (type->values[type->values_by_name[i].index].value == 0 || far >= best ||
			far > brief.len / 4)
			continue;
		best = far;
		found = true;
		(void)snprintf(out, 64, "%s", whole ? known : known + prefix);
		for (char *c = out; !whole && *c; c++)
			*c = lower(*c);
	}
	return found;
}

static const char *no_number(double value)
{
	return isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
}

enum rk_status rk_json_add_double(struct rk_buf *out, double value)
{
	return isfinite(value) ? rk_text_add_double(out, value)
			       : rk_buf_add_str(out, no_number(value));
}

enum rk_status rk_json_add_float(struct rk_buf *out, float value)
{
	return isfinite(value) ? rk_text_add_float(out, value)
			       : rk_buf_add_str(out, no_number((double)value));
}

bool rk_json_parse_double(struct rk_slice text, double *value)
{
	if (rk_slice_equal_str(text, "NaN"))
		*value = (double)NAN;
	else if (rk_slice_equal_str(text, "Infinity"))
		*value = (double)INFINITY;
	else if (rk_slice_equal_str(text, "-Infinity"))
		*value = -(double)INFINITY;
	else
		return rk_text_double(text, value);
	return true;
}

enum rk_status rk_json_add_duration(struct rk_buf *out, int64_t seconds, int32_t nanos)
{
	bool negative = seconds < 0 || nanos < 0;

	if (seconds > duration_most || seconds < -duration_most || nanos > 999999999 ||
		nanos < -999999999 || (seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0))
		return RK_OUT_OF_RANGE;
	RK_TRY(rk_buf_addf(out, "%s%" PRId64, negative ? "-" : "", negative ? -seconds : seconds));
	RK_TRY(rk_text_add_nanos(out, negative ? -nanos : nanos));
	return rk_buf_add_str(out, "s");
}

bool rk_json_parse_duration(struct rk_slice text, int64_t *seconds, int32_t *nanos)
{
	bool negative = text.len > 0 && text.at[0] == '-';
	struct rk_slice whole = {text.at + negative, 0}, rest;
	int64_t fraction = 0;

	if (text.len < 2 || text.at[text.len - 1] != 's')
		return false;
	rest = rk_slice_of(whole.at, text.len - 1 - (size_t)negative);
	while (whole.len < rest.len && rest.at[whole.len] != '.')
		whole.len++;
	if (whole.len == 0 || whole.at[0] == '-' || !rk_text_i64(whole, 0, duration_most, seconds))
		return false;
	if (whole.len < rest.len) {
		struct rk_slice digits = {rest.at + whole.len + 1, rest.len - whole.len - 1};

		if (digits.len == 0 || digits.len > 9 || digits.at[0] == '-' ||
			!rk_text_i64(digits, 0, 999999999, &fraction))
			return false;
		for (size_t i = digits.len; i < 9; i++)
			fraction *= 10;
	}
	*nanos = (int32_t)(negative ? -fraction : fraction);
	*seconds = negative ? -*seconds : *seconds;
	return true;
}
