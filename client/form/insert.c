#include "form/insert.h"

#include "base/text.h"
#include "form/xml.h"

#include <string.h>

/* Where the piece goes. */
struct spot {
	const struct rk_xml *xml;
	const char *const *before;
	size_t depth, root, at; /* at == 0: not known yet */
	bool closes_itself;     /* the root is "<a/>" */
};

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct spot *spot = arg;

	(void)err;
	if (++spot->depth == 1)
		spot->root = rk_xml_offset(spot->xml);
	for (size_t i = 0; spot->depth == 2 && !spot->at && spot->before[i]; i++)
		if (strcmp(spot->before[i], element->name) == 0)
			spot->at = rk_xml_offset(spot->xml);
	return RK_OK;
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct spot *spot = arg;

	(void)element;
	(void)err;
	if (--spot->depth == 0 && !spot->at) {
		spot->at = rk_xml_offset(spot->xml);
		spot->closes_itself = spot->at == spot->root;
	}
	return RK_OK;
}

static enum rk_status find(
	const char *what, struct rk_slice part, struct spot *spot, struct rk_err *err)
{
	const struct rk_xml_listener listener = {spot, on_start, on_end, NULL};
	struct rk_xml *xml = rk_xml_create(&listener, what);
	enum rk_status status;

	if (!xml)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", what);
	spot->xml = xml;
	status = rk_xml_feed(xml, part, true, err);
	rk_xml_free(&xml);
	return status;
}

/* "<a x='1'/>" becomes "<a x='1'>piece</a>". */
static enum rk_status open_root(
	struct rk_slice part, size_t root, const char *piece, struct rk_buf *out)
{
	const uint8_t *name = part.at + root + 1, *end = part.at + part.len,
		      *close = memmem(name, (size_t)(end - name), "/>", 2);
	size_t len = 0;

	if (!close)
		return RK_INVALID_ARGUMENT;
	while (name + len < close && !strchr(" \t\r\n", name[len]))
		len++;
	RK_TRY(rk_buf_add(out, part.at, (size_t)(close - part.at)));
	RK_TRY(rk_buf_addf(out, ">%s</%.*s>", piece, (int)len, (const char *)name));
	return rk_buf_add(out, close + 2, (size_t)(end - close) - 2);
}

enum rk_status rk_xml_insert(const char *what, struct rk_slice part, const char *const *before,
	const char *piece, struct rk_buf *out, struct rk_err *err)
{
	struct spot spot = {.before = before};
	enum rk_status status;

	/* Bytes of UTF-8 go in: no place for them in UTF-16. */
	if (rk_text_utf8_bad(part) != part.len || memchr(part.at, 0, part.len))
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_NOT_WRITABLE",
			"%s: is not in UTF-8", what);
	RK_TRY(find(what, part, &spot, err));
	if (spot.closes_itself) {
		status = open_root(part, spot.root, piece, out);
	} else {
		status = rk_buf_add(out, part.at, spot.at);
		if (status == RK_OK)
			status = rk_buf_add_str(out, piece);
		if (status == RK_OK)
			status = rk_buf_add(out, part.at + spot.at, part.len - spot.at);
	}
	return status == RK_OK ? RK_OK : rk_fail(err, status, "%s: out of memory", what);
}

static const char *escape_of(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return (c < 0x20 && c != '\n' && c != '\t') || c == 0xfffe || c == 0xffff
			? "\xef\xbf\xbd"
			: NULL;
	}
}

enum rk_status rk_xml_add_text(struct rk_buf *out, const char *text)
{
	const struct rk_slice all = rk_slice_str(text);

	for (size_t at = 0; at < all.len;) {
		size_t from = at;
		const char *escape = escape_of(rk_text_next(all, &at));

		if (escape)
			RK_TRY(rk_buf_add_str(out, escape));
		else
			RK_TRY(rk_buf_add(out, all.at + from, at - from));
	}
	return RK_OK;
}
