/* command.h - the command table: the one source of help, man page, completions and did-you-mean. */
#pragma once
#include "run.h"

#include <stdbool.h>
#include <stdio.h>

/* An option; its sentence is the code "opt.NAME", or "opt.COMMAND.NAME" where a command means something of its own. */
struct rk_option {
	const char *name;    /* long, without "--" */
	char letter;         /* 0 = none */
	const char *value;   /* what stands behind it, "FILE"; NULL = a flag */
	const char *choices; /* "table|wide|json", checked; NULL = anything */
};

/* A command; its sentence is the code "cmd.NAME". */
struct rk_command {
	const char *name; /* "report list" */
	const char *
		operands; /* "FILE...", "" = none; an option behind them is wanted: "CODE --required yes|no" */
	int operands_min;
	int operands_max;                /* -1 = any number */
	const struct rk_option *options; /* ended by an empty one; NULL = none */
	int (*run)(struct rk_run *run);  /* returns the exit status */
	bool hidden;
};

/* Ended by an empty one. */
extern const struct rk_command rk_commands[];
extern const struct rk_option rk_global_options[];

/* rk_command_parse finds the command and its options in argv[1..] and fills run.  Options may stand anywhere; "--" ends them;
 * "--name=value", "--name value", "-oVALUE", "-o VALUE"; an unambiguous beginning of a long name will do.
 *
 * Returns EX_OK, or EX_USAGE after it has said what is wrong and what was probably meant.  *help is set when help is asked for:
 * of run->command, or of all when that is NULL. */
int rk_command_parse(struct rk_run *run, int argc, char *const *argv, bool *help);

/* Whether commands begin with this word: "report". */
bool rk_command_is_group(const char *word);
/* Help for one command; for those of run->group, or the overview (command == NULL). */
void rk_help_print(struct rk_run *run, FILE *out, const struct rk_command *command);
/* What there is, a line a family of commands; all: every command, the options of all, the environment, the exit statuses. */
void rk_help_overview(struct rk_run *run, FILE *out, bool all);
/* The text with what stands for something, FILE or PERIOD, in the reader's language ("hold.FILE"). */
const char *rk_help_text(struct rk_run *run, const char *text);
/* Opens the man page in the language of the run, whatever locales there are.  Returns an exit status: EX_UNAVAILABLE where there is no man or no page. */
int rk_help_page(struct rk_run *run);
/* The command part of renkei.1.scd, between its two marks. */
void rk_help_scdoc(struct rk_run *run, FILE *out);
/* A completion script; false when the shell is none of bash, zsh, fish. */
bool rk_completion_print(struct rk_run *run, FILE *out, const char *shell);
/* Option text, of the command where it has one of its own. */
const char *rk_option_text(
	struct rk_run *run, const struct rk_command *command, const struct rk_option *option);
/* The name nearest to text, NULL when none is near; next(arg, i) gives the names, NULL at the end. */
const char *rk_nearest(
	const char *text, const char *(*next)(const void *arg, size_t i), const void *arg);

