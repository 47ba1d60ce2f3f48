// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of exec commands, and how a line becomes one of them.
 */
#include <stdlib.h>
#include <string.h>

#include "ipsecctl.h"

static const struct sg_cli_row rows[] = {
	{ SG_MODE_EXEC, "show crypto isakmp <sa|policy>",
	  "Show running system information\nEncryption module\nISAKMP\nISAKMP Security Associations\n"
	  "ISAKMP protection suite policy", 0, 0, sg_cmd_show },
	{ SG_MODE_EXEC, "show crypto ipsec sa",
	  "Show running system information\nEncryption module\nIPSEC policy\nIPSEC SA table",
	  0, 0, sg_cmd_show_ipsec_sa },
	{ SG_MODE_EXEC, "show crypto ipsec <transform-set|session>",
	  "Show running system information\nEncryption module\nIPSEC policy\nCrypto transform sets\n"
	  "Global lifetimes (older name)", 0, 0, sg_cmd_show },
	{ SG_MODE_EXEC, "show crypto ipsec security-association lifetime",
	  "Show running system information\nEncryption module\nIPSEC policy\n"
	  "Parameters of security associations\nGlobal lifetimes", 0, 0, sg_cmd_show },
	{ SG_MODE_EXEC, "show crypto map",
	  "Show running system information\nEncryption module\nCrypto maps", 0, 0, sg_cmd_show },
	{ SG_MODE_EXEC, "show debugging",
	  "Show running system information\nState of each debugging option", 0, 0, sg_cmd_show },
	{ SG_MODE_EXEC, "show running-config",
	  "Show running system information\nCurrent operating configuration (holds keys)",
	  0, 0, sg_cmd_show },
	{ SG_MODE_EXEC, "show version",
	  "Show running system information\nReleases of tool, agent and kernel module",
	  0, 0, sg_cmd_version },
	{ SG_MODE_EXEC, "write terminal",
	  "Write running configuration\nTo the terminal", 0, 0, sg_cmd_show },
	{ SG_MODE_EXEC, "clear crypto sa [counters]",
	  "Reset functions\nEncryption subsystem\nClear all crypto SAs\nReset the SA counters",
	  0, 0, sg_cmd_clear },
	{ SG_MODE_EXEC, "clear crypto sa peer A.B.C.D",
	  "Reset functions\nEncryption subsystem\nClear all crypto SAs\nClear all SAs for a given peer\n"
	  "IP address of the peer", 0, 0, sg_cmd_clear },
	{ SG_MODE_EXEC, "clear crypto sa map WORD",
	  "Reset functions\nEncryption subsystem\nClear all crypto SAs\n"
	  "Clear all SAs for a given crypto map\nName of the crypto map", 0, 0, sg_cmd_clear },
	{ SG_MODE_EXEC, "clear crypto isakmp [(1-2147483647)]",
	  "Reset functions\nEncryption subsystem\nFlush the ISAKMP database\nConnection ID of one SA",
	  0, 0, sg_cmd_clear },
	{ SG_MODE_EXEC, "debug crypto <isakmp|ipsec|engine>",
	  "Debugging functions (see also 'undebug')\nCryptographic subsystem\nISAKMP key management\n"
	  "IPSEC processing\nCrypto engine", SG_CLI_NO, 0, sg_cmd_debug },
	{ SG_MODE_EXEC, "undebug crypto <isakmp|ipsec|engine>",
	  "Disable debugging functions (see also 'debug')\nCryptographic subsystem\n"
	  "ISAKMP key management\nIPSEC processing\nCrypto engine", 0, 0, sg_cmd_undebug },
	{ SG_MODE_EXEC, "undebug all",
	  "Disable debugging functions (see also 'debug')\nAll debugging", 0, 0, sg_cmd_undebug },
	{ SG_MODE_EXEC, "check LINE$file",
	  "Parse a configuration file, and no more\nName of the file", 0, 0, sg_cmd_check },
	{ SG_MODE_EXEC, "load",
	  "Put a configuration in force: the agent's own file again", 0, 0, sg_cmd_load },
	{ SG_MODE_EXEC, "load LINE$file",
	  "Put a configuration in force\nName of the file", 0, 0, sg_cmd_load },
	{ SG_MODE_EXEC, "help", "List the commands", 0, 0, sg_cmd_help },
};

const struct sg_cli_row *sg_tool_rows(size_t *count)
{
	*count = sizeof(rows) / sizeof(rows[0]);
	return rows;
}

/* Cuts one command line; false where there is nothing on it. */
static bool cut(const char *text, struct sg_line *line)
{
	struct sg_lexer lexer;

	sg_lexer_init(&lexer, text, strlen(text));
	if (!sg_lexer_next(&lexer, line))
		return false;
	sg_line_split(line);
	return line->token_count > 0;
}

static void refuse(struct sg_tool *tool, const struct sg_line *line, const struct sg_match *m)
{
	char *shown = sg_line_shown(line);
	char text[SG_SHOWN_MAX + 64];

	sg_cli_error(m->status, shown ? shown : "", text, sizeof(text));
	if (m->status == SG_CLI_INVALID)
		fprintf(tool->err, "%s\n%*s^\n", shown ? shown : "", (int)m->column, "");
	fprintf(tool->err, "%s\n", text);
	free(shown);
	tool->status = SG_EXIT_USAGE;
}

void sg_tool_run(struct sg_tool *tool, const struct sg_grammar *grammar, const char *text)
{
	const struct sg_token *tokens;
	struct sg_match match;
	struct sg_line line;
	bool negated;
	size_t count;

	tool->status = SG_EXIT_OK;
	if (!cut(text, &line))
		return;
	tokens = line.tokens;
	count = line.token_count;
	negated = count > 1 && sg_token_is(tokens, "no");
	if (negated) {
		tokens++;
		count--;
	}
	if (sg_cli_match(grammar, SG_MODE_EXEC, tokens, count, negated, &match) != SG_CLI_OK)
		refuse(tool, &line, &match);
	else
		match.row->run(tool, &match);
}

int sg_cmd_help(void *ctx, const struct sg_match *m)
{
	struct sg_tool *tool = ctx;
	size_t i;

	(void)m;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		fprintf(tool->out, "  %s\n", rows[i].pattern);
	return 0;
}
