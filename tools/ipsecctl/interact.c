// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The prompt: line editing and history by libedit; `?` lists what may come next.
 */
#include <histedit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../render/render.h"
#include "ipsecctl.h"

#define HISTORY_LINES 500

static char prompt_text[80] = "sealgate#";
static const struct sg_grammar *help_grammar;

static char *prompt(EditLine *el)
{
	(void)el;
	return prompt_text;
}

/* The router's own name, where an agent is there to tell it. */
static void name_prompt(struct sg_tool *tool)
{
	FILE *err = tool->err;
	const char *name;
	json_t *data;

	tool->err = fopen("/dev/null", "we");
	if (tool->err && sg_tool_ask(tool, json_pack("{s:s}", "op", "version"), &data)) {
		name = sg_field_str(data, "hostname");
		if (*name)
			snprintf(prompt_text, sizeof(prompt_text), "%.63s#", name);
		json_decref(data);
	}
	if (tool->err)
		fclose(tool->err);
	tool->err = err;
}

/* What may follow the line up to the cursor. */
static unsigned char question(EditLine *el, int ch)
{
	const LineInfo *info = el_line(el);
	size_t len = (size_t)(info->cursor - info->buffer);
	struct sg_lexer lexer;
	struct sg_line line;
	char partial[64];
	bool whole;
	size_t n = 0;

	(void)ch;
	printf("?\n");
	sg_lexer_init(&lexer, info->buffer, len);
	if (sg_lexer_next(&lexer, &line)) {
		sg_line_split(&line);
		n = line.token_count;
	}
	whole = !n || info->buffer[len - 1] == ' ';
	if (!whole) {
		n--;
		snprintf(partial, sizeof(partial), "%.*s", (int)line.tokens[n].len,
			 line.tokens[n].text);
	}
	if (sg_cli_help(help_grammar, SG_MODE_EXEC, line.tokens, n, false, whole ? NULL : partial,
			stdout) < 0)
		printf("%% Unrecognized command\n");
	return CC_REDISPLAY;
}

static char *trimmed(const char *text, int count)
{
	while (count > 0 && (text[count - 1] == '\n' || text[count - 1] == '\r'))
		count--;
	return strndup(text, (size_t)count);
}

int sg_tool_interact(struct sg_tool *tool, const struct sg_grammar *grammar)
{
	History *lines = history_init();
	const char *text;
	HistEvent event;
	EditLine *el;
	int count;
	char *line;

	el = el_init("ipsecctl", stdin, stdout, stderr);
	if (!el || !lines) {
		fprintf(tool->err, "%% The prompt needs more memory than there is\n");
		return SG_EXIT_FAILED;
	}
	help_grammar = grammar;
	name_prompt(tool);
	history(lines, &event, H_SETSIZE, HISTORY_LINES);
	el_set(el, EL_PROMPT, prompt);
	el_set(el, EL_EDITOR, "emacs");
	el_set(el, EL_HIST, history, lines);
	el_set(el, EL_ADDFN, "help-next", "list what may come next", question);
	el_set(el, EL_BIND, "?", "help-next", NULL);
	while ((text = el_gets(el, &count)) && count > 0) {
		line = trimmed(text, count);
		if (!line || !strcmp(line, "exit") || !strcmp(line, "quit")) {
			free(line);
			break;
		}
		if (*line)
			history(lines, &event, H_ENTER, line);
		sg_tool_run(tool, grammar, line);
		free(line);
	}
	el_end(el);
	history_end(lines);
	return SG_EXIT_OK;
}
