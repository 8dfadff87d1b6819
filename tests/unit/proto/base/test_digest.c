#include "base/digest.h"
#include "check.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* FIPS 180-4 examples. */
static void sha256_gives_the_known_digests(void **unused)
{
	char hex[RK_SHA256_HEX];

	(void)unused;
	rk_sha256_hex((struct rk_slice){0}, hex);
	assert_string_equal(
		hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	rk_sha256_hex(bytes("abc"), hex);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_file_has_the_digest_of_its_bytes(void **unused)
{
	int fd = memfd_create("content", MFD_CLOEXEC);
	char path[40];
	uint8_t of_file[RK_SHA256_BYTES], of_bytes[RK_SHA256_BYTES];
	static uint8_t content[50000];
	struct rk_err err = {0};

	(void)unused;
	memset(content, 0xa5, sizeof content);
	assert_int_equal(write(fd, content, sizeof content), sizeof content);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	assert_ok(rk_sha256_file(path, of_file, &err), err);
	rk_sha256(rk_slice_of(content, sizeof content), of_bytes);
	assert_memory_equal(of_file, of_bytes, sizeof of_file);
	assert_int_equal(close(fd), 0);
	assert_int_equal(rk_sha256_file(path, of_file, &err), RK_NOT_FOUND);
	assert_contains(err.text, path);
	assert_int_equal(rk_sha256_file("/", of_file, &err), RK_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_gives_the_known_digests),
		cmocka_unit_test(a_file_has_the_digest_of_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
