#include "outbox.h"

#include "act.h"
#include "base/disk.h"
#include "base/text.h"
#include "form/file.h"
#include "outbox_key.h"
#include "wire/json.h"
#include "words/code.h"
#include "words/receipt.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

const char *rk_outbox_path(
	struct rk_run *run, const char *folder, const char *name, const char *suffix)
{
	char *dir = rk_profile_state_dir(&run->arena);

	return dir ? rk_run_printf(run, "%s/%s/%s%s", dir, folder, name, suffix) : NULL;
}

enum rk_status rk_outbox_no_home(struct rk_err *err)
{
	return rk_err_values(err,
		rk_fail_reason(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN",
			"neither HOME nor XDG_STATE_HOME is set"),
		"cause=NO_HOME");
}

int rk_outbox_not_opened(struct rk_run *run, const struct rk_err *err)
{
	int status = rk_trouble(run, err);

	rk_talk(run, "outbox.not_opened");
	return status;
}

static void unlock(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Two runs that submit the same file at once must agree on one request; the lock ends with the descriptor. */
static enum rk_status lock_outbox(struct rk_run *run, int *fd, struct rk_err *err)
{
	const char *path = rk_outbox_path(run, "sent", ".lock", "");

	if (!path)
		return rk_outbox_no_home(err);
	RK_TRY(rk_file_make_folders(path, err));
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", path, errno);
	while (flock(*fd, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		/* A file system without locks: who submits twice at once there is told apart by the server. */
		if (errno == ENOLCK || errno == EOPNOTSUPP)
			break;
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", path, errno);
	}
	return RK_OK;
}

/* Whether it was received only the server knows: a report that is there already makes it refuse the new request. */
static enum rk_status set_damaged_aside(struct rk_run *run, const char *path, struct rk_err *err)
{
	const char *aside = rk_run_printf(run, "%s.damaged", path);

	if (rename(path, aside) != 0)
		return rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", aside, errno);
	rk_talk(run, "submit.damaged", "file", aside);
	return RK_OK;
}

/* Lines of a request behind its third, where there are any. */
#define ON_BEHALF_OF "on-behalf-of: "
#define SENT         "sent: "

int64_t rk_outbox_sent(struct rk_slice kept)
{
	int64_t sent = 0;

	while (kept.len) {
		const uint8_t *end = memchr(kept.at, '\n', kept.len);
		size_t len = end ? (size_t)(end - kept.at) : kept.len;

		if (len > strlen(SENT) && memcmp(kept.at, SENT, strlen(SENT)) == 0 &&
			!rk_text_i64(rk_slice_of(kept.at + strlen(SENT), len - strlen(SENT)), 0,
				INT64_MAX, &sent))
			sent = 0;
		kept = end ? rk_slice_of(end + 1, kept.len - len - 1) : rk_slice_of(kept.at, 0);
	}
	return sent;
}

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
	const char *sent = item->sent > 0 ? rk_run_printf(run, SENT "%" PRId64 "\n", item->sent)
					  : "";

	return rk_file_write(path,
		rk_slice_str(rk_run_printf(run, "%s\n%s\n%.1024s\n%s%s", item->request_id,
			run->profile.server ? run->profile.server : "", name, whose, sent)),
		0600, err);
}

static const char *pending_path(struct rk_run *run, const struct rk_outbox_item *item)
{
	return rk_outbox_path(run, "pending", item->key, rk_run_printf(run, ".%s", item->kind));
}

/* Said once more after its answer it is another request: a run ended, or the power failed, before the answered one was forgotten. */
static bool is_answered(const char *kind, const char *pending)
{
	const struct rk_act *act = rk_act_named(kind);

	return act && act->anew && access(pending, F_OK) != 0 && errno == ENOENT;
}

/* The same request, as it is made now; what was let go, or answered, waits again until it is answered. */
/* NOLINTNEXTLINE(readability-function-size): what is known, and what is asked for */
static enum rk_status take_known(struct rk_run *run, const char *path,
	const struct rk_outbox_wish *wish, struct rk_slice kept, struct rk_outbox_item *item,
	struct rk_err *err)
{
	const char *pending = pending_path(run, item);

	assert(pending);
	memcpy(item->request_id, kept.at, 36);
	item->known = true;
	read_on_behalf_of(kept, item->on_behalf_of);
	item->sent = rk_outbox_sent(kept);
	item->answered = access(pending, F_OK) != 0;
	if (item->answered)
		RK_TRY(rk_file_write(pending, wish->bytes, 0600, err));
	if (!wish->on_behalf_of || strcmp(wish->on_behalf_of, item->on_behalf_of) == 0)
		return RK_OK;
	say_on_behalf_of(item, wish->on_behalf_of);
	return write_request(run, path, wish->name, item, err);
}

static enum rk_status make_new(struct rk_run *run, const char *path,
	const struct rk_outbox_wish *wish, struct rk_outbox_item *item, struct rk_err *err)
{
	const char *pending = pending_path(run, item);
	bool waited;

	assert(pending);
	waited = access(pending, F_OK) == 0;
	if (!rk_text_uuid(item->request_id))
		return rk_fail(err, RK_INTERNAL, "no random numbers from the system");
	say_on_behalf_of(item, wish->on_behalf_of ? wish->on_behalf_of : "");
	/* The bytes first: a request without its bytes could not be told from one that was received. */
	RK_TRY(rk_file_write(pending, wish->bytes, 0600, err));
	enum rk_status status = write_request(run, path, wish->name, item, err);

	/* Whoever is told that it was not kept must not find it sent later. */
	if (status != RK_OK && !waited)
		(void)unlink(pending);
	return status;
}

enum rk_status rk_outbox_open(struct rk_run *run, const struct rk_outbox_wish *wish,
	struct rk_outbox_item *item, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = 4096};

	*item = (struct rk_outbox_item){.kind = wish->kind};
	if (!rk_outbox_path(run, "sent", "", ""))
		return rk_outbox_no_home(err);
	RK_AUTO(unlock) int lock = -1;

	RK_TRY(lock_outbox(run, &lock, err));
	RK_TRY(rk_outbox_key(run, wish, item->key, err));
	const char *request = rk_outbox_path(run, "sent", item->key, ".request"),
		   *pending = pending_path(run, item);

	if (!request || !pending)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the outbox");
	if (rk_file_read(request, &kept, err) == RK_OK) {
		if (kept.len < 36 || !rk_text_is_uuid(rk_slice_of(kept.at, 36)))
			RK_TRY(set_damaged_aside(run, request, err));
		else if (!is_answered(wish->kind, pending))
			return take_known(run, request, wish, rk_buf_slice(&kept), item, err);
	} else if (strcmp(err->reason, "FILE_MISSING") != 0) {
		/* What was sent under it may be stored already: another id would make it a second report. */
		return err->status;
	}
	return make_new(run, request, wish, item, err);
}

