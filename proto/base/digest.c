#include "base/digest.h"

/* These need no memory: a hash cannot fail, and none is ever wrong. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void rk_sha256(struct rk_slice bytes, uint8_t out[RK_SHA256_BYTES])
{
	SHA256_CTX context;

	(void)SHA256_Init(&context);
	(void)SHA256_Update(&context, bytes.at, bytes.len);
	(void)SHA256_Final(out, &context);
}

static void digest_hex(const uint8_t digest[RK_SHA256_BYTES], char out[RK_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < RK_SHA256_BYTES; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[RK_SHA256_HEX - 1] = '\0';
}

void rk_sha256_hex(struct rk_slice bytes, char out[RK_SHA256_HEX])
{
	uint8_t digest[RK_SHA256_BYTES];

	rk_sha256(bytes, digest);
	digest_hex(digest, out);
}

_Static_assert(sizeof(struct rk_sha256_run) >= sizeof(SHA256_CTX),
	"a running digest has room for libcrypto's");

static SHA256_CTX *context_of(struct rk_sha256_run *run)
{
	return (SHA256_CTX *)(void *)run->state;
}

void rk_sha256_begin(struct rk_sha256_run *run)
{
	(void)SHA256_Init(context_of(run));
}

void rk_sha256_add(struct rk_sha256_run *run, struct rk_slice bytes)
{
	(void)SHA256_Update(context_of(run), bytes.at, bytes.len);
}

void rk_sha256_end(struct rk_sha256_run *run, char hex[RK_SHA256_HEX])
{
	uint8_t digest[RK_SHA256_BYTES];

	(void)SHA256_Final(digest, context_of(run));
	digest_hex(digest, hex);
}

static void fd_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static enum rk_status fail_errno(struct rk_err *err, const char *path)
{
	enum rk_status status = errno == ENOENT || errno == ENOTDIR ? RK_NOT_FOUND
		: errno == EACCES || errno == EPERM                 ? RK_PERMISSION_DENIED
								    : RK_UNKNOWN;

	return rk_fail_errno(err, status, "", path, errno);
}

enum rk_status rk_sha256_file(const char *path, uint8_t out[RK_SHA256_BYTES], struct rk_err *err)
{
	RK_AUTO(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	SHA256_CTX context;
	uint8_t piece[16384];
	ssize_t got;

	if (fd < 0)
		return fail_errno(err, path);
	(void)SHA256_Init(&context);
	while ((got = read(fd, piece, sizeof piece)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_errno(err, path);
		(void)SHA256_Update(&context, piece, (size_t)got);
	}
	(void)SHA256_Final(out, &context);
	return RK_OK;
}
