/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netfilter hooks: where packets meet the module.
 */
#ifndef SG_HOOK_H
#define SG_HOOK_H

#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "acl.h"

struct sg_net;
struct sg_sa;

int sg_hook_net_init(struct net *net);
void sg_hook_net_exit(struct net *net);	/* from .pre_exit: a synchronize_rcu follows */

/* Reads the selector fields of an IPv4 packet (data at the IP header). 0 or -EINVAL. */
int sg_key_of(const struct sk_buff *skb, struct sg_key *key);

/*
 * output.c: protect and send @skb by @sa. Consumes the packet on every path, counts every drop.
 * Segments GSO. Any context with RCU read lock.
 */
void sg_output(struct sg_net *sn, struct sg_sa *sa, struct sk_buff *skb);

/*
 * output.c: is this the very packet that sg_output() is handing to the stack on this CPU? Any
 * context.
 */
bool sg_output_sends(const struct sk_buff *skb);

/* input.c: an ESP or AH packet for this host. Consumes it (NF_STOLEN) or says NF_ACCEPT. */
unsigned int sg_input(struct sg_net *sn, struct sk_buff *skb);

#endif /* SG_HOOK_H */