/* cmd_*.c */
int rk_cmd_check(struct rk_run *run);
int rk_cmd_template(struct rk_run *run);
int rk_cmd_submit(struct rk_run *run);
int rk_cmd_import(struct rk_run *run);
int rk_cmd_report_new(struct rk_run *run);
int rk_cmd_report_fields(struct rk_run *run);
int rk_cmd_report_list(struct rk_run *run);
int rk_cmd_report_show(struct rk_run *run);
int rk_cmd_report_history(struct rk_run *run);
int rk_cmd_report_returned(struct rk_run *run);
int rk_cmd_report_diff(struct rk_run *run);
int rk_cmd_report_export(struct rk_run *run);
int rk_cmd_report_confirm(struct rk_run *run);
int rk_cmd_report_withdraw(struct rk_run *run);
int rk_cmd_report_release(struct rk_run *run);
int rk_cmd_report_send_back(struct rk_run *run);
int rk_cmd_review_list(struct rk_run *run);
int rk_cmd_review_times(struct rk_run *run);
int rk_cmd_review_assign(struct rk_run *run);
int rk_cmd_review_show(struct rk_run *run);
int rk_cmd_review_start(struct rk_run *run);
int rk_cmd_review_return(struct rk_run *run);
int rk_cmd_review_reopen(struct rk_run *run);
int rk_cmd_review_reopened(struct rk_run *run);
int rk_cmd_review_accept(struct rk_run *run);
int rk_cmd_comment_add(struct rk_run *run);
int rk_cmd_comment_list(struct rk_run *run);
int rk_cmd_comment_answer(struct rk_run *run);
int rk_cmd_comment_resolve(struct rk_run *run);
int rk_cmd_comment_reopen(struct rk_run *run);
int rk_cmd_receipt_list(struct rk_run *run);
int rk_cmd_receipt_fetch(struct rk_run *run);
int rk_cmd_receipt_show(struct rk_run *run);
int rk_cmd_receipt_print(struct rk_run *run);
int rk_cmd_receipt_verify(struct rk_run *run);
int rk_cmd_receipt_import(struct rk_run *run);
int rk_cmd_seal(struct rk_run *run);
int rk_cmd_relay(struct rk_run *run);
int rk_cmd_export_list(struct rk_run *run);
int rk_cmd_export_run(struct rk_run *run);
int rk_cmd_export_get(struct rk_run *run);
int rk_cmd_export_verify(struct rk_run *run);
int rk_cmd_export_schedule(struct rk_run *run);
int rk_cmd_attach(struct rk_run *run);
int rk_cmd_attach_list(struct rk_run *run);
int rk_cmd_attach_get(struct rk_run *run);
int rk_cmd_attach_remove(struct rk_run *run);
int rk_cmd_outbox_list(struct rk_run *run);
int rk_cmd_outbox_flush(struct rk_run *run);
int rk_cmd_outbox_drop(struct rk_run *run);
int rk_cmd_status(struct rk_run *run);
int rk_cmd_calendar(struct rk_run *run);
int rk_cmd_query(struct rk_run *run);
int rk_cmd_query_save(struct rk_run *run);
int rk_cmd_query_run(struct rk_run *run);
int rk_cmd_query_list(struct rk_run *run);
int rk_cmd_query_remove(struct rk_run *run);
int rk_cmd_search(struct rk_run *run);
int rk_cmd_event_hints(struct rk_run *run);
int rk_cmd_event_list(struct rk_run *run);
int rk_cmd_event_link(struct rk_run *run);
int rk_cmd_event_apart(struct rk_run *run);
int rk_cmd_event_undo(struct rk_run *run);
int rk_cmd_event_choose(struct rk_run *run);
int rk_cmd_evaluate(struct rk_run *run);
int rk_cmd_evaluate_table(struct rk_run *run);
int rk_cmd_evaluate_candidates(struct rk_run *run);
int rk_cmd_evaluate_lines(struct rk_run *run);
int rk_cmd_evaluate_choose(struct rk_run *run);
int rk_cmd_evaluate_edit(struct rk_run *run);
int rk_cmd_evaluate_drop(struct rk_run *run);
int rk_cmd_evaluate_restore(struct rk_run *run);
int rk_cmd_evaluate_move(struct rk_run *run);
int rk_cmd_evaluate_note(struct rk_run *run);
int rk_cmd_evaluate_confirm(struct rk_run *run);
int rk_cmd_evaluate_fix(struct rk_run *run);
int rk_cmd_evaluate_list(struct rk_run *run);
int rk_cmd_org_list(struct rk_run *run);
int rk_cmd_org_show(struct rk_run *run);
int rk_cmd_org_release(struct rk_run *run);
int rk_cmd_cooperation_list(struct rk_run *run);
int rk_cmd_cooperation_show(struct rk_run *run);
int rk_cmd_period_list(struct rk_run *run);
int rk_cmd_period_show(struct rk_run *run);
int rk_cmd_extension_ask(struct rk_run *run);
int rk_cmd_extension_list(struct rk_run *run);
int rk_cmd_extension_grant(struct rk_run *run);
int rk_cmd_extension_refuse(struct rk_run *run);
int rk_cmd_meeting_add(struct rk_run *run);
int rk_cmd_meeting_paper(struct rk_run *run);
int rk_cmd_meeting_record(struct rk_run *run);
int rk_cmd_meeting_list(struct rk_run *run);
int rk_cmd_meeting_show(struct rk_run *run);
int rk_cmd_meeting_confirm(struct rk_run *run);
int rk_cmd_meeting_object(struct rk_run *run);
int rk_cmd_remind(struct rk_run *run);
int rk_cmd_reminder_list(struct rk_run *run);
int rk_cmd_contact_list(struct rk_run *run);
int rk_cmd_contact_set(struct rk_run *run);
int rk_cmd_contact_remove(struct rk_run *run);
int rk_cmd_org_export(struct rk_run *run);
int rk_cmd_registry_import(struct rk_run *run);
int rk_cmd_context_list(struct rk_run *run);
int rk_cmd_context_show(struct rk_run *run);
int rk_cmd_context_set(struct rk_run *run);
int rk_cmd_context_use(struct rk_run *run);
int rk_cmd_context_remove(struct rk_run *run);
int rk_cmd_auth_invite(struct rk_run *run);
int rk_cmd_auth_invitations(struct rk_run *run);
int rk_cmd_auth_withdraw(struct rk_run *run);
int rk_cmd_auth_enroll(struct rk_run *run);
int rk_cmd_auth_status(struct rk_run *run);
int rk_cmd_auth_whoami(struct rk_run *run);
int rk_cmd_auth_renew(struct rk_run *run);
int rk_cmd_auth_certs(struct rk_run *run);
int rk_cmd_auth_revoke(struct rk_run *run);
int rk_cmd_doctor(struct rk_run *run);
int rk_cmd_completion(struct rk_run *run);
int rk_cmd_version(struct rk_run *run);
int rk_cmd_help(struct rk_run *run);
