#include "form/near.h"

#include <string.h>

/* Characters that two texts have in common at the same distance from their beginning or their end. */
static size_t alike(const char *a, const char *b)
{
	size_t front = 0, back = 0, a_len = strlen(a), b_len = strlen(b);
	size_t shorter = a_len < b_len ? a_len : b_len;

	while (front < shorter && a[front] == b[front])
		front++;
	while (back < shorter - front && a[a_len - 1 - back] == b[b_len - 1 - back])
		back++;
	return front + back;
}

bool rk_near_beats(const char *text, const char *other, size_t *best)
{
	size_t found = alike(text, other);

	/* More than half of both. */
	if (found <= *best || found * 2 <= strlen(text) || found * 2 <= strlen(other))
		return false;
	*best = found;
	return true;
}

void rk_near_compare(struct rk_near *near, const char *word)
{
	if (rk_near_beats(near->text, word, &near->best))
		near->nearest = word;
	/* Two characters of Japanese, or six letters, say something. */
	if (strlen(near->text) >= 6 && strstr(word, near->text)) {
		near->containing++;
		near->only = word;
	}
}

const char *rk_near_meant(const struct rk_near *near)
{
	return near->containing == 1 ? near->only : near->nearest;
}
