#include "outbox.h"

#include "base/digest.h"
#include "base/text.h"
#include "form/file.h"
#include "link/tls.h"
#include "wire/json.h"
#include "words/receipt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char *state_path(
	struct rk_run *run, const char *folder, const char *name, const char *suffix)
{
	char *dir = rk_profile_state_dir(&run->arena);

	return dir ? rk_run_printf(run, "%s/%s/%s%s", dir, folder, name, suffix) : NULL;
}

static enum rk_status no_home(struct rk_err *err)
{
	return rk_fail_reason(
		err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "neither HOME nor XDG_STATE_HOME is set");
}

enum rk_status rk_outbox_key(
	struct rk_run *run, struct rk_slice report, char key[65], struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf parts = {0};
	uint8_t authority[RK_SHA256_BYTES] = {0}, certificate[RK_SHA256_BYTES],
		bytes[RK_SHA256_BYTES];
	char principal[256] = "";

	if (run->profile.ca)
		RK_TRY(rk_sha256_file(run->profile.ca, authority, err));
	rk_sha256(report, bytes);
	RK_TRY(rk_buf_add(&parts, bytes, sizeof bytes));
	RK_TRY(rk_buf_add(&parts, authority, sizeof authority));
	if (run->profile.cert)
		rk_tls_file_uri(run->profile.cert, principal);
	RK_TRY(rk_buf_add_str(&parts, principal));
	if (run->profile.cert && !*principal) {
		RK_TRY(rk_sha256_file(run->profile.cert, certificate, err));
		RK_TRY(rk_buf_add(&parts, certificate, sizeof certificate));
	}
	rk_sha256_hex(rk_buf_slice(&parts), key);
	return RK_OK;
}

