/* The command line: find the command, then its options. */
#include "command.h"

#include "operands.h"
#include "words/judge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NEAREST_MAX 48

/* Edit distance with neighbours swapped (optimal string alignment), bounded: names are short. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t len_a = strlen(a), len_b = strlen(b);

	if (len_a > NEAREST_MAX || len_b > NEAREST_MAX)
		return NEAREST_MAX;
	for (size_t j = 0; j <= len_b; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= len_a; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= len_b; j++) {
			size_t best = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				above2[j - 2] + 1 < best)
				best = above2[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[len_a % 3][len_b];
}

const char *rk_nearest(
	const char *text, const char *(*next)(const void *arg, size_t i), const void *arg)
{
	const char *nearest = NULL, *name;
	/* Of a short word less than half is another one: --yes is not meant by --key. */
	size_t len = strlen(text), limit = len < 4 ? 1 : len / 3 + 1, best = limit + 1;

	for (size_t i = 0; (name = next(arg, i)); i++) {
		size_t far = distance(text, name);

		if (far < best) {
			best = far;
			nearest = name;
		}
	}
	return nearest;
}

static const struct rk_option *option_at(const struct rk_command *command, size_t i)
{
	size_t count = 0;

	while (command && command->options && command->options[count].name)
		count++;
	if (command && i < count)
		return &command->options[i];
	return rk_global_options[i - count].name ? &rk_global_options[i - count] : NULL;
}

static const char *option_name_at(const void *arg, size_t i)
{
	const struct rk_option *option = option_at(arg, i);

	return option ? option->name : NULL;
}

static const char *command_name_at(const void *arg, size_t i)
{
	(void)arg;
	return rk_commands[i].name;
}

static const struct rk_option *option_by_letter(const struct rk_command *command, char letter)
{
	const struct rk_option *option;

	for (size_t i = 0; (option = option_at(command, i)); i++)
		if (option->letter == letter)
			return option;
	return NULL;
}

/* The whole name, or a beginning that only one option has. */
static const struct rk_option *option_by_name(
	const struct rk_command *command, const char *name, size_t len)
{
	const struct rk_option *option, *found = NULL;
	size_t matches = 0;

	for (size_t i = 0; (option = option_at(command, i)); i++) {
		if (strncmp(option->name, name, len) != 0)
			continue;
		if (option->name[len] == '\0')
			return option;
		found = option;
		matches++;
	}
	return matches == 1 ? found : NULL;
}

static bool choice_holds(const char *choices, const char *value)
{
	size_t len;

	assert(value);
	len = strlen(value);
	for (const char *at = choices; at; at = strchr(at, '|'), at = at ? at + 1 : NULL)
		if (strncmp(at, value, len) == 0 && (at[len] == '|' || at[len] == '\0'))
			return len > 0;
	return false;
}

struct parse {
	struct rk_run *run;
	int argc;
	char *const *argv;
	int at;
};

static int take(struct parse *parse, const struct rk_option *option, const char *value)
{
	struct rk_run *run = parse->run;

	if (option->value && !value) {
		if (parse->at + 1 >= parse->argc)
			return rk_usage(run, "usage.value_missing", "option", option->name, "value",
				rk_help_text(run, option->value));
		value = parse->argv[++parse->at];
	}
	if (!option->value && value)
		return rk_usage(run, "usage.no_value", "option", option->name);
	if (option->choices && !choice_holds(option->choices, value))
		return rk_usage(run, "usage.choice", "option", option->name, "value", value,
			"choices", option->choices);
	/* A reason stands in the records for ever: what nobody can read is none. */
	if (strcmp(option->name, "reason") == 0 && rk_is_blank(rk_slice_str(value)))
		return rk_usage(run, "usage.reason_blank", "option", option->name);
	if (run->given_count == sizeof run->given / sizeof run->given[0])
		return rk_usage(run, "usage.too_many_options");
	run->given[run->given_count++] = (struct rk_given){option, value};
	return EX_OK;
}

