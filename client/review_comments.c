#include "review_comments.h"

#include "labels.h"
#include "periods.h"
#include "summary.h"
#include "who.h"

enum rk_status rk_comments_of(struct rk_run *run, const char *municipality,
	Renkei__V1__Period *period, bool open_only, Renkei__V1__ListCommentsResponse **response,
	struct rk_failure *failure)
{
	Renkei__V1__ListCommentsRequest request = RENKEI__V1__LIST_COMMENTS_REQUEST__INIT;

	request.municipality_code = rk_run_str(run, municipality);
	request.period = period;
	request.open_only = open_only;
	return rk_call(run, "ReviewService/ListComments", &request, list_comments_response,
		response, failure);
}

static void print_turn(struct rk_run *run, FILE *out, const Renkei__V1__CommentTurn *turn)
{
	fprintf(out, "    %s  %s  ", rk_moment_japan(run, turn->said_at),
		rk_visible(run, rk_who(run, turn->principal)));
	if (turn->state == RENKEI__V1__COMMENT_STATE__COMMENT_STATE_RESOLVED)
		fprintf(out, "[%s] ",
			rk_label_enum(
				run, &renkei__v1__comment_state__descriptor, (int)turn->state));
	fprintf(out, "%s\n", rk_visible(run, turn->text));
}

void rk_comments_text(struct rk_run *run, FILE *out, const Renkei__V1__Report *report,
	const Renkei__V1__ListCommentsResponse *comments)
{
	if (!comments || !comments->n_comments)
		return;
	fprintf(out, "%s\n", rk_tell(run, "comment.title"));
	for (size_t i = 0; i < comments->n_comments; i++) {
		const Renkei__V1__Comment *comment = comments->comments[i];

		fprintf(out, "  %s  %s  %s%s\n", comment->number,
			rk_shown_enum(
				run, &renkei__v1__comment_state__descriptor, (int)comment->state),
			rk_visible(run, rk_label_item(run, report, comment->field_path)),
			comment->office_only ? rk_tell(run, "comment.office_only") : "");
		for (size_t n = 0; n < comment->n_turns; n++)
			print_turn(run, out, comment->turns[n]);
	}
}
