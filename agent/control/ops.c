// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the operations of docs/control.md do: one table, one function each. Data for show comes
 * from show_*.c.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "../agent.h"
#include "../log/log.h"
#include "show.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct request {
	struct sg_agent *agent;
	const json_t *json;
	const struct sg_control_peer *peer;
	bool *stream;
};

static const char *last_failure(const char *map, uint32_t seq, uint64_t *age_ms, void *ctx)
{
	struct sg_agent *agent = ctx;

	return sg_ike_last_failure(agent->ike, map, seq, age_ms);
}

static struct in_addr current_peer(const char *map, uint32_t seq, void *ctx)
{
	struct sg_agent *agent = ctx;

	return sg_ike_current_peer(agent->ike, map, seq);
}

static struct sg_show_env show_env(struct sg_agent *agent)
{
	struct sg_show_env env = {
		.kernel = agent->kernel, .cfg = agent->cfg, .links = &agent->links,
		.last_failure = last_failure, .current_peer = current_peer, .ctx = agent,
	};

	env.interfaces = sg_gateway_interfaces(agent->gateway, &env.interface_count);
	return env;
}

static json_t *op_version(const struct request *r)
{
	char module[64] = "";

	sg_kernel_netlink_release(r->agent->kernel, module, sizeof(module));
	return sg_control_ok(json_pack("{s:s, s:i, s:i, s:s, s:s}", "release", SG_RELEASE,
				       "abi", SG_ABI_VERSION, "protocol", SG_CONTROL_PROTOCOL,
				       "module", module, "hostname", r->agent->cfg->hostname));
}

static json_t *kernel_error(struct sg_agent *agent, int err)
{
	return sg_control_error("%% %s", err == -ENOMEM ? "Out of memory." :
				agent->kernel->ops->error(agent->kernel));
}

static json_t *op_show(const struct request *r)
{
	const char *what = json_string_value(json_object_get(r->json, "what"));
	struct sg_show_env env = show_env(r->agent);
	const struct sg_config *cfg = r->agent->cfg;
	json_t *data;
	int err;

	if (!what)
		return sg_control_error("%% show: `what' is missing.");
	if (!strcmp(what, "isakmp-sa"))
		return sg_control_ok(sg_show_isakmp_sa(r->agent->ike));
	if (!strcmp(what, "isakmp-policy"))
		return sg_control_ok(sg_show_isakmp_policy(cfg));
	if (!strcmp(what, "ipsec-sa")) {
		err = sg_show_ipsec_sa(&env, &data);
		return err ? kernel_error(r->agent, err) : sg_control_ok(data);
	}
	if (!strcmp(what, "transform-set"))
		return sg_control_ok(sg_show_transform_set(cfg));
	if (!strcmp(what, "lifetime"))
		return sg_control_ok(sg_show_lifetime(cfg));
	if (!strcmp(what, "map"))
		return sg_control_ok(sg_show_map(&env));
	if (!strcmp(what, "debugging"))
		return sg_control_ok(sg_show_debugging(sg_debug_get()));
	if (!strcmp(what, "interfaces"))
		return sg_control_ok(sg_show_interfaces(&env));
	if (!strcmp(what, "running-config")) {
		if (r->peer->uid)
			return sg_control_error("%% Permission denied: it holds keys.");
		return sg_control_ok(sg_show_running_config(cfg));
	}
	return sg_control_error("%% show: unknown `what': %.64s", what);
}

static json_t *count_answer(int count)
{
	if (count < 0)
		return sg_control_error("%% %s", strerror(-count));
	return sg_control_ok(json_pack("{s:i}", "count", count));
}

static json_t *clear_isakmp(const struct request *r)
{
	const json_t *id = json_object_get(r->json, "conn_id");

	if (id && (!json_is_integer(id) || json_integer_value(id) < 1 ||
		   json_integer_value(id) > UINT32_MAX))
		return sg_control_error("%% clear: `conn_id' must be a positive integer.");
	return count_answer(sg_ike_clear_isakmp(r->agent->ike,
						(unsigned int)json_integer_value(id)));
}

static json_t *op_clear(const struct request *r)
{
	const char *what = json_string_value(json_object_get(r->json, "what"));
	const char *map = json_string_value(json_object_get(r->json, "map"));
	const char *peer = json_string_value(json_object_get(r->json, "peer"));
	struct sg_kernel *k = r->agent->kernel;
	struct in_addr addr;
	int err;

	if (!what)
		return sg_control_error("%% clear: `what' is missing.");
	if (!strcmp(what, "sa"))
		return count_answer(sg_ike_clear_sa(r->agent->ike, NULL, NULL));
	if (!strcmp(what, "sa-peer")) {
		if (!peer || inet_pton(AF_INET, peer, &addr) != 1)
			return sg_control_error("%% clear: `peer' must be an IPv4 address.");
		return count_answer(sg_ike_clear_sa(r->agent->ike, NULL, &addr));
	}
	if (!strcmp(what, "sa-map")) {
		if (!map)
			return sg_control_error("%% clear: `map' is missing.");
		return count_answer(sg_ike_clear_sa(r->agent->ike, map, NULL));
	}
	if (!strcmp(what, "sa-counters")) {
		err = k->ops->counters_clear(k);
		return err ? kernel_error(r->agent, err) : count_answer(0);
	}
	if (!strcmp(what, "isakmp"))
		return clear_isakmp(r);
	return sg_control_error("%% clear: unknown `what': %.64s", what);
}

