/* report_path.h - from a message of a report to those inside it, by the words of a path. */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include <stddef.h>

/* rk_message_inside returns what a word of a path means: "place" the message of that name, "participants[1]" that element.  NULL when there is none,
 * it is no message, or record is NULL. */
const ProtobufCMessage *rk_message_inside(const ProtobufCMessage *record, const char *word);
/* The same by a field and a place in its list, counted from 0. */
const ProtobufCMessage *rk_message_element(
	const ProtobufCMessage *record, const ProtobufCFieldDescriptor *list, size_t n);
