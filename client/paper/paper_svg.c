/* A chart as SVG: no script, nothing fetched, told by patterns and numbers and not by colour alone; how much is known is drawn in below each bar. */
#include "base/text.h"
#include "form/insert.h"
#include "paper/paper.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define WIDTH       680
#define LEFT        54 /* "100.0%" in the widest font */
#define TOP         34
#define PLOT_HEIGHT 190
#define LEGEND_LINE 18

/* Light enough for black figures on them, and apart from each other in grey too. */
static const char *const fills[] = {"#9ecae1", "#fdd0a2", "#c7e9c0", "#dadaeb", "#fee391",
	"#d9d9d9", "#fcbba1", "#c6dbef", "#e5f5e0", "#f2f0f7", "#fff7bc", "#bdbdbd", "#fa9fb5",
	"#a6bddb", "#ccebc5", "#decbe4", "#ffffcc", "#f0f0f0"};
static const char *const state_fills[] = {
	"#9ecae1", "#deebf7", "#c7e9c0", "#dadaeb", "#fdae6b", "#ffffff", "#e0e0e0"};
#define FILL(i) fills[(i) % (sizeof fills / sizeof fills[0])]

/* What tells series apart where there is no colour: drawn over each fill, the first one is plain. */
#define STROKE " fill=\"none\" stroke=\"#444\" stroke-width=\"0.7\"/>"
static const char *const marks[] = {"", "<path d=\"M-2 2l4-4M0 8l8-8M6 10l4-4\"" STROKE,
	"<circle cx=\"2\" cy=\"2\" r=\"0.9\" fill=\"#444\"/><circle cx=\"6\" cy=\"6\" r=\"0.9\" fill=\"#444\"/>",
	"<path d=\"M0 2h8M0 6h8\"" STROKE, "<path d=\"M-2 6l4 4M0 0l8 8M6-2l4 4\"" STROKE,
	"<path d=\"M2 0v8M6 0v8\"" STROKE, "<path d=\"M0 0l8 8M8 0l-8 8\"" STROKE};
#define MARK(i) marks[(i) % (sizeof marks / sizeof marks[0])]

static void put(FILE *out, const char *text)
{
	RK_AUTO(rk_buf_clear) struct rk_buf safe = {0};

	if (rk_xml_add_text(&safe, text) == RK_OK && safe.len)
		fprintf(out, "%.*s", (int)safe.len, (const char *)safe.at);
}

/* A legend has two columns. */
static size_t pair_of(size_t number)
{
	return number / 2;
}

static void label(FILE *out, double x, double y, const char *anchor, const char *text)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	put(out, text);
	fputs("</text>\n", out);
}

static void box(FILE *out, double x, double y, double width, double height, const char *fill)
{
	fprintf(out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" stroke=\"#333\" stroke-width=\"0.6\"/>\n",
		x, y, width, height, fill);
}

static void line(FILE *out, double x1, double y1, double x2, double y2, const char *more)
{
	fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#333\" %s/>\n",
		x1, y1, x2, y2, more);
}

static double at(
	const struct rk_paper_chart *chart, const double *numbers, size_t series, size_t point)
{
	return numbers[series * chart->point_count + point];
}

/* The end of the scale: 1, 2 or 5 times a power of ten. */
static double scale_end(double most)
{
	double step = pow(10, floor(log10(most > 0 ? most : 1)));

	return most <= step        ? step
		: most <= 2 * step ? 2 * step
		: most <= 5 * step ? 5 * step
				   : 10 * step;
}

