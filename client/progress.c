#include "progress.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BAR_LEAST 10
#define BAR_MOST  40

static struct {
	const char *label; /* NULL: nothing is under way, or nobody looks */
	size_t total;
	struct rk_buf drawn;
} progress;

static enum rk_status add_times(struct rk_buf *out, const char *text, size_t times)
{
	while (times--)
		RK_TRY(rk_buf_add_str(out, text));
	return RK_OK;
}

enum rk_status rk_progress_line(
	struct rk_buf *out, const char *label, size_t done, size_t total, size_t width)
{
	RK_AUTO(rk_buf_clear) struct rk_buf count = {0};
	size_t label_width = rk_text_width(rk_slice_str(label)), bar, full;

	RK_TRY(rk_buf_addf(&count, "%zu/%zu", done, total));
	/* Two blanks, two brackets; the last column stays free, or some terminals begin a line. */
	bar = width > label_width + count.len + 5 ? width - label_width - count.len - 5 : 0;
	bar = bar > BAR_MOST ? BAR_MOST : bar;
	if (label_width + count.len + 2 <= width)
		RK_TRY(rk_buf_addf(out, "%s ", label));
	if (bar >= BAR_LEAST) {
		full = total ? bar * done / total : bar;
		RK_TRY(rk_buf_add_str(out, "["));
		RK_TRY(add_times(out, "#", full));
		RK_TRY(add_times(out, ".", bar - full));
		RK_TRY(rk_buf_add_str(out, "] "));
	}
	return count.len < width ? rk_buf_add_slice(out, rk_buf_slice(&count)) : RK_OK;
}

/* Asked each time: a window changes its size while one waits. */
static size_t columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

void rk_progress_begin(struct rk_run *run, const char *code, size_t total)
{
	rk_progress_end();
	if (!isatty(STDERR_FILENO))
		return;
	progress.label = rk_tell(run, code);
	progress.total = total;
	rk_progress_step(0);
}

void rk_progress_step(size_t done)
{
	RK_AUTO(rk_buf_clear) struct rk_buf line = {0};

	if (!progress.label ||
		rk_progress_line(&line, progress.label, done, progress.total, columns()) != RK_OK ||
		rk_slice_equal(rk_buf_slice(&line), rk_buf_slice(&progress.drawn)))
		return;
	rk_progress_hide();
	fprintf(stderr, "%.*s", (int)line.len, (const char *)line.at);
	fflush(stderr);
	rk_buf_clear(&progress.drawn);
	progress.drawn = line;
	line = (struct rk_buf){0};
}

void rk_progress_hide(void)
{
	if (!progress.drawn.len)
		return;
	fprintf(stderr, "\r%*s\r", (int)rk_text_width(rk_buf_slice(&progress.drawn)), "");
	fflush(stderr);
	progress.drawn.len = 0;
}

void rk_progress_end(void)
{
	rk_progress_hide();
	rk_buf_clear(&progress.drawn);
	progress.label = NULL;
}
