/* relations.h - which part of a workbook belongs to which (ECMA-376 part 2, Open Packaging Conventions). */
#pragma once
#include "base/arena.h"
#include "form/archive.h"

struct rk_relation {
	const char *id;
	const char *type; /* its last word: "worksheet", "sharedStrings" */
	const char *part; /* the name of the part that is meant, complete */
};

struct rk_relations {
	const struct rk_relation *at;
	size_t count;
};

/* rk_relations_read reads what belongs to a part, "" for the archive itself; what lies outside of it is left out.  No relations at all
 * are none.  Errors: those of rk_archive_walk; WORKBOOK_TOO_MANY_PARTS. */
RK_MUST_USE enum rk_status rk_relations_read(struct rk_arena *arena, struct rk_archive *archive,
	const char *part, struct rk_relations *relations, struct rk_err *err);
/* The first of this type, or with this id; NULL when there is none. */
const char *rk_relations_type(const struct rk_relations *relations, const char *type);
const struct rk_relation *rk_relations_id(const struct rk_relations *relations, const char *id);
/* "xl/worksheets/sheet1.xml" has its relations in "xl/worksheets/_rels/sheet1.xml.rels"; NULL without memory. */
char *rk_relations_part(struct rk_arena *arena, const char *part);
/* The part that "../comments1.xml", or "/xl/comments1.xml", means beside another part; NULL without memory. */
char *rk_relations_target(struct rk_arena *arena, const char *beside, const char *target);
