// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait for an SA. They never leave in clear: each is sent protected once the SA is up,
 * in the order of arrival and before anything newer, or dropped and counted.
 *
 * A held packet pins nothing but its route: no device (only its index is kept), no conntrack entry
 * and no socket, so that neither interfaces nor namespaces wait for it.
 *
 * Lock: sg_net.flow_lock, over the queue, the state and the timer of every flow. It is not held
 * while a packet is sent or an event raised.
 */
#include <linux/ip.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/dst.h>
#include <net/ip.h>

#include "cmap.h"
#include "event.h"
#include "hold.h"
#include "hook.h"
#include "netns.h"
#include "sadb.h"

/*
 * Packets that may join the queue while it is being sent, in queues' lengths: the release must
 * end.
 */
#define ADMIT_QUEUES	4

struct held {
	struct inet_skb_parm ip;	/* as the stack left it */
	int ifindex;			/* where it wanted out */
};

static struct held *held_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct held) > sizeof(skb->cb));
	return (struct held *)skb->cb;
}

static void count_drop(struct sg_flow *flow, enum sg_stat stat)
{
	sg_stat_inc(flow->sn, stat);
	atomic64_inc(&flow->count->send_errors);
}

static void drop_list(struct sg_flow *flow, struct sk_buff_head *list)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list))) {
		count_drop(flow, SG_STAT_OUT_HOLD_EXPIRED);
		kfree_skb(skb);
	}
}

/* Takes all that is held off the flow. */
static void take_all(struct sg_flow *flow, struct sk_buff_head *list)
{
	lockdep_assert_held(&flow->sn->flow_lock);
	__skb_queue_head_init(list);
	skb_queue_splice_init(&flow->held, list);
	atomic_sub(skb_queue_len(list), &flow->sn->hold.packets);
}

static void arm_timer(struct sg_flow *flow)
{
	unsigned long wait = READ_ONCE(flow->sn->hold_seconds) * HZ;

	lockdep_assert_held(&flow->sn->flow_lock);
	if (delayed_work_pending(&flow->expire) || !sg_flow_hold_ref(flow))
		return;
	flow->deadline = jiffies + wait;
	queue_delayed_work(sg_wq, &flow->expire, wait);
}

/* The caller has a reference of its own. A timer that runs already finds that it came too late. */
static void stop_timer(struct sg_flow *flow)
{
	lockdep_assert_held(&flow->sn->flow_lock);
	flow->deadline = jiffies + MAX_JIFFY_OFFSET;
	if (cancel_delayed_work(&flow->expire))
		sg_flow_put(flow);
}

static void end_wait(struct sg_flow *flow)
{
	lockdep_assert_held(&flow->sn->flow_lock);
	flow->state = list_empty(&flow->sas) ? SG_FLOW_IDLE : SG_FLOW_UP;
}

static void expire_work(struct work_struct *work)
{
	struct sg_flow *flow = container_of(to_delayed_work(work), struct sg_flow, expire);
	struct sk_buff_head list;

	__skb_queue_head_init(&list);
	spin_lock_bh(&flow->sn->flow_lock);
	if (!flow->releasing && time_after_eq(jiffies, flow->deadline)) {
		take_all(flow, &list);
		end_wait(flow);
	}
	spin_unlock_bh(&flow->sn->flow_lock);
	drop_list(flow, &list);
	sg_flow_put(flow);
}

/**
 * sg_hold_init() - the part of a new flow that waits
 * @flow: not yet seen by anyone; its sn is set
 *
 * Any context.
 */
void sg_hold_init(struct sg_flow *flow)
{
	__skb_queue_head_init(&flow->held);
	INIT_DELAYED_WORK(&flow->expire, expire_work);
	flow->state = SG_FLOW_IDLE;
	flow->releasing = false;
}

/* Puts the packet at the end of the queue, or says why not. */
static enum sg_stat enqueue(struct sg_net *sn, struct sg_flow *flow, struct sk_buff *skb,
			    int ifindex)
{
	lockdep_assert_held(&sn->flow_lock);
	if (skb_queue_len(&flow->held) >= READ_ONCE(sn->hold_flow_packets) ||
	    (flow->releasing && !flow->admit))
		return SG_STAT_OUT_HOLD_FLOW_FULL;
	if (atomic_read(&sn->hold.packets) >= READ_ONCE(sn->hold_packets))
		return SG_STAT_OUT_HOLD_NS_FULL;

	nf_reset_ct(skb);
	skb_orphan(skb);
	skb->dev = NULL;
	held_cb(skb)->ifindex = ifindex;
	__skb_queue_tail(&flow->held, skb);
	atomic_inc(&sn->hold.packets);
	if (flow->releasing)
		flow->admit--;
	return 0;
}

/**
 * sg_hold() - keep a packet until its flow has an SA
 * @sn: namespace
 * @flow: the flow; RCU read side
 * @skb: clear IPv4 packet with its route; owned from here on, whatever the answer
 * @key: the packet as a selector sees it
 * @bind: where it wanted out; RCU read side
 *
 * The first packet raises an ACQUIRE; so does every one after it as long as nobody heard. If an
 * SA came up meanwhile, the packet goes out at once. Any context with RCU read lock.
 */
