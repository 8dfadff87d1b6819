/* Completion scripts, from the command table. */
#include "command.h"
#include "labels.h"

#include "renkei/v1/status_service.pb-c.h"

#include <string.h>

/* What may stand behind an option, "a|b"; several of the catalogue's with commas between.  NULL = anything. */
static const char *words_behind(struct rk_run *run, const struct rk_option *option)
{
	if (strcmp(option->name, "measure") == 0)
		return rk_enum_names(run, &renkei__v1__measure__descriptor, "|");
	if (strcmp(option->name, "group-by") == 0)
		return rk_enum_names(run, &renkei__v1__dimension__descriptor, "|");
	return option->choices;
}

static void options_of(FILE *out, const struct rk_option *options)
{
	for (; options && options->name; options++)
		fprintf(out, " --%s", options->name);
}

/* The second words of a group, or nothing. */
static void words_of(FILE *out, const char *group)
{
	size_t len = strlen(group);

	for (const struct rk_command *command = rk_commands; command->name; command++)
		if (strncmp(command->name, group, len) == 0 && command->name[len] == ' ')
			fprintf(out, " %s", command->name + len + 1);
}

/* Each first word once; the table keeps a group together. */
static const char *first_word(struct rk_run *run, const struct rk_command *command)
{
	size_t len = strcspn(command->name, " ");

	if (command != rk_commands && strncmp(command[-1].name, command->name, len) == 0 &&
		strcspn(command[-1].name, " ") == len)
		return NULL;
	return rk_run_slice(run, rk_slice_of(command->name, len));
}

static void choices_words(FILE *out, const char *choices)
{
	for (; *choices; choices++)
		fputc(*choices == '|' ? ' ' : *choices, out);
}

static void bash_choices(struct rk_run *run, FILE *out, const struct rk_option *options, bool all)
{
	for (; options && options->name; options++) {
		const char *words = words_behind(run, options);

		/* Other commands' options of this name may mean something else. */
		if (!words || (!all && words == options->choices))
			continue;
		fprintf(out, "\t\t--%s) COMPREPLY=($(compgen -W \"", options->name);
		choices_words(out, words);
		fputs("\" -- \"$word\")); return ;;\n", out);
	}
}

static void print_bash(struct rk_run *run, FILE *out)
{
	fputs("# bash completion for renkei; made by \"renkei completion bash\"\n_renkei()\n{\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} i first= second=\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\t[[ ${COMP_WORDS[i]} == -* ]] && continue\n"
	      "\t\tif [[ -z $first ]]; then first=${COMP_WORDS[i]}; elif [[ -z $second ]]; then second=${COMP_WORDS[i]}; fi\n"
	      "\tdone\n\tcase $before in\n",
		out);
	bash_choices(run, out, rk_global_options, true);
	for (const struct rk_command *command = rk_commands; command->name; command++)
		bash_choices(run, out, command->options, false);
	fputs("\t\t-o) COMPREPLY=($(compgen -W \"table wide json jsonl csv\" -- \"$word\")); return ;;\n"
	      "\t\t--ca|--cert|--key|--out|-O|--public-key|--report|--statement|--signature)\n"
	      "\t\t\tCOMPREPLY=($(compgen -f -- \"$word\")); return ;;\n\tesac\n\tlocal options=\"",
		out);
	options_of(out, rk_global_options);
	fputs("\"\n\tcase \"$first $second\" in\n", out);
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (command->hidden)
			continue;
		fprintf(out, "\t\t\"%s%s\"*) options+=\"", command->name,
			strchr(command->name, ' ') ? "" : " ");
		options_of(out, command->options);
		fputs("\" ;;\n", out);
	}
	fputs("\tesac\n\tif [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$word\")); return; fi\n"
	      "\tcase $first in\n\t\t\"\") COMPREPLY=($(compgen -W \"",
		out);
	const char *word;

	for (const struct rk_command *command = rk_commands; command->name; command++)
		if (!command->hidden && (word = first_word(run, command)))
			fprintf(out, " %s", word);
	fputs("\" -- \"$word\")) ;;\n", out);
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (!strchr(command->name, ' ') || !(word = first_word(run, command)))
			continue;
		fprintf(out, "\t\t%s) if [[ -z $second ]]; then COMPREPLY=($(compgen -W \"", word);
		words_of(out, word);
		fputs("\" -- \"$word\")); else COMPREPLY=($(compgen -f -- \"$word\")); fi ;;\n",
			out);
	}
	fputs("\t\tcompletion) COMPREPLY=($(compgen -W \"bash zsh fish\" -- \"$word\")) ;;\n"
	      "\t\t*) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n\tesac\n}\n"
	      "complete -o filenames -F _renkei renkei\n",
		out);
}

