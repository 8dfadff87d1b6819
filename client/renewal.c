#include "renewal.h"

#include "base/clock.h"
#include "base/failpoint.h"
#include "days.h"
#include "form/file.h"

#include "renkei/v1/access_service.pb-c.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Of a command that is done: longer than this nobody waits for it. */
#define TEND_MS 5000

static void unlock(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

int64_t rk_renewal_due(const struct rk_identity_facts *facts)
{
	return facts->not_before + (facts->not_after - facts->not_before) / 3 * 2;
}

/* What a key in waiting is of no more use for: it was certified over another certificate, or is the present one. */
static bool key_is_stale(const struct rk_failure *failure)
{
	static const char *const reasons[] = {"KEY_IN_USE", "KEY_NOT_NEW"};

	for (size_t i = 0; failure->from_server && i < 2; i++)
		if (strcmp(failure->err.reason, reasons[i]) == 0)
			return true;
	return false;
}

static enum rk_status renew(struct rk_run *run, const char *waiting,
	const struct rk_identity_files *files, struct rk_failure *failure)
{
	Renkei__V1__RenewCertificateRequest request = RENKEI__V1__RENEW_CERTIFICATE_REQUEST__INIT;
	Renkei__V1__RenewCertificateResponse *response = NULL;
	RK_AUTO(rk_buf_clear) struct rk_buf csr = {0};
	enum rk_status status;

	RK_TRY(rk_identity_request(waiting, &csr, &failure->err));
	request.csr = (ProtobufCBinaryData){.data = csr.at, .len = csr.len};
	status = rk_call(run, "AccessService/RenewCertificate", &request,
		renew_certificate_response, &response, failure);
	if (status != RK_OK && key_is_stale(failure))
		(void)unlink(waiting);
	RK_TRY(status);
	RK_FAILPOINT("renewal_answered");
	*failure = (struct rk_failure){.retry_ms = -1};
	RK_TRY(rk_identity_settle(
		waiting, response->certificate_pem, response->ca_pem, files, &failure->err));
	RK_FAILPOINT("renewal_settled");
	(void)unlink(waiting);
	return RK_OK;
}

static int lock_of(const char *path, struct rk_err *err)
{
	int fd = -1;

	if (rk_file_make_folders(path, err) != RK_OK)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		rk_fail_errno(err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", path, errno);
	return fd;
}

enum rk_status rk_renewal_run(struct rk_run *run, bool *renewed, struct rk_failure *failure)
{
	struct rk_identity_facts before, now;
	struct rk_identity_files files;
	RK_AUTO(unlock) int fd = -1;
	enum rk_status status;

	*renewed = false;
	*failure = (struct rk_failure){.retry_ms = -1};
	if (!rk_identity_is_ours(run))
		return rk_fail_reason(&failure->err, RK_FAILED_PRECONDITION, "IDENTITY_NOT_OURS",
			"%s", run->profile.cert ? run->profile.cert : "-");
	files = rk_identity_files_of(run, run->profile.cert);
	RK_TRY(rk_identity_read(files.pair, &before, &failure->err));
	fd = lock_of(files.lock, &failure->err);
	if (fd < 0)
		return failure->err.status;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return RK_OK;
	RK_TRY(rk_identity_read(files.pair, &now, &failure->err));
	if (strcmp(before.serial, now.serial) != 0)
		return RK_OK;

	const char *waiting = rk_identity_waiting(run, files.pair);

	status = renew(run, waiting, &files, failure);
	if (status != RK_OK && key_is_stale(failure))
		status = renew(run, waiting, &files, failure);
	*renewed = status == RK_OK;
	return status;
}

static void warn(struct rk_run *run, const char *why)
{
	if (!run->certificate_ends[0])
		return;
	rk_talk(run, rk_identity_is_ours(run) ? "auth.ends" : "auth.ends_handed_out", "date",
		rk_day_told(run, run->certificate_ends), "why", why);
}

void rk_renewal_tend(struct rk_run *run)
{
	struct rk_identity_facts facts;
	struct rk_failure failure;
	bool renewed = false;

	if (!run->answered)
		return;
	if (!rk_identity_is_ours(run)) {
		warn(run, "");
		return;
	}
	if (rk_identity_read(run->profile.cert, &facts, &failure.err) != RK_OK ||
		rk_clock_now_us() / 1000000 < rk_renewal_due(&facts))
		return;
	run->timeout_ms = TEND_MS;
	if (rk_renewal_run(run, &renewed, &failure) != RK_OK)
		warn(run, rk_failure_sentence(run, &failure));
	else if (renewed && rk_identity_read(run->profile.cert, &facts, &failure.err) == RK_OK)
		rk_talk(run, "auth.renewed_by_itself", "date",
			rk_day_told(run, rk_identity_day(run, facts.not_after)));
}
