/* renkei auth invite, invitations, withdraw - who is asked to join. */
#include "cmd_auth.h"

#include "base/text.h"
#include "command.h"
#include "days.h"
#include "identity.h"
#include "municipality.h"
#include "periods.h"
#include "summary.h"
#include "words/terms.h"

#include <string.h>

static const struct rk_grid_column columns[] = {
	{"invitation_id", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"role",          RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"organisation",  RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"holder",        RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"state",         RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"expires",       RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"expires_at",    RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"principal",     RK_COLUMN_TEXT, RK_COLUMN_WIDE },
	{"invited_by",    RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

char *rk_request_id(struct rk_run *run)
{
	char id[37];

	if (rk_text_uuid(id))
		return rk_run_str(run, id);
	rk_talk(run, "auth.no_randomness");
	run->failed = true;
	return NULL;
}

static const char *role_of(struct rk_run *run, const char *role)
{
	return rk_out_is_human(run) ? rk_term(&run->arena, run->language, "role", role) : role;
}

static int print(struct rk_run *run, Renkei__V1__Invitation *const *invitations, size_t count,
	const ProtobufCMessage *answer)
{
	struct rk_grid grid = {
		.run = run, .columns = columns, .column_count = sizeof columns / sizeof columns[0]};

	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__Invitation *at = invitations[i];

		rk_grid_add(&grid,
			(const char *const[]){at->invitation_id, role_of(run, at->role), at->name,
				at->holder,
				rk_shown_enum(run, &renkei__v1__invitation_state__descriptor,
					(int)at->state),
				rk_moment_japan(run, at->expires_at),
				rk_moment_utc(run, at->expires_at), at->principal, at->invited_by});
	}
	return rk_answer_print(&grid, answer);
}

/* What the invited type, whole, so that nobody has to put it together; but for the token, which it asks for: a shell keeps its commands. */
static const char *command_of(struct rk_run *run, const Renkei__V1__CreateInvitationResponse *made)
{
	char host[256] = "SERVER", port[6];
	struct rk_err err;

	if (run->profile.server)
		(void)!rk_remote_address(run->profile.server, host, port, &err);
	return rk_run_printf(run,
		strchr(host, ':') ? "renkei auth enroll [%s]:%d --token - --fingerprint %s"
				  : "renkei auth enroll %s:%d --token - --fingerprint %s",
		host, made->enrolment_port, rk_fingerprint_text(run, made->ca_sha256));
}

static int show(struct rk_run *run, const Renkei__V1__CreateInvitationResponse *made)
{
	const Renkei__V1__Invitation *invitation = made->invitation;
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	if (!rk_out_is_human(run) || !invitation)
		return rk_message_print(run, &made->base);
	fprintf(out, "%s\n",
		rk_tell(run, "auth.invited", "name", rk_visible(run, invitation->name), "role",
			role_of(run, invitation->role), "principal", invitation->principal,
			"expires", rk_moment_told(run, invitation->expires_at), "id",
			invitation->invitation_id));
	if (made->token[0])
		fprintf(out, "\n  %s\n  %s\n\n%s\n", command_of(run, made),
			rk_tell(run, "auth.token", "token", made->token),
			rk_tell(run, "auth.hand_over"));
	return EX_OK;
}

/* An approver of whom no release is wanted would wait for nothing. That the invitation was made stands, whatever is found out here. */
static void tell_release(struct rk_run *run)
{
	Renkei__V1__GetMunicipalityResponse *answer = NULL;
	struct rk_failure failure = {.retry_ms = -1};

	if (rk_municipality_get(run, run->operands[0], &answer, &failure) == RK_OK &&
		!answer->municipality->release_required)
		rk_talk(run, "auth.release_not_required", "name", answer->municipality->name_ja,
			"code", answer->municipality->municipality_code);
}

int rk_cmd_auth_invite(struct rk_run *run)
{
	Renkei__V1__CreateInvitationRequest request = RENKEI__V1__CREATE_INVITATION_REQUEST__INIT;
	Renkei__V1__CreateInvitationResponse *response = NULL;
	const char *role = rk_run_option(run, "role"), *days = rk_run_option(run, "days");
	const char *holder = rk_run_option(run, "for"), *name = rk_run_option(run, "name");
	struct rk_failure failure;
	int64_t number = 0;

	if (!role)
		return rk_usage(run, "usage.option_missing", "option", "role");
	if (days && !rk_text_i64(rk_slice_str(days), 1, 30, &number))
		return rk_usage(run, "usage.number", "option", "days", "value", days);
	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return EX_OSERR;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.role = rk_run_str(run, strcmp(role, "officer") == 0 ? "municipality" : role);
	request.organisation = rk_run_str(run, run->operands[0]);
	request.holder = rk_run_str(run, holder ? holder : "");
	request.name = rk_run_str(run, name ? name : "");
	request.valid_days = (int32_t)number;
	if (rk_call(run, "AccessService/CreateInvitation", &request, create_invitation_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	int status = show(run, response);

	if (strcmp(role, "approver") == 0)
		tell_release(run);
	return status;
}

int rk_cmd_auth_invitations(struct rk_run *run)
{
	Renkei__V1__ListInvitationsRequest request = RENKEI__V1__LIST_INVITATIONS_REQUEST__INIT;
	Renkei__V1__ListInvitationsResponse *response = NULL;
	struct rk_failure failure;

	request.include_closed = rk_run_flag(run, "all");
	if (rk_call(run, "AccessService/ListInvitations", &request, list_invitations_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print(run, response->invitations, response->n_invitations, &response->base);
}

int rk_cmd_auth_withdraw(struct rk_run *run)
{
	Renkei__V1__RevokeInvitationRequest request = RENKEI__V1__REVOKE_INVITATION_REQUEST__INIT;
	Renkei__V1__RevokeInvitationResponse *response = NULL;
	struct rk_failure failure;

	request.request_id = rk_request_id(run);
	if (!request.request_id)
		return EX_OSERR;
	request.invitation_id = rk_run_str(run, run->operands[0]);
	if (rk_call(run, "AccessService/RevokeInvitation", &request, revoke_invitation_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print(run, &response->invitation, response->invitation ? 1 : 0, &response->base);
}
