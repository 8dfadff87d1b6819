/* What is submitted again although its receipt is here: where the server does not answer, nothing is left to be sent. */
#include "base/digest.h"
#include "base/text.h"
#include "form/file.h"
#include "out.h"
#include "outbox.h"
#include "periods.h"
#include "receipt_file.h"
#include "submit.h"
#include "words/receipt.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* A receipt that is kept here, by the digest of its report. */
struct held {
	char sha256[RK_SHA256_HEX];
	const char *number;
};

struct all_held {
	struct held *at;
	size_t count;
};

/* The digest in a statement; false when there is none. */
static bool digest_of(struct rk_slice statement, char sha256[RK_SHA256_HEX])
{
	static const char head[] = "\nsha256: ";
	const char *at = memmem(statement.at, statement.len, head, strlen(head));
	size_t left = at ? (size_t)((const char *)statement.at + statement.len - at) : 0;

	if (left < strlen(head) + RK_SHA256_HEX - 1)
		return false;
	memcpy(sha256, at + strlen(head), RK_SHA256_HEX - 1);
	sha256[RK_SHA256_HEX - 1] = '\0';
	return strspn(sha256, "0123456789abcdef") == RK_SHA256_HEX - 1;
}

static void add(struct rk_run *run, struct all_held *all, const char *file)
{
	static const char suffix[] = ".statement.txt";
	RK_AUTO(rk_buf_clear) struct rk_buf text = {.max = 65536};
	size_t len = strlen(file);
	struct held held;
	struct rk_err err;

	if (len <= strlen(suffix) || strcmp(file + len - strlen(suffix), suffix) != 0)
		return;
	held.number = rk_run_slice(run, rk_slice_of(file, len - strlen(suffix)));
	/* What was put aside has more in its name than a number. */
	if (!rk_receipt_is_named(held.number) ||
		rk_file_read(rk_receipt_path(run, held.number, suffix), &text, &err) != RK_OK ||
		!digest_of(rk_buf_slice(&text), held.sha256))
		return;
	if ((all->count & (all->count + 1)) == 0) {
		struct held *grown = rk_run_alloc(run, 2 * (all->count + 1) * sizeof *grown);

		if (all->count)
			memcpy(grown, all->at, all->count * sizeof *grown);
		all->at = grown;
	}
	all->at[all->count++] = held;
}

static int compare(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return strcmp(x->sha256, y->sha256);
}

static void read_all(struct rk_run *run, struct all_held *all)
{
	const char *folder = rk_receipt_path(run, "", "");
	DIR *open = folder ? opendir(folder) : NULL;
	const struct dirent *entry;

	while (open && (entry = readdir(open)))
		add(run, all, entry->d_name);
	if (open)
		closedir(open);
	if (all->count)
		qsort(all->at, all->count, sizeof *all->at, compare);
}

/* The receipt of exactly these bytes, signed with a key of this platform; NULL when there is none. */
static const Renkei__V1__Receipt *find(
	struct rk_run *run, const struct all_held *all, struct rk_slice report)
{
	const Renkei__V1__Receipt *receipt = NULL;
	struct held sought = {0}, *held;
	const char *pem;
	struct rk_err err;

	rk_sha256_hex(report, sought.sha256);
	held = all->count ? bsearch(&sought, all->at, all->count, sizeof sought, compare) : NULL;
	if (!held ||
		rk_receipt_read(run, rk_receipt_path(run, held->number, ".json"), &receipt, &err) !=
			RK_OK ||
		!rk_receipt_key_is_own(run, receipt->key_id))
		return NULL;
	pem = rk_receipt_key_find(run, receipt->key_id);
	return pem && rk_receipt_verify(receipt, report, rk_slice_str(pem), &err) == RK_OK ? receipt
											   : NULL;
}

void rk_submit_find_held(struct rk_submit *submit)
{
	struct all_held all = {0};
	bool read = false;

	for (size_t i = 0; i < submit->count; i++) {
		struct rk_submit_item *item = &submit->items[i];

		if (!item->box.answered)
			continue;
		if (!read)
			read_all(submit->run, &all);
		read = true;
		item->held = find(submit->run, &all, item->report->bytes);
	}
}

bool rk_submit_all_held(const struct rk_submit *submit)
{
	for (size_t i = 0; i < submit->count; i++)
		if (!submit->items[i].settled && !submit->items[i].held)
			return false;
	return true;
}

void rk_submit_settle_held(struct rk_submit *submit, struct rk_submit_item *item)
{
	struct rk_run *run = submit->run;

	item->receipt = item->held;
	item->from_here = true;
	item->outcome = "received";
	item->status = EX_OK;
	rk_outbox_settle(run, &item->box, true);
	if (!submit->quiet)
		rk_talk(run, "submit.already", "file", item->report->name, "receipt",
			item->held->number, "time", rk_moment_japan(run, item->held->received_at));
}
