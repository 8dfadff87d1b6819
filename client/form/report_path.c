#include "form/report_path.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

const ProtobufCMessage *rk_message_element(
	const ProtobufCMessage *record, const ProtobufCFieldDescriptor *list, size_t n)
{
	const char *at = (const char *)(const void *)record;
	size_t count = *(const size_t *)(const void *)(at + list->quantifier_offset);
	const ProtobufCMessage *const *records = *(
		const ProtobufCMessage *const *const *)(const void *)(at + list->offset);

	return n < count ? records[n] : NULL;
}

static const ProtobufCFieldDescriptor *field_of(
	const ProtobufCMessageDescriptor *type, struct rk_slice name)
{
	for (unsigned i = 0; i < type->n_fields; i++)
		if (rk_slice_equal_str(name, type->fields[i].name))
			return &type->fields[i];
	return NULL;
}

const ProtobufCMessage *rk_message_inside(const ProtobufCMessage *record, const char *word)
{
	size_t len = strcspn(word, "[");
	const ProtobufCFieldDescriptor *field = record
		? field_of(record->descriptor, rk_slice_of(word, len))
		: NULL;

	if (!field || field->type != PROTOBUF_C_TYPE_MESSAGE ||
		(word[len] == '[') != (field->label == PROTOBUF_C_LABEL_REPEATED))
		return NULL;
	if (word[len] == '[')
		return rk_message_element(record, field, strtoul(word + len + 1, NULL, 10));
	return *(const ProtobufCMessage *const *)(const void *)((const char *)(const void *)record +
		field->offset);
}
