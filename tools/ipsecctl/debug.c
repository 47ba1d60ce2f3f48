// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * debug and undebug. Debugging is the agent's, for all who watch, as on a router: it stays on when
 * this terminal goes away, until undebug.
 */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "ipsecctl.h"

static const struct {
	const char *which, *name;
} kinds[] = {
	{ "isakmp", "Crypto ISAKMP" },
	{ "ipsec", "Crypto IPSEC" },
	{ "engine", "Crypto Engine" },
};

/* Index of the kind that a command names, or -1: all. */
static int kind_of(const struct sg_match *m)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (sg_cli_has(m, kinds[i].which))
			return (int)i;
	return -1;
}

static bool turn(struct sg_tool *tool, int kind, bool on)
{
	json_t *data;
	bool done;

	done = sg_tool_ask(tool, json_pack("{s:s, s:s, s:b}", "op", "debug", "which",
					   kind < 0 ? "all" : kinds[kind].which, "on", on), &data);
	json_decref(data);
	if (!done)
		return false;
	if (kind < 0)
		fprintf(tool->out, "All possible debugging has been turned %s\n", on ? "on" : "off");
	else
		fprintf(tool->out, "%s debugging is %s\n", kinds[kind].name, on ? "on" : "off");
	fflush(tool->out);
	return true;
}

static void stream(struct sg_tool *tool)
{
	struct sg_client *client;
	json_t *data = NULL;
	char *why = NULL;
	int err;

	err = sg_client_open(tool->control, &client);
	if (!err) {
		err = sg_client_call(client, json_pack("{s:s}", "op", "debug-stream"), &data, &why);
		if (!err)
			err = sg_client_stream(client, tool->out);
		sg_client_close(client);
	}
	if (err) {
		fprintf(tool->err, "%% The stream of debug lines ended: %s\n",
			why ? why : strerror(-err));
		tool->status = SG_EXIT_FAILED;
	}
	json_decref(data);
	free(why);
}

int sg_cmd_undebug(void *ctx, const struct sg_match *m)
{
	turn(ctx, kind_of(m), false);
	return 0;
}

int sg_cmd_debug(void *ctx, const struct sg_match *m)
{
	struct sg_tool *tool = ctx;

	if (m->negated)
		return sg_cmd_undebug(ctx, m);
	if (turn(tool, kind_of(m), true) && tool->follow)
		stream(tool);
	return 0;
}
