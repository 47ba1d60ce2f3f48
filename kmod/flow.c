// SPDX-License-Identifier: GPL-2.0
/*
 * Flows: what a permit ACE of a crypto map entry stands for over the versions of its map. A
 * flow ties the packets that the ACE selects to the outbound SAs that send them.
 *
 * Not here: which packets are a flow's (cmap.c, acl.c), and what waits in it (hold.c).
 */
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "flow.h"
#include "hold.h"
#include "netns.h"
#include "sadb.h"

static_assert(offsetof(struct sg_flow, entry_seq) - offsetof(struct sg_flow, map_name) ==
	      offsetof(struct sg_flow_key, entry_seq));
static_assert(offsetof(struct sg_flow, sel) - offsetof(struct sg_flow, map_name) ==
	      offsetof(struct sg_flow_key, sel));
static_assert(sizeof(struct sg_flow_key) ==
	      SG_MAP_NAME_MAX + 1 + sizeof(u32) + sizeof(struct sg_selector));

static const struct rhashtable_params flow_params = {
	.key_len = sizeof(struct sg_flow_key),
	.key_offset = offsetof(struct sg_flow, map_name),
	.head_offset = offsetof(struct sg_flow, hash),
	.automatic_shrinking = true,
};

/**
 * sg_flow_net_init() - an empty table of flows
 * @sn: namespace
 *
 * Return: 0 or -errno.
 */
int sg_flow_net_init(struct sg_net *sn)
{
	INIT_LIST_HEAD(&sn->flows);
	spin_lock_init(&sn->flow_lock);
	sn->next_flow_number = 1;
	return rhashtable_init(&sn->flow_hash, &flow_params);
}

/**
 * sg_flow_net_exit() - frees the table; the flows went with their maps and SAs
 * @sn: namespace
 */
void sg_flow_net_exit(struct sg_net *sn)
{
	WARN_ON(!list_empty(&sn->flows));
	rhashtable_destroy(&sn->flow_hash);
}

struct sg_flow *sg_flow_find(struct sg_net *sn, const struct sg_flow_key *key)
{
	lockdep_assert_held(&sn->lock);
	return rhashtable_lookup_fast(&sn->flow_hash, key, flow_params);
}

static struct sg_flow *flow_alloc(struct sg_net *sn, const struct sg_flow_key *key,
				  struct sg_entry_count *count)
{
	struct sg_flow *flow;

	flow = kzalloc(sizeof(*flow), GFP_KERNEL_ACCOUNT);
	if (!flow)
		return NULL;
	refcount_set(&flow->ref, 1);
	flow->sn = sn;
	memcpy(flow->map_name, key->map_name, sizeof(flow->map_name));
	flow->entry_seq = key->entry_seq;
	flow->sel = key->sel;
	flow->count = sg_entry_count_get(count);
	INIT_LIST_HEAD(&flow->node);
	INIT_LIST_HEAD(&flow->sas);
	sg_hold_init(flow);
	return flow;
}

struct sg_flow *sg_flow_make(struct sg_net *sn, const struct sg_flow_key *key,
			     struct sg_entry_count *count)
{
	struct sg_flow *flow;
	int err;

	flow = sg_flow_find(sn, key);
	if (flow) {
		refcount_inc(&flow->ref);
		return flow;
	}

	flow = flow_alloc(sn, key, count);
	if (!flow)
		return ERR_PTR(-ENOMEM);
	err = rhashtable_insert_fast(&sn->flow_hash, &flow->hash, flow_params);
	if (err) {
		sg_flow_put(flow);
		return ERR_PTR(err);
	}
	flow->number = sn->next_flow_number++;
	list_add_tail(&flow->node, &sn->flows);
	refcount_inc(&flow->ref);
	return flow;
}

void sg_flow_retire(struct sg_flow *flow)
{
	struct sg_net *sn = flow->sn;

	lockdep_assert_held(&sn->lock);
	if (flow->map || flow->sa_count || list_empty(&flow->node))
		return;
	list_del_init(&flow->node);
	rhashtable_remove_fast(&sn->flow_hash, &flow->hash, flow_params);
	sg_flow_put(flow);
}

void sg_flow_sa_add(struct sg_flow *flow, struct sg_sa *sa)
{
	struct sg_net *sn = flow->sn;

	lockdep_assert_held(&sn->lock);
	refcount_inc(&flow->ref);
	flow->sa_count++;
	if (sa->p.dir != SG_DIR_OUT)
		return;

	spin_lock_bh(&sn->flow_lock);
	sg_hold_arm(flow);
	list_add_rcu(&sa->flow_node, &flow->sas);
	spin_unlock_bh(&sn->flow_lock);
	sg_hold_release(flow);
}

/* The reference goes when the SA is freed: a packet may still count on the flow's counters. */
void sg_flow_sa_del(struct sg_flow *flow, struct sg_sa *sa)
{
	struct sg_net *sn = flow->sn;

	lockdep_assert_held(&sn->lock);
	if (sa->p.dir == SG_DIR_OUT) {
		spin_lock_bh(&sn->flow_lock);
		list_del_rcu(&sa->flow_node);
		if (list_empty(&flow->sas) && flow->state == SG_FLOW_UP)
			WRITE_ONCE(flow->state, SG_FLOW_IDLE);
		spin_unlock_bh(&sn->flow_lock);
	}
	flow->sa_count--;
	sg_flow_retire(flow);
}

struct sg_sa *sg_flow_sa(struct sg_flow *flow, const struct sg_key *key)
{
	struct sg_sa *sa;

	list_for_each_entry_rcu(sa, &flow->sas, flow_node) {
		if (sg_sa_usable(sa) && sg_selector_match(&sa->p.proxy, key) && sg_sa_hold(sa))
			return sa;
	}
	return NULL;
}

bool sg_flow_hold_ref(struct sg_flow *flow)
{
	return refcount_inc_not_zero(&flow->ref);
}

void sg_flow_put(struct sg_flow *flow)
{
	if (!flow || !refcount_dec_and_test(&flow->ref))
		return;
	WARN_ON_ONCE(!skb_queue_empty(&flow->held));
	sg_entry_count_put(flow->count);
	kfree_rcu(flow, rcu);
}
