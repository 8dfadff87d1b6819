#include "report_diff.h"

#include "report_text.h"

#include <assert.h>
#include <string.h>

struct comparison {
	struct rk_run *run;
	bool whole; /* what is the same, too */
	struct rk_report_change *changes;
	size_t count, cap;
};

/* A list of records, each with its id. */
struct records {
	const ProtobufCMessage *const *at;
	size_t count;
	const ProtobufCFieldDescriptor *id;
};

static void add_change(struct comparison *all, const struct rk_report_change *change)
{
	if (all->count == all->cap) {
		struct rk_report_change *grown;

		all->cap = all->cap ? all->cap * 2 : 16;
		grown = rk_run_alloc(all->run, all->cap * sizeof *grown);
		if (all->count)
			memcpy(grown, all->changes, all->count * sizeof *grown);
		all->changes = grown;
	}
	all->changes[all->count++] = *change;
}

/* By which a record is found again: its first field, when that is called an id. */
static const ProtobufCFieldDescriptor *id_field(const ProtobufCFieldDescriptor *list)
{
	const ProtobufCMessageDescriptor *type = list->descriptor;
	const ProtobufCFieldDescriptor *first;
	size_t len;

	if (list->label != PROTOBUF_C_LABEL_REPEATED || list->type != PROTOBUF_C_TYPE_MESSAGE)
		return NULL;
	first = protobuf_c_message_descriptor_get_field(type, 1);
	len = first ? strlen(first->name) : 0;
	return len > 3 && strcmp(first->name + len - 3, "_id") == 0 &&
			first->type == PROTOBUF_C_TYPE_STRING
		? first
		: NULL;
}

static const void *member(const ProtobufCMessage *message, unsigned offset)
{
	return (const char *)message + offset;
}

static struct records records_of(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *list)
{
	struct records all = {.id = id_field(list)};

	memcpy(&all.count, member(message, list->quantifier_offset), sizeof all.count);
	memcpy(&all.at, member(message, list->offset), sizeof all.at);
	return all;
}

static const char *id_of(const struct records *all, size_t i)
{
	const char *id;

	assert(all->id && i < all->count);
	memcpy(&id, member(all->at[i], all->id->offset), sizeof id);
	return id;
}

static const ProtobufCMessage *find(const struct records *all, const char *id)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(id_of(all, i), id) == 0)
			return all->at[i];
	return NULL;
}

/* What a record is called: the first of its texts behind the id. */
static const char *name_of(struct rk_run *run, const ProtobufCMessage *record)
{
	for (unsigned i = 1; i < record->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &record->descriptor->fields[i];
		const char *line = field->type == PROTOBUF_C_TYPE_STRING &&
				field->label != PROTOBUF_C_LABEL_REPEATED
			? rk_field_line(run, record, field)
			: "";

		if (line[0])
			return line;
	}
	return rk_field_line(run, record, &record->descriptor->fields[0]);
}

static void compare_messages(struct comparison *all, const ProtobufCMessage *before,
	const ProtobufCMessage *after, const char *path, const char *label);

static const char *below(struct rk_run *run, const char *head, const char *sign, const char *tail)
{
	return rk_run_printf(run, "%s%s%s", head, head[0] ? sign : "", tail);
}

/* A message that says nothing. */
static const ProtobufCMessage *nothing_of(
	struct rk_run *run, const ProtobufCMessageDescriptor *type)
{
	ProtobufCMessage *message = rk_run_alloc(run, type->sizeof_message);

	protobuf_c_message_init(type, message);
	return message;
}

/* What only says which version it is; beside another quarter whose and of when, and what the rules' findings show. */
static bool is_passed(const struct comparison *all, const char *path, const char *name)
{
	static const char *const versions[] = {"action", "base_version", "change_reason",
		"municipality_code", "period", "warning_answers"};
	size_t count = all->whole ? sizeof versions / sizeof *versions : 3;

	for (size_t i = 0; !path[0] && i < count; i++)
		if (strcmp(versions[i], name) == 0)
			return true;
	return false;
}

static void compare_record(struct comparison *all, const ProtobufCMessage *before,
	const ProtobufCMessage *after, const char *path, const char *label)
{
	struct rk_run *run = all->run;

	if (before && after)
		compare_messages(all, before, after, path, label);
	else if (after && all->whole)
		compare_messages(all, nothing_of(run, after->descriptor), after, path, label);
	else
		add_change(all,
			&(struct rk_report_change){path, label, before ? name_of(run, before) : "",
				after ? name_of(run, after) : ""});
}

static void compare_records(struct comparison *all, const ProtobufCMessage *before,
	const ProtobufCMessage *after, const ProtobufCFieldDescriptor *list, const char *path,
	const char *label)
{
	struct rk_run *run = all->run;
	struct records old = records_of(before, list), new = records_of(after, list);

	for (size_t i = 0; i < new.count; i++) {
		const char *id = id_of(&new, i);

		compare_record(all, find(&old, id), new.at[i],
			rk_run_printf(run, "%s[%s]", path, id),
			rk_run_printf(run, "%s %s", label, id));
	}
	for (size_t i = 0; i < old.count; i++) {
		const char *id = id_of(&old, i);

		if (!find(&new, id))
			compare_record(all, old.at[i], NULL, rk_run_printf(run, "%s[%s]", path, id),
				rk_run_printf(run, "%s %s", label, id));
	}
}

