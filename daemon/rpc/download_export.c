/* A file of a bundle in pieces, from this server's disk: the database says whether there is such a bundle, and for whom. */
#include "call/argument.h"
#include "rpc/rpc.h"

#include "renkei/v1/export_service.pb-c.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536

struct download {
	struct rk_question question;
	int fd; /* -1: not open */
	int64_t at, size;
	bool waits; /* for the peer */
	uint8_t piece[PIECE];
};

static const struct rk_statement statement = {
	"find_export", "select renkei_api.find_export($1) as reply", 1};

/* Names of ours, below each other: nothing leads out of the folder. */
static bool is_path(const char *text, int slashes)
{
	static const char others[] = "._-";
	bool first = true;

	for (; *text; text++) {
		if (*text == '/') {
			if (first || slashes-- == 0)
				return false;
			first = true;
			continue;
		}
		if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
			    (*text >= '0' && *text <= '9') || (!first && strchr(others, *text))))
			return false;
		first = false;
	}
	return !first;
}

static enum rk_status check(struct rk_call *call)
{
	const Renkei__V1__DownloadExportRequest *request = (const void *)call->message;

	if (!is_path(request->bundle, 1))
		return rk_argument_refuse(&call->arena,
			&(struct rk_argument){.field = "bundle", .value = request->bundle},
			&call->detail, &call->err);
	if (!is_path(request->path, 1))
		return rk_argument_refuse(&call->arena,
			&(struct rk_argument){.field = "path", .value = request->path},
			&call->detail, &call->err);
	return RK_OK;
}

static void go_on(struct rk_call *call);

static enum rk_status open_file(struct rk_call *call)
{
	const Renkei__V1__DownloadExportRequest *request = (const void *)call->message;
	struct download *download = call->state;
	const char *dir = rk_rpc_of(call)->export_dir;
	char *path = rk_arena_printf(&call->arena, "%s/%s/%s", dir, request->bundle, request->path);
	struct stat stat;

	if (!path)
		return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a download");
	if (!*dir)
		return rk_fail_reason(&call->err, RK_FAILED_PRECONDITION, "EXPORTS_NOT_SET_UP",
			"export_dir is empty");
	download->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (download->fd < 0 || fstat(download->fd, &stat) != 0 || !S_ISREG(stat.st_mode)) {
		path = rk_arena_printf(&call->arena, "%s/%s/MANIFEST.json", dir, request->bundle);
		if (path && access(path, F_OK) == 0)
			return rk_argument_refuse(&call->arena,
				&(struct rk_argument){.field = "path", .value = request->path},
				&call->detail, &call->err);
		return rk_fail_reason(&call->err, RK_UNAVAILABLE, "EXPORT_ELSEWHERE",
			"bundle %s does not lie here", request->bundle);
	}
	download->size = stat.st_size;
	download->at = request->offset;
	if (download->at < 0 || download->at > download->size)
		return rk_argument_refuse(&call->arena,
			&(struct rk_argument){.field = "offset",
				.value = rk_arena_printf(&call->arena, "%" PRId64, request->offset),
				.range = rk_arena_printf(
					&call->arena, "0-%" PRId64, download->size)},
			&call->detail, &call->err);
	return RK_OK;
}

static enum rk_status send_piece(struct rk_call *call)
{
	Renkei__V1__DownloadExportResponse response = RENKEI__V1__DOWNLOAD_EXPORT_RESPONSE__INIT;
	struct download *download = call->state;
	ssize_t got = pread(download->fd, download->piece, PIECE, download->at);

	if (got < 0 || (got == 0 && download->at < download->size))
		return rk_fail_reason(&call->err, RK_DATA_LOSS, "STORE_DAMAGED",
			"byte %" PRId64 " of %" PRId64 " is not there: %s", download->at,
			download->size, got < 0 ? strerror(errno) : "the file is shorter");
	if (got > download->size - download->at)
		got = (ssize_t)(download->size - download->at);
	response.size = download->size;
	response.offset = download->at;
	response.data = (ProtobufCBinaryData){.data = download->piece, .len = (size_t)got};
	download->at += got;
	return rk_call_send(call, &response.base);
}

/* As much as the peer takes at once; one piece more than none, so that an empty file is told too. */
static void go_on(struct rk_call *call)
{
	struct download *download = call->state;

	do {
		if (send_piece(call) != RK_OK) {
			if (call->err.status == RK_OK)
				rk_fail_reason(&call->err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
					"no memory for the answer");
			rk_call_fail(call);
			return;
		}
		download->waits = rk_h2_is_full(call->stream);
	} while (download->at < download->size && !download->waits);
	if (download->at == download->size)
		rk_call_end(call);
}

static void on_found(struct rk_call *call)
{
	if (open_file(call) != RK_OK)
		rk_call_fail(call);
	else
		go_on(call);
}

static void drained(struct rk_call *call)
{
	struct download *download = call->state;

	if (download && download->waits && download->at < download->size)
		go_on(call);
}

static enum rk_flow ask(struct rk_call *call)
{
	struct download *download = calloc(1, sizeof *download);
	struct rk_query *query;

	if (!download) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a download");
		return RK_FLOW_END;
	}
	download->fd = -1;
	call->state = download;
	/* A piece as it is read, and as it leaves. */
	call->kept = sizeof *download + PIECE;
	if (rk_call_hold(call) != RK_OK)
		return RK_FLOW_END;
	query = rk_question_make(&download->question, call, NULL, &statement);
	if (!query)
		return RK_FLOW_END;
	rk_query_text(query,
		rk_slice_str(
			((const Renkei__V1__DownloadExportRequest *)(const void *)call->message)
				->bundle));
	return rk_question_ask(&download->question, on_found);
}

static void closed(struct rk_call *call)
{
	struct download *download = call->state;

	if (!download)
		return;
	rk_question_close(&download->question);
	if (download->fd >= 0)
		close(download->fd);
	free(download);
	call->state = NULL;
}

const struct rk_method rk_method_download_export = {
	.path = "/renkei.v1.ExportService/DownloadExport",
	.input = &renkei__v1__download_export_request__descriptor,
	.output = &renkei__v1__download_export_response__descriptor,
	.statement = &statement,
	.roles = "{secretariat,ministry,analyst}",
	.shape = RK_SERVER_STREAM,
	.cost = RK_COST_QUERY,
	.check = check,
	.ask = ask,
	.drained = drained,
	.closed = closed,
};
