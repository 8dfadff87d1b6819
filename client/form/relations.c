#include "form/relations.h"

#include "form/workbook.h"

#include <string.h>

struct reading {
	struct rk_arena *arena;
	const char *file, *part;
	struct rk_buf found; /* struct rk_relation */
};

static const char *last_word(const char *type)
{
	const char *slash = strrchr(type, '/');

	return slash ? slash + 1 : type;
}

char *rk_relations_part(struct rk_arena *arena, const char *part)
{
	const char *name = last_word(part);

	return rk_arena_printf(arena, "%.*s_rels/%s.rels", (int)(name - part), part, name);
}

/* Drops the last folder of a name that ends in "/". */
static void go_up(const char *out, size_t *len)
{
	if (*len)
		(*len)--;
	while (*len && out[*len - 1] != '/')
		(*len)--;
}

char *rk_relations_target(struct rk_arena *arena, const char *beside, const char *target)
{
	size_t len = *target == '/' ? 0 : (size_t)(last_word(beside) - beside);
	char *out = rk_arena_alloc(arena, len + strlen(target) + 1);

	if (!out)
		return NULL;
	memcpy(out, beside, len);
	while (*target) {
		size_t word = strcspn(target, "/");
		bool ends = target[word] == '\0';

		if (word == 2 && memcmp(target, "..", 2) == 0) {
			go_up(out, &len);
		} else if (word > 0 && !(word == 1 && *target == '.')) {
			memcpy(out + len, target, word);
			len += word;
			if (!ends)
				out[len++] = '/';
		}
		target += word + !ends;
	}
	out[len] = '\0';
	return out;
}

static enum rk_status add(
	struct reading *reading, const struct rk_xml_element *element, struct rk_err *err)
{
	const char *id = rk_xml_attribute(element, RK_XML_NONE, "Id"),
		   *type = rk_xml_attribute(element, RK_XML_NONE, "Type"),
		   *target = rk_xml_attribute(element, RK_XML_NONE, "Target"),
		   *mode = rk_xml_attribute(element, RK_XML_NONE, "TargetMode");
	struct rk_relation relation;

	if (!id || !type || !target || (mode && strcmp(mode, "External") == 0))
		return RK_OK;
	relation = (struct rk_relation){.id = rk_arena_str(reading->arena, id),
		.type = rk_arena_str(reading->arena, last_word(type)),
		.part = rk_relations_target(reading->arena, reading->part, target)};
	if (!relation.id || !relation.type || !relation.part)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", reading->file);
	if (rk_buf_add(&reading->found, &relation, sizeof relation) != RK_OK)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_PARTS",
				"%s: %.*s: refers to more than %d parts", reading->file,
				RK_SHOWN(reading->part, 100), RK_WORKBOOK_PARTS_MAX),
			"limit=%d", RK_WORKBOOK_PARTS_MAX);
	return RK_OK;
}

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	return rk_xml_is(element, RK_XML_PACKAGE, "Relationship") ? add(arg, element, err) : RK_OK;
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	(void)arg;
	(void)element;
	(void)err;
	return RK_OK;
}

enum rk_status rk_relations_read(struct rk_arena *arena, struct rk_archive *archive,
	const char *part, struct rk_relations *relations, struct rk_err *err)
{
	struct reading reading = {arena, rk_archive_file(archive), part,
		{.max = RK_WORKBOOK_PARTS_MAX * sizeof(struct rk_relation)}};
	const struct rk_xml_listener listener = {&reading, on_start, on_end, NULL};
	const char *where = rk_relations_part(arena, part);
	enum rk_status status = where ? RK_OK : RK_RESOURCE_EXHAUSTED;

	*relations = (struct rk_relations){0};
	if (where && rk_archive_has(archive, where))
		status = rk_archive_walk(archive, where, &listener, err);
	if (status == RK_OK && reading.found.len) {
		relations->at = (const void *)rk_arena_slice(arena, rk_buf_slice(&reading.found));
		relations->count = reading.found.len / sizeof *relations->at;
	}
	rk_buf_clear(&reading.found);
	if (status == RK_OK && relations->count && !relations->at)
		status = RK_RESOURCE_EXHAUSTED;
	return status == RK_RESOURCE_EXHAUSTED
		? rk_fail(err, status, "%s: out of memory", reading.file)
		: status;
}

const char *rk_relations_type(const struct rk_relations *relations, const char *type)
{
	for (size_t i = 0; i < relations->count; i++)
		if (strcmp(relations->at[i].type, type) == 0)
			return relations->at[i].part;
	return NULL;
}

const struct rk_relation *rk_relations_id(const struct rk_relations *relations, const char *id)
{
	for (size_t i = 0; id && i < relations->count; i++)
		if (strcmp(relations->at[i].id, id) == 0)
			return &relations->at[i];
	return NULL;
}
