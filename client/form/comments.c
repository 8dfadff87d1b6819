#include "form/comments.h"

#include "form/comments_read.h"
#include "form/insert.h"
#include "form/relations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAIN          "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define MAIN_STRICT   "http://purl.oclc.org/ooxml/spreadsheetml/main"
#define OFFICE        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define OFFICE_STRICT "http://purl.oclc.org/ooxml/officeDocument/relationships"
#define PACKAGE       "http://schemas.openxmlformats.org/package/2006/relationships"
#define CHANGES_MAX   ((size_t)4 * RK_WORKBOOK_TABS_MAX + 1)

/* A copy in the making. */
struct copy {
	struct rk_arena *arena;
	const char *file;
	struct rk_archive *archive;
	struct rk_archive_change changes[CHANGES_MAX];
	size_t change_count;
	struct rk_buf types; /* what [Content_Types].xml gets */
	bool knows_vml;
};

/* One sheet of it. */
struct page {
	struct copy *copy;
	const struct rk_tab *tab;
	size_t number;
	struct rk_relations relations;
	struct rk_buf kept; /* struct rk_comment_kept, those of before and the new ones */
	char *drawing_id;   /* of the legacy drawing that is there */
	const char *comments, *drawing; /* parts */
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

static enum rk_status insert(struct copy *copy, const char *part, const char *const *before,
	const char *piece, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf whole = {0}, out = {0};
	char what[300];

	snprintf(what, sizeof what, "%.*s: %.*s", RK_SHOWN(copy->file, 180), RK_SHOWN(part, 100));
	RK_TRY(rk_archive_read(copy->archive, part, &whole, err));
	RK_TRY(rk_xml_insert(what, rk_buf_slice(&whole), before, piece, &out, err));
	return change(copy, part, &out, err);
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
	RK_TRY(rk_archive_walk(copy->archive, page->tab->part, &listener, err));
	page->comments = rk_relations_type(&page->relations, "comments");
	drawing = rk_relations_id(&page->relations, page->drawing_id);
	page->drawing = drawing ? drawing->part : NULL;
	if (page->comments)
		RK_TRY(rk_comments_read(
			copy->arena, copy->archive, page->comments, &page->kept, err));
	return page->drawing ? check_drawing(page, err) : RK_OK;
}

static int compare(const void *a, const void *b)
{
	const struct rk_comment_kept *x = a, *y = b;

	if (x->at.row != y->at.row)
		return x->at.row < y->at.row ? -1 : 1;
	return x->at.column < y->at.column ? -1 : x->at.column > y->at.column;
}

/* A cell has one comment: what there was comes first, and its author stays. */
static enum rk_status add(struct page *page, const struct rk_comment *comment, struct rk_err *err)
{
	struct rk_comment_kept *kept = (void *)page->kept.at,
			       new = {comment->at, RK_COMMENTS_AUTHOR, comment->text};

	for (size_t i = 0; i < page->kept.len / sizeof *kept; i++) {
		if (compare(&kept[i], &new) != 0)
			continue;
		kept[i].text = rk_arena_printf(
			page->copy->arena, "%s\n\n%s", kept[i].text, comment->text);
		return kept[i].text ? RK_OK : no_memory(page->copy, err);
	}
	return rk_buf_add(&page->kept, &new, sizeof new) == RK_OK ? RK_OK
								  : no_memory(page->copy, err);
}

/* The authors stand in the order of the comments, each time anew where they change. */
static enum rk_status add_comments(const struct page *page, bool strict, struct rk_buf *out)
{
	const struct rk_comment_kept *kept = (const void *)page->kept.at;
	size_t count = page->kept.len / sizeof *kept;
	char address[RK_ADDRESS_TEXT];

	RK_TRY(rk_buf_addf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"%s\"><authors>",
		strict ? MAIN_STRICT : MAIN));
	for (size_t i = 0; i < count; i++) {
		RK_TRY(rk_buf_add_str(out, "<author>"));
		RK_TRY(rk_xml_add_text(out, kept[i].author));
		RK_TRY(rk_buf_add_str(out, "</author>"));
	}
	RK_TRY(rk_buf_add_str(out, "</authors><commentList>"));
	for (size_t i = 0; i < count; i++) {
		RK_TRY(rk_buf_addf(out,
			"<comment ref=\"%s\" authorId=\"%zu\"><text><r><t xml:space=\"preserve\">",
			rk_address_write(kept[i].at, address), i));
		RK_TRY(rk_xml_add_text(out, kept[i].text));
		RK_TRY(rk_buf_add_str(out, "</t></r></text></comment>"));
	}
	return rk_buf_add_str(out, "</commentList></comments>");
}

/* Without its box Excel shows no comment (ECMA-376 part 4, VML). */
static enum rk_status add_box(
	const struct page *page, const struct rk_comment_kept *kept, size_t n, struct rk_buf *out)
{
	unsigned row = kept->at.row - 1, column = kept->at.column - 1;

	return rk_buf_addf(out,
		"<v:shape id=\"_x0000_s%zu\" type=\"#_x0000_t202\" style=\"position:absolute;width:240pt;height:96pt;z-index:%zu;visibility:hidden\""
		" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>"
		"<v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>"
		"<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%u, 12, %u, 4, %u, 40, %u, 4</x:Anchor>"
		"<x:AutoFill>False</x:AutoFill><x:Row>%u</x:Row><x:Column>%u</x:Column></x:ClientData></v:shape>\n",
		page->number * 1024 + 1 + n, n + 1, column + 1, row, column + 4, row + 6, row,
		column);
}

