/* meagre.h - an OpenSSL whose nth allocation fails, for one test program. */
#pragma once
#include <openssl/crypto.h>

#include <stdbool.h>
#include <stdlib.h>

static size_t meagre_nth, meagre_seen;

static bool meagre_fails(void)
{
	return meagre_nth && ++meagre_seen == meagre_nth;
}

static void *meagre_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return meagre_fails() ? NULL : malloc(size);
}

static void *meagre_realloc(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return meagre_fails() ? NULL : realloc(old, size);
}

static void meagre_free(void *old, const char *file, int line)
{
	(void)file;
	(void)line;
	free(old);
}

/* Before OpenSSL asks for anything; false when it has. */
static bool meagre_begin(void)
{
	return CRYPTO_set_mem_functions(meagre_malloc, meagre_realloc, meagre_free) == 1;
}

/* From here on the nth fails, from 1; until meagre_ends. */
static void meagre_from_now(size_t nth)
{
	meagre_seen = 0;
	meagre_nth = nth;
}

/* Whether there were so many that one failed. */
static bool meagre_ends(void)
{
	bool failed = meagre_seen >= meagre_nth;

	meagre_nth = 0;
	return failed;
}
