/* What the command table says to people: help, and the command part of the man page. */
#include "base/text.h"
#include "command.h"
#include "labels.h"
#include "say_client.h"

#include "renkei/v1/status_service.pb-c.h"

#include <string.h>

const char *rk_option_text(
	struct rk_run *run, const struct rk_command *command, const struct rk_option *option)
{
	const char *own = command ? rk_run_printf(run, "opt.%s.%s", command->name, option->name)
				  : NULL;

	const char *code = own && rk_client_text(run->language, own)
		? own
		: rk_run_printf(run, "opt.%s", option->name);

	return rk_tell(run, code, "measures",
		rk_enum_names(run, &renkei__v1__measure__descriptor, ", "), "dimensions",
		rk_enum_names(run, &renkei__v1__dimension__descriptor, ", "));
}

static const char *command_text(struct rk_run *run, const struct rk_command *command)
{
	return rk_tell(run, rk_run_printf(run, "cmd.%s", command->name));
}

static void pad(FILE *out, const char *text, size_t columns)
{
	size_t width = rk_text_width(rk_slice_str(text));

	fprintf(out, "  %s%*s", text, (int)(width < columns ? columns - width : 1), "");
}

static void print_options(struct rk_run *run, FILE *out, const struct rk_command *command,
	const struct rk_option *options)
{
	for (const struct rk_option *option = options; option && option->name; option++) {
		char letter[5] = "    ";

		if (option->letter)
			memcpy(letter, (const char[]){'-', option->letter, ',', ' '}, 4);
		pad(out,
			rk_run_printf(run, "%s--%s%s%s", letter, option->name,
				option->value ? " " : "", option->value ? option->value : ""),
			30);
		fputs(rk_option_text(run, command, option), out);
		if (option->choices)
			fprintf(out, " (%s)", option->choices);
		fputc('\n', out);
	}
}

static bool is_listed(const struct rk_run *run, const struct rk_command *command)
{
	size_t len = run->group ? strlen(run->group) : 0;

	return !command->hidden &&
		(len == 0 ||
			(strncmp(command->name, run->group, len) == 0 &&
				command->name[len] == ' '));
}

static void print_group(struct rk_run *run, FILE *out)
{
	fprintf(out, "%s\n  renkei %s\n\n%s\n", rk_tell(run, "help.usage"),
		run->group ? rk_run_printf(run, "%s COMMAND [OPTION...] [OPERAND...]", run->group)
			   : "COMMAND [OPTION...] [OPERAND...]",
		rk_tell(run, "help.commands"));
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (!is_listed(run, command))
			continue;
		pad(out, rk_run_printf(run, "%s %s", command->name, command->operands), 34);
		fprintf(out, "%s\n", command_text(run, command));
	}
}

static void print_all(struct rk_run *run, FILE *out)
{
	fprintf(out, "%s\n\n", rk_tell(run, "help.what"));
	print_group(run, out);
	fprintf(out, "\n%s\n", rk_tell(run, "help.options"));
	print_options(run, out, NULL, rk_global_options);
	fprintf(out, "\n%s\n%s\n", rk_tell(run, "help.environment"), rk_tell(run, "help.exit"));
}

void rk_help_print(struct rk_run *run, FILE *out, const struct rk_command *command)
{
	if (!command && run->group) {
		print_group(run, out);
		fprintf(out, "\n%s\n",
			rk_tell(run, "help.each", "command",
				rk_run_printf(run, "%s COMMAND", run->group)));
		return;
	}
	if (!command) {
		print_all(run, out);
		return;
	}
	fprintf(out, "%s\n\n%s\n  renkei %s [OPTION...]%s%s\n\n", command_text(run, command),
		rk_tell(run, "help.usage"), command->name, command->operands[0] ? " " : "",
		command->operands);
	if (command->options)
		fprintf(out, "%s\n", rk_tell(run, "help.own_options"));
	print_options(run, out, command, command->options);
	fprintf(out, "%s%s\n", command->options ? "\n" : "", rk_tell(run, "help.options"));
	print_options(run, out, NULL, rk_global_options);
	const char *more = rk_run_printf(run, "more.%s", command->name);

	if (rk_client_text(run->language, more))
		fprintf(out, "\n%s\n", rk_tell(run, more));
	fprintf(out, "\n%s\n", rk_tell(run, "help.exit"));
}

/* scdoc reads these as markup. */
static void scdoc_text(FILE *out, const char *text)
{
	/* At the beginning of a line it would make a list. */
	if (*text == '-')
		fputc('\\', out);
	for (; *text; text++) {
		if (strchr("\\*_#`", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void scdoc_options(struct rk_run *run, FILE *out, const struct rk_command *command,
	const struct rk_option *options)
{
	for (const struct rk_option *option = options; option && option->name; option++) {
		fputs("*--", out);
		scdoc_text(out, option->name);
		fputc('*', out);
		if (option->value)
			fprintf(out, " _%s_", option->value);
		if (option->letter)
			fprintf(out, ", *-%c*", option->letter);
		fputs("\n\t", out);
		scdoc_text(out, rk_option_text(run, command, option));
		if (option->choices)
			fprintf(out, " (%s)", option->choices);
		fputs("\n\n", out);
	}
}

void rk_help_scdoc(struct rk_run *run, FILE *out)
{
	fprintf(out, "# %s\n\n", rk_tell(run, "help.scdoc_commands"));
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (command->hidden)
			continue;
		fprintf(out, "## renkei %s", command->name);
		fprintf(out, "%s%s\n\n", command->operands[0] ? " " : "", command->operands);
		scdoc_text(out, command_text(run, command));
		fputs(run->language == RK_EN ? ".\n\n" : "。\n\n", out);
		const char *more = rk_run_printf(run, "more.%s", command->name);

		if (rk_client_text(run->language, more)) {
			scdoc_text(out, rk_tell(run, more));
			fputs("\n\n", out);
		}
		scdoc_options(run, out, command, command->options);
	}
	fprintf(out, "# %s\n\n", rk_tell(run, "help.scdoc_options"));
	scdoc_options(run, out, NULL, rk_global_options);
}
