#include "bundle.h"

#include "base/digest.h"
#include "base/text.h"
#include "outbox.h"
#include "words/receipt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST ((off_t)64 << 20)

/* As the server names them: two parts at most, and no dots in front. */
static bool is_path(const char *text)
{
	int slashes = 0;
	bool first = true;

	for (; *text; text++) {
		if (*text == '/' && !first && slashes++ == 0)
			first = true;
		else if (*text == '/' || *text == '\\' || (first && *text == '.') ||
			(unsigned char)*text < 0x21)
			return false;
		else
			first = false;
	}
	return !first;
}

static enum rk_status bad(struct rk_err *err, const char *what)
{
	return rk_fail_reason(err, RK_DATA_LOSS, "BUNDLE_MANIFEST_BAD", "%s", what);
}

static const char *text_of(struct rk_run *run, const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? rk_run_str(run, text) : NULL;
}

static enum rk_status read_files(
	struct rk_run *run, const json_t *files, struct rk_bundle *bundle, struct rk_err *err)
{
	const json_t *file;
	size_t at;

	if (!json_is_array(files) || json_array_size(files) == 0 || json_array_size(files) > 10000)
		return bad(err, "files");
	bundle->files = rk_run_alloc(run, json_array_size(files) * sizeof *bundle->files);
	json_array_foreach(files, at, file)
	{
		struct rk_bundle_file *one = &bundle->files[bundle->count++];

		one->path = text_of(run, file, "path");
		one->sha256 = text_of(run, file, "sha256");
		one->bytes = json_integer_value(json_object_get(file, "bytes"));
		if (!one->path || !is_path(one->path) || !one->sha256 ||
			strlen(one->sha256) != 64 || one->bytes < 0)
			return bad(err, "files");
	}
	return RK_OK;
}

static enum rk_status read_manifest(
	struct rk_run *run, const json_t *manifest, struct rk_bundle *bundle, struct rk_err *err)
{
	const char *kind = json_string_value(json_object_get(manifest, "manifest"));

	*bundle = (struct rk_bundle){.id = text_of(run, manifest, "id"),
		.as_of = text_of(run, manifest, "as_of"),
		.key_id = text_of(run, manifest, "key"),
		.since = text_of(run, manifest, "since")};
	if (!kind || strcmp(kind, "renkei export v1") != 0)
		return bad(err, "manifest");
	if (!bundle->id || !is_path(bundle->id) || strchr(bundle->id, '/') || !bundle->as_of ||
		!bundle->key_id)
		return bad(err, "id");
	if (!bundle->since)
		bundle->since = "";
	return read_files(run, json_object_get(manifest, "files"), bundle, err);
}

enum rk_status rk_bundle_read(
	struct rk_run *run, struct rk_slice text, struct rk_bundle *bundle, struct rk_err *err)
{
	json_error_t why;
	json_t *manifest = json_loadb(
		(const char *)text.at, text.len, JSON_REJECT_DUPLICATES, &why);
	enum rk_status status = manifest ? read_manifest(run, manifest, bundle, err)
					 : bad(err, "JSON");

	json_decref(manifest);
	return status;
}

char *rk_bundle_load(struct rk_run *run, const char *path, size_t *len, struct rk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = fd < 0 ? errno : 0;
	struct stat stat;
	char *text = NULL;

	if (fd >= 0 && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) && stat.st_size <= LARGEST) {
		text = rk_run_alloc(run, (size_t)stat.st_size + 1);
		*len = (size_t)stat.st_size;
		if (read(fd, text, *len) != (ssize_t)*len)
			text = NULL;
		error = text ? 0 : EIO;
	}
	if (!text)
		rk_fail_errno(err, RK_NOT_FOUND, "FILE_NOT_READ", path, error ? error : EFBIG);
	if (fd >= 0)
		close(fd);
	return text;
}

struct check {
	struct rk_run *run;
	const char *folder;
	const struct rk_bundle_terms *terms;
	const struct rk_bundle *bundle;
	size_t differ;
};

static void differs(struct check *check, const char *code, const char *path)
{
	rk_talk(check->run, code, "file", rk_visible(check->run, path));
	check->differ++;
	/* A manifest and its signature are fetched each time. */
	if (check->terms->removes)
		(void)unlink(rk_run_printf(check->run, "%s/%s", check->folder, path));
}

