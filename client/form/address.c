#include "form/address.h"

#include <stdio.h>
#include <string.h>

static bool take(struct rk_slice *text, char c)
{
	if (!text->len || text->at[0] != (uint8_t)c)
		return false;
	text->at++;
	text->len--;
	return true;
}

static bool take_column(struct rk_slice *text, uint32_t *column)
{
	*column = 0;
	while (text->len) {
		uint8_t letter = text->at[0] | 0x20;

		if (letter < 'a' || letter > 'z')
			break;
		*column = *column * 26 + (uint32_t)(letter - 'a') + 1;
		if (*column > RK_ADDRESS_COLUMNS)
			return false;
		text->at++;
		text->len--;
	}
	return *column > 0;
}

static bool take_row(struct rk_slice *text, uint32_t *row)
{
	*row = 0;
	while (text->len && text->at[0] >= '0' && text->at[0] <= '9') {
		*row = *row * 10 + (uint32_t)(text->at[0] - '0');
		if (*row == 0 || *row > RK_ADDRESS_ROWS)
			return false;
		text->at++;
		text->len--;
	}
	return *row > 0;
}

static bool take_cell(struct rk_slice *text, struct rk_address *at)
{
	(void)take(text, '$');
	if (!take_column(text, &at->column))
		return false;
	(void)take(text, '$');
	return take_row(text, &at->row);
}

bool rk_address_parse(struct rk_slice text, struct rk_address *at)
{
	return take_cell(&text, at) && text.len == 0;
}

static void put_in_order(uint32_t *a, uint32_t *b)
{
	if (*a > *b) {
		uint32_t larger = *a;

		*a = *b;
		*b = larger;
	}
}

bool rk_address_parse_range(struct rk_slice text, struct rk_address *first, struct rk_address *last)
{
	if (!take_cell(&text, first))
		return false;
	*last = *first;
	if (take(&text, ':') && !take_cell(&text, last))
		return false;
	put_in_order(&first->row, &last->row);
	put_in_order(&first->column, &last->column);
	return text.len == 0;
}

const char *rk_address_write(struct rk_address at, char out[RK_ADDRESS_TEXT])
{
	char letters[4], *first = letters + sizeof letters - 1;

	*first = '\0';
	for (uint32_t rest = at.column; rest && first > letters; rest = (rest - 1) / 26)
		*--first = (char)('A' + (rest - 1) % 26);
	snprintf(out, RK_ADDRESS_TEXT, "%s%u", first, at.row % 10000000);
	return out;
}