static enum rk_status add_boxes(const struct page *page, struct rk_buf *out)
{
	const struct rk_comment_kept *kept = (const void *)page->kept.at;

	RK_TRY(rk_buf_addf(out,
		"<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\""
		" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"%zu\"/></o:shapelayout>\n"
		"<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">"
		"<v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>\n",
		page->number));
	for (size_t i = 0; i < page->kept.len / sizeof *kept; i++)
		RK_TRY(add_box(page, &kept[i], i, out));
	return rk_buf_add_str(out, "</xml>");
}

static enum rk_status add_relations(struct page *page, bool strict, const char *comments,
	const char *drawing, struct rk_err *err)
{
	struct copy *copy = page->copy;
	const char *office = strict ? OFFICE_STRICT : OFFICE,
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
	if (rk_archive_has(copy->archive, part))
		return insert(copy, part, (const char *const[]){NULL}, (char *)piece.at, err);
	if (rk_buf_addf(&whole,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"%s\">%s</Relationships>",
		    PACKAGE, (const char *)piece.at) != RK_OK)
		return no_memory(copy, err);
	return change(copy, part, &whole, err);
}

/* The sheet says that it has a drawing, in the one place where it may (CT_Worksheet). */
static enum rk_status add_reference(struct page *page, bool strict, struct rk_err *err)
{
	static const char *const behind[] = {"legacyDrawingHF", "drawingHF", "picture",
		"oleObjects", "controls", "AlternateContent", "webPublishItems", "tableParts",
		"extLst", NULL};
	char piece[300];

	if (page->drawing)
		return RK_OK;
	snprintf(piece, sizeof piece,
		"<legacyDrawing xmlns=\"%s\" xmlns:r=\"%s\" r:id=\"rkDrawing\"/>",
		strict ? MAIN_STRICT : MAIN, strict ? OFFICE_STRICT : OFFICE);
	return insert(page->copy, page->tab->part, behind, piece, err);
}

static enum rk_status is_strict(const struct page *page, bool *strict, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf sheet = {0};

	RK_TRY(rk_archive_read(page->copy->archive, page->tab->part, &sheet, err));
	*strict = count_of(rk_buf_slice(&sheet), MAIN_STRICT) > 0;
	return RK_OK;
}

static enum rk_status write_page(struct page *page, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf comments = {0}, boxes = {0};
	struct copy *copy = page->copy;
	/* Each sheet's own, in a copy of a copy too. */
	const char *slash = strrchr(page->tab->part, '/'),
		   *name = slash ? slash + 1 : page->tab->part;
	const char *comments_part = page->comments
		? page->comments
		: rk_arena_printf(copy->arena, "xl/comments-renkei-%s", name);
	const char *drawing_part = page->drawing
		? page->drawing
		: rk_arena_printf(copy->arena, "xl/drawings/renkei-%s.vml", name);
	bool strict;

	RK_TRY(is_strict(page, &strict, err));
	qsort(page->kept.at, page->kept.len / sizeof(struct rk_comment_kept),
		sizeof(struct rk_comment_kept), compare);
	if (!comments_part || !drawing_part || add_comments(page, strict, &comments) != RK_OK ||
		add_boxes(page, &boxes) != RK_OK)
		return no_memory(copy, err);
	RK_TRY(change(copy, comments_part, &comments, err));
	RK_TRY(change(copy, drawing_part, &boxes, err));
	RK_TRY(add_relations(page, strict, comments_part, drawing_part, err));
	RK_TRY(add_reference(page, strict, err));
	if (page->comments)
		return RK_OK;
	return rk_buf_addf(&copy->types,
		       "<Override xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\" PartName=\"/%s\""
		       " ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml\"/>",
		       comments_part) == RK_OK
		? RK_OK
		: no_memory(copy, err);
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
	rk_buf_clear(&page.kept);
	return status;
}

static enum rk_status add_types(struct copy *copy, struct rk_err *err)
{
	static const char part[] = "[Content_Types].xml";
	const struct rk_xml_listener listener = {copy, on_type, on_end, NULL};

	RK_TRY(rk_archive_walk(copy->archive, part, &listener, err));
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
	return insert(copy, part, (const char *const[]){NULL}, (char *)copy->types.at, err);
}

/* Each sheet with a comment once, in the order of the first ones. */
static enum rk_status comment_tabs(
	struct copy *copy, const struct rk_comment *comments, size_t count, struct rk_err *err)
{
	size_t number = 0;

	for (size_t i = 0; i < count; i++) {
		bool first = true;

		for (size_t n = 0; n < i && first; n++)
			first = comments[n].tab != comments[i].tab;
		if (first)
			RK_TRY(comment_tab(copy, comments[i].tab, ++number, comments, count, err));
	}
	return add_types(copy, err);
}

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
