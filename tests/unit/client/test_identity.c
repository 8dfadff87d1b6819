#include "certs.h"
#include "check.h"
#include "identity.h"
#include "renewal.h"

#include <sys/stat.h>
#include <unistd.h>

static char home[] = P_tmpdir "/renkei-identity-XXXXXX";
static struct rk_run run = {.arena = {.cap = 1 << 20}};

static void a_fingerprint_is_read_as_people_write_it(void **unused)
{
	static const char hex[] =
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	uint8_t first[32], other[32];

	(void)unused;
	assert_true(rk_fingerprint_parse(hex, first));
	assert_true(rk_fingerprint_parse(rk_fingerprint_text(&run, hex), other));
	assert_memory_equal(first, other, 32);
	assert_int_equal(first[1], 0x11);
	assert_string_equal(rk_fingerprint_text(&run, "0a1b"), "0A:1B");
	assert_false(rk_fingerprint_parse("", other));
	assert_false(rk_fingerprint_parse(hex + 2, other));
	assert_false(rk_fingerprint_parse(
		"zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", other));
}

static void a_day_is_that_of_japan(void **unused)
{
	(void)unused;
	assert_string_equal(rk_identity_day(&run, 1468594799), "2016-07-15"); /* 14:59:59 UTC */
	assert_string_equal(rk_identity_day(&run, 1468594800), "2016-07-16");
	assert_string_equal(rk_identity_day(&run, INT64_C(253402300799)), "10000-01-01");
}

static void it_is_renewed_when_two_thirds_are_over(void **unused)
{
	const struct rk_identity_facts facts = {.not_before = 1000, .not_after = 4000};

	(void)unused;
	assert_int_equal(rk_renewal_due(&facts), 3000);
}

/* The certificate that a server would send for the key in waiting. */
static void certify(const struct test_cert *ca, const char *waiting, char *out, size_t size)
{
	FILE *file = fopen(waiting, "r");
	EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
	X509 *cert;
	BIO *bio = BIO_new(BIO_s_mem());
	int len;

	assert_non_null(key);
	(void)fclose(file);
	cert = test_cert_begin("401005", key, 77, -1, 2);
	(void)X509_set_issuer_name(cert, X509_get_subject_name(ca->cert));
	test_extend(cert, ca->cert, NID_subject_alt_name, "URI:renkei://x/municipality/401005");
	assert_true(X509_sign(cert, ca->key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(bio, cert), 1);
	len = BIO_read(bio, out, (int)size - 1);
	out[len > 0 ? len : 0] = '\0';
	BIO_free(bio);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static void pem_of(const struct test_cert *ca, char *out, size_t size)
{
	FILE *file = fopen(ca->cert_path, "r");
	size_t len = file ? fread(out, 1, size - 1, file) : 0;

	out[len] = '\0';
	if (file)
		(void)fclose(file);
}

static void a_key_waits_until_its_certificate_is_there(void **unused)
{
	struct test_cert ca = test_ca(home, "ca"), other = test_ca(home, "other");
	const char *waiting = rk_identity_waiting(&run, "an invitation");
	struct rk_identity_files files = rk_identity_files(&run, "401005");
	RK_AUTO(rk_buf_clear) struct rk_buf first = {0}, again = {0};
	char cert[4096], trust[4096], wrong[4096], uri[256];
	struct rk_identity_facts facts;
	struct rk_err err = {0};
	struct stat about;

	(void)unused;
	assert_ok(rk_identity_request(waiting, &first, &err), err);
	assert_int_equal(stat(waiting, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0600);
	assert_ok(rk_identity_request(waiting, &again, &err), err);
	certify(&ca, waiting, cert, sizeof cert);
	pem_of(&ca, trust, sizeof trust);
	pem_of(&other, wrong, sizeof wrong);
	/* By an authority that was not named, over another key, or no certificate at all. */
	assert_int_equal(rk_identity_settle(waiting, cert, wrong, &files, &err), RK_INTERNAL);
	assert_string_equal(err.reason, "SERVER_ANSWER_BAD");
	assert_int_equal(rk_identity_settle(waiting, trust, trust, &files, &err), RK_INTERNAL);
	assert_int_equal(rk_identity_settle(waiting, "", trust, &files, &err), RK_INTERNAL);
	assert_int_equal(access(files.pair, F_OK), -1);
	assert_ok(rk_identity_settle(waiting, cert, trust, &files, &err), err);
	assert_int_equal(stat(files.pair, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0600);
	assert_true(rk_identity_same_key(files.pair, waiting));
	assert_ok(rk_identity_read(files.pair, &facts, &err), err);
	assert_string_equal(facts.serial, "4d");
	assert_string_equal(facts.uri, "renkei://x/municipality/401005");
	rk_identity_uri(cert, uri);
	assert_string_equal(uri, facts.uri);
	run.profile = (struct rk_profile){.cert = files.pair, .key = files.pair};
	assert_true(rk_identity_is_ours(&run));
	run.profile.key = "/elsewhere.pem";
	assert_false(rk_identity_is_ours(&run));
	(void)unlink(files.pair);
	(void)unlink(files.ca);
	(void)unlink(waiting);
	test_cert_clear(&ca);
	test_cert_clear(&other);
}

static void a_key_that_cannot_be_read_is_not_made_anew(void **unused)
{
	const char *waiting = rk_identity_waiting(&run, "another");
	RK_AUTO(rk_buf_clear) struct rk_buf csr = {0};
	struct rk_err err = {0};
	FILE *file;

	(void)unused;
	assert_ok(rk_identity_request(waiting, &csr, &err), err);
	file = fopen(waiting, "w");
	assert_non_null(file);
	(void)fputs("-----BEGIN PRI", file);
	(void)fclose(file);
	/* It may be certified already. */
	assert_int_not_equal(rk_identity_request(waiting, &csr, &err), RK_OK);
	assert_non_null(strstr(err.text, waiting));
	(void)unlink(waiting);
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(home) && setenv("XDG_CONFIG_HOME", home, 1) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	char path[256];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/renkei/identities", home);
	(void)rmdir(path);
	(void)snprintf(path, sizeof path, "%s/renkei", home);
	(void)rmdir(path);
	rk_arena_clear(&run.arena);
	return rmdir(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fingerprint_is_read_as_people_write_it),
		cmocka_unit_test(a_day_is_that_of_japan),
		cmocka_unit_test(it_is_renewed_when_two_thirds_are_over),
		cmocka_unit_test(a_key_waits_until_its_certificate_is_there),
		cmocka_unit_test(a_key_that_cannot_be_read_is_not_made_anew),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
