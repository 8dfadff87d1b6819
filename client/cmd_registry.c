/* renkei org, cooperation - what the platform knows beside the reports. */
#include "command.h"
#include "days.h"
#include "labels.h"
#include "municipality.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "report_text.h"
#include "summary.h"
#include "who.h"

#include "renkei/v1/registry_service.pb-c.h"

#include <string.h>

#define GRID(of)                                                                        \
	{                                                                               \
		.run = run, .columns = (of), .column_count = sizeof(of) / sizeof(of)[0] \
	}

static const struct rk_grid_column municipality_columns[] = {
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"name_ja",           RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"name_en",           RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"name_zh",           RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"name_kana",         RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"kind",              RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"state",             RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"release_required",  RK_COLUMN_BOOL, RK_COLUMN_WIDE},
	{"prefecture_code",   RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"etag",              RK_COLUMN_TEXT, RK_COLUMN_WIDE},
};
static const struct rk_grid_column partner_columns[] = {
	{"partner_code", RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"name_ja",      RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"name_zh",      RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"name_en",      RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"level",        RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"parent_code",  RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"served_by",    RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"etag",         RK_COLUMN_TEXT, RK_COLUMN_WIDE},
};
static const struct rk_grid_column cooperation_columns[] = {
	{"cooperation_id",    RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"partner_code",      RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"type",              RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"status",            RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"status_since",      RK_COLUMN_TEXT, RK_COLUMN_ALL },
	{"schemes",           RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"source",            RK_COLUMN_TEXT, RK_COLUMN_WIDE},
	{"etag",              RK_COLUMN_TEXT, RK_COLUMN_WIDE},
};

/* One record: all of it for people, its JSON for programs. */
static int print_record(struct rk_run *run, const ProtobufCMessage *record)
{
	FILE *out = rk_out(run);

	if (!record)
		return EX_PROTOCOL;
	if (!out)
		return EX_CANTCREAT;
	if (!rk_out_is_human(run))
		return rk_message_print(run, record);
	rk_message_text(run, out, record, 0);
	return EX_OK;
}

/* *text becomes the date as the server takes it; NULL stays. */
static int take_date(struct rk_run *run, const char **text)
{
	int32_t date;
	struct rk_err err;

	if (!*text)
		return EX_OK;
	if (rk_date_parse(*text, &date, &err) != RK_OK)
		return rk_trouble(run, &err);
	*text = rk_date_iso(run, date);
	return EX_OK;
}

