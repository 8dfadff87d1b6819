#include "say_client.h"

#include <string.h>

struct text {
	const char *code;
	const char *en;
	const char *ja;
	const char *zh;
};

static const struct text texts[] = {
#include "say_client.inc"
};

const char *rk_client_code(size_t n)
{
	return n < sizeof texts / sizeof texts[0] ? texts[n].code : NULL;
}

const char *rk_client_text(enum rk_language language, const char *code)
{
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (strcmp(texts[i].code, code) != 0)
			continue;
		return language == RK_JA    ? texts[i].ja
			: language == RK_ZH ? texts[i].zh
					    : texts[i].en;
	}
	return NULL;
}
