// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * clear crypto sa, clear crypto isakmp. Silent when done, as on a router.
 */
#include <arpa/inet.h>

#include "ipsecctl.h"

int sg_cmd_clear(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *last = &m->bound[m->count - 1];
	char text[INET_ADDRSTRLEN];
	struct sg_tool *tool = ctx;
	json_t *request, *data;
	char name[64];

	request = json_pack("{s:s}", "op", "clear");
	if (sg_cli_has(m, "counters")) {
		json_object_set_new(request, "what", json_string("sa-counters"));
	} else if (sg_cli_has(m, "peer")) {
		inet_ntop(AF_INET, &last->addr, text, sizeof(text));
		json_object_set_new(request, "what", json_string("sa-peer"));
		json_object_set_new(request, "peer", json_string(text));
	} else if (sg_cli_has(m, "map")) {
		if (!sg_cli_copy(last, name, sizeof(name))) {
			json_decref(request);
			fprintf(tool->err, "%% The name of a crypto map has 63 characters at most\n");
			tool->status = SG_EXIT_FAILED;
			return 0;
		}
		json_object_set_new(request, "what", json_string("sa-map"));
		json_object_set_new(request, "map", json_string(name));
	} else if (sg_cli_has(m, "isakmp")) {
		json_object_set_new(request, "what", json_string("isakmp"));
		if (last->place->kind == SG_CLI_NUMBER)
			json_object_set_new(request, "conn_id", json_integer(last->number));
	} else {
		json_object_set_new(request, "what", json_string("sa"));
	}
	sg_tool_ask(tool, request, &data);
	json_decref(data);
	return 0;
}
