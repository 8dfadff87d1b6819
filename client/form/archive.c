#include "form/archive.h"

#include "form/workbook.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#define PIECE (64 << 10)
/* 1 January 2000, as MS-DOS counts: years from 1980, then month and day. */
#define NEW_DATE ((20 << 9) | (1 << 5) | 1)

struct entry {
	char *name;
	zip_uint64_t index, packed, size;
	time_t date;
};

struct rk_archive {
	const char *file;
	struct rk_slice bytes;
	zip_t *zip;
	struct entry *entries; /* by name */
	size_t count;
	size_t inflated; /* of all that was read */
	time_t newest;   /* date of an entry */
};

static enum rk_status broken(const char *file, const char *what, struct rk_err *err)
{
	return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
		"%s: cannot be unpacked: %s", file, what);
}

static enum rk_status no_memory(const char *file, struct rk_err *err)
{
	return rk_fail(err, RK_RESOURCE_EXHAUSTED, "%s: out of memory", file);
}

static enum rk_status open_zip(
	struct rk_archive *archive, struct rk_slice bytes, struct rk_err *err)
{
	zip_error_t error;
	zip_source_t *source;
	enum rk_status status = RK_OK;

	zip_error_init(&error);
	source = zip_source_buffer_create(bytes.at, bytes.len, 0, &error);
	if (source)
		archive->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (!archive->zip) {
		status = zip_error_code_zip(&error) == ZIP_ER_MEMORY
			? no_memory(archive->file, err)
			: broken(archive->file, zip_error_strerror(&error), err);
		if (source)
			zip_source_free(source);
	}
	zip_error_fini(&error);
	return status;
}

/* "/xl\Workbook.xml" lies at xl/Workbook.xml.  In a name that is not UTF-8 the byte of a \ may be half a character: 表 in CP932. */
static char *plain_name(const char *name)
{
	bool utf8 = rk_text_utf8_bad(rk_slice_str(name)) == strlen(name);
	char *plain = strdup(*name == '/' || *name == '\\' ? name + 1 : name);

	for (char *at = plain; at && *at; at++)
		if (utf8 && *at == '\\')
			*at = '/';
	return plain;
}

static enum rk_status inflates(const struct rk_archive *archive, const char *part, uint64_t size,
	uint64_t packed, struct rk_err *err)
{
	return rk_err_values(err,
		rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_INFLATES",
			"%s: %.*s: %" PRIu64 " bytes packed into %" PRIu64
			"; at most %d to 1 from %zu bytes on",
			archive->file, RK_SHOWN(part, 100), size, packed, RK_WORKBOOK_INFLATION_MAX,
			RK_WORKBOOK_INFLATION_FREE),
		"size=%" PRIu64 "\npacked=%" PRIu64 "\ntimes=%d\nfree=%zu", size, packed,
		RK_WORKBOOK_INFLATION_MAX, RK_WORKBOOK_INFLATION_FREE);
}

static bool is_too_much(uint64_t size, uint64_t packed)
{
	return size > RK_WORKBOOK_INFLATION_FREE && size / RK_WORKBOOK_INFLATION_MAX > packed;
}

/* gcc 12 forgets what a struct keeps once a function that it does not see has been handed a part of it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

static enum rk_status take_entry(struct rk_archive *archive, zip_uint64_t index, struct rk_err *err)
{
	struct entry *entry = &archive->entries[archive->count];
	zip_stat_t about;
	char *name;

	if (zip_stat_index(archive->zip, index, ZIP_FL_ENC_RAW, &about) != 0 || !about.name)
		return broken(archive->file, zip_strerror(archive->zip), err);
	name = plain_name(about.name);
	if (!name)
		return no_memory(archive->file, err);
	*entry = (struct entry){name, index, about.comp_size, about.size, about.mtime};
	archive->count++;
	if (archive->count == 1 || entry->date > archive->newest)
		archive->newest = entry->date;
	if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) && about.encryption_method != ZIP_EM_NONE)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_ENCRYPTED",
			"%s: %.*s: is encrypted", archive->file, RK_SHOWN(entry->name, 100));
	if (about.comp_method != ZIP_CM_STORE && about.comp_method != ZIP_CM_DEFLATE)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
				"%s: %.*s: is packed by method %d; a workbook uses 0 (stored) and 8 (deflate)",
				archive->file, RK_SHOWN(entry->name, 100), about.comp_method),
			"method=%d", about.comp_method);
	return is_too_much(about.size, about.comp_size)
		? inflates(archive, entry->name, about.size, about.comp_size, err)
		: RK_OK;
}

#pragma GCC diagnostic pop

static int compare(const void *a, const void *b)
{
	return strcasecmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* Two readers could each see another one of them. */
