// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One request to the agent, and what to say when there is no answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "ipsecctl.h"

static void no_agent(struct sg_tool *tool, int err)
{
	tool->status = SG_EXIT_NO_AGENT;
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
		fprintf(tool->err,
			"%% No agent listens on %s: start sealgated, or say where it is with --control\n",
			tool->control);
		break;
	case -EACCES:
	case -EPERM:
		fprintf(tool->err, "%% %s is for root and the group sealgate alone\n",
			tool->control);
		break;
	default:
		fprintf(tool->err, "%% %s: %s\n", tool->control, strerror(-err));
	}
}

bool sg_tool_ask(struct sg_tool *tool, json_t *request, json_t **answer)
{
	struct sg_client *client;
	char *why = NULL;
	int err;

	*answer = NULL;
	err = sg_client_open(tool->control, &client);
	if (err) {
		json_decref(request);
		no_agent(tool, err);
		return false;
	}
	err = sg_client_call(client, request, answer, &why);
	sg_client_close(client);
	if (!err)
		return true;
	tool->status = SG_EXIT_FAILED;
	if (why)
		fprintf(tool->err, "%s%s\n", why[0] == '%' ? "" : "% ", why);
	else if (err == -EPROTO)
		fprintf(tool->err, "%% The agent on %s hung up or sent no valid answer\n",
			tool->control);
	else
		fprintf(tool->err, "%% %s: %s\n", tool->control, strerror(-err));
	free(why);
	return false;
}
