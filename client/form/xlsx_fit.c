#include "form/xlsx_fit.h"

#include "base/text.h"

#include <string.h>

/* Of letters of one point, at 96 pixels an inch: half of a full-width character with a little room, and the height of a line. */
#define HALF_PIXELS 0.69
#define LINE_POINTS 1.4
/* Pixels that a column has for each digit of its width. */
#define DIGIT_PIXELS 7
/* A row is cut where a page ends: so much stands beside the head on each. */
#define MOST_POINTS 340.0
#define WIDEST      240.0
#define ROOM_POINTS 3.0
#define ONE_LINE    18.0
/* Excel repairs a file with a higher row. */
#define TALLEST 409.5

/* The next piece that does not part: a full-width character, a word, or a blank. */
static struct rk_slice next_piece(struct rk_slice text, size_t *at, size_t *wide)
{
	size_t begin = *at, next = begin;
	uint32_t c = rk_text_next(text, &next);

	*wide = rk_text_width(rk_slice_of(text.at + begin, next - begin));
	while (c != '\n' && c != ' ' && *wide == 1 && next < text.len) {
		size_t behind = next;

		c = rk_text_next(text, &behind);
		if (c == '\n' || c == ' ' ||
			rk_text_width(rk_slice_of(text.at + next, behind - next)) != 1)
			break;
		next = behind;
	}
	*at = next;
	return rk_slice_of(text.at + begin, next - begin);
}

/* Lines of a text, each of so many half-width characters; what may not begin a line goes there with the one before it, which the last column is kept for. */
static size_t lines_of(struct rk_slice text, size_t room)
{
	size_t lines = 1, used = 0;

	for (size_t at = 0, wide; at < text.len;) {
		struct rk_slice piece = next_piece(text, &at, &wide);
		size_t width = rk_text_width(piece);

		if (piece.at[0] == '\n') {
			lines++;
			used = 0;
		} else if (used + width <= room) {
			used += width;
		} else {
			/* A word longer than a line is parted anywhere. */
			lines += used > 0;
			lines += (width - 1) / room;
			used = (width - 1) % room + 1;
		}
	}
	return lines;
}

double rk_fit_text(const char *text, double width, double letters)
{
	struct rk_slice bytes = rk_slice_str(text);
	double pixels = width * DIGIT_PIXELS;
	size_t room = (size_t)(pixels / (letters * HALF_PIXELS));
	double points;

	room = room < 2 ? 2 : room;
	if (rk_text_width(bytes) > room && room > 8)
		room -= 2;
	points = (double)lines_of(bytes, room) * letters * LINE_POINTS + ROOM_POINTS;
	return points < TALLEST ? points : TALLEST;
}

double rk_fit_one_line(const char *text, double letters)
{
	return (double)rk_text_width(rk_slice_str(text)) * letters * HALF_PIXELS / DIGIT_PIXELS + 1;
}

/* A number has no second line. */
static double number_width(const struct rk_filled *cell)
{
	size_t digits = strlen(cell->text ? cell->text : ""), signs = digits / 3;

	return (double)(digits + signs) * 1.15 + 1;
}

bool rk_fit_is_small(const struct rk_filled *cell, double width)
{
	return cell->kind == RK_FILLED_TEXT &&
		rk_fit_text(cell->text, width, RK_FIT_LETTERS) > MOST_POINTS;
}

static double needed_width(const struct rk_filled *cell, double own, double most)
{
	double width = own;

	if (cell->kind == RK_FILLED_NUMBER && number_width(cell) > width)
		return number_width(cell);
	if (!rk_fit_is_small(cell, own))
		return width;
	while (width < WIDEST && rk_fit_text(cell->text, width, RK_FIT_SMALL_LETTERS) > most)
		width += 2;
	return width;
}

void rk_fit_columns(const struct rk_filled_sheet *sheet, struct rk_fit *fit)
{
	const struct rk_sheet *form = sheet->form->sheet;

	for (size_t i = 0; i < form->column_count && i < RK_FIT_COLUMNS; i++) {
		double own = form->columns[i].width;

		fit->widths[i] = own;
		for (size_t row = 0; row < sheet->count; row++) {
			double needed = needed_width(&sheet->rows[row].cells[i], own, MOST_POINTS);

			fit->widths[i] = needed > fit->widths[i] ? needed : fit->widths[i];
		}
	}
}

double rk_fit_cover(const struct rk_filled_sheet *cover, double width)
{
	double widest = width;

	for (size_t i = 0; i < cover->form->sheet->column_count; i++) {
		double needed = needed_width(&cover->rows[0].cells[i], width, MOST_POINTS);

		widest = needed > widest ? needed : widest;
	}
	return widest;
}

double rk_fit_cell(const struct rk_filled *cell, double own, double width)
{
	if (cell->kind != RK_FILLED_TEXT)
		return 0;
	return rk_fit_text(cell->text, width,
		rk_fit_is_small(cell, own) ? RK_FIT_SMALL_LETTERS : RK_FIT_LETTERS);
}

double rk_fit_row(const struct rk_fit *fit, const struct rk_filled_sheet *sheet,
	const struct rk_filled_row *row)
{
	const struct rk_sheet *form = sheet->form->sheet;
	double points = 0;

	for (size_t i = 0; row->record && i < form->column_count; i++) {
		double needed = rk_fit_cell(&row->cells[i], form->columns[i].width, fit->widths[i]);

		points = needed > points ? needed : points;
	}
	return points > ONE_LINE ? points : 0;
}
