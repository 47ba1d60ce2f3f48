// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show crypto ipsec sa: from the agent, or, where none is there, from the kernel module itself,
 * whose tunnels go on without it.
 */
#include <errno.h>
#include <string.h>

#include "../../agent/control/show.h"
#include "../render/render.h"
#include "client.h"
#include "ipsecctl.h"

#define WHY_MAX 512

static void print(struct sg_tool *tool, const json_t *data)
{
	if (tool->json) {
		json_dumpf(data, tool->out, JSON_INDENT(2));
		fputc('\n', tool->out);
	} else {
		sg_render_ipsec_sa(tool->out, data);
	}
}

/* Without the agent: no configuration, so interfaces have Linux's names. */
static void from_kernel(struct sg_tool *tool)
{
	struct sg_kernel *kernel = NULL;
	struct sg_links links = { };
	struct sg_show_env env = { .links = &links };
	char why[WHY_MAX] = "";
	json_t *data = NULL;
	int err;

	err = sg_kernel_netlink_open(&kernel, NULL, NULL, why, sizeof(why));
	if (!err) {
		env.kernel = kernel;
		err = sg_links_read(&links, why, sizeof(why));
	}
	if (!err) {
		err = sg_show_ipsec_sa(&env, &data);
		if (err)
			snprintf(why, sizeof(why), "%s", kernel->ops->error(kernel));
	}
	if (!err) {
		print(tool, data);
		fprintf(tool->err, "%% No agent listens on %s: this is what the kernel module knows\n",
			tool->control);
	} else {
		fprintf(tool->err, "%% No agent listens on %s, and the kernel module does not answer: %s\n",
			tool->control, *why ? why : strerror(-err));
		tool->status = SG_EXIT_NO_AGENT;
	}
	json_decref(data);
	sg_links_clear(&links);
	if (kernel)
		kernel->ops->free(kernel);
}

int sg_cmd_show_ipsec_sa(void *ctx, const struct sg_match *m)
{
	struct sg_tool *tool = ctx;
	struct sg_client *client;
	json_t *data;
	int err;

	(void)m;
	err = sg_client_open(tool->control, &client);
	if (err == -ENOENT || err == -ECONNREFUSED) {
		from_kernel(tool);
		return 0;
	}
	if (!err)
		sg_client_close(client);
	if (sg_tool_ask(tool, json_pack("{s:s, s:s}", "op", "show", "what", "ipsec-sa"), &data))
		print(tool, data);
	json_decref(data);
	return 0;
}