/* Takes one of others away that says the same; false when there is none. */
static bool take_same(const char **others, size_t count, const char *line)
{
	for (size_t i = 0; i < count; i++) {
		if (!others[i] || strcmp(others[i], line) != 0)
			continue;
		others[i] = NULL;
		return true;
	}
	return false;
}

static const char *join_left(struct rk_run *run, const char *const *lines, size_t count)
{
	const char *out = "";

	for (size_t i = 0; i < count; i++)
		if (lines[i])
			out = rk_run_printf(run, "%s%s%s", out,
				*out ? rk_tell(run, "list.comma") : "", lines[i]);
	return out;
}

/* Of a list of records without ids only those that the other version has not; all of them where their order alone changed. */
static void leave_changed(struct rk_run *run, const ProtobufCMessage *before,
	const ProtobufCMessage *after, const ProtobufCFieldDescriptor *field,
	struct rk_report_change *change)
{
	size_t old_count, new_count;
	const char **old = rk_field_records(run, before, field, &old_count);
	const char **new = rk_field_records(run, after, field, &new_count);

	for (size_t i = 0; old && i < old_count; i++)
		if (take_same(new, new_count, old[i]))
			old[i] = NULL;
	const char *gone = old ? join_left(run, old, old_count) : "";
	const char *come = new ? join_left(run, new, new_count) : "";

	if (!*gone && !*come)
		return;
	change->before = gone;
	change->after = come;
}

static void compare_messages(struct comparison *all, const ProtobufCMessage *before,
	const ProtobufCMessage *after, const char *path, const char *label)
{
	struct rk_run *run = all->run;

	for (unsigned i = 0; i < after->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &after->descriptor->fields[i];
		const char *here = below(run, path, ".", field->name);
		const char *name = below(
			run, label, " > ", rk_field_label(run, after, field->name));
		const char *old_line, *new_line;

		if (is_passed(all, path, field->name))
			continue;
		if (id_field(field)) {
			compare_records(all, before, after, field, here, name);
			continue;
		}
		old_line = rk_field_line(run, before, field);
		new_line = rk_field_line(run, after, field);
		if (strcmp(old_line, new_line) == 0 && (!all->whole || !*new_line))
			continue;
		struct rk_report_change change = {here, name, old_line, new_line};

		if (!all->whole)
			leave_changed(run, before, after, field, &change);
		add_change(all, &change);
	}
}

const struct rk_report_change *rk_report_compare(struct rk_run *run,
	const Renkei__V1__Report *before, const Renkei__V1__Report *after, size_t *count)
{
	struct comparison all = {.run = run};

	compare_messages(&all, &before->base, &after->base, "", "");
	*count = all.count;
	return all.changes;
}

const struct rk_report_change *rk_report_beside(struct rk_run *run,
	const Renkei__V1__Report *before, const Renkei__V1__Report *after, size_t *count)
{
	struct comparison all = {.run = run, .whole = true};

	compare_messages(&all,
		before ? &before->base : nothing_of(run, &renkei__v1__report__descriptor),
		&after->base, "", "");
	*count = all.count;
	return all.changes;
}

bool rk_report_path_holds(const char *path, const char *other)
{
	size_t len = strlen(path);

	return strncmp(path, other, len) == 0 &&
		(len == 0 || other[len] == '\0' || other[len] == '.' || other[len] == '[');
}

bool rk_report_has_ids(const ProtobufCFieldDescriptor *list)
{
	return id_field(list) != NULL;
}

/* What a record says, on one line. */
static const char *line_of(struct rk_run *run, const ProtobufCMessage *record)
{
	const char *line = "";

	for (unsigned i = 0; i < record->descriptor->n_fields; i++)
		line = rk_run_printf(run, "%s\n%s", line,
			rk_field_line(run, record, &record->descriptor->fields[i]));
	return line;
}

const ProtobufCMessage *rk_report_found_again(struct rk_run *run, const ProtobufCMessage *after,
	const ProtobufCFieldDescriptor *list, const ProtobufCMessage *record, size_t n,
	const char **id)
{
	const struct records own = {.at = &record, .count = 1, .id = id_field(list)};
	struct records all;

	*id = own.id ? id_of(&own, 0) : NULL;
	if (!after)
		return NULL;
	all = records_of(after, list);
	if (own.id)
		return find(&all, *id);
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(line_of(run, all.at[i]), line_of(run, record)) == 0)
			return all.at[i];
	return n < all.count ? all.at[n] : NULL;
}

size_t rk_report_changes_touched(const struct rk_report_change *changes, size_t count,
	const struct rk_report_change *others, size_t other_count)
{
	size_t touched = 0;

	for (size_t i = 0; i < count; i++) {
		bool found = false;

		for (size_t n = 0; !found && n < other_count; n++)
			found = rk_report_path_holds(changes[i].path, others[n].path) ||
				rk_report_path_holds(others[n].path, changes[i].path);
		touched += found;
	}
	return touched;
}

void rk_report_changes_print(struct rk_run *run, FILE *out, const struct rk_report_change *changes,
	size_t count, size_t most)
{
	for (size_t i = 0; i < count && i < most; i++) {
		const struct rk_report_change *change = &changes[i];
		const char *nothing = rk_tell(run, "diff.nothing");

		fprintf(out, "  %s\n    - %s\n    + %s\n", rk_visible(run, change->label),
			change->before[0] ? rk_visible(run, change->before) : nothing,
			change->after[0] ? rk_visible(run, change->after) : nothing);
	}
	if (count > most)
		fprintf(out, "  %s\n",
			rk_tell(run, "diff.more", "count",
				rk_run_printf(run, "%zu", count - most)));
}
