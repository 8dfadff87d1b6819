/* What was sent and not answered. */
#include "act.h"
#include "form/file.h"
#include "form/form.h"
#include "outbox_key.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KEY 64

/* What stands behind the key: "binpb", "withdraw". */
static const char *kind_of(const char *name)
{
	return strlen(name) > KEY + 1 && name[KEY] == '.' ? name + KEY + 1 : "";
}

static int is_pending(const struct dirent *entry)
{
	const char *kind = kind_of(entry->d_name);

	return (strcmp(kind, RK_OUTBOX_REPORT) == 0 || rk_act_named(kind)) &&
		strspn(entry->d_name, "0123456789abcdef") == KEY;
}

/* The next line of text, which becomes what is behind it. */
static const char *line_take(struct rk_run *run, struct rk_slice *text)
{
	const uint8_t *end = text->len ? memchr(text->at, '\n', text->len) : NULL;
	size_t len = end ? (size_t)(end - text->at) : text->len;
	const char *line = rk_run_slice(run, rk_slice_of(text->at, len));

	len += end != NULL;
	*text = rk_slice_of(text->at + len, text->len - len);
	return line;
}

static void read_request(
	struct rk_run *run, const char *folder, struct rk_outbox_pending *item, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = 4096};
	struct rk_slice rest;

	if (rk_file_read(rk_run_printf(run, "%s/sent/%s.request", folder, item->key), &kept, err) !=
		RK_OK)
		return;
	rest = rk_buf_slice(&kept);
	item->sent = rk_outbox_sent(rest);
	item->request_id = line_take(run, &rest);
	item->server = line_take(run, &rest);
	item->name = line_take(run, &rest);
}

static void read_item(struct rk_run *run, const char *folder, const char *entry,
	struct rk_outbox_pending *item, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {.max = RK_FORM_FILE_MAX};
	struct stat about;

	*item = (struct rk_outbox_pending){.request_id = "", .server = "", .name = ""};
	memcpy(item->key, entry, KEY);
	item->act = rk_act_named(kind_of(entry));
	item->path = rk_run_printf(run, "%s/pending/%s", folder, entry);
	if (stat(item->path, &about) == 0) {
		item->since = about.st_mtim.tv_sec;
		item->since_ns = about.st_mtim.tv_nsec;
	}
	read_request(run, folder, item, err);
	if (rk_file_read(item->path, &bytes, err) != RK_OK)
		return;
	item->bytes = rk_slice_of(rk_run_slice(run, rk_buf_slice(&bytes)), bytes.len);
	item->own = rk_outbox_is_own(run,
		(struct rk_outbox_wish){.kind = item->act ? item->act->word : RK_OUTBOX_REPORT,
			.bytes = item->bytes},
		item->key);
}

static int by_age(const void *a, const void *b)
{
	const struct rk_outbox_pending *one = a, *other = b;

	if (one->since != other->since)
		return one->since < other->since ? -1 : 1;
	if (one->since_ns != other->since_ns)
		return one->since_ns < other->since_ns ? -1 : 1;
	return strcmp(one->key, other->key);
}

size_t rk_outbox_list(struct rk_run *run, struct rk_outbox_pending **items)
{
	char *folder = rk_profile_state_dir(&run->arena);
	struct dirent **entries = NULL;
	int count = folder
		? scandir(rk_run_printf(run, "%s/pending", folder), &entries, is_pending, alphasort)
		: 0;
	struct rk_err err;

	*items = count > 0 ? rk_run_alloc(run, (size_t)count * sizeof **items) : NULL;
	for (int i = 0; i < count; i++) {
		read_item(run, folder, entries[i]->d_name, &(*items)[i], &err);
		free(entries[i]);
	}
	free(entries);
	if (count > 1)
		qsort(*items, (size_t)count, sizeof **items, by_age);
	return count > 0 ? (size_t)count : 0;
}
