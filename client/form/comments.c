#include "form/comments.h"

#include "form/comments_read.h"
#include "form/comments_write.h"
#include "form/insert.h"
#include "form/relations.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OFFICE        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define OFFICE_STRICT "http://purl.oclc.org/ooxml/officeDocument/relationships"
#define PACKAGE       "http://schemas.openxmlformats.org/package/2006/relationships"
#define NAME_SIZE     300
#define CHANGES_MAX   ((size_t)4 * RK_WORKBOOK_TABS_MAX + 1)

/* A copy in the making. */
struct copy {
	struct rk_arena *arena;
	const char *file;
	struct rk_archive *archive;
	struct rk_archive_change changes[CHANGES_MAX];
	size_t change_count;
	size_t named;        /* the number of the last new part */
	struct rk_buf types; /* what [Content_Types].xml gets */
	bool knows_vml;
};

/* One sheet of it. */
struct page {
	struct copy *copy;
	const struct rk_tab *tab;
	size_t number;
	struct rk_buf sheet; /* its bytes, unpacked once */
	bool strict;
	struct rk_relations relations;
	struct rk_buf kept; /* struct rk_comment_kept, those of before and then the new ones */
	char *drawing_id;   /* of the legacy drawing that is there */
	const char *comments, *drawing; /* parts; NULL: none yet */
};

static enum rk_status no_memory(const struct copy *copy, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", copy->file);
}

/* The bytes become the arena's, and the buffer empty. */
static enum rk_status change(
	struct copy *copy, const char *part, struct rk_buf *bytes, struct rk_err *err)
{
	const char *kept = rk_arena_slice(copy->arena, rk_buf_slice(bytes));

	if (!kept || !part || copy->change_count == CHANGES_MAX)
		return no_memory(copy, err);
	copy->changes[copy->change_count++] = (struct rk_archive_change){
		part, rk_slice_of(kept, bytes->len)};
	return RK_OK;
}

static void name_part(const struct copy *copy, const char *part, char what[NAME_SIZE])
{
	snprintf(what, NAME_SIZE, "%.*s: %.*s", RK_SHOWN(copy->file, 180), RK_SHOWN(part, 100));
}

static enum rk_status insert(struct copy *copy, const char *part, struct rk_slice whole,
	const char *const *before, const char *piece, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	char what[NAME_SIZE];

	name_part(copy, part, what);
	RK_TRY(rk_xml_insert(what, whole, before, piece, &out, err));
	return change(copy, part, &out, err);
}

/* What is unpacked already: a second time it would count against the archive's limits again. */
static enum rk_status walk(const struct copy *copy, const char *part, struct rk_slice bytes,
	const struct rk_xml_listener *listener, struct rk_err *err)
{
	char what[NAME_SIZE];
	struct rk_xml *xml;
	enum rk_status status;

	name_part(copy, part, what);
	xml = rk_xml_create(listener, what);
	if (!xml)
		return no_memory(copy, err);
	status = rk_xml_feed(xml, bytes, true, err);
	rk_xml_free(&xml);
	return status;
}

static enum rk_status on_sheet(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct page *page = arg;
	const char *id = rk_xml_attribute(element, RK_XML_OFFICE, "id");

	if (!rk_xml_is(element, RK_XML_SHEET, "legacyDrawing") || !id)
		return RK_OK;
	page->drawing_id = rk_arena_str(page->copy->arena, id);
	return page->drawing_id ? RK_OK : no_memory(page->copy, err);
}

static enum rk_status on_type(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct copy *copy = arg;
	const char *extension = rk_xml_attribute(element, RK_XML_NONE, "Extension");

	(void)err;
	if (extension && strcasecmp(extension, "vml") == 0)
		copy->knows_vml = true;
	return RK_OK;
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	(void)arg;
	(void)element;
	(void)err;
	return RK_OK;
}

static size_t count_of(struct rk_slice in, const char *word)
{
	size_t count = 0, len = strlen(word);
	const uint8_t *at = in.at, *end = in.at + in.len;

	while ((at = memmem(at, (size_t)(end - at), word, len))) {
		count++;
		at += len;
	}
	return count;
}

/* The drawing is written anew: so it must hold nothing but the boxes of comments. */
static enum rk_status check_drawing(struct page *page, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf drawing = {0};

	RK_TRY(rk_archive_read(page->copy->archive, page->drawing, &drawing, err));
	if (count_of(rk_buf_slice(&drawing), "ObjectType=") ==
		count_of(rk_buf_slice(&drawing), "ObjectType=\"Note\""))
		return RK_OK;
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_NOT_WRITABLE",
		"%s: %.*s: has controls, which comments would displace", page->copy->file,
		RK_SHOWN(page->tab->name, 120));
}

