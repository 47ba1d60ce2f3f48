// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ipsecctl: options, then one command, or a prompt where there is none.
 */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../kmod/version.h"
#include "client.h"
#include "ipsecctl.h"

static void usage(FILE *out)
{
	fprintf(out,
		"Usage: ipsecctl [OPTION...] [COMMAND...]\n"
		"\n"
		"  --control PATH   control socket of the agent (" SG_CONTROL_PATH ")\n"
		"  --json           show: data instead of layouts (docs/control.md)\n"
		"  --ignored        check, load: list the lines that are not about IPsec\n"
		"  --no-follow      debug: turn it on, and do not print the stream\n"
		"  --version\n"
		"  --help\n"
		"\n"
		"Without a command: a prompt. `ipsecctl help` lists the commands; any unambiguous\n"
		"abbreviation will do. Exit status: 0 done, 1 failed, 2 no such command, 3 no agent.\n");
}

/* The words of a command, with a blank between them. */
static char *join(char **words)
{
	size_t len = 1;
	char **word;
	char *line;

	for (word = words; *word; word++)
		len += strlen(*word) + 1;
	line = calloc(1, len);
	for (word = words; line && *word; word++) {
		if (word != words)
			strcat(line, " ");
		strcat(line, *word);
	}
	return line;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "control", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "ignored", no_argument, NULL, 'i' },
		{ "no-follow", no_argument, NULL, 'n' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct sg_tool tool = {
		.control = SG_CONTROL_PATH, .follow = true, .out = stdout, .err = stderr,
	};
	const struct sg_cli_row *rows;
	struct sg_grammar *grammar;
	char error[128];
	size_t count;
	char *line;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			tool.control = optarg;
			break;
		case 'j':
			tool.json = true;
			break;
		case 'i':
			tool.ignored = true;
			break;
		case 'n':
			tool.follow = false;
			break;
		case 'V':
			printf("ipsecctl %s\n", SG_RELEASE);
			return SG_EXIT_OK;
		case 'h':
			usage(stdout);
			return SG_EXIT_OK;
		default:
			usage(stderr);
			return SG_EXIT_USAGE;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	rows = sg_tool_rows(&count);
	grammar = sg_grammar_compile(rows, count, NULL, error, sizeof(error));
	if (!grammar) {
		fprintf(stderr, "%% The table of commands: %s\n", error);
		return SG_EXIT_FAILED;
	}
	if (argv[optind]) {
		line = join(argv + optind);
		if (line)
			sg_tool_run(&tool, grammar, line);
		else
			tool.status = SG_EXIT_FAILED;
		free(line);
		c = tool.status;
	} else {
		c = sg_tool_interact(&tool, grammar);
	}
	sg_grammar_free(grammar);
	if (fflush(stdout) && c == SG_EXIT_OK)
		c = SG_EXIT_FAILED;
	return c;
}
