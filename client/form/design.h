/* design.h - the form in one language with the code lists of one registry: what is the same in every form written with it. */
#pragma once
#include "base/arena.h"
#include "form/sheets.h"

/* A code with the name beside it. */
struct rk_form_name {
	const char *code;
	const char *name;
};

/* The participants, in the order they are offered. */
struct rk_form_names {
	const struct rk_form_name *lg;
	size_t lg_count;
	const struct rk_form_name *gb;
	size_t gb_count;
};

/* One code list as it is offered: "訪日研修", "401005 北九州市". */
struct rk_form_list {
	const char *title;
	enum rk_codes codes;
	const ProtobufCEnumDescriptor
		*type; /* of RK_CODES_ENUM; that of Answer for RK_CELL_YES_NO */
	const char **values;
	size_t count;
};

struct rk_form_column {
	const struct rk_sheet_column *column;
	const char *label;
	const char *explanation;
	bool required;
	bool found; /* field is that of rk_sheet_find */
	struct rk_sheet_field field;
	const struct rk_form_list *list; /* NULL = anything may be typed */
};

struct rk_form_sheet {
	const struct rk_sheet *sheet;
	const char *title;
	struct rk_form_column *columns; /* sheet->column_count */
};

#define RK_FORM_LISTS_MAX 64

struct rk_form_design {
	enum rk_language language;
	struct rk_form_names names;
	const char *lists_title;
	struct rk_form_list lists[RK_FORM_LISTS_MAX];
	size_t list_count;
	struct rk_form_sheet *sheets; /* rk_sheet_count */
};

/* rk_form_design returns a design in the arena, which borrows names; NULL without memory. */
RK_MUST_USE struct rk_form_design *rk_form_design(
	struct rk_arena *arena, enum rk_language language, const struct rk_form_names *names);
/* The participants compiled in (words/code.h): what is offered without a registry.  NULL without memory. */
RK_MUST_USE const struct rk_form_names *rk_form_names_known(
	struct rk_arena *arena, enum rk_language language);
/* How a code is shown, "401005 北九州市", in the arena; the code alone when it is not in the list.  NULL without memory. */
RK_MUST_USE const char *rk_form_code_shown(struct rk_arena *arena,
	const struct rk_form_design *design, enum rk_codes codes, const char *code);
