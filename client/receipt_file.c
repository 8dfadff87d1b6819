#include "receipt_file.h"

#include "form/file.h"
#include "outbox.h"
#include "periods.h"
#include "wire/json.h"
#include "wire/pack.h"
#include "words/attachment_receipt.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

enum rk_status rk_receipt_read(
	struct rk_run *run, const char *path, const Renkei__V1__Receipt **out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {.max = 1 << 20};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	ProtobufCMessage *message = NULL;

	RK_TRY(rk_file_read(path, &json, err));
	RK_TRY(rk_json_to_wire(&renkei__v1__receipt__descriptor, rk_buf_slice(&json), &wire, err));
	const char *kept = rk_run_slice(run, rk_buf_slice(&wire));

	RK_TRY(rk_unpack(&run->arena, &renkei__v1__receipt__descriptor, rk_slice_of(kept, wire.len),
		&message, err));
	*out = (const Renkei__V1__Receipt *)(const void *)message;
	return RK_OK;
}

const char *rk_receipt_kept(struct rk_run *run, const char *number)
{
	const char *path = strchr(number, '/') || strchr(number, '.')
		? NULL
		: rk_receipt_path(run, number, ".json");

	return path && access(path, F_OK) == 0 ? path : NULL;
}

/* Of the receipts kept of a quarter the latest version's. */
struct latest {
	const char *number, *municipality;
	int32_t version;
	bool several; /* of several municipalities */
};

/* What was put aside has more in its name than a number. */
static void consider(
	struct rk_run *run, const char *file, const char *period, struct latest *latest)
{
	const char *dot = strchr(file, '.'), *municipality;
	Renkei__V1__Period of = RENKEI__V1__PERIOD__INIT;
	struct rk_err err;
	int32_t version;

	if (!dot || strcmp(dot, ".json") != 0)
		return;
	const char *number = rk_run_slice(run, rk_slice_of(file, (size_t)(dot - file)));

	if (rk_receipt_number_parse(run, number, &municipality, &of, &version, &err) != RK_OK ||
		strcmp(rk_period_tag(run, &of), period) != 0 ||
		(run->profile.municipality && strcmp(run->profile.municipality, municipality) != 0))
		return;
	latest->several = latest->several ||
		(latest->number && strcmp(latest->municipality, municipality) != 0);
	if (version > latest->version) {
		latest->number = number;
		latest->municipality = municipality;
		latest->version = version;
	}
}

static enum rk_status of_period(struct rk_run *run, const char *named,
	const Renkei__V1__Period *period, const char **path, struct rk_err *err)
{
	const char *folder = rk_receipt_path(run, "", ""), *tag = rk_period_tag(run, period);
	struct latest latest = {0};
	DIR *open = folder ? opendir(folder) : NULL;
	const struct dirent *entry;

	while (open && (entry = readdir(open)))
		consider(run, entry->d_name, tag, &latest);
	if (open)
		closedir(open);
	if (!latest.number)
		return rk_fail_reason(err, RK_NOT_FOUND, "RECEIPT_NOT_KEPT_PERIOD", "%s", named);
	if (latest.several)
		return rk_fail_reason(err, RK_INVALID_ARGUMENT, "RECEIPTS_OF_SEVERAL", "%s", named);
	rk_talk(run, "verify.of_period", "number", latest.number);
	*path = rk_receipt_path(run, latest.number, ".json");
	return RK_OK;
}

enum rk_status rk_receipt_named(
	struct rk_run *run, const char *named, const char **path, bool *kept, struct rk_err *err)
{
	Renkei__V1__Period period = RENKEI__V1__PERIOD__INIT;
	const char *municipality;
	struct rk_err none;
	int32_t version;

	*kept = false;
	*path = named;
	if (access(named, F_OK) == 0 || strchr(named, '/') || strchr(named, '.'))
		return RK_OK;
	*kept = true;
	*path = rk_receipt_kept(run, named);
	if (*path)
		return RK_OK;
	if (rk_attachment_number_is(named) ||
		rk_receipt_number_parse(run, named, &municipality, &period, &version, &none) ==
			RK_OK)
		return rk_fail_reason(err, RK_NOT_FOUND, "RECEIPT_NOT_KEPT", "%s", named);
	if (rk_period_asked(named, &period, &none) == RK_OK)
		return of_period(run, named, &period, path, err);
	*kept = false;
	*path = named;
	return RK_OK;
}