void sg_hold(struct sg_net *sn, struct sg_flow *flow, struct sk_buff *skb,
	     const struct sg_key *key, const struct sg_binding *bind)
{
	struct sg_sa *sa = NULL;
	enum sg_stat full;
	bool ask = false;

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		count_drop(flow, SG_STAT_OUT_NOMEM);
		return;
	}
	if (!skb_dst_force(skb)) {
		count_drop(flow, SG_STAT_OUT_ROUTE);
		kfree_skb(skb);
		return;
	}

	spin_lock_bh(&sn->flow_lock);
	if (!flow->releasing)
		sa = sg_flow_sa(flow, key);
	if (sa) {
		spin_unlock_bh(&sn->flow_lock);
		sg_output(sn, sa, skb);
		sg_sa_put(sa);
		return;
	}
	full = enqueue(sn, flow, skb, bind->ifindex);
	if (!flow->releasing) {
		ask = flow->state != SG_FLOW_ACQUIRING;
		flow->state = SG_FLOW_ACQUIRING;
		arm_timer(flow);
	}
	spin_unlock_bh(&sn->flow_lock);

	if (full) {
		count_drop(flow, full);
		kfree_skb(skb);
	} else {
		sg_stat_inc(sn, SG_STAT_HELD);
	}
	if (ask && !sg_event_acquire(sn, flow, key, bind)) {
		spin_lock_bh(&sn->flow_lock);
		if (flow->state == SG_FLOW_ACQUIRING)
			end_wait(flow);
		spin_unlock_bh(&sn->flow_lock);
	}
}

/* Sends one packet if an SA covers it. */
static bool release_one(struct sg_flow *flow, struct sk_buff *skb)
{
	struct sg_sa *sa = NULL;
	struct sg_key key;

	rcu_read_lock();
	if (!sg_key_of(skb, &key))
		sa = sg_flow_sa(flow, &key);
	if (sa) {
		/* A device that went has left the route to another namespace's blackhole. */
		if (net_eq(dev_net(skb_dst(skb)->dev), flow->sn->net))
			skb->dev = skb_dst(skb)->dev;
		else
			skb_dst_drop(skb);
		sg_output(flow->sn, sa, skb);
		sg_sa_put(sa);
		sg_stat_inc(flow->sn, SG_STAT_RELEASED);
	}
	rcu_read_unlock();
	return sa;
}

/**
 * sg_hold_arm() - from now on nothing overtakes what is held
 * @flow: about to get an SA
 *
 * Under sg_net.flow_lock, before the SA is put in the flow's list; sg_hold_release() must follow.
 */
void sg_hold_arm(struct sg_flow *flow)
{
	lockdep_assert_held(&flow->sn->flow_lock);
	flow->admit = ADMIT_QUEUES * READ_ONCE(flow->sn->hold_flow_packets);
	WRITE_ONCE(flow->releasing, !skb_queue_empty(&flow->held));
}

/**
 * sg_hold_release() - send what waits
 * @flow: has an outbound SA since sg_hold_arm()
 *
 * What no SA of the flow covers (its proxies may be narrower than the ACE) goes on waiting.
 * Process context, BH on, under sg_net.lock, which keeps sg_hold_fail() and a second release
 * away.
 */
void sg_hold_release(struct sg_flow *flow)
{
	struct sg_net *sn = flow->sn;
	struct sk_buff_head kept;
	struct sk_buff *skb;

	lockdep_assert_held(&sn->lock);
	__skb_queue_head_init(&kept);
	/* Queues behind us are a CPU's own: from two of them packets would come out mixed. */
	migrate_disable();
	spin_lock_bh(&sn->flow_lock);
	stop_timer(flow);
	flow->state = SG_FLOW_UP;
	while (flow->releasing && (skb = __skb_dequeue(&flow->held))) {
		spin_unlock_bh(&sn->flow_lock);
		if (release_one(flow, skb))
			atomic_dec(&sn->hold.packets);
		else
			__skb_queue_tail(&kept, skb);
		cond_resched();
		spin_lock_bh(&sn->flow_lock);
	}
	skb_queue_splice(&kept, &flow->held);
	WRITE_ONCE(flow->releasing, false);
	if (!skb_queue_empty(&flow->held))
		arm_timer(flow);
	spin_unlock_bh(&sn->flow_lock);
	migrate_enable();
}

/**
 * sg_hold_fail() - the wait is over without an SA, or the flow is no more
 * @flow: the flow; the caller has a reference
 *
 * Process context, BH on. Does not wait for a timer that runs; that one holds its own reference.
 */
void sg_hold_fail(struct sg_flow *flow)
{
	struct sk_buff_head list;

	spin_lock_bh(&flow->sn->flow_lock);
	stop_timer(flow);
	take_all(flow, &list);
	end_wait(flow);
	spin_unlock_bh(&flow->sn->flow_lock);
	drop_list(flow, &list);
}

/**
 * sg_hold_flush_dev() - an interface goes away
 * @sn: namespace
 * @dev: the interface
 *
 * Drops what wanted out through it. Under sg_net.lock, process context.
 */
void sg_hold_flush_dev(struct sg_net *sn, const struct net_device *dev)
{
	struct sk_buff *skb, *next;
	struct sk_buff_head list;
	struct sg_flow *flow;

	lockdep_assert_held(&sn->lock);
	/* Under the rtnl: no walk over many flows for nothing. */
	if (!atomic_read(&sn->hold.packets))
		return;
	list_for_each_entry(flow, &sn->flows, node) {
		if (!skb_queue_len_lockless(&flow->held))
			continue;
		__skb_queue_head_init(&list);
		spin_lock_bh(&sn->flow_lock);
		skb_queue_walk_safe(&flow->held, skb, next) {
			if (held_cb(skb)->ifindex != dev->ifindex)
				continue;
			__skb_unlink(skb, &flow->held);
			__skb_queue_tail(&list, skb);
			atomic_dec(&sn->hold.packets);
		}
		spin_unlock_bh(&sn->flow_lock);
		drop_list(flow, &list);
	}
}
