// SPDX-License-Identifier: GPL-2.0
/*
 * A network namespace's life: everything the module keeps for it is made and freed here.
 *
 * Registered as a device kind of pernet, so that exit runs while the namespace's interfaces
 * are still there: sealgate0 is ours to remove.
 */
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>
#include <net/netns/generic.h>

#include "cmap.h"
#include "device.h"
#include "event.h"
#include "flow.h"
#include "hook.h"
#include "netns.h"
#include "sadb.h"
#include "stage.h"

static unsigned int sg_net_id __read_mostly;

/**
 * sg_net() - the module's part of a namespace
 * @net: namespace
 *
 * Any context, between sg_netns_init() and sg_netns_exit(). Return: NULL only where the
 * namespace is half made.
 */
struct sg_net *sg_net(struct net *net)
{
	return net_generic(net, sg_net_id);
}

static int __net_init sg_net_init(struct net *net)
{
	struct sg_net *sn = sg_net(net);
	int err, i;

	sn->net = net;
	mutex_init(&sn->lock);
	INIT_LIST_HEAD(&sn->maps);
	INIT_LIST_HEAD(&sn->stages);
	INIT_LIST_HEAD(&sn->bindings);
	for (i = 0; i < ARRAY_SIZE(sn->bind_hash); i++)
		INIT_HLIST_HEAD(&sn->bind_hash[i]);
	sn->generation = 1;
	sn->hold_flow_packets = SG_HOLD_FLOW_PACKETS;
	sn->hold_packets = SG_HOLD_PACKETS;
	sn->hold_seconds = SG_HOLD_SECONDS;

	err = sg_stats_net_init(sn);
	if (err)
		goto err_stats;
	err = sg_sadb_net_init(sn);
	if (err)
		goto err_sadb;
	err = sg_flow_net_init(sn);
	if (err)
		goto err_flow;
	err = sg_event_net_init(sn);
	if (err)
		goto err_event;
	err = sg_device_net_init(sn);
	if (err)
		goto err_device;
	err = sg_hook_net_init(net);
	if (err)
		goto err_hook;
	return 0;

err_hook:
	sg_device_net_exit(sn);
err_device:
	sg_event_net_exit(sn);
err_event:
	sg_flow_net_exit(sn);
err_flow:
	sg_sadb_net_exit(sn);
err_sadb:
	sg_stats_net_exit(sn);
err_stats:
	return err;
}

/*
 * A namespace goes, and forwards to the last: what its maps cover must not leave in clear once the
 * hooks are off. Its bindings are constant by now but for those of interfaces that go, which is
 * under the rtnl. The interfaces go down soon anyway.
 */
static void __net_exit close_bound(struct sg_net *sn)
{
	const struct sg_binding *bind;
	struct net_device *dev;

	if (list_empty(&sn->bindings))
		return;
	rtnl_lock();
	list_for_each_entry(bind, &sn->bindings, node) {
		dev = __dev_get_by_index(sn->net, bind->ifindex);
		if (dev)
			dev_close(dev);
	}
	rtnl_unlock();
}

/* An RCU grace period passes between this and sg_net_exit(). */
static void __net_exit sg_net_pre_exit(struct net *net)
{
	/* Where the module goes and the namespace stays, its interfaces stay as they are. */
	if (!check_net(net))
		close_bound(sg_net(net));
	sg_hook_net_exit(net);
}

static void __net_exit sg_net_exit(struct net *net)
{
	struct sg_net *sn = sg_net(net);

	sg_device_net_exit(sn);

	mutex_lock(&sn->lock);
	sg_stage_flush(sn);
	sg_binding_flush(sn);
	sg_sa_flush(sn, NULL, 0);
	sg_map_flush(sn);
	mutex_unlock(&sn->lock);

	/* Timers are off; what already ran on the queue still knows @sn. */
	flush_workqueue(sg_wq);

	sg_event_net_exit(sn);
	sg_flow_net_exit(sn);
	sg_sadb_net_exit(sn);
	sg_stats_net_exit(sn);
}

static struct pernet_operations sg_net_ops = {
	.init = sg_net_init,
	.pre_exit = sg_net_pre_exit,
	.exit = sg_net_exit,
	.id = &sg_net_id,
	.size = sizeof(struct sg_net),
};

/**
 * sg_netns_init() - the module's part of every namespace, present and to come
 *
 * Return: 0 or -errno.
 */
int sg_netns_init(void)
{
	return register_pernet_device(&sg_net_ops);
}

/**
 * sg_netns_exit() - hooks off, then everything freed, in every namespace
 */
void sg_netns_exit(void)
{
	unregister_pernet_device(&sg_net_ops);
}