static int take_long(struct parse *parse, const char *text)
{
	const char *equals = strchr(text, '=');
	size_t len = equals ? (size_t)(equals - text) : strlen(text);
	const struct rk_option *option = option_by_name(parse->run->command, text, len);

	if (!option || len == 0) {
		char *name = rk_run_slice(parse->run, rk_slice_of(text, len));
		const char *near = rk_nearest(name, option_name_at, parse->run->command);

		if (near)
			return rk_usage(parse->run, "usage.unknown_option_near", "option", name,
				"near", near);
		return rk_usage(parse->run, "usage.unknown_option", "option", name);
	}
	return take(parse, option, equals ? equals + 1 : NULL);
}

static int take_letters(struct parse *parse, const char *text)
{
	for (; *text; text++) {
		const struct rk_option *option = option_by_letter(parse->run->command, *text);
		char name[2] = {*text, '\0'};

		if (!option)
			return rk_usage(parse->run, "usage.unknown_letter", "option", name);
		if (option->value)
			return take(parse, option, text[1] ? text + 1 : NULL);
		int status = take(parse, option, NULL);
		if (status != EX_OK)
			return status;
	}
	return EX_OK;
}

/* The words of a command are the first that are no options nor their values; so "renkei --lang ja report list" is one. */
static void command_words(struct parse *parse, const char *words[2], int at[2])
{
	int found = 0;

	for (int i = 1; i < parse->argc && found < 2; i++) {
		const char *text = parse->argv[i];

		if (strcmp(text, "--") == 0)
			return;
		if (text[0] == '-' && text[1]) {
			const char *name = text[1] == '-' ? text + 2 : NULL;
			const struct rk_option *option = name
				? option_by_name(NULL, name, strcspn(name, "="))
				: option_by_letter(NULL, text[1]);

			/* Only what every command knows can stand before its name. */
			if (option && option->value && (name ? !strchr(name, '=') : !text[2]))
				i++;
			continue;
		}
		words[found] = text;
		at[found++] = i;
	}
}

static const struct rk_command *command_named(const char *name)
{
	for (const struct rk_command *command = rk_commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

bool rk_command_is_group(const char *word)
{
	size_t len = strlen(word);

	for (const struct rk_command *command = rk_commands; command->name; command++)
		if (strncmp(command->name, word, len) == 0 && command->name[len] == ' ')
			return true;
	return false;
}

/* The longer name first: "evaluate table" is not "evaluate". */
static const struct rk_command *command_of(const char *const words[2], int *word_count)
{
	char both[NEAREST_MAX * 2];
	const struct rk_command *command = NULL;

	if (words[1] && snprintf(both, sizeof both, "%s %s", words[0], words[1]) < (int)sizeof both)
		command = command_named(both);
	*word_count = command ? 2 : 1;
	return command ? command : command_named(words[0]);
}

static int unknown(struct rk_run *run, const char *name)
{
	const char *near = rk_nearest(name, command_name_at, NULL);

	if (near)
		return rk_usage(run, "usage.unknown_command_near", "command", name, "near", near);
	return rk_usage(run, "usage.unknown_command", "command", name);
}

static int find_command(struct rk_run *run, const char *const words[2], int *word_count)
{
	char *name;

	*word_count = 0;
	if (!words[0])
		return EX_OK;
	if ((run->command = command_of(words, word_count)))
		return EX_OK;
	name = rk_run_str(run, words[0]);
	if (rk_command_is_group(words[0])) {
		if (!words[1]) {
			run->group = name;
			return EX_OK;
		}
		name = rk_run_printf(run, "%s %s", words[0], words[1]);
		*word_count = 2;
	}
	return unknown(run, name);
}

/* The option that stands in the command's usage and was not given, else NULL. */
static const char *option_wanted(struct rk_run *run)
{
	const char *at = strstr(run->command->operands, "--");
	const char *name = at ? rk_run_slice(run, rk_slice_of(at + 2, strcspn(at + 2, " "))) : NULL;

	return name && !rk_run_option(run, name) ? name : NULL;
}

/* What the ending of -O FILE asks for, where --format was not given: a page that is called one thing and is another helps nobody. */
static int format_by_name(struct rk_run *run)
{
	static const struct {
		const char *ending, *format;
	} known[] = {
		{"txt",  "text"},
		{"md",   "md"  },
		{"html", "html"},
		{"docx", "docx"},
		{"xlsx", "xlsx"},
		{"pdf",  "pdf" },
		{"json", "json"},
		{"csv",  "csv" },
		{"zip",  "csv" },
	};

	const char *out = rk_run_option(run, "out"), *dot = out ? strrchr(out, '.') : NULL;
	const struct rk_option *option = run->command->options;

	while (option && option->name && strcmp(option->name, "format") != 0)
		option++;
	if (!option || !option->name || !dot || strchr(dot, '/') || rk_run_option(run, "format") ||
		rk_run_option(run, "output") || rk_run_option(run, "csv") ||
		run->given_count == sizeof run->given / sizeof run->given[0])
		return EX_OK;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcasecmp(dot + 1, known[i].ending) != 0)
			continue;
		if (!choice_holds(option->choices, known[i].format))
			return rk_usage(run, "usage.choice", "option", option->name, "value",
				known[i].format, "choices", option->choices);
		run->given[run->given_count++] = (struct rk_given){option, known[i].format};
	}
	return EX_OK;
}

