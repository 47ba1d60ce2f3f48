/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Security associations and their database.
 *
 * Life of an SA: sg_sa_alloc() (process context, keys set up) -> sg_sa_add() (in the
 * hash; the database holds one reference) -> sg_sa_del() (out of the hash and its flow, dead, the
 * timer gone) -> the last sg_sa_put() -> RCU -> wiped and freed.
 */
#ifndef SG_SADB_H
#define SG_SADB_H

#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>

#include "acl.h"
#include "lifetime.h"
#include "replay.h"
#include "espsize.h"
#include "seal.h"
#include "../uapi/sealgate.h"

struct crypto_shash;
struct netlink_ext_ack;
struct sg_flow;
struct sg_net;

struct sg_sa_id {		/* the hash key: no padding */
	__be32 dst;
	__be32 spi;
	u32 proto;
};

struct sg_sa_count {		/* per CPU */
	struct u64_stats_sync sync;
	u64_stats_t packets, bytes, errors;
	u32 unfolded;		/* bytes not yet in sg_sa.folded */
};

/* Everything SA_ADD says, keys apart. Constant once the SA is added. */
struct sg_sa_params {
	struct sg_sa_id id;
	__be32 src;
	__be32 pair_spi;
	u8 dir, mode;
	u16 cipher, auth;
	u32 flags;
	u32 replay_window;
	struct sg_selector proxy;	/* local = src, whatever the direction */
	struct sg_limits limits;
	u8 cookie[SG_SA_COOKIE_MAX];
	u16 cookie_len;
};

struct sg_sa {
	struct rhash_head node;
	struct sg_sa_params p;
	struct sg_net *sn;
	struct sg_flow *flow;		/* counted */
	struct list_head flow_node;	/* outbound: youngest first; flow_lock, RCU readers */
	struct list_head list_node;	/* sg_net.sa_list */
	u32 number;			/* SG_SA_ID */
	refcount_t ref;
	bool dead;			/* WRITE_ONCE under sg_net.lock; lookups pass it over */

	struct sg_esp_shape shape;	/* sizes, for MTU arithmetic and both ESP directions */
	struct sg_seal_tables *seal;	/* where the cipher is SEAL; wiped */
	struct crypto_shash *mac;	/* keyed HMAC, synchronous */

	atomic64_t seq;			/* last sequence number drawn, outbound */
	spinlock_t replay_lock;		/* BH: protects replay */
	struct sg_replay replay;

	struct sg_sa_count __percpu *count;
	/* what these were at the last COUNTERS_CLEAR; under sg_net.lock */
	u64 cleared_packets, cleared_bytes, cleared_errors;
	time64_t added;			/* ktime_get_seconds() */
	unsigned long life_flags;	/* SG_SA_SOFT_SENT, SG_SA_HARD_SENT: test_and_set_bit */
	struct delayed_work life_work;	/* the next limit in seconds, or a limit in bytes passed */
	u32 fold_bytes;			/* steps in which a CPU adds to @folded; 0 = never */
	atomic64_t folded;		/* bytes of all CPUs, at most CPUs * fold_bytes behind */
	struct rcu_work free_work;	/* crypto_free_shash() may sleep */
};

/*
 * SG_SA_SPENT: past its hard limit in bytes: lookups pass it over from then on, before life_work
 * has removed it.
 */
enum { SG_SA_SOFT_SENT, SG_SA_HARD_SENT, SG_SA_SPENT, SG_SA_SOFT_ASKED };

/**
 * sg_sa_alloc() - make an SA ready to be added
 * @sn: namespace
 * @params: copied
 * @cipher_key: @cipher_len bytes; the caller wipes its own copy
 * @auth_key: @auth_len bytes
 * @extack: says why not
 *
 * Process context. Return: the SA with one reference (the caller's), or ERR_PTR.
 */
struct sg_sa *sg_sa_alloc(struct sg_net *sn, const struct sg_sa_params *params,
			  const u8 *cipher_key, unsigned int cipher_len,
			  const u8 *auth_key, unsigned int auth_len,
			  struct netlink_ext_ack *extack);

/*
 * Adds to hash, list and flow; outbound: releases what the flow holds. Under sg_net.lock.
 * -EEXIST.
 */
int sg_sa_add(struct sg_sa *sa, struct sg_flow *flow, struct netlink_ext_ack *extack);
/* Takes it out of everything; safe to call twice. Under sg_net.lock. */
void sg_sa_del(struct sg_sa *sa);

int sg_sadb_net_init(struct sg_net *sn);
void sg_sadb_net_exit(struct sg_net *sn);
/* Namespace exit, SA_FLUSH: under sg_net.lock. NULL map or 0 peer: any. Return: how many went. */
u32 sg_sa_flush(struct sg_net *sn, const char *map_name, __be32 peer);

/* May a packet use it? Any context; it may die the moment after. */
static inline bool sg_sa_usable(const struct sg_sa *sa)
{
	return !READ_ONCE(sa->dead) && !test_bit(SG_SA_SPENT, &sa->life_flags);
}

/* RCU read side: finds a living SA and takes a reference, or NULL. */
struct sg_sa *sg_sa_lookup(struct sg_net *sn, const struct sg_sa_id *id);
/* Under sg_net.lock: finds an SA, whatever its state, or NULL. No reference is taken. */
struct sg_sa *sg_sa_find(struct sg_net *sn, const struct sg_sa_id *id);
bool sg_sa_hold(struct sg_sa *sa);	/* refcount_inc_not_zero */
void sg_sa_put(struct sg_sa *sa);

/*
 * One inner packet of @len bytes went through. Any context; notices limits in bytes, starts
 * life_work.
 */
void sg_sa_account(struct sg_sa *sa, unsigned int len);
void sg_sa_error(struct sg_sa *sa);

/**
 * sg_sa_draw_seq() - the next sequence number, once and for one packet
 * @sa: outbound
 * @seq: written
 *
 * Never repeats and never wraps, on any CPU. Return: 0 or -EOVERFLOW when the SA has none left.
 * Asks for a rekey at SG_SEQ_SOFT.
 */
int sg_sa_draw_seq(struct sg_sa *sa, u32 *seq);

/* Sums of the CPUs. */
struct sg_sa_sum {
	u64 packets, bytes, errors;
};

void sg_sa_sum(const struct sg_sa *sa, struct sg_sa_sum *sum);
u64 sg_sa_age(const struct sg_sa *sa);	/* seconds since it was added */

/* Lifetime of an SA, for sadb.c: at sg_sa_alloc(), sg_sa_add() and sg_sa_del(). */
void sg_sa_life_init(struct sg_sa *sa);
void sg_sa_life_start(struct sg_sa *sa);
void sg_sa_life_stop(struct sg_sa *sa);

#endif /* SG_SADB_H */
