/* What pandoc makes of a document, made fit for a file of papers: A4, no row torn, and on every page its mark, as of when, and page n/m. */
#include "form/archive.h"
#include "form/insert.h"
#include "paper/paper.h"

#include <string.h>

#define DOCUMENT  "word/document.xml"
#define RELATIONS "word/_rels/document.xml.rels"
#define TYPES     "[Content_Types].xml"
#define FOOTER    "word/renkei-foot.xml"

static const char section[] =
	"<w:sectPr><w:footerReference w:type=\"default\" r:id=\"renkeiFoot\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>"
	"<w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>";
static const char relation[] =
	"<Relationship Id=\"renkeiFoot\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"renkei-foot.xml\"/></Relationships>";
static const char type[] =
	"<Override PartName=\"/word/renkei-foot.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/></Types>";
static const char foot_head[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<w:ftr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p><w:r><w:t xml:space=\"preserve\">";
static const char foot_end[] =
	"  </w:t></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t>/</w:t></w:r>"
	"<w:fldSimple w:instr=\" NUMPAGES \"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>";

/* Every occurrence of what in part becomes with; the bytes go to out. */
static enum rk_status replaced(
	struct rk_slice part, const char *what, const char *with, struct rk_buf *out, size_t *count)
{
	const char *at = (const char *)part.at, *end = at + part.len;
	size_t length = strlen(what);

	*count = 0;
	while (at < end) {
		const char *found = memmem(at, (size_t)(end - at), what, length);

		if (!found)
			break;
		if (rk_buf_add(out, at, (size_t)(found - at)) != RK_OK ||
			rk_buf_add(out, with, strlen(with)) != RK_OK)
			return RK_RESOURCE_EXHAUSTED;
		at = found + length;
		(*count)++;
	}
	return rk_buf_add(out, at, (size_t)(end - at));
}

/* A part with one thing in it replaced; a part without it is none that pandoc is known to write. */
static enum rk_status part_with(struct rk_archive *archive, const char *part, const char *what,
	const char *with, struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf was = {0};
	size_t count;

	RK_TRY(rk_archive_read(archive, part, &was, err));
	if (replaced(rk_buf_slice(&was), what, with, out, &count) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory");
	if (!count)
		return rk_fail(err, RK_DATA_LOSS, "%s: no %s", part, what);
	return RK_OK;
}

enum rk_status rk_paper_docx(const struct rk_paper *paper, struct rk_slice pandoc,
	struct rk_buf *out, struct rk_err *err)
{
	RK_AUTO(rk_archive_close) struct rk_archive *archive = NULL;
	RK_AUTO(rk_buf_clear)
	struct rk_buf document = {0}, rows = {0}, relations = {0}, types = {0}, foot = {0};
	size_t count;

	RK_TRY(rk_archive_open(&archive, "document.docx", pandoc, err));
	RK_TRY(part_with(archive, DOCUMENT, "<w:sectPr />", section, &document, err));
	RK_TRY(part_with(archive, RELATIONS, "</Relationships>", relation, &relations, err));
	RK_TRY(part_with(archive, TYPES, "</Types>", type, &types, err));
	/* Of a row with properties, and of one without. */
	RK_AUTO(rk_buf_clear) struct rk_buf between = {0};

	if (replaced(rk_buf_slice(&document), "<w:tr><w:trPr>", "<w:tr><w:trPr><w:cantSplit/>",
		    &between, &count) != RK_OK ||
		replaced(rk_buf_slice(&between), "<w:tr><w:tc>",
			"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc>", &rows, &count) != RK_OK ||
		rk_buf_add(&foot, foot_head, strlen(foot_head)) != RK_OK ||
		(paper->mark && rk_xml_add_text(&foot, paper->mark) != RK_OK) ||
		rk_buf_add(&foot, "  ", 2) != RK_OK ||
		rk_xml_add_text(&foot, paper->foot) != RK_OK ||
		rk_buf_add(&foot, foot_end, strlen(foot_end)) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory");
	const struct rk_archive_change changes[] = {
		{DOCUMENT,  rk_buf_slice(&rows)     },
		{RELATIONS, rk_buf_slice(&relations)},
		{TYPES,     rk_buf_slice(&types)    },
		{FOOTER,    rk_buf_slice(&foot)     },
	};

	return rk_archive_copy(archive, changes, sizeof changes / sizeof changes[0], out, err);
}
