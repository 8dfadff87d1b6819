#include "convert.h"

#include "base/buf.h"
#include "form/file.h"
#include "out.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A folder of its own for what goes in and comes out; gone at the end. */
struct desk {
	char folder[256];
	const char *in, *out;
};

static bool desk_open(struct desk *desk, struct rk_run *run, const char *format)
{
	const char *parent = getenv("TMPDIR");

	snprintf(desk->folder, sizeof desk->folder, "%s/renkei-XXXXXX",
		parent && strlen(parent) < 200 ? parent : P_tmpdir);
	if (!mkdtemp(desk->folder)) {
		rk_talk(run, "out.cannot_create", "file", desk->folder, "why",
			rk_errno_told(run, errno));
		return false;
	}
	desk->in = rk_run_printf(run, "%s/document.html", desk->folder);
	desk->out = rk_run_printf(run, "%s/document.%s", desk->folder, format);
	return true;
}

static void desk_clear(const struct desk *desk)
{
	unlink(desk->in);
	unlink(desk->out);
	rmdir(desk->folder);
}

static bool write_page(const struct desk *desk, const struct rk_paper *paper, bool plain)
{
	FILE *file = fopen(desk->in, "wxe");

	if (!file)
		return false;
	rk_paper_html(paper, file, plain);
	bool good = !ferror(file);

	return fclose(file) == 0 && good;
}

/* The same environment, but the moment of the document for the clock. */
static char **environment(struct rk_run *run, int64_t moment)
{
	size_t count = 0, kept = 0;

	while (environ[count])
		count++;
	char **own = rk_run_alloc(run, (count + 2) * sizeof *own);

	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "SOURCE_DATE_EPOCH=", 18) != 0)
			own[kept++] = environ[i];
	own[kept++] = rk_run_printf(run, "SOURCE_DATE_EPOCH=%lld", (long long)moment);
	own[kept] = NULL;
	return own;
}

/* What it says goes nowhere: what counts is whether the file is there.  False when there is no such program, or it failed. */
static bool run_program(struct rk_run *run, const char *const *words, int64_t moment, bool *missing)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status = -1, failed;

	*missing = false;
	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	(void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	failed = posix_spawnp(&child, words[0], &actions, NULL,
		(char *const *)(void *)(size_t)(const void *)words, environment(run, moment));
	posix_spawn_file_actions_destroy(&actions);
	*missing = failed == ENOENT || failed == EACCES;
	if (failed)
		return false;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The first of these programs that is there. */
static int make(struct rk_run *run, const struct desk *desk, const char *format, int64_t moment)
{
	const char *pandoc[] = {
		"pandoc", "-f", "html", "-t", "docx", "-o", desk->out, desk->in, NULL};
	const char *weasyprint[] = {"weasyprint", "-q", desk->in, desk->out, NULL};
	const char *chromium[] = {"chromium", "--headless", "--no-sandbox", "--disable-gpu",
		"--no-pdf-header-footer", rk_run_printf(run, "--print-to-pdf=%s", desk->out),
		rk_run_printf(run, "file://%s", desk->in), NULL};
	const char *const *programs[] = {strcmp(format, "docx") == 0 ? pandoc : weasyprint,
		strcmp(format, "docx") == 0 ? NULL : chromium};

	for (size_t i = 0; i < 2 && programs[i]; i++) {
		bool missing;

		if (run_program(run, programs[i], moment, &missing) && access(desk->out, R_OK) == 0)
			return EX_OK;
		if (!missing) {
			rk_talk(run, "convert.failed", "program", programs[i][0]);
			return EX_SOFTWARE;
		}
	}
	rk_talk(run, strcmp(format, "docx") == 0 ? "convert.no_pandoc" : "convert.no_pdf");
	return EX_CONFIG;
}

static int hand_out(struct rk_run *run, const struct desk *desk, const struct rk_paper *paper,
	const char *format)
{
	RK_AUTO(rk_buf_clear) struct rk_buf made = {.max = (size_t)256 << 20};
	RK_AUTO(rk_buf_clear) struct rk_buf finished = {.max = (size_t)256 << 20};
	struct rk_err err;
	FILE *out;

	if (rk_file_read(desk->out, &made, &err) != RK_OK)
		return rk_trouble(run, &err);
	struct rk_slice bytes = rk_buf_slice(&made);

	if (strcmp(format, "docx") == 0) {
		if (rk_paper_docx(paper, bytes, &finished, &err) != RK_OK)
			return rk_trouble(run, &err);
		bytes = rk_buf_slice(&finished);
	}
	out = rk_out(run);
	if (!out)
		return EX_CANTCREAT;
	return fwrite(bytes.at, 1, bytes.len, out) == bytes.len ? EX_OK : EX_IOERR;
}

int rk_convert(struct rk_run *run, const struct rk_paper *paper, const char *format, int64_t moment)
{
	struct desk desk = {0};
	bool workbook = strcmp(format, "xlsx") == 0;
	int status;

	if (!run->out_path && isatty(STDOUT_FILENO))
		return rk_usage(run, "usage.format_needs_file", "format", format);
	if (!desk_open(&desk, run, format))
		return EX_CANTCREAT;
	if (workbook)
		status = rk_paper_xlsx(paper, desk.out) ? EX_OK : EX_CANTCREAT;
	else
		status = write_page(&desk, paper, strcmp(format, "docx") == 0)
			? make(run, &desk, format, moment)
			: EX_CANTCREAT;
	if (status == EX_OK)
		status = hand_out(run, &desk, paper, format);
	desk_clear(&desk);
	return status;
}
