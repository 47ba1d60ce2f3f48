/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sealgate0: the device through which decapsulated packets come in again.
 */
#ifndef SG_DEVICE_H
#define SG_DEVICE_H

#include <linux/netdevice.h>

struct sg_net;

int sg_device_init(void);	/* the kind `ip link show type sealgate` */
void sg_device_exit(void);
int sg_device_net_init(struct sg_net *sn);
void sg_device_net_exit(struct sg_net *sn);

/* Re-injects an inner IPv4 packet; consumes it. Any context, RCU read side. */
void sg_device_receive(struct sg_net *sn, struct sk_buff *skb);

#endif /* SG_DEVICE_H */
