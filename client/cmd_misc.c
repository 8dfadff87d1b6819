/* renkei version, completion, help. */
#include "command.h"
#include "out.h"
#include "words/rules.h"

#include <string.h>

static const struct rk_grid_column version_columns[] = {
	{"version",       RK_COLUMN_TEXT, RK_COLUMN_ALL},
	{"rule_set_hash", RK_COLUMN_TEXT, RK_COLUMN_ALL},
};

int rk_cmd_version(struct rk_run *run)
{
	struct rk_grid grid = {.run = run,
		.columns = version_columns,
		.column_count = sizeof version_columns / sizeof version_columns[0]};

	if (run->output == RK_OUT_TABLE && rk_out(run)) {
		fprintf(rk_out(run), "renkei %s\n%s: %s\n", RENKEI_VERSION,
			rk_tell(run, "col.rule_set_hash"), rk_rules_hash());
		return EX_OK;
	}
	rk_grid_add(&grid, (const char *const[]){RENKEI_VERSION, rk_rules_hash()});
	return rk_grid_print(&grid);
}

int rk_cmd_completion(struct rk_run *run)
{
	FILE *out = rk_out(run);

	if (!out)
		return EX_CANTCREAT;
	if (rk_completion_print(run, out, run->operands[0]))
		return EX_OK;
	return rk_usage(run, "usage.choice", "option", "completion", "value", run->operands[0],
		"choices", "bash|zsh|fish");
}

int rk_cmd_help(struct rk_run *run)
{
	FILE *out = rk_out(run);
	const char *name = run->operand_count == 2
		? rk_run_printf(run, "%s %s", run->operands[0], run->operands[1])
		: run->operand_count == 1 ? run->operands[0]
					  : NULL;
	const struct rk_command *command = rk_commands;

	if (rk_run_flag(run, "man"))
		return rk_help_page(run);
	if (!out)
		return EX_CANTCREAT;
	if (rk_run_flag(run, "scdoc")) {
		rk_help_scdoc(run, out);
		return EX_OK;
	}
	while (name && command->name && strcmp(command->name, name) != 0)
		command++;
	if (name && !command->name && rk_command_is_group(name))
		run->group = name;
	else if (name && !command->name)
		return rk_usage(run, "usage.unknown_command", "command", name);
	if (!name)
		rk_help_overview(run, out, rk_run_flag(run, "all"));
	else
		rk_help_print(run, out, command->name ? command : NULL);
	return EX_OK;
}