/* Inside '...' of a shell, and inside [...] of zsh. */
static void quoted(FILE *out, const char *text, bool zsh)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else if (zsh && strchr("[]:\\", *text))
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void zsh_options(struct rk_run *run, FILE *out, const struct rk_command *command,
	const struct rk_option *options)
{
	for (; options && options->name; options++) {
		fprintf(out, " \\\n\t\t\t'*--%s%s[", options->name, options->value ? "=" : "");
		quoted(out, rk_option_text(run, command, options), true);
		fputc(']', out);
		const char *words = words_behind(run, options);

		if (words) {
			fprintf(out, ":%s:(", options->value);
			choices_words(out, words);
			fputc(')', out);
		} else if (options->value) {
			fprintf(out, ":%s:%s",
				strcmp(options->value, "FILE") == 0 ? "file" : "value",
				strcmp(options->value, "FILE") == 0 ? "_files" : "");
		}
		fputc('\'', out);
	}
}

static void print_zsh(struct rk_run *run, FILE *out)
{
	const char *word;

	fputs("#compdef renkei\n# zsh completion for renkei; made by \"renkei completion zsh\"\n_renkei()\n{\n"
	      "\tlocal first=${words[2]} second=${words[3]}\n"
	      "\tif (( CURRENT == 2 )); then\n\t\tcompadd --",
		out);
	for (const struct rk_command *command = rk_commands; command->name; command++)
		if (!command->hidden && (word = first_word(run, command)))
			fprintf(out, " %s", word);
	fputs("\n\t\treturn\n\tfi\n\tif (( CURRENT == 3 )); then\n\t\tcase $first in\n", out);
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (!strchr(command->name, ' ') || !(word = first_word(run, command)))
			continue;
		fprintf(out, "\t\t%s) compadd --", word);
		words_of(out, word);
		fputs("; return ;;\n", out);
	}
	fputs("\t\tesac\n\tfi\n\tcase \"$first $second\" in\n", out);
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (command->hidden)
			continue;
		fprintf(out, "\t\t\"%s%s\"*) _arguments", command->name,
			strchr(command->name, ' ') ? "" : " ");
		zsh_options(run, out, command, command->options);
		zsh_options(run, out, NULL, rk_global_options);
		fputs(" \\\n\t\t\t'*:operand:_files' ;;\n", out);
	}
	fputs("\tesac\n}\ncompdef _renkei renkei\n", out);
}

static void fish_options(struct rk_run *run, FILE *out, const struct rk_command *command,
	const struct rk_option *options)
{
	for (; options && options->name; options++) {
		fputs("complete -c renkei", out);
		if (command) {
			size_t len = strcspn(command->name, " ");

			fprintf(out, " -n '__fish_seen_subcommand_from %.*s", (int)len,
				command->name);
			if (command->name[len])
				fprintf(out, "; and __fish_seen_subcommand_from %s",
					command->name + len + 1);
			fputc('\'', out);
		}
		fprintf(out, " -l %s", options->name);
		if (options->letter)
			fprintf(out, " -s %c", options->letter);
		if (options->value)
			fputs(strcmp(options->value, "FILE") == 0 ? " -r" : " -x", out);
		const char *words = words_behind(run, options);

		if (words) {
			fputs(" -a '", out);
			choices_words(out, words);
			fputc('\'', out);
		}
		fputs(" -d '", out);
		quoted(out, rk_option_text(run, command, options), false);
		fputs("'\n", out);
	}
}

static void print_fish(struct rk_run *run, FILE *out)
{
	const char *word;

	fputs("# fish completion for renkei; made by \"renkei completion fish\"\n", out);
	for (const struct rk_command *command = rk_commands; command->name; command++) {
		if (command->hidden)
			continue;
		word = first_word(run, command);
		if (word)
			fprintf(out, "complete -c renkei -f -n __fish_use_subcommand -a %s\n",
				word);
		const char *space = strchr(command->name, ' ');

		if (space) {
			fprintf(out,
				"complete -c renkei -f -n '__fish_seen_subcommand_from %.*s' -a %s -d '",
				(int)(space - command->name), command->name, space + 1);
			quoted(out, rk_tell(run, rk_run_printf(run, "cmd.%s", command->name)),
				false);
			fputs("'\n", out);
		}
		fish_options(run, out, command, command->options);
	}
	fish_options(run, out, NULL, rk_global_options);
}

bool rk_completion_print(struct rk_run *run, FILE *out, const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		print_bash(run, out);
	else if (strcmp(shell, "zsh") == 0)
		print_zsh(run, out);
	else if (strcmp(shell, "fish") == 0)
		print_fish(run, out);
	else
		return false;
	return true;
}
