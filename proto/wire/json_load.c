#include "wire/json_load.h"

#include <stdlib.h>

static bool ran_out;

static void *watched_malloc(size_t size)
{
	void *memory = malloc(size);

	ran_out = ran_out || !memory;
	return memory;
}

json_t *rk_json_load(struct rk_slice text, size_t flags, json_error_t *where, bool *starved)
{
	json_t *root;

	/* What jansson's own malloc gave is freed by the same free. */
	json_set_alloc_funcs(watched_malloc, free);
	ran_out = false;
	root = json_loadb(text.len ? (const char *)text.at : "", text.len, flags, where);
	*starved = ran_out;
	if (!ran_out)
		return root;
	json_decref(root);
	return NULL;
}
