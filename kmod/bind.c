// SPDX-License-Identifier: GPL-2.0
/*
 * Bindings: which interface bears which crypto map, and with which tunnel endpoint.
 */
#include <linux/hash.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "cmap.h"
#include "hold.h"
#include "netns.h"

static struct hlist_head *bucket(struct sg_net *sn, int ifindex)
{
	return &sn->bind_hash[hash_32(ifindex, SG_BIND_HASH_BITS)];
}

struct sg_binding *sg_binding_find(struct sg_net *sn, int ifindex)
{
	struct sg_binding *bind;

	hlist_for_each_entry_rcu(bind, bucket(sn, ifindex), hash, lockdep_is_held(&sn->lock))
		if (bind->ifindex == ifindex)
			return bind;
	return NULL;
}

/* Keeps sg_net.bindings in order of ifindex, which dumps rely on. */
static void bind_link(struct sg_net *sn, struct sg_binding *bind)
{
	struct sg_binding *after;

	list_for_each_entry(after, &sn->bindings, node)
		if (after->ifindex > bind->ifindex)
			break;
	list_add_tail(&bind->node, &after->node);
}

int sg_binding_set(struct sg_net *sn, int ifindex, __be32 local, struct sg_map *map)
{
	struct sg_binding *bind, *old;

	ASSERT_RTNL();
	lockdep_assert_held(&sn->lock);
	bind = kzalloc(sizeof(*bind), GFP_KERNEL_ACCOUNT);
	if (!bind)
		return -ENOMEM;
	bind->ifindex = ifindex;
	bind->local = local;
	memcpy(bind->map_name, map->name, sizeof(bind->map_name));
	RCU_INIT_POINTER(bind->map, map);

	/* In one step: no packet sees the interface bare. */
	old = sg_binding_find(sn, ifindex);
	if (old) {
		hlist_replace_rcu(&old->hash, &bind->hash);
		list_replace(&old->node, &bind->node);
		kfree_rcu(old, rcu);
	} else {
		hlist_add_head_rcu(&bind->hash, bucket(sn, ifindex));
		bind_link(sn, bind);
	}
	sg_netns_changed(sn);
	return 0;
}

static void bind_free(struct sg_net *sn, struct sg_binding *bind)
{
	hlist_del_rcu(&bind->hash);
	list_del(&bind->node);
	sg_netns_changed(sn);
	kfree_rcu(bind, rcu);
}

int sg_binding_del(struct sg_net *sn, int ifindex)
{
	struct sg_binding *bind;

	lockdep_assert_held(&sn->lock);
	bind = sg_binding_find(sn, ifindex);
	if (!bind)
		return -ENOENT;
	bind_free(sn, bind);
	return 0;
}

void sg_binding_flush(struct sg_net *sn)
{
	struct sg_binding *bind, *next;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry_safe(bind, next, &sn->bindings, node)
		bind_free(sn, bind);
}

void sg_binding_swap(struct sg_net *sn, struct sg_map *map)
{
	struct sg_binding *bind;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry(bind, &sn->bindings, node)
		if (!strcmp(bind->map_name, map->name))
			rcu_assign_pointer(bind->map, map);
}

int sg_binding_bearer(struct sg_net *sn, const char *map_name)
{
	const struct sg_binding *bind;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry(bind, &sn->bindings, node)
		if (!strcmp(bind->map_name, map_name))
			return bind->ifindex;
	return 0;
}

/* Also when an interface leaves for another namespace. Under the rtnl. */
static int device_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(data);
	struct sg_net *sn;

	if (event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	sn = sg_net(dev_net(dev));
	if (!sn)	/* a namespace that was given up while it was made */
		return NOTIFY_DONE;
	mutex_lock(&sn->lock);
	sg_binding_del(sn, dev->ifindex);
	sg_hold_flush_dev(sn, dev);
	mutex_unlock(&sn->lock);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = {
	.notifier_call = device_event,
};

/**
 * sg_binding_init() - watch for interfaces that go
 *
 * Return: 0 or -errno.
 */
int sg_binding_init(void)
{
	return register_netdevice_notifier(&device_notifier);
}

/**
 * sg_binding_exit() - the reverse; takes every binding off, while namespaces are still there
 */
void sg_binding_exit(void)
{
	unregister_netdevice_notifier(&device_notifier);
}
