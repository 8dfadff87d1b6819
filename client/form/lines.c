#include "form/lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Deeper is no report; what lies there has no line of its own. */
#define DEPTH   32
#define NOWHERE SIZE_MAX
/* FNV-1a: of two paths that agree in it, which nobody meets by chance, one is told the line of the other. */
#define EMPTY UINT64_C(0xcbf29ce484222325)

static uint64_t hash_byte(uint64_t hash, uint8_t byte)
{
	return (hash ^ byte) * UINT64_C(0x100000001b3);
}

struct look {
	const uint8_t *at, *end;
};

static bool is_at(const struct look *look, char c)
{
	return look->at < look->end && *look->at == (uint8_t)c;
}

/* Blanks, and what stands between one value and the next. */
static void skip_between(struct look *look)
{
	while (look->at < look->end && strchr(" \t\r\n,:", *look->at) && *look->at)
		look->at++;
}

static void skip_text(struct look *look)
{
	for (look->at++; look->at < look->end && !is_at(look, '"'); look->at++) {
		if (is_at(look, '\\') && look->at + 1 < look->end)
			look->at++;
	}
	if (look->at < look->end)
		look->at++;
}

static void skip_value(struct look *look)
{
	size_t depth = 0;

	do {
		if (is_at(look, '"')) {
			skip_text(look);
			continue;
		}
		if (is_at(look, '{') || is_at(look, '['))
			depth++;
		if (is_at(look, '}') || is_at(look, ']')) {
			if (depth == 0)
				return;
			depth--;
		}
		if (look->at < look->end)
			look->at++;
	} while (
		look->at < look->end && (depth || !strchr(" \t\r\n,:]}", *look->at) || !*look->at));
}

/* A name is hashed as it is compared: the_text and theText are one. */
static uint64_t hash_name(uint64_t hash, const char *name, size_t len)
{
	hash = hash_byte(hash, '.');
	for (size_t i = 0; i < len; i++)
		if (name[i] != '_')
			hash = hash_byte(hash,
				name[i] >= 'A' && name[i] <= 'Z' ? (uint8_t)(name[i] - 'A' + 'a')
								 : (uint8_t)name[i]);
	return hash;
}

static uint64_t hash_index(uint64_t hash, uint64_t index)
{
	hash = hash_byte(hash, '[');
	for (int i = 0; i < 8; i++)
		hash = hash_byte(hash, (uint8_t)(index >> (8 * i)));
	return hash;
}

/* One step down a path, which is left behind it; false at its end. */
static bool hash_step(const char **path, uint64_t *hash)
{
	if (!**path)
		return false;
	if (**path == '[') {
		*hash = hash_index(*hash, strtoul(*path + 1, NULL, 10));
		*path += strcspn(*path, "]");
		*path += **path == ']';
	} else {
		size_t len = strcspn(*path, ".[");

		*hash = hash_name(*hash, *path, len);
		*path += len;
	}
	*path += **path == '.';
	return true;
}

/* A place that is looked for. */
struct place {
	uint64_t hash;
	size_t line; /* NOWHERE: not met */
};

static int by_hash(const void *one, const void *other)
{
	const struct place *a = one, *b = other;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

struct search {
	struct look look;
	const uint8_t *counted; /* so far the lines were counted */
	size_t line;
	struct place *places;
	size_t count;
};

static struct place *find(const struct search *search, uint64_t hash)
{
	const struct place key = {.hash = hash};

	return search->count ? bsearch(&key, search->places, search->count, sizeof key, by_hash)
			     : NULL;
}

static void meet(struct search *search, uint64_t hash)
{
	struct place *place = find(search, hash);

	for (; search->counted < search->look.at; search->counted++)
		search->line += *search->counted == '\n';
	if (place && place->line == NOWHERE)
		place->line = search->line;
}

/* An object or an array that is open. */
struct open {
	uint64_t hash;
	uint64_t index;
	bool array;
};

/* To the next value in the record, its hash; false behind the last one. */
static bool next_value(struct look *look, struct open *open, uint64_t *hash)
{
	const uint8_t *key;

	skip_between(look);
	if (look->at == look->end || is_at(look, '}') || is_at(look, ']')) {
		look->at += look->at < look->end;
		return false;
	}
	if (open->array) {
		*hash = hash_index(open->hash, open->index++);
		return true;
	}
	key = look->at + 1;
	if (!is_at(look, '"'))
		return false;
	skip_text(look);
	*hash = hash_name(open->hash, (const char *)key,
		look->at - key > 0 ? (size_t)(look->at - key) - 1 : 0);
	skip_between(look);
	return true;
}

/* Over a value, or into it: then it is open. */
static bool enter(struct look *look, uint64_t hash, struct open *open, size_t depth)
{
	const uint8_t *before = look->at;

	if (depth < DEPTH && (is_at(look, '{') || is_at(look, '['))) {
		*open = (struct open){.hash = hash, .array = is_at(look, '[')};
		look->at++;
		return true;
	}
	if (look->at < look->end)
		skip_value(look);
	if (look->at == before && look->at < look->end)
		look->at++;
	return false;
}

static void walk(struct search *search)
{
	struct open open[DEPTH];
	uint64_t hash = EMPTY;
	size_t depth = 0;

	skip_between(&search->look);
	meet(search, hash);
	depth += enter(&search->look, hash, &open[depth], depth);
	while (depth) {
		if (!next_value(&search->look, &open[depth - 1], &hash)) {
			depth--;
			continue;
		}
		meet(search, hash);
		depth += enter(&search->look, hash, &open[depth], depth);
	}
}

static size_t steps_of(const char *path)
{
	uint64_t hash = EMPTY;
	size_t count = 1;

	while (hash_step(&path, &hash))
		count++;
	return count;
}

static void add_steps(struct search *search, const char *path)
{
	uint64_t hash = EMPTY;

	do
		search->places[search->count++] = (struct place){hash, NOWHERE};
	while (hash_step(&path, &hash));
}

static void sort_once(struct search *search)
{
	size_t kept = 0;

	qsort(search->places, search->count, sizeof *search->places, by_hash);
	for (size_t i = 0; i < search->count; i++)
		if (kept == 0 || search->places[kept - 1].hash != search->places[i].hash)
			search->places[kept++] = search->places[i];
	search->count = kept;
}

static size_t line_of(const struct search *search, const char *path)
{
	const struct place *place;
	uint64_t hash = EMPTY;
	size_t line = 0;

	while ((place = find(search, hash)) && place->line != NOWHERE) {
		line = place->line;
		if (!hash_step(&path, &hash))
			break;
	}
	return line;
}

bool rk_form_lines_of(struct rk_slice text, const char *const *paths, size_t count, size_t *lines)
{
	struct search search = {
		.look = {text.at, text.at + text.len},
                  .counted = text.at
        };
	size_t steps = 1;

	for (size_t i = 0; i < count; i++)
		steps += steps_of(paths[i]);
	search.places = calloc(steps, sizeof *search.places);
	if (!search.places)
		return false;
	for (size_t i = 0; i < count; i++)
		add_steps(&search, paths[i]);
	sort_once(&search);
	walk(&search);
	for (size_t i = 0; i < count; i++)
		lines[i] = line_of(&search, paths[i]);
	free(search.places);
	return true;
}