/* Which parts the sheet has for its comments; new names where it has none. */
static enum rk_status find_parts(struct page *page, struct rk_err *err)
{
	struct copy *copy = page->copy;
	const struct rk_xml_listener listener = {page, on_sheet, on_end, NULL};
	const struct rk_relation *drawing;

	RK_TRY(rk_relations_read(
		copy->arena, copy->archive, page->tab->part, &page->relations, err));
	RK_TRY(rk_archive_read(copy->archive, page->tab->part, &page->sheet, err));
	RK_TRY(walk(copy, page->tab->part, rk_buf_slice(&page->sheet), &listener, err));
	page->strict = count_of(rk_buf_slice(&page->sheet), RK_SHEET_STRICT) > 0;
	page->comments = rk_relations_type(&page->relations, "comments");
	drawing = rk_relations_id(&page->relations, page->drawing_id);
	page->drawing = drawing ? drawing->part : NULL;
	if (page->comments)
		RK_TRY(rk_comments_read(
			copy->arena, copy->archive, page->comments, &page->kept, err));
	return page->drawing ? check_drawing(page, err) : RK_OK;
}

static enum rk_status add(struct page *page, const struct rk_comment *comment, struct rk_err *err)
{
	const struct rk_comment_kept new = {comment->at, RK_COMMENTS_AUTHOR, comment->text, 0};

	return rk_buf_add(&page->kept, &new, sizeof new) == RK_OK ? RK_OK
								  : no_memory(page->copy, err);
}

static enum rk_status add_relations(
	struct page *page, const char *comments, const char *drawing, struct rk_err *err)
{
	struct copy *copy = page->copy;
	const char *office = page->strict ? OFFICE_STRICT : OFFICE,
		   *part = rk_relations_part(copy->arena, page->tab->part);
	RK_AUTO(rk_buf_clear) struct rk_buf piece = {0}, whole = {0};
	enum rk_status status = RK_OK;

	if (!page->comments)
		status = rk_buf_addf(&piece,
			"<Relationship xmlns=\"%s\" Id=\"rkComments\" Type=\"%s/comments\" Target=\"/%s\"/>",
			PACKAGE, office, comments);
	if (status == RK_OK && !page->drawing)
		status = rk_buf_addf(&piece,
			"<Relationship xmlns=\"%s\" Id=\"rkDrawing\" Type=\"%s/vmlDrawing\" Target=\"/%s\"/>",
			PACKAGE, office, drawing);
	if (status != RK_OK || !part || (piece.len && !rk_buf_cstr(&piece)))
		return no_memory(copy, err);
	if (!piece.len)
		return RK_OK;
	if (rk_archive_has(copy->archive, part)) {
		RK_TRY(rk_archive_read(copy->archive, part, &whole, err));
		return insert(copy, part, rk_buf_slice(&whole), (const char *const[]){NULL},
			(char *)piece.at, err);
	}
	if (rk_buf_addf(&whole,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"%s\">%s</Relationships>",
		    PACKAGE, (const char *)piece.at) != RK_OK)
		return no_memory(copy, err);
	return change(copy, part, &whole, err);
}

/* The sheet says that it has a drawing, in the one place where it may (CT_Worksheet). */
static enum rk_status add_reference(struct page *page, struct rk_err *err)
{
	static const char *const behind[] = {"legacyDrawingHF", "drawingHF", "picture",
		"oleObjects", "controls", "AlternateContent", "webPublishItems", "tableParts",
		"extLst", NULL};
	char piece[300];

	if (page->drawing)
		return RK_OK;
	snprintf(piece, sizeof piece,
		"<legacyDrawing xmlns=\"%s\" xmlns:r=\"%s\" r:id=\"rkDrawing\"/>",
		page->strict ? RK_SHEET_STRICT : RK_SHEET_MAIN,
		page->strict ? OFFICE_STRICT : OFFICE);
	return insert(page->copy, page->tab->part, rk_buf_slice(&page->sheet), behind, piece, err);
}

static enum rk_status add_type(struct copy *copy, const char *comments, struct rk_err *err)
{
	return rk_buf_addf(&copy->types,
		       "<Override xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\" PartName=\"/%s\""
		       " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml\"/>",
		       comments) == RK_OK
		? RK_OK
		: no_memory(copy, err);
}

