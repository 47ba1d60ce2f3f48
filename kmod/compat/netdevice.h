/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Properties of a device that were feature flags and became fields.
 */
#ifndef SG_COMPAT_NETDEVICE_H
#define SG_COMPAT_NETDEVICE_H

#include <linux/netdevice.h>

/* The device never leaves its namespace. Before it is registered. */
static inline void sg_dev_keep_netns(struct net_device *dev)
{
#ifdef NETIF_F_NETNS_LOCAL
	dev->features |= NETIF_F_NETNS_LOCAL;
#else
	dev->netns_immutable = true;
#endif
}

/* Its transmit function needs no lock of the core's. Before it is registered. */
static inline void sg_dev_lockless_tx(struct net_device *dev)
{
#ifdef NETIF_F_LLTX
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

#endif /* SG_COMPAT_NETDEVICE_H */