static enum rk_status refuse_twins(const struct rk_archive *archive, struct rk_err *err)
{
	for (size_t i = 1; i < archive->count; i++)
		if (compare(&archive->entries[i - 1], &archive->entries[i]) == 0)
			return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
				"%s: %.*s: is there twice", archive->file,
				RK_SHOWN(archive->entries[i].name, 100));
	return RK_OK;
}

static enum rk_status list_entries(struct rk_archive *archive, struct rk_err *err)
{
	zip_int64_t count = zip_get_num_entries(archive->zip, 0);

	if (count > RK_WORKBOOK_PARTS_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_TOO_MANY_PARTS",
				"%s: has %" PRId64 " parts; at most %d", archive->file,
				(int64_t)count, RK_WORKBOOK_PARTS_MAX),
			"parts=%" PRId64 "\nlimit=%d", (int64_t)count, RK_WORKBOOK_PARTS_MAX);
	archive->entries = calloc(count > 0 ? (size_t)count : 1, sizeof *archive->entries);
	if (!archive->entries)
		return no_memory(archive->file, err);
	for (zip_int64_t i = 0; i < count; i++)
		RK_TRY(take_entry(archive, (zip_uint64_t)i, err));
	qsort(archive->entries, archive->count, sizeof *archive->entries, compare);
	return refuse_twins(archive, err);
}

enum rk_status rk_archive_open(
	struct rk_archive **archive, const char *file, struct rk_slice bytes, struct rk_err *err)
{
	enum rk_status status;

	*archive = calloc(1, sizeof **archive);
	if (!*archive)
		return no_memory(file, err);
	**archive = (struct rk_archive){.file = file, .bytes = bytes};
	status = open_zip(*archive, bytes, err);
	if (status == RK_OK)
		status = list_entries(*archive, err);
	if (status != RK_OK)
		rk_archive_close(archive);
	return status;
}

void rk_archive_close(struct rk_archive **archive)
{
	if (!*archive)
		return;
	if ((*archive)->zip)
		zip_discard((*archive)->zip);
	for (size_t i = 0; i < (*archive)->count; i++)
		free((*archive)->entries[i].name);
	free((*archive)->entries);
	free(*archive);
	*archive = NULL;
}

const char *rk_archive_file(const struct rk_archive *archive)
{
	return archive->file;
}

static const struct entry *find(const struct rk_archive *archive, const char *part)
{
	char name[512];
	const struct entry sought = {.name = name};

	if (archive->count == 0 || snprintf(name, sizeof name, "%s", part) >= (int)sizeof name)
		return NULL;
	return bsearch(&sought, archive->entries, archive->count, sizeof sought, compare);
}

const char *rk_archive_part(const struct rk_archive *archive, size_t n)
{
	return n < archive->count ? archive->entries[n].name : NULL;
}

bool rk_archive_has(const struct rk_archive *archive, const char *part)
{
	return find(archive, part) != NULL;
}

bool rk_archive_has_folder(const struct rk_archive *archive, const char *folder)
{
	for (size_t i = 0; i < archive->count; i++)
		if (strncasecmp(archive->entries[i].name, folder, strlen(folder)) == 0)
			return true;
	return false;
}

/* Where the bytes of a part go: to one of the two. */
struct sink {
	struct rk_xml *xml;
	struct rk_buf *out;
};