static json_t *op_debug(const struct request *r)
{
	static const struct {
		const char *name;
		unsigned int mask;
	} names[] = {
		{ "isakmp", SG_DEBUG_ISAKMP },
		{ "ipsec", SG_DEBUG_IPSEC },
		{ "engine", SG_DEBUG_ENGINE },
		{ "all", SG_DEBUG_ISAKMP | SG_DEBUG_IPSEC | SG_DEBUG_ENGINE },
	};
	const char *which = json_string_value(json_object_get(r->json, "which"));
	const json_t *on = json_object_get(r->json, "on");
	size_t i;

	if (!which || !json_is_boolean(on))
		return sg_control_error("%% debug: `which' or `on' is missing.");
	for (i = 0; i < COUNT(names); i++)
		if (!strcmp(names[i].name, which))
			break;
	if (i == COUNT(names))
		return sg_control_error("%% debug: unknown `which': %.64s", which);
	if (json_is_true(on))
		sg_debug_set(sg_debug_get() | names[i].mask);
	else
		sg_debug_set(sg_debug_get() & ~names[i].mask);
	return sg_control_ok(json_pack("{s:i}", "mask", (int)sg_debug_get()));
}

static json_t *op_debug_stream(const struct request *r)
{
	*r->stream = true;
	return sg_control_ok(json_object());
}

static const char *severity_name(enum sg_severity severity)
{
	switch (severity) {
	case SG_MSG_NOTE:
		return "note";
	case SG_MSG_WARNING:
		return "warning";
	case SG_MSG_ERROR:
		return "error";
	}
	return "";
}

/* A file may hold any bytes; JSON may not. */
static json_t *text_of(const char *text)
{
	json_t *s = json_string(text ? text : "");

	return s ? s : json_string("(not UTF-8)");
}

static json_t *messages(const struct sg_parse_result *result)
{
	const struct sg_message *m;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < result->message_count; i++) {
		m = &result->messages[i];
		json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:o, s:o}",
						      "severity", severity_name(m->severity),
						      "line", (json_int_t)m->line,
						      "column", (json_int_t)m->column,
						      "source", text_of(m->source),
						      "text", text_of(m->text)));
	}
	return list;
}

static json_t *ignored(const struct sg_parse_result *result)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < result->ignored_count; i++)
		json_array_append_new(list, json_pack("{s:I, s:o}",
						      "line", (json_int_t)result->ignored[i].line,
						      "text", text_of(result->ignored[i].text)));
	return list;
}

static json_t *op_load(const struct request *r)
{
	const char *path = json_string_value(json_object_get(r->json, "path"));
	struct sg_agent *agent = r->agent;
	struct sg_parse_result result;
	char why[SG_WHY_MAX] = "";
	json_t *data, *answer;
	int err;

	if (!path)
		path = agent->config_path;
	/* What is wrong with a file is told by quoting it. */
	if (r->peer->uid && strcmp(path, agent->config_path))
		return sg_control_error("%% Permission denied: only root may load other than %s.",
					agent->config_path);
	sg_info("control: pid %d of user %u loads %s", (int)r->peer->pid,
		(unsigned int)r->peer->uid, path);
	agent->changed = json_array();
	err = sg_agent_load(agent, path, &result, why, sizeof(why));
	data = json_pack("{s:o, s:o, s:o}", "messages", messages(&result), "ignored",
			 ignored(&result), "changed", agent->changed);
	agent->changed = NULL;
	sg_parse_result_clear(&result);
	if (!err)
		return sg_control_ok(data);
	answer = sg_control_error("%% %s", why);
	if (answer && data)
		json_object_set(answer, "data", data);
	json_decref(data);
	return answer;
}

static const struct {
	const char *name;
	json_t *(*run)(const struct request *r);
} ops[] = {
	{ "version", op_version },
	{ "show", op_show },
	{ "clear", op_clear },
	{ "debug", op_debug },
	{ "debug-stream", op_debug_stream },
	{ "load", op_load },
};

/**
 * sg_control_handle() - one request of the control socket
 * @request: a JSON object
 * @peer: who asks
 * @stream: set to true where log lines are to follow the answer
 * @ctx: struct sg_agent
 *
 * Return: the answer, a new reference; NULL without memory.
 */
json_t *sg_control_handle(const json_t *request, const struct sg_control_peer *peer, bool *stream,
			  void *ctx)
{
	const char *op = json_string_value(json_object_get(request, "op"));
	struct request r = { ctx, request, peer, stream };
	size_t i;

	if (!op)
		return sg_control_error("%% `op' is missing.");
	for (i = 0; i < COUNT(ops); i++)
		if (!strcmp(ops[i].name, op))
			return ops[i].run(&r);
	return sg_control_error("%% Unknown `op': %.64s", op);
}
