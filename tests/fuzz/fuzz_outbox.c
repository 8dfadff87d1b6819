/* Files of the outbox: whatever stands in one, the same report has the same request afterwards; and a receipt that is kept can be
 * read again and lies in its own folder. */
#include "act.h"
#include "base/text.h"
#include "bite.h"
#include "form/file.h"
#include "outbox.h"
#include "wire/json.h"
#include "wire/pack.h"

#include <assert.h>
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[256];

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static void clean_up(void)
{
	(void)nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_folder(void)
{
	const char *temporary = getenv("TMPDIR");

	(void)snprintf(
		folder, sizeof folder, "%s/renkei-outbox-XXXXXX", temporary ? temporary : P_tmpdir);
	assert(mkdtemp(folder) && setenv("XDG_STATE_HOME", folder, 1) == 0);
	(void)atexit(clean_up);
}

static bool is_empty(const char *path)
{
	DIR *open = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	while (open && (entry = readdir(open)))
		empty = empty && entry->d_name[0] == '.';
	if (open)
		(void)closedir(open);
	return empty;
}

static void requests(struct rk_run *run, struct rk_slice in)
{
	static const struct rk_outbox_wish wish = {
		RK_OUTBOX_REPORT, "report.json", "", {(const uint8_t *)"report", 6}
        };
	struct rk_outbox_item item, again;
	struct rk_err err = {0};
	const char *path;
	bool known = in.len >= 36 && in.len <= 4096 && rk_text_is_uuid(rk_slice_of(in.at, 36));

	assert(rk_outbox_open(run, &wish, &item, &err) == RK_OK);
	path = rk_run_printf(run, "%s/renkei/sent/%s.request", folder, item.key);
	assert(rk_file_write(path, in, 0600, &err) == RK_OK);
	if (rk_outbox_open(run, &wish, &item, &err) == RK_OK) {
		assert(item.known == known && rk_text_is_uuid(rk_slice_str(item.request_id)));
		assert(!known || memcmp(item.request_id, in.at, 36) == 0);
		assert(rk_outbox_open(run, &wish, &again, &err) == RK_OK);
		assert(again.known && strcmp(again.request_id, item.request_id) == 0);
		assert(strcmp(again.on_behalf_of, item.on_behalf_of) == 0);
		assert(!*item.on_behalf_of || strlen(item.on_behalf_of) == 6);
	} else {
		assert(in.len > 4096);
	}
	rk_outbox_settle(run, &item, false);
}

/* Whatever stands in the file of an act, it is listed, and read or not. */
static void acts(struct rk_run *run, struct rk_slice in)
{
	static const struct rk_act *const all[] = {&rk_act_withdraw, &rk_act_release,
		&rk_act_send_back, &rk_act_confirm, &rk_act_remove, &rk_act_extension,
		&rk_act_attach};
	const struct rk_act *act = all[bite_byte(&in) % (sizeof all / sizeof all[0])];
	const struct rk_outbox_wish wish = {act->word, "401005-2016Q2-1", "", in};
	struct rk_outbox_pending *items;
	struct rk_outbox_item item;
	struct rk_err err = {0};

	assert(rk_outbox_open(run, &wish, &item, &err) == RK_OK);
	assert(rk_outbox_list(run, &items) == 1 && items[0].act == act && items[0].own);
	(void)rk_act_waiting(run, &items[0]);
	rk_outbox_settle(run, &item, false);
	assert(rk_outbox_list(run, &items) == 0);
}

static void receipts(struct rk_run *run, struct rk_slice in)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__receipt__descriptor;
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0}, wire = {0}, packed = {0};
	const char *kept = rk_run_printf(run, "%s/renkei/receipts", folder);
	const Renkei__V1__Receipt *receipt;
	ProtobufCMessage *message;
	struct rk_err err = {0};

	if (rk_scan(type, in, NULL, NULL, NULL, &err) != RK_OK ||
		rk_unpack(&run->arena, type, in, &message, &err) != RK_OK)
		return;
	receipt = (const void *)message;
	if (rk_receipt_keep(run, receipt, rk_slice_str("report"), &err) != RK_OK) {
		assert(err.status == RK_INTERNAL && is_empty(kept));
		return;
	}
	assert(rk_file_read(rk_run_printf(run, "%s/%s.json", kept, receipt->number), &json, &err) ==
		RK_OK);
	assert(rk_json_to_wire(type, rk_buf_slice(&json), &wire, &err) == RK_OK);
	assert(rk_pack(message, &packed) == RK_OK);
	assert(rk_slice_equal(rk_buf_slice(&wire), rk_buf_slice(&packed)));
	(void)nftw(kept, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice in = rk_slice_of(data, size);
	struct rk_run run = {.language = RK_EN};

	if (!*folder)
		make_folder();
	uint8_t which = bite_byte(&in);

	if (which >= 0xf0 && which < 0xf8)
		acts(&run, in);
	else if (which & 1)
		requests(&run, in);
	else
		receipts(&run, in);
	rk_arena_clear(&run.arena);
	return 0;
}
