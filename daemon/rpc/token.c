#include "rpc/token.h"

#include <ctype.h>
#include <string.h>
#include <sys/random.h>

#define CHARS 28

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

bool rk_token_make(char out[RK_TOKEN_TEXT])
{
	uint8_t bytes[CHARS];
	size_t len = 0;

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return false;
	for (size_t i = 0; i < CHARS; i++) {
		if (i > 0 && i % 4 == 0)
			out[len++] = '-';
		out[len++] = alphabet[bytes[i] % 32];
	}
	out[len] = '\0';
	return true;
}

static char meant(char c)
{
	c = (char)toupper((unsigned char)c);
	if (c == 'I' || c == 'L')
		return '1';
	if (c == 'O')
		return '0';
	return c;
}

bool rk_token_digest(struct rk_slice text, char out[RK_SHA256_HEX])
{
	char plain[CHARS];
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = meant((char)text.at[i]);

		if (c == '-' || c == ' ')
			continue;
		if (len == CHARS || c == '\0' || !strchr(alphabet, c))
			return false;
		plain[len++] = c;
	}
	if (len != CHARS)
		return false;
	rk_sha256_hex(rk_slice_of(plain, CHARS), out);
	return true;
}
