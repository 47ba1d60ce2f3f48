// SPDX-License-Identifier: GPL-2.0
/*
 * sealgate0: the device through which decapsulated packets come in again, one a namespace.
 *
 * That a packet has this device as its input is the mark of "came through an SA": neither the
 * wire nor a local socket can forge it. It is also where an operator filters and captures what was
 * inside of the tunnels. Nothing is ever sent through it: outbound packets meet their crypto map on
 * the interface they leave by, so what is routed here is dropped.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/gro_cells.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>
#include <net/rtnetlink.h>

#include "compat/netdevice.h"
#include "device.h"
#include "netns.h"

/*
 * Loose: the larger of this and conf.all counts, so a strict conf.all does not drop inner
 * packets.
 */
#define RP_FILTER_LOOSE	2

/*
 * 192.0.0.8, the IPv4 dummy address of RFC 7600. The kernel's loose check passes only packets of
 * interfaces that have some address; this one is in no routing table and, of host scope, no
 * packet's source.
 */
#define DUMMY_ADDRESS	0xc0000008

/* Where SG_DEVICE_NAME is taken: the first number that is free. */
#define OTHER_NAME	"sealgate%d"

struct sg_device {
	struct gro_cells cells;
};

static int dev_init(struct net_device *dev)
{
	struct sg_device *sd = netdev_priv(dev);
	int err;

	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
	err = gro_cells_init(&sd->cells, dev);
	if (err) {
		free_percpu(dev->tstats);
		dev->tstats = NULL;
	}
	return err;
}

static void dev_free(struct net_device *dev)
{
	struct sg_device *sd = netdev_priv(dev);

	gro_cells_destroy(&sd->cells);
	free_percpu(dev->tstats);
}

static int dev_up(struct net_device *dev)
{
	struct in_device *in4 = __in_dev_get_rtnl(dev);
#if IS_ENABLED(CONFIG_IPV6)
	struct inet6_dev *in6 = __in6_dev_get(dev);

	/* No link-local address: there is no link. */
	if (in6)
		in6->cnf.addr_gen_mode = IN6_ADDR_GEN_MODE_NONE;
#endif
	if (in4) {
		IN_DEV_CONF_SET(in4, RP_FILTER, RP_FILTER_LOOSE);
		IN_DEV_CONF_SET(in4, SEND_REDIRECTS, 0);
	}
	return 0;
}

/* Under RTNL. The stack frees it with the device like any other. */
static int give_address(struct net_device *dev)
{
	struct in_device *in4 = __in_dev_get_rtnl(dev);
	struct in_ifaddr *ifa;

	if (!in4)
		return -ENODEV;
	ifa = kzalloc(sizeof(*ifa), GFP_KERNEL_ACCOUNT);
	if (!ifa)
		return -ENOMEM;
	ifa->ifa_local = htonl(DUMMY_ADDRESS);
	ifa->ifa_address = htonl(DUMMY_ADDRESS);
	ifa->ifa_mask = htonl(INADDR_BROADCAST);
	ifa->ifa_prefixlen = 32;
	ifa->ifa_scope = RT_SCOPE_HOST;
	ifa->ifa_flags = IFA_F_PERMANENT;
	ifa->ifa_valid_lft = U32_MAX;
	ifa->ifa_preferred_lft = U32_MAX;
	ifa->ifa_cstamp = jiffies;
	ifa->ifa_tstamp = jiffies;
	strscpy(ifa->ifa_label, dev->name, sizeof(ifa->ifa_label));
	in_dev_hold(in4);
	ifa->ifa_dev = in4;
	rcu_assign_pointer(in4->ifa_list, ifa);
	return 0;
}

static netdev_tx_t dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	DEV_STATS_INC(dev, tx_dropped);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops dev_ops = {
	.ndo_init	= dev_init,
	.ndo_open	= dev_up,
	.ndo_start_xmit	= dev_xmit,
	.ndo_get_stats64 = dev_get_tstats64,
};

/* Gives the device its kind. Without setup and dellink, nobody can add or delete one. */
static struct rtnl_link_ops link_ops = {
	.kind = "sealgate",
};

static void dev_setup(struct net_device *dev)
{
	dev->rtnl_link_ops = &link_ops;
	dev->netdev_ops = &dev_ops;
	dev->header_ops = &ip_tunnel_header_ops;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->mtu = ETH_DATA_LEN;
	dev->min_mtu = IPV4_MIN_MTU;
	dev->max_mtu = IP_MAX_MTU;
	dev->priv_destructor = dev_free;
	dev->needs_free_netdev = true;
	sg_dev_keep_netns(dev);
	sg_dev_lockless_tx(dev);
}

/**
 * sg_device_net_init() - make and start the device of a namespace
 * @sn: namespace
 *
 * Process context, without RTNL. Where its name is taken it gets another one: who may name
 * interfaces in some namespace must not be able to keep the module from loading. Return: 0 or
 * -errno.
 */
int sg_device_net_init(struct sg_net *sn)
{
	struct net_device *dev;
	bool taken;
	int err;

	dev = alloc_netdev(sizeof(struct sg_device), SG_DEVICE_NAME, NET_NAME_PREDICTABLE,
			   dev_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, sn->net);

	rtnl_lock();
	taken = __dev_get_by_name(sn->net, SG_DEVICE_NAME);
	if (taken)
		strscpy(dev->name, OTHER_NAME, sizeof(dev->name));
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		goto out;
	}
	if (taken)
		netdev_notice(dev, "the name " SG_DEVICE_NAME " was taken\n");
	err = give_address(dev);
	if (!err)
		err = dev_open(dev, NULL);
	if (err) {
		unregister_netdevice(dev);
		goto out;
	}
	sn->dev = dev;
out:
	rtnl_unlock();
	return err;
}

/**
 * sg_device_net_exit() - take the device of a namespace away
 * @sn: namespace, whose hooks are off and an RCU grace period has passed since
 *
 * Process context, without RTNL. Packets in its receive queue are dropped.
 */
void sg_device_net_exit(struct sg_net *sn)
{
	if (!sn->dev)
		return;
	unregister_netdev(sn->dev);
	sn->dev = NULL;
}

/**
 * sg_device_receive() - let an inner packet come in
 * @sn: namespace
 * @skb: IPv4, data at its header, scrubbed, linear, owned alone; consumed
 *
 * Any context with RCU read lock: a packet that user space had in a queue comes with BH on, which
 * the queues of gro_cells must not see. Counts SG_STAT_IN_PACKETS or SG_STAT_IN_BACKLOG.
 */
void sg_device_receive(struct sg_net *sn, struct sk_buff *skb)
{
	struct sg_device *sd = netdev_priv(sn->dev);
	unsigned int len = skb->len;

	local_bh_disable();
	skb->dev = sn->dev;
	if (gro_cells_receive(&sd->cells, skb) == NET_RX_SUCCESS) {
		dev_sw_netstats_rx_add(sn->dev, len);
		sg_stat_inc(sn, SG_STAT_IN_PACKETS);
	} else {
		sg_stat_inc(sn, SG_STAT_IN_BACKLOG);
	}
	local_bh_enable();
}

/**
 * sg_device_init() - before the first namespace
 *
 * Process context. Return: 0 or an error of rtnl_link_register().
 */
int sg_device_init(void)
{
	return rtnl_link_register(&link_ops);
}

/**
 * sg_device_exit() - after the last namespace
 */
void sg_device_exit(void)
{
	rtnl_link_unregister(&link_ops);
}
