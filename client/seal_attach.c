/* Files beside the reports of a seal: judged as attach does, kept in the outbox, signed by their SHA-256. */
#include "attach.h"
#include "periods.h"
#include "sealer.h"
#include "server_info.h"

#include <string.h>

/* The quarter that they belong to: said, or the report's. */
static int take_period(
	struct rk_run *run, const Renkei__V1__Report *report, Renkei__V1__Period *period)
{
	const char *asked = rk_run_option(run, "period");
	struct rk_err err;

	if (!asked && (!report || !report->period))
		return rk_usage(run, "usage.option_missing", "option", "period");
	if (!asked)
		*period = *report->period;
	else if (rk_period_asked(asked, period, &err) != RK_OK)
		return rk_trouble(run, &err);
	return EX_OK;
}

static int take_head(struct rk_run *run, const Renkei__V1__Report *report,
	Renkei__V1__UploadHead *head, Renkei__V1__Period *period)
{
	const char *item = rk_run_option(run, "item"), *municipality;
	int status = take_period(run, report, period);
	struct rk_err err;

	if (status != EX_OK)
		return status;
	head->period = period;
	status = rk_attach_head(run, head, rk_run_option_at(run, "attach", 1) != NULL);
	if (status != EX_OK)
		return status;
	municipality = rk_municipality_asked(run, &err);
	if (!municipality)
		return rk_trouble(run, &err);
	head->municipality_code = rk_run_str(run, municipality);
	return item ? rk_attach_record_in(run, report, item, head) : EX_OK;
}

static int seal_one(struct rk_sealer *sealer, const char *path, const Renkei__V1__UploadHead *head)
{
	struct rk_attach_file file = {.path = path, .fd = -1};
	struct rk_run *run = sealer->run;
	struct rk_err err = {0};
	int status = rk_attach_open(run, &file);

	/* The request is on disk before its seal is: made again, it is the same one. */
	if (status == EX_OK)
		status = rk_attach_prepare(run, &file, head);
	if (status == EX_OK) {
		const Renkei__V1__UploadHead wish = rk_attach_wish(run, &file, head);

		if (rk_sealer_add_file(sealer, file.box.request_id, &wish, path, &err) != RK_OK)
			status = rk_trouble(run, &err);
	}
	rk_attach_close(&file);
	return status;
}

int rk_seal_files(struct rk_sealer *sealer, const Renkei__V1__Report *report)
{
	Renkei__V1__UploadHead head = RENKEI__V1__UPLOAD_HEAD__INIT;
	Renkei__V1__Period period = RENKEI__V1__PERIOD__INIT;
	struct rk_run *run = sealer->run;
	const char *path;
	int status = EX_OK;

	if (!rk_run_option(run, "attach"))
		return EX_OK;
	status = take_head(run, report, &head, &period);
	for (size_t i = 0; status == EX_OK && (path = rk_run_option_at(run, "attach", i)); i++) {
		if (sealer->all.n_sealed >= RK_SEAL_MOST)
			return rk_usage(run, "usage.seal_large", "count",
				rk_run_printf(run, "%zu", sealer->all.n_sealed + 1));
		status = seal_one(sealer, path, &head);
	}
	return status;
}
