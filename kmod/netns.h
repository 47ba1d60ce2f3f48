/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module keeps for a network namespace, and its life.
 *
 * Order of locks, outermost first: rtnl, sg_net.lock, sg_net.flow_lock; then, each
 * the innermost, the lock of the events and sg_sa.replay_lock. Packets take only spinlocks.
 */
#ifndef SG_NETNS_H
#define SG_NETNS_H

#include <linux/mutex.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <net/net_namespace.h>
#include <net/gro_cells.h>

#include "stats.h"

#define SG_BIND_HASH_BITS	6

/* Defaults of the settings of uapi enum sg_ns_attr. */
#define SG_HOLD_FLOW_PACKETS	64
#define SG_HOLD_PACKETS		1024
#define SG_HOLD_SECONDS		30

struct workqueue_struct;

struct sg_hold_budget {
	atomic_t packets;	/* held now, all flows */
};

struct sg_net {
	struct net *net;		/* no reference: we die before it */
	struct mutex lock;		/* serialises changes; protects the lists */
	struct rhashtable sas;		/* (dst, spi, proto) -> struct sg_sa; RCU readers */
	struct list_head sa_list;	/* all SAs by id, for dumps; under lock */
	struct list_head maps;		/* struct sg_map in force; under lock */
	struct list_head stages;	/* struct sg_stage (stage.h); under lock */
	struct list_head bindings;	/* struct sg_binding; under lock */
	struct hlist_head bind_hash[1 << SG_BIND_HASH_BITS];	/* by ifindex; RCU readers */
	struct list_head flows;		/* struct sg_flow; under lock */
	struct rhashtable flow_hash;	/* (map, seq, selector) -> sg_flow; under lock */
	spinlock_t flow_lock;		/* BH: hold queues and the SA lists of flows */
	struct sg_hold_budget hold;
	u32 hold_flow_packets, hold_packets, hold_seconds;	/* settings; READ_ONCE */
	bool foreign_esp;
	u32 next_sa_id, next_flow_number;	/* under lock */
	u32 generation;			/* of all that dumps show; under lock */
	struct net_device *dev;		/* sealgate0 */
	struct sg_stats __percpu *stats;
	struct sg_event_state *events;	/* rate limits, event.c */
};

struct sg_net *sg_net(struct net *net);

/*
 * Every timer and work item of the module runs here: a namespace flushes it after hooks are off and
 * timers cancelled, the module destroys it last.
 */
extern struct workqueue_struct *sg_wq;

/* Under sg_net.lock: what dumps show has changed. Never 0, which means "no dump yet" to netlink. */
static inline void sg_netns_changed(struct sg_net *sn)
{
	lockdep_assert_held(&sn->lock);
	if (!++sn->generation)
		sn->generation = 1;
}

int sg_netns_init(void);
void sg_netns_exit(void);

#endif /* SG_NETNS_H */
