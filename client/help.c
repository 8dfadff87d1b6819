/* What the command table says to people: help, and the command part of the man page. */
#include "base/text.h"
#include "command.h"
#include "labels.h"
#include "say_client.h"

#include "renkei/v1/status_service.pb-c.h"

#include <string.h>

/* The families of commands, by who uses them most. */
static const struct {
	const char *title;
	const char *words[16]; /* ended by NULL */
} sections[] = {
	{"help.officer",
         {"template", "check", "submit", "nil", "report", "attach", "attachment",
			"extension", "calendar", "outbox", "seal", "relay", "receipt", NULL}},
	{"help.office",
         {"status", "review", "comment", "import", "remind", "reminder", "contact", "event",
			"meeting", "evaluate", "org", "cooperation", "period", NULL}        },
	{"help.analyst", {"query", "search", "export", NULL}                                },
	{"help.own",     {"auth", "context", "doctor", "completion", "version", NULL}       },
};

static bool is_of_word(char c)
{
	return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z');
}

const char *rk_help_text(struct rk_run *run, const char *text)
{
	const char *out = "";
	char before = ' ';

	while (*text) {
		size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		const char *own = len > 1 && !is_of_word(before) && !is_of_word(text[len])
			? rk_client_text(
				  run->language, rk_run_printf(run, "hold.%.*s", (int)len, text))
			: NULL;

		if (len == 0)
			len = strcspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		out = rk_run_printf(
			run, "%s%.*s", out, own ? (int)strlen(own) : (int)len, own ? own : text);
		before = text[len - 1];
		text += len;
	}
	return out;
}

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
				option->value ? " " : "",
				option->value ? rk_help_text(run, option->value) : ""),
			30);
		fputs(rk_help_text(run, rk_option_text(run, command, option)), out);
		if (option->choices)
			fprintf(out, " (%s)", option->choices);
		fputc('\n', out);
	}
}

static void print_usage(struct rk_run *run, FILE *out)
{
	fprintf(out, "%s\n  renkei %s%s%s\n", rk_tell(run, "help.usage"),
		run->group ? run->group : "", run->group ? " " : "",
		rk_help_text(run, "COMMAND [OPTION...] [OPERAND...]"));
}

/* Of run->group, or all of them. */
static void print_commands(struct rk_run *run, FILE *out)
{
	const char *group = run->group ? rk_run_printf(run, "%s ", run->group) : "";

	fprintf(out, "\n%s\n", rk_tell(run, "help.commands"));
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (command->hidden || strncmp(command->name, group, strlen(group)) != 0)
			continue;
		pad(out,
			rk_run_printf(
				run, "%s %s", command->name, rk_help_text(run, command->operands)),
			34);
		fprintf(out, "%s\n", command_text(run, command));
	}
}

static void print_family(struct rk_run *run, FILE *out, const char *word)
{
	const char *own = rk_run_printf(run, "group.%s", word);

	pad(out, word, 14);
	fprintf(out, "%s\n",
		rk_tell(run,
			rk_client_text(run->language, own) ? own
							   : rk_run_printf(run, "cmd.%s", word)));
}

static void print_families(struct rk_run *run, FILE *out)
{
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
		fprintf(out, "\n%s\n", rk_tell(run, sections[i].title));
		for (const char *const *word = sections[i].words; *word; word++)
			print_family(run, out, *word);
	}
}

static void print_all(struct rk_run *run, FILE *out)
{
	print_commands(run, out);
	fprintf(out, "\n%s\n", rk_tell(run, "help.options"));
	print_options(run, out, NULL, rk_global_options);
	fprintf(out, "\n%s\n%s\n", rk_tell(run, "help.environment"), rk_tell(run, "help.exit"));
}

void rk_help_overview(struct rk_run *run, FILE *out, bool all)
{
	fprintf(out, "%s\n\n", rk_tell(run, "help.what"));
	print_usage(run, out);
	if (all) {
		print_all(run, out);
		return;
	}
	print_families(run, out);
	fprintf(out, "\n%s\n", rk_tell(run, "help.more"));
}

void rk_help_print(struct rk_run *run, FILE *out, const struct rk_command *command)
{
	if (!command && run->group) {
		print_usage(run, out);
		print_commands(run, out);
		fprintf(out, "\n%s\n",
			rk_tell(run, "help.each", "command",
				rk_run_printf(
					run, "%s %s", run->group, rk_help_text(run, "COMMAND"))));
		return;
	}
	if (!command) {
		rk_help_overview(run, out, false);
		return;
	}
	fprintf(out, "%s\n\n%s\n  renkei %s %s%s%s\n\n", command_text(run, command),
		rk_tell(run, "help.usage"), command->name, rk_help_text(run, "[OPTION...]"),
		command->operands[0] ? " " : "", rk_help_text(run, command->operands));
	if (command->options)
		fprintf(out, "%s\n", rk_tell(run, "help.own_options"));
	print_options(run, out, command, command->options);
	fprintf(out, "%s%s\n", command->options ? "\n" : "", rk_tell(run, "help.options"));
	print_options(run, out, NULL, rk_global_options);
	const char *more = rk_run_printf(run, "more.%s", command->name);

	if (rk_client_text(run->language, more))
		fprintf(out, "\n%s\n", rk_help_text(run, rk_tell(run, more)));
	if (rk_command_is_group(command->name)) {
		run->group = command->name;
		print_commands(run, out);
	}
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
			fprintf(out, " _%s_", rk_help_text(run, option->value));
		if (option->letter)
			fprintf(out, ", *-%c*", option->letter);
		fputs("\n\t", out);
		scdoc_text(out, rk_help_text(run, rk_option_text(run, command, option)));
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
		fprintf(out, "%s%s\n\n", command->operands[0] ? " " : "",
			rk_help_text(run, command->operands));
		scdoc_text(out, command_text(run, command));
		fputs(run->language == RK_EN ? ".\n\n" : "。\n\n", out);
		const char *more = rk_run_printf(run, "more.%s", command->name);

		if (rk_client_text(run->language, more)) {
			scdoc_text(out, rk_help_text(run, rk_tell(run, more)));
			fputs("\n\n", out);
		}
		scdoc_options(run, out, command, command->options);
	}
	fprintf(out, "# %s\n\n", rk_tell(run, "help.scdoc_options"));
	scdoc_options(run, out, NULL, rk_global_options);
}
