/* fill.h - a message filled in field by field, as its descriptor says, in memory of an arena. */
#pragma once
#include "base/arena.h"

#include <protobuf-c/protobuf-c.h>

/* Each of these returns NULL without memory. */

/* An empty message. */
ProtobufCMessage *rk_fill_new(struct rk_arena *arena, const ProtobufCMessageDescriptor *type);
/* Where the value of a field goes: into the field, or behind the elements of a repeated one.  What it is of is field->type. */
void *rk_fill_slot(
	struct rk_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* The message in a singular field, made when there is none; a new element of a repeated one. */
ProtobufCMessage *rk_fill_message(
	struct rk_arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* How many elements a repeated field has. */
size_t rk_fill_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
