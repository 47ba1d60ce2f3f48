/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Crypto maps, their flows, and their bindings to interfaces.
 *
 * A map in force never changes: it is built aside and swapped in by RCU, so a packet sees the
 * old map or the new one. What must live longer than one version of the map (SAs, held packets,
 * counters) hangs on flows and on entry counters, which the new version takes over where entry
 * and ACE are the same.
 */
#ifndef SG_CMAP_H
#define SG_CMAP_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/workqueue.h>

#include "acl.h"
#include "../uapi/sealgate.h"

struct netlink_ext_ack;
struct sg_net;
struct sg_sa;

/* Counters of an entry: shared by the versions of its map. Atomics, as they outlive all. */
struct sg_entry_count {
	refcount_t ref;
	atomic64_t out_packets, out_bytes, in_packets, in_bytes, send_errors, recv_errors;
};

/*
 * A flow is in the namespace's list and hash as long as a map in force has its ACE or an SA
 * refers to it. When it goes, or its ACE goes, no packet that saw the old map is under way any
 * more (an RCU grace period has passed), and what it holds has been dropped by sg_hold_fail().
 */
struct sg_flow {
	struct list_head node;		/* sg_net.flows, ascending number; under sg_net.lock */
	struct rhash_head hash;		/* sg_net.flow_hash; under sg_net.lock */
	struct sg_net *sn;
	refcount_t ref;			/* list, ACE of a map version, SA, timer: one each */
	u32 number;			/* order of creation, for dumps */
	u32 sa_count;			/* SAs that refer to it; under sg_net.lock */
	const struct sg_map *map;	/* in force, that has its ACE, or NULL; under sg_net.lock */

	/* the hash key: no padding, the name padded with zeros */
	char map_name[SG_MAP_NAME_MAX + 1];
	u32 entry_seq;
	struct sg_selector sel;
	struct sg_entry_count *count;	/* counted */

	/* under sg_net.flow_lock */
	struct list_head sas;		/* outbound SAs, youngest first; RCU readers */
	struct sk_buff_head held;	/* in order of arrival; used with its lock unused */
	u8 state;			/* enum sg_flow_state */
	bool releasing;			/* sg_hold_release() is at work: newer ones queue up; */
	u32 admit;			/* so many more of them */
	unsigned long deadline;		/* jiffies: the end of the wait, while the timer runs */
	struct delayed_work expire;	/* ends the wait */
	struct rcu_head rcu;
};

struct sg_map_entry {
	u32 seq;
	u32 flags;			/* SG_ENTRY_F_* */
	u32 first_ace, ace_count;	/* its part of sg_map.aces */
	struct sg_entry_count *count;	/* counted */
};

struct sg_map {
	struct list_head node;		/* sg_net.maps, by name; under sg_net.lock */
	char name[SG_MAP_NAME_MAX + 1];	/* padded with zeros */
	u32 entry_count, ace_count;
	struct sg_map_entry *entries;	/* ascending seq */
	struct sg_ace *aces;		/* evaluation order */
	struct sg_flow **flows;		/* by ACE index; NULL for deny */
	atomic64_t *matches;		/* by ACE index: packets a permit took since commit */
	struct sg_acl *acl;
	struct rcu_work free_work;	/* frees it after a grace period, where it may sleep */
};

struct sg_binding {
	struct hlist_node hash;		/* RCU */
	struct list_head node;		/* sg_net.bindings, by ifindex; under sg_net.lock */
	int ifindex;
	__be32 local;
	char map_name[SG_MAP_NAME_MAX + 1];
	struct sg_map __rcu *map;
	struct rcu_head rcu;
};

struct sg_stage;

/* Counters of an entry: any context. */
struct sg_entry_count *sg_entry_count_get(struct sg_entry_count *count);
void sg_entry_count_put(struct sg_entry_count *count);

/* Under sg_net.lock. NULL: no map of that name is in force. */
struct sg_map *sg_map_find(struct sg_net *sn, const char *name);

/**
 * sg_map_commit() - put a staged map in force
 * @sn: namespace; its lock held
 * @stage: the map as it was staged; left as it is
 * @extack: says why not
 *
 * In place of the map of its name on every interface that bears it; flows and entry counters that
 * both have are taken over. May wait for an RCU grace period. On an error nothing has changed.
 * Return: 0 or -ENOMEM.
 */
int sg_map_commit(struct sg_net *sn, const struct sg_stage *stage, struct netlink_ext_ack *extack);

/* Under sg_net.lock. -ENOENT, -EBUSY while an interface bears it. */
int sg_map_del(struct sg_net *sn, const char *name, struct netlink_ext_ack *extack);

/* Namespace exit: every map goes. Under sg_net.lock, bindings gone, no packets any more. */
void sg_map_flush(struct sg_net *sn);

/**
 * sg_binding_set() - apply a map in force to an interface
 * @sn: namespace; its lock and the rtnl held
 * @ifindex: of an interface that exists
 * @local: the interface's tunnel endpoint
 * @map: in force
 *
 * In place of what the interface bore. Return: 0 or -ENOMEM.
 */
int sg_binding_set(struct sg_net *sn, int ifindex, __be32 local, struct sg_map *map);
/* Under sg_net.lock. -ENOENT. */
int sg_binding_del(struct sg_net *sn, int ifindex);
void sg_binding_flush(struct sg_net *sn);
/* Under sg_net.lock: puts @map in the place of the map of its name on every interface. */
void sg_binding_swap(struct sg_net *sn, struct sg_map *map);
/* Under sg_net.lock: an interface that bears the map, 0 = none. */
int sg_binding_bearer(struct sg_net *sn, const char *map_name);

/* Interfaces that go take their binding with them. */
int sg_binding_init(void);
void sg_binding_exit(void);

/* RCU read side. NULL: no map there. */
struct sg_binding *sg_binding_find(struct sg_net *sn, int ifindex);

/**
 * sg_flow_sa() - the SA that sends this packet
 * @flow: of the ACE that permits it
 * @key: the packet
 *
 * RCU read side. The youngest outbound SA that lives and whose proxies hold the packet, with a
 * reference, or NULL.
 */
struct sg_sa *sg_flow_sa(struct sg_flow *flow, const struct sg_key *key);

/* refcount_inc_not_zero: any context, RCU read side. */
bool sg_flow_hold_ref(struct sg_flow *flow);
void sg_flow_put(struct sg_flow *flow);

#endif /* SG_CMAP_H */