static void unlock(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Two runs that submit the same file at once must agree on one request; the lock ends with the descriptor. */
static enum rk_status lock_outbox(struct rk_run *run, int *fd, struct rk_err *err)
{
	const char *path = state_path(run, "sent", ".lock", "");

	RK_TRY(rk_file_make_folders(path, err));
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return rk_fail_reason(
			err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s", path, strerror(errno));
	while (flock(*fd, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		/* A file system without locks: who submits twice at once there is told apart by the server. */
		if (errno == ENOLCK || errno == EOPNOTSUPP)
			break;
		return rk_fail_reason(
			err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s", path, strerror(errno));
	}
	return RK_OK;
}

/* Whether it was received only the server knows: a report that is there already makes it refuse the new request. */
static enum rk_status set_damaged_aside(struct rk_run *run, const char *path, struct rk_err *err)
{
	const char *aside = rk_run_printf(run, "%s.damaged", path);

	if (rename(path, aside) != 0)
		return rk_fail_reason(
			err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", "%s: %s", aside, strerror(errno));
	rk_talk(run, "submit.damaged", "file", aside);
	return RK_OK;
}

enum rk_status rk_outbox_open(struct rk_run *run, const char *name, struct rk_slice report,
	struct rk_outbox_item *item, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = 4096};

	*item = (struct rk_outbox_item){0};
	RK_TRY(rk_outbox_key(run, report, item->key, err));
	const char *request = state_path(run, "sent", item->key, ".request");

	if (!request)
		return no_home(err);
	RK_AUTO(unlock) int lock = -1;

	RK_TRY(lock_outbox(run, &lock, err));
	if (rk_file_read(request, &kept, err) == RK_OK) {
		if (kept.len >= 36 && rk_text_is_uuid(rk_slice_of(kept.at, 36))) {
			memcpy(item->request_id, kept.at, 36);
			item->known = true;
			return RK_OK;
		}
		RK_TRY(set_damaged_aside(run, request, err));
	} else if (strcmp(err->reason, "FILE_MISSING") != 0) {
		/* What was sent under it may be stored already: another id would make it a second report. */
		return err->status;
	}
	if (!rk_text_uuid(item->request_id))
		return rk_fail(err, RK_INTERNAL, "no random numbers from the system");
	/* The bytes first: a request without its bytes could not be told from one that was received. */
	RK_TRY(rk_file_write(state_path(run, "pending", item->key, ".binpb"), report, 0600, err));
	return rk_file_write(request,
		rk_slice_str(rk_run_printf(run, "%s\n%s\n%.1024s\n", item->request_id,
			run->profile.server ? run->profile.server : "", name)),
		0600, err);
}

void rk_outbox_settle(struct rk_run *run, const struct rk_outbox_item *item, bool keep_request)
{
	unlink(state_path(run, "pending", item->key, ".binpb"));
	if (!keep_request)
		unlink(state_path(run, "sent", item->key, ".request"));
}

const char *rk_receipt_path(struct rk_run *run, const char *number, const char *suffix)
{
	return state_path(run, "receipts", number, suffix);
}

/* A number that comes from a server becomes the name of a file. */
static bool number_is_plain(const char *number)
{
	return number[0] && strlen(number) < 64 &&
		strspn(number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(number);
}

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
static bool make_room(struct rk_run *run, const Renkei__V1__Receipt *receipt)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {.max = 65536};
	struct rk_err err;

	if (rk_file_read(rk_receipt_path(run, receipt->number, ".statement.txt"), &text, &err) !=
			RK_OK ||
		text.len == 0 || rk_slice_equal_str(rk_buf_slice(&text), receipt->statement))
		return true;
	struct rk_slice kept = rk_buf_slice(&text);
	bool same = says(kept, rk_run_printf(run, "\nsha256: %s\n", receipt->sha256));
	bool awaits = receipt->timeliness == RENKEI__V1__TIMELINESS__TIMELINESS_AWAITING_RELEASE;

	if (same && awaits && says(kept, "\nreleased_utc: "))
		return false;
	put_aside(run, receipt->number, kept,
		same && receipt->released_at && says(kept, "\ntimeliness: awaiting_release\n"));
	return true;
}

enum rk_status rk_receipt_keep(struct rk_run *run, const Renkei__V1__Receipt *receipt,
	struct rk_slice report, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};

	if (!number_is_plain(receipt->number))
		return rk_fail_reason(err, RK_INTERNAL, "SERVER_ANSWER_BAD", "receipt number '%s'",
			receipt->number);
	/* Made before anything is written: what cannot be told must not leave half a receipt. */
	if (rk_json_from_message(&receipt->base, RK_JSON_PRETTY, &json) != RK_OK ||
		rk_buf_add_str(&json, "\n") != RK_OK)
		return rk_fail_reason(err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"receipt %s cannot be written down", receipt->number);
	if (!rk_receipt_path(run, "x", ""))
		return no_home(err);
	if (!make_room(run, receipt))
		return RK_OK;
	if (report.at)
		RK_TRY(rk_file_write(
			rk_receipt_path(run, receipt->number, ".binpb"), report, 0600, err));
	RK_TRY(rk_file_write(rk_receipt_path(run, receipt->number, ".statement.txt"),
		rk_slice_str(receipt->statement), 0600, err));
	RK_TRY(rk_file_write(rk_receipt_path(run, receipt->number, ".sig"),
		rk_slice_of(receipt->signature.data, receipt->signature.len), 0600, err));
	return rk_file_write(
		rk_receipt_path(run, receipt->number, ".json"), rk_buf_slice(&json), 0600, err);
}

/* A server is the same one when address and CA are. */
static const char *key_scope(struct rk_run *run)
{
	uint8_t ca[RK_SHA256_BYTES] = {0};
	char hex[RK_SHA256_HEX];
	struct rk_err err;

	if (run->profile.ca && rk_sha256_file(run->profile.ca, ca, &err) != RK_OK)
		memset(ca, 0, sizeof ca);
	rk_sha256_hex(rk_slice_of(ca, sizeof ca), hex);
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

enum rk_status rk_receipt_keys_pin(
	struct rk_run *run, const Renkei__V1__GetServerInfoResponse *info, struct rk_err *err)
{
	const char *folder = key_scope(run);
	bool known = folder_has_keys(run, folder);

	for (size_t i = 0; i < info->n_receipt_keys; i++) {
		const Renkei__V1__ReceiptKey *key = info->receipt_keys[i];
		char key_id[RK_KEY_ID];

		RK_TRY(rk_receipt_key_id(rk_slice_str(key->public_key_pem), key_id, err));
		if (strcmp(key_id, key->key_id) != 0)
			return rk_fail_reason(err, RK_DATA_LOSS, "RECEIPT_KEY_BAD",
				"key %s has the id %s", key->key_id, key_id);
		const char *path = state_path(run, folder, key_id, ".pem");

		if (!path)
			return no_home(err);
		if (access(path, F_OK) == 0)
			continue;
		if (known)
			rk_talk(run, "receipt.new_key", "key", key_id);
		RK_TRY(rk_file_write(path, rk_slice_str(key->public_key_pem), 0600, err));
	}
	return RK_OK;
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
