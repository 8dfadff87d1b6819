/* What makes two requests the same one, and what does not. */
#include "certs.h"
#include "check.h"
#include "outbox_key.h"
#include "state_folder.h"

static const struct rk_outbox_wish report = {
	.kind = RK_OUTBOX_REPORT, .bytes = {(const uint8_t *)"report", 6}
};
static const struct rk_outbox_wish withdrawal = {
	.kind = "withdraw", .bytes = {(const uint8_t *)"report", 6}
};

static const char *key_of(struct rk_run *run, const struct rk_outbox_wish *wish)
{
	struct rk_err err = {0};
	char key[RK_SHA256_HEX];

	assert_ok(rk_outbox_key(run, wish, key, &err), err);
	assert_true(rk_outbox_is_own(run, *wish, key));
	return rk_run_printf(run, "%s", key);
}

/* As it is kept on the computers of offices: SHA-256 over the digest of the bytes, that of the authority, the principal, and before them the kind. */
static void a_key_is_the_one_that_earlier_versions_made(void **state)
{
	(void)state;
	assert_string_equal(key_of(*state, &report),
		"a7b025f20d16f416822b8ce6f17b70642f2ad969ade3019d476659bce4685a85");
	assert_string_equal(key_of(*state, &withdrawal),
		"72155a2a6840b8d0484467bacbcf77c0ab29e21176946b54fe129cc262c2f472");
}

static const char *own_certificate(struct rk_run *run, const char *name, const char *san)
{
	const struct test_cert ca = test_ca(folder, "ca");
	const struct test_cert made = test_issue(
		folder, &ca, &(struct test_leaf){.name = name, .san = san, .eku = "clientAuth"});
	const char *path = rk_run_printf(run, "%s", made.cert_path);

	X509_free(made.cert);
	EVP_PKEY_free(made.key);
	X509_free(ca.cert);
	EVP_PKEY_free(ca.key);
	return path;
}

static void a_renewed_certificate_of_the_same_principal_makes_the_same_request(void **state)
{
	static const char san[] = "URI:renkei://x/municipality/401005";
	struct rk_run *run = *state;
	const char *first;

	run->profile.cert = own_certificate(run, "old", san);
	first = key_of(run, &report);
	assert_string_equal(
		first, "e025bf4d2d2f72e53da7c6c1ccc8fa204158670d646691e30edf0ecb2cad98b1");
	run->profile.cert = own_certificate(run, "renewed", san);
	assert_string_equal(key_of(run, &report), first);
	run->profile.cert = own_certificate(run, "other", "URI:renkei://x/municipality/400009");
	assert_string_not_equal(key_of(run, &report), first);
}

static void a_certificate_without_a_name_stands_for_itself(void **state)
{
	struct rk_run *run = *state;
	const char *first;

	run->profile.cert = own_certificate(run, "one", NULL);
	first = key_of(run, &report);
	assert_string_equal(key_of(run, &report), first);
	run->profile.cert = own_certificate(run, "two", NULL);
	assert_string_not_equal(key_of(run, &report), first);
	assert_false(rk_outbox_is_own(run, report, first));
}

static const char *authority(struct rk_run *run, const char *name, const char *text)
{
	const char *path = rk_run_printf(run, "%s/%s", folder, name);
	struct rk_err err = {0};

	assert_ok(rk_file_write(path, rk_slice_str(text), 0600, &err), err);
	return path;
}

#define NEW "-----BEGIN CERTIFICATE-----\nbmV3\n-----END CERTIFICATE-----\n"
#define OLD "-----BEGIN CERTIFICATE-----\nb2xk\n-----END CERTIFICATE-----\n"

static void what_was_sent_before_a_rotation_is_found_after_it(void **state)
{
	struct rk_run *run = *state;
	struct rk_err err = {0};
	const char *before, *after;

	run->profile.ca = authority(run, "old.pem", OLD);
	before = key_of(run, &report);
	run->profile.ca = authority(run, "both.pem", NEW OLD);
	after = key_of(run, &report);
	/* Nothing is kept yet: it is a request to the present one. */
	assert_string_not_equal(after, before);
	assert_true(rk_outbox_is_own(run, report, before));
	assert_ok(rk_file_make_folders(below(run, "sent/x"), &err), err);
	assert_ok(rk_file_write(below(run, rk_run_printf(run, "sent/%s.request", before)),
			  bytes("kept"), 0600, &err),
		err);
	assert_string_equal(key_of(run, &report), before);
	run->profile.ca = authority(run, "new.pem", NEW);
	assert_string_equal(key_of(run, &report), after);
	assert_false(rk_outbox_is_own(run, report, before));
}

static void what_cannot_be_read_makes_no_key(void **state)
{
	struct rk_run *run = *state;
	struct rk_err err = {0};
	char key[RK_SHA256_HEX];
	const char *own = key_of(run, &report);

	run->profile.ca = rk_run_printf(run, "%s/away.pem", folder);
	assert_int_equal(rk_outbox_key(run, &report, key, &err), RK_NOT_FOUND);
	assert_false(rk_outbox_is_own(run, report, own));
	run->profile.ca = NULL;
	run->profile.cert = rk_run_printf(run, "%s/away.pem", folder);
	assert_int_equal(rk_outbox_key(run, &report, key, &err), RK_NOT_FOUND);
	assert_false(rk_outbox_is_own(run, report, own));
}

static void without_a_home_nothing_is_kept(void **state)
{
	const char *home = getenv("HOME");
	char *kept = home ? strdup(home) : NULL;

	assert_int_equal(unsetenv("XDG_STATE_HOME") | unsetenv("HOME"), 0);
	assert_string_equal(key_of(*state, &report),
		"a7b025f20d16f416822b8ce6f17b70642f2ad969ade3019d476659bce4685a85");
	if (kept)
		(void)setenv("HOME", kept, 1);
	free(kept);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_key_is_the_one_that_earlier_versions_made),
		TEST(a_renewed_certificate_of_the_same_principal_makes_the_same_request),
		TEST(a_certificate_without_a_name_stands_for_itself),
		TEST(what_was_sent_before_a_rotation_is_found_after_it),
		TEST(what_cannot_be_read_makes_no_key),
		TEST(without_a_home_nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