static double most_of(const struct rk_paper_chart *chart)
{
	double most = 0;

	for (size_t p = 0; p < chart->point_count; p++) {
		double sum = 0;

		for (size_t s = 0; s < chart->series_count; s++) {
			double value = at(chart, chart->values, s, p),
			       high = chart->highs ? at(chart, chart->highs, s, p) : NAN;

			value = isnan(value) ? 0 : value;
			sum += value;
			most = chart->kind == RK_CHART_BARS && value > most ? value : most;
			most = chart->kind == RK_CHART_BARS && !isnan(high) && !isinf(high) &&
					high > most
				? high
				: most;
		}
		most = chart->kind == RK_CHART_STACK && sum > most ? sum : most;
	}
	return chart->shares ? 1 : scale_end(most);
}

struct plot {
	const struct rk_paper_chart *chart;
	FILE *out;
	double end; /* what the top of the scale stands for */
	int id;     /* of the chart in the document */
};

static void put_patterns(const struct plot *plot)
{
	fputs("<defs>\n", plot->out);
	for (size_t s = 0; s < plot->chart->series_count; s++)
		if (*MARK(s))
			fprintf(plot->out,
				"<pattern id=\"chart%d-mark%zu\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">%s</pattern>\n",
				plot->id, s, MARK(s));
	fputs("</defs>\n", plot->out);
}

/* A box of a series.  The marks lie over the whole fill: tiles that are filled themselves show their seams in print. */
static void series_box(
	const struct plot *plot, size_t s, double x, double y, double width, double height)
{
	box(plot->out, x, y, width, height, FILL(s));
	if (*MARK(s))
		fprintf(plot->out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"url(#chart%d-mark%zu)\"/>\n",
			x, y, width, height, plot->id, s);
}

/* A figure on a box, which nothing crosses. */
static void figure(FILE *out, double x, double y, const char *text)
{
	double width = (double)strlen(text) * 7 + 4;

	fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"12\" fill=\"#fff\"/>\n",
		x - width / 2, y - 10, width);
	label(out, x, y, "middle", text);
}

static double height_of(const struct plot *plot, double value)
{
	return value / plot->end * PLOT_HEIGHT;
}

static void put_scale(const struct plot *plot)
{
	char number[32];

	for (int i = 0; i <= 4; i++) {
		double value = plot->end * i / 4, y = TOP + PLOT_HEIGHT - height_of(plot, value);

		line(plot->out, LEFT, y, WIDTH - 8, y,
			i ? "stroke-width=\"0.4\" stroke-dasharray=\"2 3\"" : "stroke-width=\"1\"");
		label(plot->out, LEFT - 5, y + 4, "end",
			rk_paper_number(value, plot->chart->shares, number));
	}
}

/* From the low to the high end; open upwards it is dashed and ends in a point. */
static void put_range(const struct plot *plot, double x, double low, double high)
{
	double bottom = TOP + PLOT_HEIGHT - height_of(plot, low),
	       top = isinf(high) ? TOP + 2 : TOP + PLOT_HEIGHT - height_of(plot, high);

	if (isnan(low) || isnan(high) || low == high)
		return;
	line(plot->out, x, bottom, x, top,
		isinf(high) ? "stroke-width=\"1\" stroke-dasharray=\"3 2\""
			    : "stroke-width=\"1.4\"");
	if (isinf(high))
		fprintf(plot->out, "<path d=\"M%.1f %.1f l-4 7 h8 z\" fill=\"#333\"/>\n", x, top);
	else
		line(plot->out, x - 5, top, x + 5, top, "stroke-width=\"1.4\"");
	line(plot->out, x - 5, bottom, x + 5, bottom, "stroke-width=\"1.4\"");
}

static void put_bars(const struct plot *plot, size_t p, double x, double room)
{
	const struct rk_paper_chart *chart = plot->chart;
	double width = room / (double)chart->series_count;
	char number[32];

	for (size_t s = 0; s < chart->series_count; s++) {
		double value = at(chart, chart->values, s, p), left = x + (double)s * width;
		double high = isnan(value) ? 0 : height_of(plot, value);

		if (!isnan(value))
			series_box(plot, s, left + 2, TOP + PLOT_HEIGHT - high, width - 4, high);
		if (chart->lows && chart->highs)
			put_range(plot, left + width * 0.75, at(chart, chart->lows, s, p),
				at(chart, chart->highs, s, p));
		label(plot->out, left + width * 0.4, TOP + PLOT_HEIGHT - high - 5, "middle",
			rk_paper_number(value, chart->shares, number));
	}
}