static int list_partners(struct rk_run *run, const char *on)
{
	Renkei__V1__ListPartnerGovernmentsRequest request =
		RENKEI__V1__LIST_PARTNER_GOVERNMENTS_REQUEST__INIT;
	Renkei__V1__ListPartnerGovernmentsResponse *answer = NULL;
	struct rk_failure failure;
	struct rk_grid grid = GRID(partner_columns);

	request.valid_on = rk_run_str(run, on ? on : "");
	if (rk_call(run, "RegistryService/ListPartnerGovernments", &request,
		    list_partner_governments_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_partner_governments; i++) {
		const Renkei__V1__PartnerGovernment *at = answer->partner_governments[i];

		rk_grid_add(&grid,
			(const char *const[]){at->partner_code, at->name_ja, at->name_zh,
				at->name_en,
				rk_shown_enum(run, &renkei__v1__partner_level__descriptor,
					(int)at->level),
				at->parent_code,
				rk_shown_enum(run, &renkei__v1__served_by__descriptor,
					(int)at->served_by),
				at->etag});
	}
	return rk_answer_print(&grid, &answer->base);
}

int rk_cmd_org_list(struct rk_run *run)
{
	Renkei__V1__ListMunicipalitiesRequest request =
		RENKEI__V1__LIST_MUNICIPALITIES_REQUEST__INIT;
	Renkei__V1__ListMunicipalitiesResponse *answer = NULL;
	struct rk_failure failure;
	struct rk_grid grid = GRID(municipality_columns);
	const char *on = rk_run_option(run, "on");
	int status = take_date(run, &on);

	if (status != EX_OK)
		return status;
	if (rk_run_flag(run, "partners"))
		return list_partners(run, on);
	request.valid_on = rk_run_str(run, on ? on : "");
	if (rk_call(run, "RegistryService/ListMunicipalities", &request,
		    list_municipalities_response, &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_municipalities; i++) {
		const Renkei__V1__Municipality *at = answer->municipalities[i];

		rk_grid_add(&grid,
			(const char *const[]){at->municipality_code, at->name_ja, at->name_en,
				at->name_zh, at->name_kana,
				rk_shown_enum(run, &renkei__v1__municipality_kind__descriptor,
					(int)at->kind),
				rk_shown_enum(run, &renkei__v1__participation_state__descriptor,
					(int)at->state),
				at->release_required ? "true" : "false", at->prefecture_code,
				at->etag});
	}
	return rk_answer_print(&grid, &answer->base);
}

/* Below the record who set the release when. */
static int print_municipality(struct rk_run *run, const Renkei__V1__GetMunicipalityResponse *answer)
{
	int status = print_record(run, answer->municipality ? &answer->municipality->base : NULL);

	if (status != EX_OK || !rk_out_is_human(run))
		return status;
	for (size_t i = 0; i < answer->n_release_settings; i++) {
		const Renkei__V1__ReleaseSetting *at = answer->release_settings[i];

		fprintf(rk_out(run), "  %s\n",
			rk_tell(run, at->release_required ? "release.set_on" : "release.set_off",
				"time", rk_moment_told(run, at->set_at), "principal",
				rk_who(run, at->principal)));
	}
	return status;
}

int rk_cmd_org_show(struct rk_run *run)
{
	Renkei__V1__GetMunicipalityResponse *answer = NULL;
	Renkei__V1__GetPartnerGovernmentRequest partner_request =
		RENKEI__V1__GET_PARTNER_GOVERNMENT_REQUEST__INIT;
	Renkei__V1__GetPartnerGovernmentResponse *partner = NULL;
	struct rk_failure failure;

	if (rk_run_flag(run, "partner")) {
		partner_request.partner_code = rk_run_str(run, run->operands[0]);
		if (rk_call(run, "RegistryService/GetPartnerGovernment", &partner_request,
			    get_partner_government_response, &partner, &failure) != RK_OK)
			return rk_trouble_at(run, &failure);
		return print_record(run,
			partner->partner_government ? &partner->partner_government->base : NULL);
	}
	if (rk_municipality_get(run, run->operands[0], &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print_municipality(run, answer);
}

static void add_cooperation(struct rk_grid *grid, const Renkei__V1__Cooperation *at)
{
	struct rk_run *run = grid->run;
	const char *schemes = "";

	for (size_t i = 0; i < at->n_schemes; i++)
		schemes = rk_run_printf(run, "%s%s%s", schemes, i ? " " : "",
			rk_shown_enum(
				run, &renkei__v1__payer__descriptor, (int)at->schemes[i]->scheme));
	rk_grid_add(grid,
		(const char *const[]){at->cooperation_id, at->municipality_code, at->partner_code,
			at->current_type == RENKEI__V1__COOPERATION_TYPE__COOPERATION_TYPE_B ? "B"
				: at->current_type ==
					RENKEI__V1__COOPERATION_TYPE__COOPERATION_TYPE_A
				? "A"
				: NULL,
			rk_shown_enum(
				run, &renkei__v1__cooperation_status__descriptor, (int)at->status),
			rk_partial_date(run, at->status_since), schemes, at->source, at->etag});
}

int rk_cmd_cooperation_list(struct rk_run *run)
{
	Renkei__V1__ListCooperationsRequest request = RENKEI__V1__LIST_COOPERATIONS_REQUEST__INIT;
	Renkei__V1__ListCooperationsResponse *answer = NULL;
	struct rk_failure failure;
	struct rk_grid grid = GRID(cooperation_columns);
	const char *municipality = rk_run_option(run, "municipality"),
		   *partner = rk_run_option(run, "partner");

	request.municipality_code = rk_run_str(run, municipality ? municipality : "");
	request.partner_code = rk_run_str(run, partner ? partner : "");
	if (rk_call(run, "RegistryService/ListCooperations", &request, list_cooperations_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < answer->n_cooperations; i++)
		add_cooperation(&grid, answer->cooperations[i]);
	return rk_answer_print(&grid, &answer->base);
}

int rk_cmd_cooperation_show(struct rk_run *run)
{
	Renkei__V1__GetCooperationRequest request = RENKEI__V1__GET_COOPERATION_REQUEST__INIT;
	Renkei__V1__GetCooperationResponse *answer = NULL;
	struct rk_failure failure;

	request.cooperation_id = rk_run_str(run, run->operands[0]);
	if (rk_call(run, "RegistryService/GetCooperation", &request, get_cooperation_response,
		    &answer, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print_record(run, answer->cooperation ? &answer->cooperation->base : NULL);
}
