// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When kernel events were lost, or may have come before we listened: ask the kernel what they
 * would have said, and say it to the engine. Flows that wait for an SA are ACQUIREs; SAs past
 * their soft limit are EXPIREs. The engine takes an event about what it is already at work on for
 * what it is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "log/log.h"

struct events {
	struct sg_kevent *list;
	size_t count;
	int err;
};

struct scan {
	struct sg_agent *agent;
	struct events events;
};

static struct sg_kevent *add(struct events *events)
{
	struct sg_kevent *more;

	more = reallocarray(events->list, events->count + 1, sizeof(*more));
	if (!more)
		return NULL;
	events->list = more;
	more += events->count++;
	memset(more, 0, sizeof(*more));
	return more;
}

static int scan_flow(const struct sg_kflow *flow, uint8_t state, uint32_t held, void *ctx)
{
	const struct sg_gw_interface *gi;
	struct scan *scan = ctx;
	struct sg_kevent *event;
	size_t count, i;

	(void)held;
	if (state != SG_FLOW_ACQUIRING)
		return 0;
	gi = sg_gateway_interfaces(scan->agent->gateway, &count);
	for (i = 0; i < count; i++)
		if (gi[i].bound && !strcmp(gi[i].stanza->map, flow->map))
			break;
	if (i == count)
		return 0;
	event = add(&scan->events);
	if (!event)
		return -ENOMEM;
	event->kind = SG_CMD_EV_ACQUIRE;
	event->acquire.flow = *flow;
	event->acquire.ifindex = gi[i].ifindex;
	event->acquire.local = gi[i].local;
	event->acquire.packet = flow->ace;
	return 0;
}

static int scan_sa(const struct sg_ksa *sa, void *ctx)
{
	struct scan *scan = ctx;
	struct sg_kevent *event;

	if (sa->state != SG_SA_SOFT)
		return 0;
	event = add(&scan->events);
	if (!event)
		return -ENOMEM;
	event->kind = SG_CMD_EV_EXPIRE;
	event->expire.id = sa->id;
	event->expire.dir = sa->dir;
	event->expire.reason = SG_EXPIRE_SECONDS;
	event->expire.used = sa->bytes != 0;
	return 0;
}

/* The SAs went with the module: the peers are told, so that they do not send into the void. */
static void module_changed(struct sg_agent *agent, unsigned int generation, bool loaded)
{
	char release[64];

	agent->generation = generation;
	if (loaded) {
		sg_info("the kernel module was loaded again; its crypto maps are set anew");
	} else {
		sg_kernel_netlink_release(agent->kernel, release, sizeof(release));
		sg_err("%s: nothing is encrypted, no crypto map protects anything",
		       agent->kernel->ops->error(agent->kernel));
	}
	sg_ike_clear_sa(agent->ike, NULL, NULL);
}

/**
 * sg_agent_resync() - bring maps, bindings and engine in line with the kernel
 *
 * Return: 0 or -errno; the agent goes on with what it has.
 */
int sg_agent_resync(struct sg_agent *agent)
{
	struct sg_kernel *k = agent->kernel;
	struct scan scan = { .agent = agent };
	unsigned int generation;
	bool loaded;
	size_t i;
	int err;

	generation = sg_kernel_netlink_generation(k, &loaded);
	if (generation != agent->generation)
		module_changed(agent, generation, loaded);
	else if (agent->adopted)
		sg_info("events of the kernel may have been lost; its state is read again");
	if (!loaded)
		return 0;	/* we are told when it comes */
	/*
	 * Every time: a hard limit that was not heard of has left half a pair, and a tunnel that
	 * is shown UP.
	 */
	err = sg_ike_adopt(agent->ike);
	if (err) {
		sg_err("cannot take over the kernel's SAs: %s", k->ops->error(k));
		return err;
	}
	agent->adopted = true;
	err = sg_agent_apply(agent);
	if (err)
		return err;
	/* Events are made first and told afterwards: the engine changes what a walk looks at. */
	if (k->ops->flow_walk)
		err = k->ops->flow_walk(k, scan_flow, &scan);
	if (!err)
		err = k->ops->sa_walk(k, scan_sa, &scan);
	for (i = 0; i < scan.events.count; i++)
		sg_ike_kernel_event(agent->ike, &scan.events.list[i]);
	free(scan.events.list);
	return err;
}