static void put_stack(const struct plot *plot, size_t p, double x, double room)
{
	const struct rk_paper_chart *chart = plot->chart;
	double y = TOP + PLOT_HEIGHT;
	char number[32];

	for (size_t s = 0; s < chart->series_count; s++) {
		double value = at(chart, chart->values, s, p);

		if (isnan(value) || value <= 0)
			continue;
		double high = height_of(plot, value);

		y -= high;
		series_box(plot, s, x + room * 0.2, y, room * 0.6, high);
		/* What has no room for its figure has it in the table. */
		if (high >= 13)
			figure(plot->out, x + room / 2, y + high / 2 + 4,
				rk_paper_number(value, chart->shares, number));
	}
}

/* A bar across: the dark part is what is known. */
static void put_coverage(const struct plot *plot, size_t p, double x, double room)
{
	const struct rk_paper_chart *chart = plot->chart;
	double y = TOP + PLOT_HEIGHT + 24, width = room - 16;

	if (!chart->coverage)
		return;
	box(plot->out, x + 8, y, width, 8, "#fff");
	if (chart->coverage[p] > 0)
		box(plot->out, x + 8, y, width * fmin(chart->coverage[p], 1), 8, "#555");
	label(plot->out, x + room / 2, y + 21, "middle", chart->coverage_text[p]);
}

static void put_legend(const struct plot *plot, double y)
{
	for (size_t i = 0; i < plot->chart->series_count; i++) {
		double x = LEFT + (double)(i % 2) * (WIDTH - LEFT) / 2,
		       top = y + (double)pair_of(i) * LEGEND_LINE;

		series_box(plot, i, x, top, 16, 12);
		label(plot->out, x + 22, top + 10, "start", plot->chart->series[i]);
	}
}

static void open_svg(const struct rk_paper_chart *chart, FILE *out, int id, double height)
{
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" role=\"img\" aria-labelledby=\"chart%d-title chart%d-text\">\n<title id=\"chart%d-title\">",
		WIDTH, height, id, id, id);
	put(out, chart->title);
	fprintf(out, "</title>\n<desc id=\"chart%d-text\">", id);
	put(out, chart->description);
	fputs("</desc>\n", out);
	fprintf(out,
		"<g font-family=\"" RK_PAPER_FONTS
		"\" font-size=\"12\" fill=\"#000\" stroke=\"none\">\n");
}

static void put_numbers(const struct rk_paper_chart *chart, FILE *out, int id)
{
	const struct plot plot = {chart, out, most_of(chart), id};
	double lines = (double)pair_of(chart->series_count + 1),
	       below = TOP + PLOT_HEIGHT + (chart->coverage ? 70 : 34);
	double room = (double)(WIDTH - LEFT - 8) /
		(double)(chart->point_count ? chart->point_count : 1);

	open_svg(chart, out, id,
		below + lines * LEGEND_LINE + (chart->coverage ? LEGEND_LINE : 0) + 6);
	put_patterns(&plot);
	put_scale(&plot);
	for (size_t p = 0; p < chart->point_count; p++) {
		double x = LEFT + room * (double)p;

		if (chart->kind == RK_CHART_BARS)
			put_bars(&plot, p, x + room * 0.1, room * 0.8);
		else
			put_stack(&plot, p, x, room);
		label(out, x + room / 2, TOP + PLOT_HEIGHT + 17, "middle", chart->points[p]);
		put_coverage(&plot, p, x, room);
	}
	put_legend(&plot, below);
	if (chart->coverage) {
		box(out, LEFT, below + lines * LEGEND_LINE + 2, 16, 8, "#555");
		label(out, LEFT + 22, below + lines * LEGEND_LINE + 10, "start",
			chart->coverage_title);
	}
	fputs("</g>\n</svg>\n", out);
}