static int check_operands(struct rk_run *run)
{
	const struct rk_command *command = run->command;
	const char *wanted = option_wanted(run);

	/* First: its value without its name would be called an operand too many. */
	if (wanted && run->operand_count > 0)
		return rk_usage(run, "usage.option_missing", "option", wanted);
	if ((int)run->operand_count < command->operands_min)
		return rk_usage(run, "usage.operand_missing", "operand",
			rk_help_text(run, command->operands));
	if (command->operands_max == 0 && run->operand_count > 0 &&
		rk_command_is_group(command->name))
		return rk_operand_meant(run, run->operands[0])
			? rk_usage(run, "usage.operand_extra_near", "operand", run->operands[0],
				  "near", rk_operand_meant(run, run->operands[0]))
			: unknown(run,
				  rk_run_printf(run, "%s %s", command->name, run->operands[0]));
	if (command->operands_max < 0 || (int)run->operand_count <= command->operands_max)
		return EX_OK;
	const char *extra = run->operands[command->operands_max];
	const char *meant = rk_operand_meant(run, extra);

	return rk_usage(run, meant ? "usage.operand_extra_near" : "usage.operand_extra", "operand",
		extra, "near", meant ? meant : "");
}

/* "renkei help", "renkei --help", "renkei report": help for all. */
static bool asks_for_help(int argc, char *const *argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/* Where --version asks for the program's own; 0 = nowhere, as behind a command that has versions of its own. */
static int version_at(int argc, char *const *argv, const char *const words[2])
{
	int word_count;
	const struct rk_command *command = words[0] ? command_of(words, &word_count) : NULL;

	for (size_t i = 0; command && command->options && command->options[i].name; i++)
		if (strcmp(command->options[i].name, "version") == 0)
			return 0;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--version") == 0)
			return i;
	return 0;
}

int rk_command_parse(struct rk_run *run, int argc, char *const *argv, bool *help)
{
	struct parse parse = {run, argc, argv, 0};
	const char *words[2] = {NULL, NULL};
	int word_at[2] = {0, 0}, word_at_version, word_count, status = EX_OK;
	bool options_end = false;

	command_words(&parse, words, word_at);
	*help = asks_for_help(argc, argv);
	word_at_version = version_at(argc, argv, words);
	if (word_at_version)
		words[0] = "version", words[1] = NULL, word_at[0] = word_at_version;
	status = find_command(run, words, &word_count);
	if (status != EX_OK || *help)
		return status;
	run->operands = rk_run_alloc(run, ((size_t)argc + 1) * sizeof *run->operands);
	for (parse.at = 1; parse.at < argc && status == EX_OK; parse.at++) {
		const char *text = argv[parse.at];

		if (word_count &&
			(parse.at == word_at[0] || (word_count == 2 && parse.at == word_at[1])))
			continue;
		if (options_end || text[0] != '-' || !text[1])
			run->operands[run->operand_count++] = text;
		else if (strcmp(text, "--") == 0)
			options_end = true;
		else
			status = text[1] == '-' ? take_long(&parse, text + 2)
						: take_letters(&parse, text + 1);
	}
	if (status != EX_OK)
		return status;
	if (!run->command) {
		if (run->group)
			rk_talk(run, "usage.group", "command", run->group);
		*help = true;
		return EX_USAGE;
	}
	status = check_operands(run);
	return status == EX_OK ? format_by_name(run) : status;
}