static void check_file(struct check *check, const struct rk_bundle_file *file)
{
	const char *path = rk_run_printf(check->run, "%s/%s", check->folder, file->path);
	RK_AUTO(rk_buf_clear) struct rk_buf hex = {0};
	uint8_t digest[RK_SHA256_BYTES];
	struct stat stat;
	struct rk_err err;

	if (lstat(path, &stat) != 0 || !S_ISREG(stat.st_mode))
		differs(check, "bundle.missing", file->path);
	else if (stat.st_size != file->bytes || rk_sha256_file(path, digest, &err) != RK_OK ||
		rk_text_hex(&hex, rk_slice_of(digest, sizeof digest)) != RK_OK ||
		!rk_slice_equal_str(rk_buf_slice(&hex), file->sha256))
		differs(check, "bundle.differs", file->path);
}

static bool is_listed(const struct check *check, const char *path)
{
	for (size_t i = 0; i < check->bundle->count; i++) {
		if (strcmp(check->bundle->files[i].path, path) == 0)
			return true;
	}
	return strcmp(path, "MANIFEST.json") == 0 ||
		(*check->bundle->key_id && strcmp(path, "MANIFEST.json.sig") == 0);
}

static bool is_room(const struct check *check, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < check->bundle->count; i++) {
		if (strncmp(check->bundle->files[i].path, path, len) == 0 &&
			check->bundle->files[i].path[len] == '/')
			return true;
	}
	return false;
}

/* What nobody listed is told too: a program would read it with the rest. */
static void check_others(struct check *check, const char *room)
{
	DIR *dir = opendir(
		*room ? rk_run_printf(check->run, "%s/%s", check->folder, room) : check->folder);

	for (struct dirent *at; dir && (at = readdir(dir));) {
		const char *path = *room ? rk_run_printf(check->run, "%s/%s", room, at->d_name)
					 : rk_run_str(check->run, at->d_name);

		if (strcmp(at->d_name, ".") == 0 || strcmp(at->d_name, "..") == 0 ||
			is_listed(check, path))
			continue;
		if (!*room && is_room(check, path))
			check_others(check, path);
		else
			differs(check, "bundle.unlisted", path);
	}
	if (dir)
		closedir(dir);
}

/* Of a key that a server has named before, the bundle's own copy is not asked. */
static void check_signature(struct check *check, const char *text, size_t len, bool *own_key)
{
	struct rk_run *run = check->run;
	size_t pem_len = 0, signature_len = 0;
	struct rk_err err = {0};
	const char *pem = check->terms->public_key
		? rk_bundle_load(run, check->terms->public_key, &pem_len, &err)
		: rk_receipt_key_find(run, check->bundle->key_id);
	char *signature;

	*own_key = !pem;
	if (!pem)
		pem = rk_bundle_load(
			run, rk_run_printf(run, "%s/KEY.pem", check->folder), &pem_len, &err);
	signature = rk_bundle_load(run, rk_run_printf(run, "%s/MANIFEST.json.sig", check->folder),
		&signature_len, &err);
	if (pem && signature && !memchr(text, '\0', len)) {
		const struct rk_receipt_signed signed_text = {
			.number = check->bundle->id,
			.key_id = check->bundle->key_id,
			.statement = text,
			.signature = rk_slice_of(signature, signature_len),
		};

		if (rk_receipt_signed_verify(&signed_text, rk_slice_str(pem), &err) == RK_OK)
			return;
	}
	differs(check, "bundle.signature", "MANIFEST.json");
}

/* NOLINTNEXTLINE(readability-function-size): what is asked, and the three things that are told */
enum rk_status rk_bundle_verify(struct rk_run *run, const char *folder,
	const struct rk_bundle_terms *terms, struct rk_bundle *bundle, size_t *differ,
	bool *own_key, struct rk_err *err)
{
	struct check check = {.run = run, .folder = folder, .terms = terms, .bundle = bundle};
	size_t len, len_of_key;
	char *text = rk_bundle_load(run, rk_run_printf(run, "%s/MANIFEST.json", folder), &len, err);

	*own_key = false;
	if (!text ||
		(terms->public_key && !rk_bundle_load(run, terms->public_key, &len_of_key, err)))
		return err->status;
	RK_TRY(rk_bundle_read(run, rk_slice_of(text, len), bundle, err));
	if (*bundle->key_id)
		check_signature(&check, text, len, own_key);
	for (size_t i = 0; i < bundle->count; i++)
		check_file(&check, &bundle->files[i]);
	check_others(&check, "");
	*differ = check.differ;
	return RK_OK;
}
