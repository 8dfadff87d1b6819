/* What came back, and the keys it was signed with: kept beside the outbox. */
#include "authority.h"
#include "base/digest.h"
#include "form/file.h"
#include "outbox.h"
#include "wire/json.h"
#include "words/receipt.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

const char *rk_receipt_path(struct rk_run *run, const char *number, const char *suffix)
{
	return rk_outbox_path(run, "receipts", number, suffix);
}

/* A number that comes from a server becomes the name of a file. */
bool rk_receipt_is_named(const char *number)
{
	return number[0] && strlen(number) < 64 &&
		strspn(number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(number);
}

/* What is kept of a receipt, of either kind. */
struct parts {
	const char *number, *statement;
	struct rk_slice signature, report; /* report.at == NULL: none */
	const ProtobufCMessage *receipt;
	const Renkei__V1__Receipt *of_report; /* NULL: an attachment's */
};

static bool says(struct rk_slice statement, const char *line)
{
	return memmem(statement.at, statement.len, line, strlen(line)) != NULL;
}

static void put_aside(struct rk_run *run, const char *number, struct rk_slice kept, bool prepared)
{
	static const char *const suffixes[] = {".statement.txt", ".sig", ".json", ".binpb"};
	char hex[RK_SHA256_HEX];

	rk_sha256_hex(kept, hex);
	hex[8] = '\0';
	const char *aside = rk_run_printf(run, "%s.%s", number, hex);

	/* Of the same bytes: they belong to both. */
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0] - (prepared ? 1 : 0); i++)
		(void)rename(rk_receipt_path(run, number, suffixes[i]),
			rk_receipt_path(run, aside, suffixes[i]));
	rk_talk(run, prepared ? "receipt.put_aside_prepared" : "receipt.put_aside", "number",
		number, "file", rk_receipt_path(run, aside, ".json"));
}

/* Numbers are a server's own: a rehearsal gives the same ones.  A receipt with another text keeps its proof under another name; so does
 * that of a preparation when that of its release comes.  Returns false when that one is there already: it stays. */
static bool make_room(struct rk_run *run, const struct parts *parts)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {.max = 65536};
	const Renkei__V1__Receipt *receipt = parts->of_report;
	struct rk_err err;

	if (rk_file_read(rk_receipt_path(run, parts->number, ".statement.txt"), &text, &err) !=
			RK_OK ||
		text.len == 0 || rk_slice_equal_str(rk_buf_slice(&text), parts->statement))
		return true;
	struct rk_slice kept = rk_buf_slice(&text);
	bool same = receipt && says(kept, rk_run_printf(run, "\nsha256: %s\n", receipt->sha256));
	bool awaits = receipt &&
		receipt->timeliness == RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE;

	if (same && awaits && says(kept, "\nreleased_utc: "))
		return false;
	put_aside(run, parts->number, kept,
		same && receipt->released_at && says(kept, "\ntimeliness: awaiting_release\n"));
	return true;
}

static enum rk_status keep(struct rk_run *run, const struct parts *parts, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};

	if (!rk_receipt_is_named(parts->number))
		return rk_fail_reason(err, RK_INTERNAL, "SERVER_ANSWER_BAD", "receipt number '%s'",
			parts->number);
	/* Made before anything is written: what cannot be told must not leave half a receipt. */
	if (rk_json_from_message(parts->receipt, RK_JSON_PRETTY, &json) != RK_OK ||
		rk_buf_add_str(&json, "\n") != RK_OK)
		return rk_fail_reason(err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"receipt %s cannot be written down", parts->number);
	if (!rk_receipt_path(run, "x", ""))
		return rk_outbox_no_home(err);
	if (!make_room(run, parts))
		return RK_OK;
	if (parts->report.at)
		RK_TRY(rk_file_write(
			rk_receipt_path(run, parts->number, ".binpb"), parts->report, 0600, err));
	RK_TRY(rk_file_write(rk_receipt_path(run, parts->number, ".statement.txt"),
		rk_slice_str(parts->statement), 0600, err));
	RK_TRY(rk_file_write(
		rk_receipt_path(run, parts->number, ".sig"), parts->signature, 0600, err));
	return rk_file_write(
		rk_receipt_path(run, parts->number, ".json"), rk_buf_slice(&json), 0600, err);
}

enum rk_status rk_receipt_keep(struct rk_run *run, const Renkei__V1__Receipt *receipt,
	struct rk_slice report, struct rk_err *err)
{
	const struct parts parts = {receipt->number, receipt->statement,
		rk_slice_of(receipt->signature.data, receipt->signature.len), report,
		&receipt->base, receipt};

	return keep(run, &parts, err);
}

enum rk_status rk_attachment_receipt_keep(
	struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt, struct rk_err *err)
{
	const struct parts parts = {receipt->number, receipt->statement,
		rk_slice_of(receipt->signature.data, receipt->signature.len), {0}, &receipt->base,
		NULL};

	return keep(run, &parts, err);
}

