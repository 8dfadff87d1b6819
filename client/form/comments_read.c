#include "form/comments_read.h"

#include "base/text.h"
#include "form/comments.h"
#include "form/richtext.h"

#include <string.h>

struct reading {
	struct rk_arena *arena;
	const char *file;
	struct rk_buf authors; /* const char * */
	struct rk_buf *kept;
	struct rk_comment_kept comment;
	struct rk_richtext rich;
	bool in_author;
	bool ours;
};

static enum rk_status no_memory(const struct reading *reading, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", reading->file);
}

static void start_comment(struct reading *reading, const struct rk_xml_element *element)
{
	const char *ref = rk_xml_attribute(element, RK_XML_NONE, "ref"),
		   *author = rk_xml_attribute(element, RK_XML_NONE, "authorId");
	const char *const *authors = (const void *)reading->authors.at;
	int64_t index;

	reading->comment = (struct rk_comment_kept){.author = ""};
	if (author &&
		rk_text_i64(rk_slice_str(author), 0,
			(int64_t)(reading->authors.len / sizeof *authors) - 1, &index))
		reading->comment.author = authors[index];
	if (!ref || !rk_address_parse(rk_slice_str(ref), &reading->comment.at))
		reading->comment.at = (struct rk_address){0};
	reading->ours = strcmp(reading->comment.author, RK_COMMENTS_AUTHOR) == 0;
	reading->rich.text.len = 0;
	reading->rich.phonetic = 0;
}

static enum rk_status on_start(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct reading *reading = arg;

	(void)err;
	if (rk_xml_is(element, RK_XML_SHEET, "author")) {
		reading->in_author = true;
		reading->rich.text.len = 0;
	} else if (rk_xml_is(element, RK_XML_SHEET, "comment")) {
		start_comment(reading, element);
	} else {
		rk_richtext_start(&reading->rich, element);
	}
	return RK_OK;
}

static enum rk_status end_author(struct reading *reading, struct rk_err *err)
{
	const char *author = rk_arena_slice(reading->arena, rk_buf_slice(&reading->rich.text));

	reading->in_author = false;
	return author && rk_buf_add(&reading->authors, &author, sizeof author) == RK_OK
		? RK_OK
		: no_memory(reading, err);
}

static enum rk_status end_comment(struct reading *reading, struct rk_err *err)
{
	if (reading->ours || reading->comment.at.row == 0)
		return RK_OK;
	rk_richtext_plain(&reading->rich.text);
	reading->comment.text = rk_arena_slice(reading->arena, rk_buf_slice(&reading->rich.text));
	return reading->comment.text &&
			rk_buf_add(reading->kept, &reading->comment, sizeof reading->comment) ==
				RK_OK
		? RK_OK
		: no_memory(reading, err);
}

static enum rk_status on_end(void *arg, const struct rk_xml_element *element, struct rk_err *err)
{
	struct reading *reading = arg;

	if (rk_xml_is(element, RK_XML_SHEET, "author"))
		return end_author(reading, err);
	if (rk_xml_is(element, RK_XML_SHEET, "comment"))
		return end_comment(reading, err);
	rk_richtext_end(&reading->rich, element);
	return RK_OK;
}

static enum rk_status on_text(void *arg, struct rk_slice text, struct rk_err *err)
{
	struct reading *reading = arg;
	enum rk_status status = reading->in_author ? rk_buf_add_slice(&reading->rich.text, text)
						   : rk_richtext_add(&reading->rich, text);

	return status == RK_OK ? RK_OK : no_memory(reading, err);
}

enum rk_status rk_comments_read(struct rk_arena *arena, struct rk_archive *archive,
	const char *part, struct rk_buf *kept, struct rk_err *err)
{
	struct reading reading = {.arena = arena,
		.file = rk_archive_file(archive),
		.kept = kept,
		.rich = {.text = {.max = RK_WORKBOOK_TEXTS_MAX}}};
	const struct rk_xml_listener listener = {&reading, on_start, on_end, on_text};
	enum rk_status status = rk_archive_walk(archive, part, &listener, err);

	rk_buf_clear(&reading.authors);
	rk_buf_clear(&reading.rich.text);
	return status;
}
