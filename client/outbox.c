#include "outbox.h"

#include "authority.h"
#include "base/digest.h"
#include "base/text.h"
#include "form/file.h"
#include "link/tls.h"
#include "wire/json.h"
#include "words/code.h"
#include "words/receipt.h"

#include <assert.h>
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

/* What makes two submissions the same one: the bytes, the authority and who sends them. */
static enum rk_status key_of(struct rk_run *run, struct rk_slice report,
	const uint8_t authority[RK_SHA256_BYTES], char key[65], struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf parts = {0};
	uint8_t certificate[RK_SHA256_BYTES], bytes[RK_SHA256_BYTES];
	char principal[256] = "";

	rk_sha256(report, bytes);
	RK_TRY(rk_buf_add(&parts, bytes, sizeof bytes));
	RK_TRY(rk_buf_add(&parts, authority, RK_SHA256_BYTES));
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

bool rk_outbox_is_own(struct rk_run *run, struct rk_slice report, const char *key)
{
	struct rk_authorities authorities;
	struct rk_err err;
	char own[65];

	if (rk_authorities_read(run, &authorities, &err) != RK_OK)
		return false;
	for (size_t i = 0; i < authorities.count; i++)
		if (key_of(run, report, authorities.at[i], own, &err) == RK_OK &&
			strcmp(own, key) == 0)
			return true;
	return false;
}

/* The key under which there is a request already; else that of the present authority. */
static enum rk_status choose_key(
	struct rk_run *run, struct rk_slice report, char key[65], struct rk_err *err)
{
	struct rk_authorities authorities;

	RK_TRY(rk_authorities_read(run, &authorities, err));
	for (size_t i = 0; i < authorities.count; i++) {
		const char *request;

		RK_TRY(key_of(run, report, authorities.at[i], key, err));
		request = state_path(run, "sent", key, ".request");
		if (request && access(request, F_OK) == 0)
			return RK_OK;
	}
	return key_of(run, report, authorities.at[0], key, err);
}

static void unlock(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Two runs that submit the same file at once must agree on one request; the lock ends with the descriptor. */
static enum rk_status lock_outbox(struct rk_run *run, int *fd, struct rk_err *err)
{
	const char *path = state_path(run, "sent", ".lock", "");

	if (!path)
		return no_home(err);
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

/* The fourth line of a request, where there is one. */
#define ON_BEHALF_OF "on-behalf-of: "

static void read_on_behalf_of(struct rk_slice kept, char code[7])
{
	struct rk_slice head = rk_slice_str(ON_BEHALF_OF);
	char suggestion[RK_CODE_TEXT];

	while (kept.len) {
		const uint8_t *end = memchr(kept.at, '\n', kept.len);
		size_t len = end ? (size_t)(end - kept.at) : kept.len;

		if (len == head.len + 6 && memcmp(kept.at, head.at, head.len) == 0 &&
			rk_lg_code_check(rk_slice_of(kept.at + head.len, 6), suggestion) ==
				RK_CODE_FINE)
			memcpy(code, kept.at + head.len, 6);
		kept = end ? rk_slice_of(end + 1, kept.len - len - 1) : rk_slice_of(kept.at, 0);
	}
}

static void say_on_behalf_of(struct rk_outbox_item *item, const char *code)
{
	snprintf(item->on_behalf_of, sizeof item->on_behalf_of, "%s", code);
}

static enum rk_status write_request(struct rk_run *run, const char *path, const char *name,
	const struct rk_outbox_item *item, struct rk_err *err)
{
	const char *whose = *item->on_behalf_of
		? rk_run_printf(run, ON_BEHALF_OF "%s\n", item->on_behalf_of)
		: "";

	return rk_file_write(path,
		rk_slice_str(rk_run_printf(run, "%s\n%s\n%.1024s\n%s", item->request_id,
			run->profile.server ? run->profile.server : "", name, whose)),
		0600, err);
}

/* The same request, as it is made now. */
/* NOLINTNEXTLINE(readability-function-size): what is known, and what is asked for */
static enum rk_status take_known(struct rk_run *run, const char *path, const char *name,
	struct rk_slice kept, const char *on_behalf_of, struct rk_outbox_item *item,
	struct rk_err *err)
{
	memcpy(item->request_id, kept.at, 36);
	item->known = true;
	read_on_behalf_of(kept, item->on_behalf_of);
	if (!on_behalf_of || strcmp(on_behalf_of, item->on_behalf_of) == 0)
		return RK_OK;
	say_on_behalf_of(item, on_behalf_of);
	return write_request(run, path, name, item, err);
}

enum rk_status rk_outbox_open(struct rk_run *run, const char *name, const char *on_behalf_of,
	struct rk_slice report, struct rk_outbox_item *item, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = 4096};

	*item = (struct rk_outbox_item){0};
	if (!state_path(run, "sent", "", ""))
		return no_home(err);
	RK_AUTO(unlock) int lock = -1;

	RK_TRY(lock_outbox(run, &lock, err));
	RK_TRY(choose_key(run, report, item->key, err));
	const char *request = state_path(run, "sent", item->key, ".request");

	if (rk_file_read(request, &kept, err) == RK_OK) {
		if (kept.len >= 36 && rk_text_is_uuid(rk_slice_of(kept.at, 36)))
			return take_known(
				run, request, name, rk_buf_slice(&kept), on_behalf_of, item, err);
		RK_TRY(set_damaged_aside(run, request, err));
	} else if (strcmp(err->reason, "FILE_MISSING") != 0) {
		/* What was sent under it may be stored already: another id would make it a second report. */
		return err->status;
	}
	if (!rk_text_uuid(item->request_id))
		return rk_fail(err, RK_INTERNAL, "no random numbers from the system");
	say_on_behalf_of(item, on_behalf_of ? on_behalf_of : "");
	/* The bytes first: a request without its bytes could not be told from one that was received. */
	RK_TRY(rk_file_write(state_path(run, "pending", item->key, ".binpb"), report, 0600, err));
	return write_request(run, request, name, item, err);
}

enum rk_status rk_outbox_on_behalf_of(
	struct rk_run *run, struct rk_slice report, char code[7], struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = 4096};
	char key[65];

	memset(code, 0, 7);
	RK_TRY(choose_key(run, report, key, err));
	const char *path = state_path(run, "sent", key, ".request");
	struct rk_err missing;

	if (path && rk_file_read(path, &kept, &missing) == RK_OK)
		read_on_behalf_of(rk_buf_slice(&kept), code);
	return RK_OK;
}

void rk_outbox_settle(struct rk_run *run, const struct rk_outbox_item *item, bool keep_request)
{
	const char *pending = state_path(run, "pending", item->key, ".binpb"),
		   *request = state_path(run, "sent", item->key, ".request");

	/* Without a home nothing was opened. */
	assert(pending && request);
	(void)unlink(pending);
	if (!keep_request)
		(void)unlink(request);
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

	if (!number_is_plain(parts->number))
		return rk_fail_reason(err, RK_INTERNAL, "SERVER_ANSWER_BAD", "receipt number '%s'",
			parts->number);
	/* Made before anything is written: what cannot be told must not leave half a receipt. */
	if (rk_json_from_message(parts->receipt, RK_JSON_PRETTY, &json) != RK_OK ||
		rk_buf_add_str(&json, "\n") != RK_OK)
		return rk_fail_reason(err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"receipt %s cannot be written down", parts->number);
	if (!rk_receipt_path(run, "x", ""))
		return no_home(err);
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
		const char *path = state_path(
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
	path = state_path(run, key_scope(run, authorities->at[0]), key_id, ".pem");
	if (!path)
		return no_home(err);
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
