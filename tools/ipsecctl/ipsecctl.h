/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ipsecctl: what its files share. One command a run, or a prompt with many.
 */
#ifndef SG_IPSECCTL_H
#define SG_IPSECCTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "../../agent/config/grammar.h"

/* Exit statuses, for scripts. */
enum sg_exit {
	SG_EXIT_OK = 0,
	SG_EXIT_FAILED = 1,	/* the command was understood and could not be carried out */
	SG_EXIT_USAGE = 2,	/* no such command or option */
	SG_EXIT_NO_AGENT = 3,	/* nobody listens on the control socket */
};

struct sg_tool {
	const char *control;	/* path of the control socket */
	bool json;		/* show prints data instead of layouts */
	bool ignored;		/* check, load: list what is not about IPsec */
	bool follow;		/* debug goes on with the stream */
	enum sg_exit status;	/* of the last command */
	FILE *out, *err;
};

/* Modes of the grammar: ipsecctl has but one. */
#define SG_MODE_EXEC 1

/**
 * sg_tool_rows() - the table of commands
 * @count: set to the number of rows
 *
 * Their handlers take a struct sg_tool as context and set its status.
 */
const struct sg_cli_row *sg_tool_rows(size_t *count);

/**
 * sg_tool_run() - carry out one command line
 * @tool: context; its status is set
 * @grammar: compiled from sg_tool_rows()
 * @line: as typed
 *
 * A line that is not understood is repeated on @tool->err with IOS's caret and text.
 */
void sg_tool_run(struct sg_tool *tool, const struct sg_grammar *grammar, const char *line);

/**
 * sg_tool_ask() - one request to the agent
 * @tool: context; on failure its status is set and the reason printed
 * @request: stolen
 * @answer: data of the answer, a new reference; an error's data where the agent sent some
 *
 * Return: true on success.
 */
bool sg_tool_ask(struct sg_tool *tool, json_t *request, json_t **answer);

/* The prompt: reads lines until the end of input. */
int sg_tool_interact(struct sg_tool *tool, const struct sg_grammar *grammar);

/* Handlers, by file. */
int sg_cmd_show(void *ctx, const struct sg_match *m);
int sg_cmd_show_ipsec_sa(void *ctx, const struct sg_match *m);
int sg_cmd_version(void *ctx, const struct sg_match *m);
int sg_cmd_clear(void *ctx, const struct sg_match *m);
int sg_cmd_debug(void *ctx, const struct sg_match *m);
int sg_cmd_undebug(void *ctx, const struct sg_match *m);
int sg_cmd_check(void *ctx, const struct sg_match *m);
int sg_cmd_load(void *ctx, const struct sg_match *m);
int sg_cmd_help(void *ctx, const struct sg_match *m);

#endif /* SG_IPSECCTL_H */
