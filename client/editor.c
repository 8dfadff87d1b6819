#include "editor.h"

#include "base/buf.h"
#include "form/file.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MAX 65536

/* What is in the variable is words of a shell, as everywhere: "code --wait". */
static bool edit(struct rk_run *run, const char *editor, const char *path)
{
	const char *words[] = {
		"sh", "-c", rk_run_printf(run, "%s \"$1\"", editor), "sh", path, NULL};
	pid_t child;
	int status = -1;

	if (posix_spawnp(&child, words[0], NULL, NULL,
		    (char *const *)(void *)(size_t)(const void *)words, environ) != 0)
		return false;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int change(struct rk_run *run, const char *editor, const char *path, const char *text,
	const char **changed)
{
	RK_AUTO(rk_buf_clear) struct rk_buf left = {.max = TEXT_MAX};
	struct rk_err err;

	if (rk_file_write(path, rk_slice_str(rk_run_printf(run, "%s\n", text)), 0600, &err) !=
		RK_OK)
		return rk_trouble(run, &err);
	if (!edit(run, editor, path)) {
		rk_talk(run, "editor.failed", "editor", rk_visible(run, editor));
		return EX_UNAVAILABLE;
	}
	if (rk_file_read(path, &left, &err) != RK_OK)
		return rk_trouble(run, &err);
	struct rk_slice rest = rk_buf_slice(&left);

	while (rest.len && (rest.at[rest.len - 1] == '\n' || rest.at[rest.len - 1] == '\r'))
		rest.len--;
	*changed = rk_run_slice(run, rest);
	return EX_OK;
}

int rk_editor_change(struct rk_run *run, const char *text, const char **changed)
{
	const char *editor = getenv("VISUAL"), *parent = getenv("TMPDIR");
	char folder[256];

	editor = editor && *editor ? editor : getenv("EDITOR");
	if (!editor || !*editor || !rk_on_terminal())
		return rk_usage(run, "usage.no_editor");
	snprintf(folder, sizeof folder, "%s/renkei-XXXXXX",
		parent && strlen(parent) < 200 ? parent : P_tmpdir);
	if (!mkdtemp(folder)) {
		rk_talk(run, "out.cannot_create", "file", folder, "why", rk_errno_told(run, errno));
		return EX_CANTCREAT;
	}
	const char *path = rk_run_printf(run, "%s/line.txt", folder);
	int status = change(run, editor, path, text, changed);

	unlink(path);
	rmdir(folder);
	return status;
}
