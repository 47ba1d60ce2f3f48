// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show: asks the agent for data and prints them, as IOS does or as JSON. `show crypto ipsec sa` is
 * apart (show_ipsec_sa.c), as it can do without the agent.
 */
#include <string.h>

#include "../../kmod/version.h"
#include "../render/render.h"
#include "ipsecctl.h"

struct show {
	const char *keyword;	/* the last of its command */
	const char *what;	/* in docs/control.md */
	void (*render)(FILE *out, const json_t *data);
};

static const struct show shows[] = {
	{ "policy", "isakmp-policy", sg_render_isakmp_policy },
	{ "transform-set", "transform-set", sg_render_transform_set },
	{ "session", "lifetime", sg_render_lifetime },
	{ "lifetime", "lifetime", sg_render_lifetime },
	{ "map", "map", sg_render_map },
	{ "debugging", "debugging", sg_render_debugging },
	{ "running-config", "running-config", sg_render_running_config },
	{ "terminal", "running-config", sg_render_running_config },
	{ "sa", "isakmp-sa", sg_render_isakmp_sa },
};

int sg_cmd_show(void *ctx, const struct sg_match *m)
{
	const struct show *show = NULL;
	struct sg_tool *tool = ctx;
	json_t *data;
	size_t i;

	for (i = 0; !show && i < sizeof(shows) / sizeof(shows[0]); i++)
		if (sg_cli_has(m, shows[i].keyword))
			show = &shows[i];
	if (!show) {
		tool->status = SG_EXIT_USAGE;
		return 0;
	}
	if (!sg_tool_ask(tool, json_pack("{s:s, s:s}", "op", "show", "what", show->what), &data)) {
		json_decref(data);
		return 0;
	}
	if (tool->json) {
		json_dumpf(data, tool->out, JSON_INDENT(2) | JSON_ENCODE_ANY);
		fputc('\n', tool->out);
	} else {
		show->render(tool->out, data);
	}
	json_decref(data);
	return 0;
}

int sg_cmd_version(void *ctx, const struct sg_match *m)
{
	struct sg_tool *tool = ctx;
	json_t *data;

	(void)m;
	fprintf(tool->out, "ipsecctl %s\n", SG_RELEASE);
	if (sg_tool_ask(tool, json_pack("{s:s}", "op", "version"), &data))
		fprintf(tool->out, "sealgated %s\nsealgate.ko %s, netlink ABI %lld\n",
			sg_field_str(data, "release"), sg_field_str(data, "module"),
			sg_field_int(data, "abi"));
	json_decref(data);
	return 0;
}
