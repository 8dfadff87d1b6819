/* renkei remind, reminder, contact - letters to who owes a report, what became of them, and whom they go to. */
#include "command.h"
#include "labels.h"
#include "out.h"
#include "periods.h"
#include "remote.h"
#include "server_info.h"
#include "summary.h"
#include "words/letter.h"

#include "renkei/v1/reminder_service.pb-c.h"

#include <string.h>

static const struct rk_grid_column letter_columns[] = {
	{"municipality_code", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"municipality_name", RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"email",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"name",              RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"periods",           RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"state",             RK_COLUMN_TEXT,   RK_COLUMN_ALL  },
	{"queued",            RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"queued_at",         RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"settled",           RK_COLUMN_TEXT,   RK_COLUMN_HUMAN},
	{"settled_at",        RK_COLUMN_TEXT,   RK_COLUMN_DATA },
	{"attempts",          RK_COLUMN_NUMBER, RK_COLUMN_WIDE },
	{"problem",           RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
	{"reminder_id",       RK_COLUMN_TEXT,   RK_COLUMN_WIDE },
};
static const struct rk_grid_column contact_columns[] = {
	{"municipality_code", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"municipality_name", RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"email",             RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"name",              RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"language",          RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"topics",            RK_COLUMN_TEXT, RK_COLUMN_ALL  },
	{"set",               RK_COLUMN_TEXT, RK_COLUMN_HUMAN},
	{"set_at",            RK_COLUMN_TEXT, RK_COLUMN_DATA },
	{"set_by",            RK_COLUMN_TEXT, RK_COLUMN_WIDE },
};

static const char *periods_of(
	struct rk_run *run, Renkei__V1__ReminderItem *const *items, size_t count)
{
	const char *joined = "";

	for (size_t i = 0; i < count; i++)
		joined = rk_run_printf(
			run, "%s%s%s", joined, i ? " " : "", rk_period_tag(run, items[i]->period));
	return joined;
}

/* Of what is owed, and of what became of others. */
static const char *periods_in(struct rk_run *run, const Renkei__V1__Reminder *letter)
{
	const char *joined = periods_of(run, letter->items, letter->n_items);

	for (size_t i = 0; i < letter->n_notices; i++)
		joined = rk_run_printf(run, "%s%s%s", joined, *joined ? " " : "",
			rk_period_tag(run, letter->notices[i]->period));
	return joined;
}

static int print_letters(struct rk_run *run, Renkei__V1__Reminder *const *letters, size_t count,
	const ProtobufCMessage *answer)
{
	struct rk_grid grid = {.run = run,
		.columns = letter_columns,
		.column_count = sizeof letter_columns / sizeof letter_columns[0]};

	for (size_t i = 0; i < count; i++) {
		const Renkei__V1__Reminder *at = letters[i];

		rk_grid_add(&grid,
			(const char *const[]){at->municipality_code, at->municipality_name_ja,
				at->email, at->name, periods_in(run, at),
				rk_shown_enum(run, &renkei__v1__reminder_state__descriptor,
					(int)at->state),
				rk_moment_japan(run, at->queued_at),
				rk_moment_utc(run, at->queued_at),
				rk_moment_japan(run, at->settled_at),
				rk_moment_utc(run, at->settled_at),
				rk_run_printf(run, "%d", at->attempts), at->problem,
				at->reminder_id});
	}
	return rk_answer_print(&grid, answer);
}

/* The letter as its reader will see it. */
static int show_letter(struct rk_run *run, FILE *out, const Renkei__V1__Reminder *letter)
{
	RK_AUTO(rk_buf_clear) struct rk_buf subject = {0}, text = {0};

	if (rk_letter_subject(letter, &subject) != RK_OK || rk_letter_text(letter, &text) != RK_OK)
		return EX_OSERR;
	fprintf(out, "%s\n%s\n\n",
		rk_tell(run, "remind.to", "name", rk_visible(run, letter->name), "email",
			rk_visible(run, letter->email)),
		rk_tell(run, "remind.subject", "subject",
			rk_visible(run, rk_run_slice(run, rk_buf_slice(&subject)))));
	for (const char *at = rk_run_slice(run, rk_buf_slice(&text)); *at;) {
		size_t len = strcspn(at, "\n");

		fprintf(out, "%s\n", rk_visible(run, rk_run_slice(run, rk_slice_of(at, len))));
		at += len + (at[len] == '\n');
	}
	fputs("\n", out);
	return EX_OK;
}

static int show_letters(struct rk_run *run, const Renkei__V1__SendRemindersResponse *response)
{
	FILE *out = rk_out(run);
	int status = EX_OK;

	if (!out)
		return EX_CANTCREAT;
	for (size_t i = 0; i < response->n_reminders && status == EX_OK; i++)
		status = show_letter(run, out, response->reminders[i]);
	return status;
}

/* Who gets no letter is named where the letters are looked at. */
static void tell_without_contact(
	struct rk_run *run, const Renkei__V1__SendRemindersResponse *response)
{
	if (response->n_without_contact == 0)
		return;
	rk_talk(run, "remind.nobody", "count",
		rk_run_printf(run, "%zu", response->n_without_contact));
	for (size_t i = 0; i < response->n_without_contact; i++) {
		const Renkei__V1__ReminderWithoutContact *at = response->without_contact[i];

		rk_talk(run, "remind.nobody_at", "code", at->municipality_code, "name",
			rk_visible(run, at->municipality_name_ja), "periods",
			periods_of(run, at->items, at->n_items));
	}
}

/* EX_CONFIG where letters were written that nobody sends: the server has no mail server. */
static int tell_of_mail(struct rk_run *run, const Renkei__V1__SendRemindersResponse *response)
{
	const Renkei__V1__GetServerInfoResponse *server = rk_server_info_soon(run);

	if (!server || !server->letters_wait)
		return EX_OK;
	rk_talk(run, "remind.no_mail");
	return response->n_reminders && !rk_run_flag(run, "dry-run") ? EX_CONFIG : EX_OK;
}

/* One sentence says that there is none; a table without rows would say it again. */
static int show(struct rk_run *run, const Renkei__V1__SendRemindersResponse *response)
{
	if (rk_out_is_human(run) && (rk_run_flag(run, "dry-run") || !response->n_reminders))
		return show_letters(run, response);
	return print_letters(run, response->reminders, response->n_reminders, &response->base);
}

int rk_cmd_remind(struct rk_run *run)
{
	Renkei__V1__SendRemindersRequest request = RENKEI__V1__SEND_REMINDERS_REQUEST__INIT;
	Renkei__V1__SendRemindersResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	Google__Protobuf__Timestamp at;
	const char *moment = rk_run_option(run, "at");
	bool dry = rk_run_flag(run, "dry-run");

	if (moment && !dry)
		return rk_usage(run, "usage.at_shows");
	if (moment && rk_moment_parse(moment, &at, &failure.err) != RK_OK)
		return rk_trouble(run, &failure.err);
	if (!dry && !rk_confirm(run, "remind.ask", NULL))
		return rk_not_confirmed();
	request.validate_only = dry;
	request.at = moment ? &at : NULL;
	if (rk_call(run, "ReminderService/SendReminders", &request, send_reminders_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	rk_talk(run,
		response->n_reminders == 0 ? "remind.none"
			: dry              ? "remind.would"
					   : "remind.done",
		"count", rk_run_printf(run, "%zu", response->n_reminders));
	tell_without_contact(run, response);
	int status = show(run, response);
	int mail = tell_of_mail(run, response);

	return status == EX_OK ? mail : status;
}

int rk_cmd_reminder_list(struct rk_run *run)
{
	Renkei__V1__ListRemindersRequest request = RENKEI__V1__LIST_REMINDERS_REQUEST__INIT;
	Renkei__V1__ListRemindersResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	const char *only = rk_run_option(run, "municipality");

	request.municipality_code = rk_run_str(run, only ? only : "");
	if (rk_call(run, "ReminderService/ListReminders", &request, list_reminders_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	return print_letters(run, response->reminders, response->n_reminders, &response->base);
}

static const char *topics_of(struct rk_run *run, const Renkei__V1__Contact *contact)
{
	const char *joined = "";

	for (size_t i = 0; i < contact->n_topics; i++)
		joined = rk_run_printf(run, "%s%s%s", joined, i ? ", " : "",
			rk_shown_enum(run, &renkei__v1__letter_topic__descriptor,
				(int)contact->topics[i]));
	return joined;
}

static void add_contact(struct rk_grid *grid, const Renkei__V1__Contact *at)
{
	struct rk_run *run = grid->run;

	rk_grid_add(grid,
		(const char *const[]){at->municipality_code, at->municipality_name_ja, at->email,
			at->name, at->language, topics_of(run, at),
			rk_moment_japan(run, at->set_at), rk_moment_utc(run, at->set_at),
			at->set_by});
}

int rk_cmd_contact_list(struct rk_run *run)
{
	Renkei__V1__ListContactsRequest request = RENKEI__V1__LIST_CONTACTS_REQUEST__INIT;
	Renkei__V1__ListContactsResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = contact_columns,
		.column_count = sizeof contact_columns / sizeof contact_columns[0]};
	const char *only = rk_run_option(run, "municipality");

	request.municipality_code = rk_run_str(run, only ? only : "");
	if (rk_call(run, "ReminderService/ListContacts", &request, list_contacts_response,
		    &response, &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	for (size_t i = 0; i < response->n_contacts; i++)
		add_contact(&grid, response->contacts[i]);
	return rk_answer_print(&grid, &response->base);
}

/* "deadline,returned": each a topic. */
static int take_topics(struct rk_run *run, const char *text, Renkei__V1__SetContactRequest *request)
{
	const ProtobufCEnumDescriptor *type = &renkei__v1__letter_topic__descriptor;
	char *save = NULL, *names = rk_run_str(run, text);

	request->topics = rk_run_alloc(run, (strlen(text) + 1) * sizeof *request->topics);
	for (char *at = strtok_r(names, ", ", &save); at; at = strtok_r(NULL, ", ", &save)) {
		int value = rk_enum_value(run, type, at, NULL);

		if (value <= 0)
			return rk_usage(run, "usage.choice", "option", "letters", "value",
				rk_visible(run, at), "choices", rk_enum_names(run, type, ", "));
		request->topics[request->n_topics++] = (Renkei__V1__LetterTopic)value;
	}
	/* None is asked for by taking the contact away. */
	return request->n_topics ? EX_OK
				 : rk_usage(run, "usage.choice", "option", "letters", "value", "",
					   "choices", rk_enum_names(run, type, ", "));
}

static int set_contact(struct rk_run *run, bool gone)
{
	Renkei__V1__SetContactRequest request = RENKEI__V1__SET_CONTACT_REQUEST__INIT;
	Renkei__V1__SetContactResponse *response = NULL;
	struct rk_failure failure = {.retry_ms = -1};
	struct rk_grid grid = {.run = run,
		.columns = contact_columns,
		.column_count = sizeof contact_columns / sizeof contact_columns[0]};
	const char *name = rk_run_option(run, "name"), *language = rk_run_option(run, "language");
	const char *letters = rk_run_option(run, "letters");
	const char *municipality = rk_municipality_asked(run, &failure.err);

	if (!municipality)
		return rk_trouble(run, &failure.err);
	if (!gone && !name)
		return rk_usage(run, "usage.option_missing", "option", "name");
	if (letters && take_topics(run, letters, &request) != EX_OK)
		return EX_USAGE;
	request.validate_only = rk_run_flag(run, "dry-run");
	request.municipality_code = rk_run_str(run, municipality);
	request.email = rk_run_str(run, run->operands[0]);
	request.name = rk_run_str(run, name ? name : "");
	request.language = rk_run_str(run, language ? language : "");
	request.remove = gone;
	if (rk_call(run, "ReminderService/SetContact", &request, set_contact_response, &response,
		    &failure) != RK_OK)
		return rk_trouble_at(run, &failure);
	if (!response->contact)
		return rk_answer_bad(run, "no contact");
	if (gone && !request.validate_only)
		rk_talk(run, "contact.removed", "email", rk_visible(run, response->contact->email));
	add_contact(&grid, response->contact);
	return rk_grid_print(&grid);
}

int rk_cmd_contact_set(struct rk_run *run)
{
	return set_contact(run, false);
}

int rk_cmd_contact_remove(struct rk_run *run)
{
	return set_contact(run, true);
}