static enum rk_status pour(const struct rk_archive *archive, const struct sink *sink,
	struct rk_slice bytes, struct rk_err *err)
{
	if (sink->xml)
		return rk_xml_feed(sink->xml, bytes, false, err);
	return rk_buf_add_slice(sink->out, bytes) == RK_OK ? RK_OK : no_memory(archive->file, err);
}

/* What a part says of its size is not believed. */
static enum rk_status count(struct rk_archive *archive, const struct entry *entry, uint64_t size,
	size_t more, struct rk_err *err)
{
	archive->inflated += more;
	if (is_too_much(size, entry->packed))
		return inflates(archive, entry->name, size, entry->packed, err);
	if (is_too_much(archive->inflated, archive->bytes.len))
		return inflates(archive, "all parts", archive->inflated, archive->bytes.len, err);
	if (archive->inflated > RK_WORKBOOK_INFLATED_MAX)
		return rk_err_values(err,
			rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_INFLATES",
				"%s: more than %zu bytes when unpacked", archive->file,
				RK_WORKBOOK_INFLATED_MAX),
			"limit=%zu", RK_WORKBOOK_INFLATED_MAX);
	return RK_OK;
}

static enum rk_status pump(struct rk_archive *archive, const struct entry *entry, zip_file_t *from,
	const struct sink *sink, struct rk_err *err)
{
	uint8_t piece[PIECE];
	uint64_t size = 0;

	for (;;) {
		zip_int64_t got = zip_fread(from, piece, sizeof piece);

		if (got < 0)
			return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
				"%s: %.*s: cannot be unpacked: %s", archive->file,
				RK_SHOWN(entry->name, 100), zip_file_strerror(from));
		if (got == 0)
			return size == entry->size
				? RK_OK
				: rk_err_values(err,
					  rk_fail_reason(err, RK_INVALID_ARGUMENT,
						  "WORKBOOK_BROKEN",
						  "%s: %.*s: has %" PRIu64
						  " bytes, and says %" PRIu64,
						  archive->file, RK_SHOWN(entry->name, 100), size,
						  entry->size),
					  "size=%" PRIu64 "\nsaid=%" PRIu64, size, entry->size);
		size += (uint64_t)got;
		RK_TRY(count(archive, entry, size, (size_t)got, err));
		RK_TRY(pour(archive, sink, rk_slice_of(piece, (size_t)got), err));
	}
}

static enum rk_status unpack(
	struct rk_archive *archive, const char *part, const struct sink *sink, struct rk_err *err)
{
	const struct entry *entry = find(archive, part);
	zip_file_t *from;
	enum rk_status status;

	if (!entry)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
			"%s: %.*s: is missing", archive->file, RK_SHOWN(part, 100));
	from = zip_fopen_index(archive->zip, entry->index, 0);
	if (!from)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "WORKBOOK_BROKEN",
			"%s: %.*s: cannot be unpacked: %s", archive->file,
			RK_SHOWN(entry->name, 100), zip_strerror(archive->zip));
	status = pump(archive, entry, from, sink, err);
	(void)zip_fclose(from);
	return status;
}

enum rk_status rk_archive_read(
	struct rk_archive *archive, const char *part, struct rk_buf *out, struct rk_err *err)
{
	return unpack(archive, part, &(struct sink){.out = out}, err);
}

enum rk_status rk_archive_walk(struct rk_archive *archive, const char *part,
	const struct rk_xml_listener *listener, struct rk_err *err)
{
	char what[300];
	struct rk_xml *xml;
	enum rk_status status;

	snprintf(
		what, sizeof what, "%.*s: %.*s", RK_SHOWN(archive->file, 180), RK_SHOWN(part, 100));
	xml = rk_xml_create(listener, what);
	if (!xml)
		return no_memory(archive->file, err);
	status = unpack(archive, part, &(struct sink){.xml = xml}, err);
	if (status == RK_OK)
		status = rk_xml_feed(xml, rk_slice_of("", 0), true, err);
	rk_xml_free(&xml);
	return status;
}