#define STATE_FILL(i) state_fills[(i) % (sizeof state_fills / sizeof state_fills[0])]
#define STATE_LEFT    150
#define STATE_LINE    20

/* Is there room for a text of the letters of a chart; twelve to a full-width one. */
static bool fits(const char *text, double room)
{
	return (double)rk_text_width(rk_slice_str(text)) * 6.5 <= room;
}

/* A line above neighbours that have something in common, and what it is; where it has no room, the line alone. */
static void put_groups(const struct rk_paper_chart *chart, FILE *out, double room)
{
	size_t next;

	for (size_t p = 0; chart->groups && p < chart->point_count; p = next) {
		double left = STATE_LEFT + room * (double)p, right;

		for (next = p + 1; next < chart->point_count &&
			strcmp(chart->groups[next], chart->groups[p]) == 0;
			next++)
			continue;
		right = STATE_LEFT + room * (double)next;
		line(out, left + 2, TOP - 18, right - 2, TOP - 18, "stroke-width=\"0.6\"");
		if (fits(chart->groups[p], right - left))
			label(out, (left + right) / 2, TOP - 22, "middle", chart->groups[p]);
	}
}

/* The name of each column, or of the n-th ones where there is no room for all. */
static void put_parts(const struct rk_paper_chart *chart, FILE *out, double room)
{
	const char *const *names = chart->parts ? chart->parts : chart->points;
	size_t step = 1;

	for (size_t p = 0; p < chart->point_count; p++)
		while (!fits(names[p], room * (double)step - 4) && step < chart->point_count)
			step++;
	for (size_t p = 0; p < chart->point_count; p += step)
		label(out, STATE_LEFT + room * ((double)p + 0.5), TOP - 6, "middle", names[p]);
}

static void put_states(const struct rk_paper_chart *chart, FILE *out, int id)
{
	double room = (double)(WIDTH - STATE_LEFT - 8) /
		(double)(chart->point_count ? chart->point_count : 1);
	double below = TOP + (double)chart->series_count * STATE_LINE + 10;

	open_svg(chart, out, id, below + (double)pair_of(chart->state_count + 1) * LEGEND_LINE + 6);
	put_groups(chart, out, room);
	put_parts(chart, out, room);
	for (size_t s = 0; s < chart->series_count; s++) {
		double y = TOP + (double)s * STATE_LINE;

		label(out, STATE_LEFT - 8, y + 14, "end", chart->series[s]);
		for (size_t p = 0; p < chart->point_count; p++) {
			double value = at(chart, chart->values, s, p);

			if (isnan(value))
				continue;
			assert((size_t)value < chart->state_count);
			box(out, STATE_LEFT + room * (double)p + 1, y, room - 2, STATE_LINE - 2,
				STATE_FILL((size_t)value));
			label(out, STATE_LEFT + room * ((double)p + 0.5), y + 13, "middle",
				chart->signs[(size_t)value]);
		}
	}
	for (size_t i = 0; i < chart->state_count; i++) {
		double x = LEFT + (double)(i % 2) * (WIDTH - LEFT) / 2,
		       y = below + (double)pair_of(i) * LEGEND_LINE;

		box(out, x, y, 22, 14, STATE_FILL(i));
		label(out, x + 11, y + 11, "middle", chart->signs[i]);
		label(out, x + 28, y + 11, "start", chart->states[i]);
	}
	fputs("</g>\n</svg>\n", out);
}

void rk_paper_svg(const struct rk_paper_chart *chart, FILE *out, int id)
{
	if (chart->kind == RK_CHART_STATES)
		put_states(chart, out, id);
	else
		put_numbers(chart, out, id);
}
