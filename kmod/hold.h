/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that wait for an SA: bounded by flow and by namespace, sent in order once
 * it is up, dropped and counted when the wait ends. Never sent in clear.
 */
#ifndef SG_HOLD_H
#define SG_HOLD_H

#include <linux/skbuff.h>

#include "acl.h"

struct net_device;
struct sg_binding;
struct sg_flow;
struct sg_net;

/* A new flow: its queue, its timer, SG_FLOW_IDLE. Timers run on sg_wq (netns.h). */
void sg_hold_init(struct sg_flow *flow);

/**
 * sg_hold() - keep a packet until its flow has an SA
 * @sn: namespace
 * @flow: the flow
 * @skb: owned from here on, whatever the answer; its dst is kept by a reference
 * @key: the packet as a selector sees it
 * @bind: where it wanted out; RCU read side
 *
 * Raises one ACQUIRE a flow. If the SA came up meanwhile, the packet goes out at once.
 * Any context with RCU read lock.
 */
void sg_hold(struct sg_net *sn, struct sg_flow *flow, struct sk_buff *skb,
	     const struct sg_key *key, const struct sg_binding *bind);

/*
 * Right before an SA is put in flow->sas, in the same critical section of sg_net.flow_lock;
 * sg_hold_release() must follow. From here on no newer packet overtakes what is held.
 */
void sg_hold_arm(struct sg_flow *flow);

/*
 * An outbound SA was added (it is in flow->sas): send what waits, in order, before anything newer,
 * state SG_FLOW_UP, timer off. Process context, BH on; sg_net.lock is held by the caller.
 */
void sg_hold_release(struct sg_flow *flow);

/*
 * The wait is over without one, or the flow is no more: drop and count what is held, timer off,
 * state SG_FLOW_IDLE unless flow->sas has an SA. Process context, BH on; sg_net.lock may be held
 * by the caller, so it does not wait for a timer that runs.
 */
void sg_hold_fail(struct sg_flow *flow);

/*
 * An interface goes away: drop and count what wanted out through it. Under sg_net.lock, process
 * context. What is held pins no device, so this may come late.
 */
void sg_hold_flush_dev(struct sg_net *sn, const struct net_device *dev);

#endif /* SG_HOLD_H */