static enum rk_status change_part(
	struct rk_archive *archive, zip_t *copy, const struct rk_archive_change *change)
{
	const struct entry *entry = find(archive, change->part);
	zip_source_t *source = zip_source_buffer(copy, change->bytes.at, change->bytes.len, 0);
	zip_int64_t done = -1;

	if (source && entry)
		done = zip_file_replace(copy, entry->index, source, 0);
	else if (source)
		done = zip_file_add(copy, change->part, source, ZIP_FL_ENC_UTF_8);
	if (done < 0 && source)
		zip_source_free(source);
	/* Not the clock's: the same copy is the same bytes, whenever it is made. */
	if (done >= 0 && !entry && !archive->newest)
		done = zip_file_set_dostime(copy, (zip_uint64_t)done, 0, NEW_DATE, 0);
	else if (done >= 0)
		done = zip_file_set_mtime(copy, entry ? entry->index : (zip_uint64_t)done,
			entry ? entry->date : archive->newest, 0);
	return done < 0 ? RK_RESOURCE_EXHAUSTED : RK_OK;
}

static enum rk_status drain(zip_source_t *source, struct rk_buf *out)
{
	zip_stat_t about;
	uint8_t *room;
	zip_int64_t got;

	if (zip_source_stat(source, &about) != 0 || zip_source_open(source) != 0)
		return RK_RESOURCE_EXHAUSTED;
	room = rk_buf_reserve(out, (size_t)about.size);
	got = room ? zip_source_read(source, room, about.size) : -1;
	(void)zip_source_close(source);
	if (got < 0 || (zip_uint64_t)got != about.size)
		return RK_RESOURCE_EXHAUSTED;
	out->len += (size_t)got;
	return RK_OK;
}

/* The copy is written over its source, which is a piece of memory. */
static enum rk_status write_copy(struct rk_archive *archive, zip_t *copy, zip_source_t *source,
	const struct rk_archive_change *changes, size_t count, struct rk_buf *out)
{
	enum rk_status status = RK_OK;

	zip_source_keep(source);
	for (size_t i = 0; i < count && status == RK_OK; i++)
		status = change_part(archive, copy, &changes[i]);
	if (status != RK_OK || zip_close(copy) != 0) {
		status = status == RK_OK ? RK_INVALID_ARGUMENT : status;
		zip_discard(copy);
	} else {
		status = drain(source, out);
	}
	zip_source_free(source);
	return status;
}

/* gcc does not know that the source frees what it was made of. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

enum rk_status rk_archive_copy(struct rk_archive *archive, const struct rk_archive_change *changes,
	size_t count, struct rk_buf *out, struct rk_err *err)
{
	/* libzip's own: of memory that is not, it frees what it has cloned (1.7.3). */
	void *own = archive->bytes.len ? malloc(archive->bytes.len) : NULL;
	zip_source_t *source = own
		? zip_source_buffer_create(memcpy(own, archive->bytes.at, archive->bytes.len),
			  archive->bytes.len, 1, NULL)
		: NULL;
	zip_t *copy = source ? zip_open_from_source(source, 0, NULL) : NULL;
	enum rk_status status = RK_RESOURCE_EXHAUSTED;

	/* NOLINTBEGIN(clang-analyzer-unix.Malloc): nor does version 14 of clang */
	if (copy)
		status = write_copy(archive, copy, source, changes, count, out);
	else if (source)
		zip_source_free(source);
	else
		free(own);
	if (status == RK_INVALID_ARGUMENT)
		return broken(archive->file, "a part cannot be copied", err);
	return status == RK_OK ? RK_OK : no_memory(archive->file, err);
	/* NOLINTEND(clang-analyzer-unix.Malloc) */
}

enum rk_status rk_archive_write(
	const struct rk_archive_change *parts, size_t count, struct rk_buf *out, struct rk_err *err)
{
	static const char empty[22] = "PK\5\6";
	struct rk_archive *archive;
	enum rk_status status;

	RK_TRY(rk_archive_open(&archive, "", rk_slice_of(empty, sizeof empty), err));
	status = rk_archive_copy(archive, parts, count, out, err);
	rk_archive_close(&archive);
	return status;
}

#pragma GCC diagnostic pop
