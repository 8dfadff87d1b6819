#include "form/comments_write.h"

#include "form/insert.h"
#include "form/relations.h"

#include <stdlib.h>

static int compare_cells(const struct rk_comment_kept *a, const struct rk_comment_kept *b)
{
	if (a->at.row != b->at.row)
		return a->at.row < b->at.row ? -1 : 1;
	return a->at.column < b->at.column ? -1 : a->at.column > b->at.column;
}

static int compare(const void *a, const void *b)
{
	const struct rk_comment_kept *x = a, *y = b;
	int cells = compare_cells(x, y);

	return cells ? cells : x->order < y->order ? -1 : x->order > y->order;
}

void rk_comments_sort(struct rk_comment_kept *comments, size_t count)
{
	for (size_t i = 0; i < count; i++)
		comments[i].order = i;
	if (count)
		qsort(comments, count, sizeof *comments, compare);
}

/* Where the comments of the cell of the first one end. */
static size_t end_of_cell(const struct rk_comment_kept *comments, size_t count, size_t first)
{
	size_t end = first + 1;

	while (end < count && compare_cells(&comments[first], &comments[end]) == 0)
		end++;
	return end;
}

static enum rk_status add_authors(
	struct rk_buf *out, const struct rk_comment_kept *comments, size_t count)
{
	for (size_t i = 0; i < count; i = end_of_cell(comments, count, i)) {
		RK_TRY(rk_buf_add_str(out, "<author>"));
		RK_TRY(rk_xml_add_text(out, comments[i].author));
		RK_TRY(rk_buf_add_str(out, "</author>"));
	}
	return RK_OK;
}

static enum rk_status add_cell(
	struct rk_buf *out, const struct rk_comment_kept *comments, size_t count, size_t author)
{
	char address[RK_ADDRESS_TEXT];

	RK_TRY(rk_buf_addf(out,
		"<comment ref=\"%s\" authorId=\"%zu\"><text><r><t xml:space=\"preserve\">",
		rk_address_write(comments->at, address), author));
	for (size_t i = 0; i < count; i++) {
		if (i)
			RK_TRY(rk_buf_add_str(out, "\n\n"));
		RK_TRY(rk_xml_add_text(out, comments[i].text));
	}
	return rk_buf_add_str(out, "</t></r></text></comment>");
}

enum rk_status rk_comments_add_texts(
	struct rk_buf *out, const struct rk_comment_kept *comments, size_t count, bool strict)
{
	size_t author = 0;

	RK_TRY(rk_buf_addf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"%s\"><authors>",
		strict ? RK_SHEET_STRICT : RK_SHEET_MAIN));
	RK_TRY(add_authors(out, comments, count));
	RK_TRY(rk_buf_add_str(out, "</authors><commentList>"));
	for (size_t i = 0, end; i < count; i = end) {
		end = end_of_cell(comments, count, i);
		RK_TRY(add_cell(out, &comments[i], end - i, author++));
	}
	return rk_buf_add_str(out, "</commentList></comments>");
}

static enum rk_status add_box(
	struct rk_buf *out, const struct rk_comment_kept *comment, size_t number, size_t n)
{
	unsigned row = comment->at.row - 1, column = comment->at.column - 1;

	return rk_buf_addf(out,
		"<v:shape id=\"_x0000_s%zu\" type=\"#_x0000_t202\" style=\"position:absolute;width:240pt;height:96pt;z-index:%zu;visibility:hidden\""
		" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>"
		"<v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>"
		"<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%u, 12, %u, 4, %u, 40, %u, 4</x:Anchor>"
		"<x:AutoFill>False</x:AutoFill><x:Row>%u</x:Row><x:Column>%u</x:Column></x:ClientData></v:shape>\n",
		number * 1024 + 1 + n, n + 1, column + 1, row, column + 4, row + 6, row, column);
}

enum rk_status rk_comments_add_boxes(
	struct rk_buf *out, const struct rk_comment_kept *comments, size_t count, size_t number)
{
	size_t n = 0;

	RK_TRY(rk_buf_addf(out,
		"<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\""
		" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"%zu\"/></o:shapelayout>\n"
		"<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\">"
		"<v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>\n",
		number));
	for (size_t i = 0; i < count; i = end_of_cell(comments, count, i))
		RK_TRY(add_box(out, &comments[i], number, n++));
	return rk_buf_add_str(out, "</xml>");
}