enum rk_status rk_outbox_on_behalf_of(
	struct rk_run *run, struct rk_slice report, char code[7], struct rk_err *err)
{
	const struct rk_outbox_wish wish = {.kind = RK_OUTBOX_REPORT, .bytes = report};
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = 4096};
	char key[65];

	memset(code, 0, 7);
	RK_TRY(rk_outbox_key(run, &wish, key, err));
	const char *path = rk_outbox_path(run, "sent", key, ".request");
	struct rk_err missing;

	if (path && rk_file_read(path, &kept, &missing) == RK_OK)
		read_on_behalf_of(rk_buf_slice(&kept), code);
	return RK_OK;
}

/* The id of the request that is kept here; "" when there is none. */
static void read_id(const char *request, char id[37])
{
	RK_AUTO(rk_buf_clear) struct rk_buf kept = {.max = 4096};
	struct rk_err err;

	memset(id, 0, 37);
	if (rk_file_read(request, &kept, &err) == RK_OK && kept.len >= 36)
		memcpy(id, kept.at, 36);
}

void rk_outbox_note(struct rk_run *run, const struct rk_outbox_item *item, const char *name)
{
	const char *request = rk_outbox_path(run, "sent", item->key, ".request");
	struct rk_err err;
	char id[37];
	RK_AUTO(unlock) int lock = -1;

	if (!request || lock_outbox(run, &lock, &err) != RK_OK)
		return;
	read_id(request, id);
	/* Another run may have settled it. */
	if (strcmp(id, item->request_id) != 0 ||
		write_request(run, request, name, item, &err) != RK_OK)
		return;
}

/* Whether another run has settled it, and it was asked for again since. */
static bool is_anothers(const char *request, const struct rk_outbox_item *item)
{
	char id[37];

	read_id(request, id);
	return *id && *item->request_id && strcmp(id, item->request_id) != 0;
}

void rk_outbox_settle(struct rk_run *run, const struct rk_outbox_item *item, bool keep_request)
{
	const char *pending = pending_path(run, item),
		   *request = rk_outbox_path(run, "sent", item->key, ".request");
	struct rk_err err;
	RK_AUTO(unlock) int lock = -1;

	/* Without a home nothing was opened. */
	assert(pending && request);
	/* Without a lock it is settled too: what was answered must not wait for ever. */
	if (lock_outbox(run, &lock, &err) == RK_OK && is_anothers(request, item))
		return;
	/* The bytes, and for good, before the request: bytes alone would be sent again, as another request. */
	if (rk_disk_remove(pending) && !keep_request)
		(void)unlink(request);
}
