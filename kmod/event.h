/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events to the agent, each kind with its own rate limit a namespace. GFP_ATOMIC; any context.
 */
#ifndef SG_EVENT_H
#define SG_EVENT_H

#include "acl.h"
#include "../uapi/sealgate.h"

struct sg_binding;
struct sg_flow;
struct sg_net;
struct sg_sa;

int sg_event_net_init(struct sg_net *sn);
void sg_event_net_exit(struct sg_net *sn);

/*
 * Return: true when somebody could have heard it (a lost ACQUIRE is asked again by the next
 * packet).
 */
bool sg_event_acquire(struct sg_net *sn, const struct sg_flow *flow, const struct sg_key *key,
		      const struct sg_binding *bind);
void sg_event_expire(struct sg_net *sn, const struct sg_sa *sa, bool hard, u8 reason);
void sg_event_invalid_spi(struct sg_net *sn, __be32 src, __be32 dst, u8 proto, __be32 spi);
void sg_event_not_ipsec(struct sg_net *sn, __be32 src, __be32 dst, u8 proto, int ifindex);
void sg_event_replay(struct sg_net *sn, const struct sg_sa *sa, __be32 src, u32 seq);

#endif /* SG_EVENT_H */