static const char *key_scope(struct rk_run *run, const uint8_t authority[RK_SHA256_BYTES])
{
	char hex[RK_SHA256_HEX];

	rk_sha256_hex(rk_slice_of(authority, RK_SHA256_BYTES), hex);
	hex[16] = '\0';
	return rk_run_printf(run, "receipt-keys/%s", hex);
}

static bool folder_has_keys(struct rk_run *run, const char *folder)
{
	char *dir = rk_profile_state_dir(&run->arena);
	DIR *open = dir ? opendir(rk_run_printf(run, "%s/%s", dir, folder)) : NULL;
	bool found = false;
	const struct dirent *entry;

	while (open && (entry = readdir(open)))
		found = found || strstr(entry->d_name, ".pem");
	if (open)
		closedir(open);
	return found;
}

/* The server is known by any of its authorities. */
static bool has_keys(struct rk_run *run, const struct rk_authorities *authorities)
{
	for (size_t i = 0; i < authorities->count; i++)
		if (folder_has_keys(run, key_scope(run, authorities->at[i])))
			return true;
	return false;
}

static bool has_key(
	struct rk_run *run, const struct rk_authorities *authorities, const char *key_id)
{
	for (size_t i = 0; i < authorities->count; i++) {
		const char *path = rk_outbox_path(
			run, key_scope(run, authorities->at[i]), key_id, ".pem");

		if (path && access(path, F_OK) == 0)
			return true;
	}
	return false;
}

static enum rk_status pin_key(struct rk_run *run, const struct rk_authorities *authorities,
	const Renkei__V1__ReceiptKey *key, bool known, struct rk_err *err)
{
	char key_id[RK_KEY_ID];
	const char *path;

	RK_TRY(rk_receipt_key_id(rk_slice_str(key->public_key_pem), key_id, err));
	if (strcmp(key_id, key->key_id) != 0)
		return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_BAD", "key %s has the id %s",
			key->key_id, key_id);
	path = rk_outbox_path(run, key_scope(run, authorities->at[0]), key_id, ".pem");
	if (!path)
		return rk_outbox_no_home(err);
	if (known && !has_key(run, authorities, key_id))
		rk_talk(run, "receipt.new_key", "key", key_id);
	return access(path, F_OK) == 0
		? RK_OK
		: rk_file_write(path, rk_slice_str(key->public_key_pem), 0600, err);
}

enum rk_status rk_receipt_keys_pin(
	struct rk_run *run, const Renkei__V1__GetServerInfoResponse *info, struct rk_err *err)
{
	struct rk_authorities authorities;
	bool known;

	RK_TRY(rk_authorities_read(run, &authorities, err));
	known = has_keys(run, &authorities);
	for (size_t i = 0; i < info->n_receipt_keys; i++)
		RK_TRY(pin_key(run, &authorities, info->receipt_keys[i], known, err));
	return RK_OK;
}

enum rk_status rk_receipt_key_pin(struct rk_run *run, const char *pem, struct rk_err *err)
{
	struct rk_authorities authorities;
	char key_id[RK_KEY_ID];

	RK_TRY(rk_receipt_key_id(rk_slice_str(pem), key_id, err));
	if (rk_receipt_key_find(run, key_id))
		return RK_OK;
	RK_TRY(rk_authorities_read(run, &authorities, err));
	const char *path = rk_outbox_path(run, key_scope(run, authorities.at[0]), key_id, ".pem");

	return path ? rk_file_write(path, rk_slice_str(pem), 0600, err) : rk_outbox_no_home(err);
}

bool rk_receipt_key_is_own(struct rk_run *run, const char *key_id)
{
	struct rk_authorities authorities;
	struct rk_err err;

	return rk_authorities_read(run, &authorities, &err) == RK_OK &&
		has_key(run, &authorities, key_id);
}

const char *rk_receipt_key_find(struct rk_run *run, const char *key_id)
{
	char *dir = rk_profile_state_dir(&run->arena);
	const char *found = NULL;
	const struct dirent *entry;

	if (!dir || strlen(key_id) != 16 || strspn(key_id, "0123456789abcdef") != 16)
		return NULL;
	const char *root = rk_run_printf(run, "%s/receipt-keys", dir);
	DIR *open = opendir(root);

	while (open && !found && (entry = readdir(open))) {
		RK_AUTO(rk_buf_clear) struct rk_buf pem = {.max = 65536};
		struct rk_err err;

		if (entry->d_name[0] != '.' &&
			rk_file_read(
				rk_run_printf(run, "%s/%s/%s.pem", root, entry->d_name, key_id),
				&pem, &err) == RK_OK)
			found = rk_run_slice(run, rk_buf_slice(&pem));
	}
	if (open)
		closedir(open);
	return found;
}
