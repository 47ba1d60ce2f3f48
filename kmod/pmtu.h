/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Path MTU: what fits in a tunnel, and what routers on the way say of it.
 */
#ifndef SG_PMTU_H
#define SG_PMTU_H

#include <linux/skbuff.h>

struct rtable;
struct sg_net;
struct sg_sa;

/* The route of an SA's outer packets; mark decides like for any other packet. ERR_PTR without. */
struct rtable *sg_pmtu_route(const struct sg_sa *sa, u32 mark);

/* Largest inner packet that leaves whole by @rt, never less than SG_MTU_MIN. */
u32 sg_pmtu_inner(const struct sg_sa *sa, const struct rtable *rt);

/*
 * May @skb not be cut though it is larger than @mtu? A GSO packet counts by its segments. Then
 * its sender is told: the caller drops it.
 */
bool sg_pmtu_refuse(struct sk_buff *skb, u32 mtu);

/* LOCAL_IN: an ICMP packet for this host; learns from "fragmentation needed" about our own ESP. */
void sg_pmtu_input(struct sg_net *sn, struct sk_buff *skb);

#endif /* SG_PMTU_H */