/* Named by us alone: the sheet's own name may hold what XML does not take, and an earlier copy has its numbers. */
static const char *new_part(struct copy *copy, const char *before, const char *behind)
{
	const char *part;

	do
		part = rk_arena_printf(copy->arena, "%s%zu%s", before, ++copy->named, behind);
	while (part && rk_archive_has(copy->archive, part));
	return part;
}

static enum rk_status write_page(struct page *page, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf texts = {0}, boxes = {0};
	struct rk_comment_kept *kept = (void *)page->kept.at;
	size_t count = page->kept.len / sizeof *kept;
	struct copy *copy = page->copy;
	const char *comments = page->comments ? page->comments
					      : new_part(copy, "xl/comments-renkei", ".xml"),
		   *drawing = page->drawing ? page->drawing
					    : new_part(copy, "xl/drawings/renkei", ".vml");

	rk_comments_sort(kept, count);
	if (!comments || !drawing ||
		rk_comments_add_texts(&texts, kept, count, page->strict) != RK_OK ||
		rk_comments_add_boxes(&boxes, kept, count, page->number) != RK_OK)
		return no_memory(copy, err);
	RK_TRY(change(copy, comments, &texts, err));
	RK_TRY(change(copy, drawing, &boxes, err));
	RK_TRY(add_relations(page, comments, drawing, err));
	RK_TRY(add_reference(page, err));
	return page->comments ? RK_OK : add_type(copy, comments, err);
}

static enum rk_status comment_tab(struct copy *copy, const struct rk_tab *tab, size_t number,
	const struct rk_comment *comments, size_t count, struct rk_err *err)
{
	struct page page = {.copy = copy, .tab = tab, .number = number};
	enum rk_status status = find_parts(&page, err);

	for (size_t i = 0; i < count && status == RK_OK; i++)
		if (comments[i].tab == tab)
			status = add(&page, &comments[i], err);
	if (status == RK_OK)
		status = write_page(&page, err);
	rk_buf_clear(&page.sheet);
	rk_buf_clear(&page.kept);
	return status;
}

static enum rk_status add_types(struct copy *copy, struct rk_err *err)
{
	static const char part[] = "[Content_Types].xml";
	const struct rk_xml_listener listener = {copy, on_type, on_end, NULL};
	RK_AUTO(rk_buf_clear) struct rk_buf whole = {0};

	RK_TRY(rk_archive_read(copy->archive, part, &whole, err));
	RK_TRY(walk(copy, part, rk_buf_slice(&whole), &listener, err));
	if (!copy->knows_vml &&
		rk_buf_add_str(&copy->types,
			"<Default xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\" Extension=\"vml\""
			" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>") !=
			RK_OK)
		return no_memory(copy, err);
	if (!copy->types.len)
		return RK_OK;
	if (!rk_buf_cstr(&copy->types))
		return no_memory(copy, err);
	return insert(copy, part, rk_buf_slice(&whole), (const char *const[]){NULL},
		(char *)copy->types.at, err);
}

/* Each sheet with a comment once, in the order of the first ones. */
static enum rk_status comment_tabs(
	struct copy *copy, const struct rk_comment *comments, size_t count, struct rk_err *err)
{
	const struct rk_tab *done[RK_WORKBOOK_TABS_MAX];
	size_t number = 0;

	for (size_t i = 0; i < count; i++) {
		bool first = i == 0 || comments[i].tab != comments[i - 1].tab;

		for (size_t n = 0; n < number && first; n++)
			first = done[n] != comments[i].tab;
		if (!first)
			continue;
		assert(number < RK_WORKBOOK_TABS_MAX);
		done[number++] = comments[i].tab;
		RK_TRY(comment_tab(copy, comments[i].tab, number, comments, count, err));
	}
	return add_types(copy, err);
}

/* NOLINTNEXTLINE(readability-function-size): a workbook, its comments and the copy */
enum rk_status rk_comments_write(struct rk_arena *arena, const char *file, struct rk_slice bytes,
	const struct rk_comment *comments, size_t count, struct rk_buf *out, struct rk_err *err)
{
	struct copy *copy = rk_arena_alloc(arena, sizeof *copy);
	enum rk_status status;

	if (!copy)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", file);
	copy->arena = arena;
	copy->file = file;
	RK_TRY(rk_archive_open(&copy->archive, file, bytes, err));
	status = comment_tabs(copy, comments, count, err);
	if (status == RK_OK)
		status = rk_archive_copy(
			copy->archive, copy->changes, copy->change_count, out, err);
	rk_archive_close(&copy->archive);
	rk_buf_clear(&copy->types);
	return status;
}
