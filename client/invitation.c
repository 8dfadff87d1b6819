#include "invitation.h"

#include "base/digest.h"
#include "form/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define NAME_MAX_BYTES 255

enum rk_status rk_invitation_open(
	struct rk_run *run, const char *plain, struct rk_invitation *invitation, struct rk_err *err)
{
	char *folder = rk_profile_state_dir(&run->arena);
	char digest[RK_SHA256_HEX];

	*invitation = (struct rk_invitation){.fd = -1};
	if (!folder)
		return RK_OK;
	rk_sha256_hex(rk_slice_str(plain), digest);
	invitation->path = rk_run_printf(run, "%s/invitations/%.16s", folder, digest);
	RK_TRY(rk_file_make_folders(invitation->path, err));
	invitation->fd = open(invitation->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (invitation->fd < 0)
		return rk_fail_errno(
			err, RK_DATA_LOSS, "FILE_NOT_WRITTEN", invitation->path, errno);
	/* A file system without locks: the server tells two apart, and refuses one. */
	while (flock(invitation->fd, LOCK_EX) != 0 && errno == EINTR)
		continue;
	return RK_OK;
}

void rk_invitation_close(const struct rk_invitation *invitation)
{
	if (invitation->fd >= 0)
		close(invitation->fd);
}

const char *rk_invitation_context(struct rk_run *run, const struct rk_invitation *invitation)
{
	char name[NAME_MAX_BYTES];
	ssize_t len = invitation->fd >= 0 ? pread(invitation->fd, name, sizeof name, 0) : 0;

	return len > 0 ? rk_run_slice(run, rk_slice_of(name, (size_t)len)) : "";
}

/* Whatever goes wrong here, the same key asks the server again and gets the same certificate. */
void rk_invitation_used(const struct rk_invitation *invitation, const char *context)
{
	size_t len = strlen(context);

	if (invitation->fd >= 0 && ftruncate(invitation->fd, 0) == 0 &&
		pwrite(invitation->fd, context, len, 0) == (ssize_t)len)
		(void)fsync(invitation->fd);
}

void rk_invitation_forget(const struct rk_invitation *invitation)
{
	if (invitation->fd >= 0)
		(void)unlink(invitation->path);
}
