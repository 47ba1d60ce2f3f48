// SPDX-License-Identifier: GPL-2.0
/*
 * The SA database: making, finding and removing security associations.
 *
 * A packet finds an SA under RCU and takes a reference; sg_sa_del() takes it out of every
 * place where it could be found, marks it dead and drops the database's reference. The last
 * reference frees it after a grace period, in process context, with its keys wiped.
 *
 * Not here: lifetimes and counters (salife.c), packets (esp.c).
 */
#include <crypto/algapi.h>
#include <crypto/hash.h>
#include <linux/netlink.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/ktime.h>
#include <net/net_namespace.h>

#include "flow.h"
#include "netns.h"
#include "sadb.h"
#include "transform.h"

static_assert(sizeof(struct sg_sa_id) == 2 * sizeof(__be32) + sizeof(u32));

static const struct rhashtable_params sa_params = {
	.key_len = sizeof(struct sg_sa_id),
	.key_offset = offsetof(struct sg_sa, p.id),
	.head_offset = offsetof(struct sg_sa, node),
	.automatic_shrinking = true,
};

/**
 * sg_sadb_net_init() - an empty database
 * @sn: namespace
 *
 * Return: 0 or -errno.
 */
int sg_sadb_net_init(struct sg_net *sn)
{
	INIT_LIST_HEAD(&sn->sa_list);
	sn->next_sa_id = 1;
	return rhashtable_init(&sn->sas, &sa_params);
}

/**
 * sg_sadb_net_exit() - frees the database, which sg_sa_flush() has emptied
 * @sn: namespace
 */
void sg_sadb_net_exit(struct sg_net *sn)
{
	WARN_ON(!list_empty(&sn->sa_list));
	rhashtable_destroy(&sn->sas);
}

/* May sleep. */
static void sa_free(struct sg_sa *sa)
{
	if (sa->mac)
		crypto_free_shash(sa->mac);
	kfree_sensitive(sa->seal);
	free_percpu(sa->count);
	sg_flow_put(sa->flow);
	kfree_sensitive(sa);
}

static void sa_free_work(struct work_struct *work)
{
	sa_free(container_of(to_rcu_work(work), struct sg_sa, free_work));
}

static int sa_set_cipher(struct sg_sa *sa, const u8 *key)
{
	if (sa->p.cipher != SG_CIPHER_SEAL)
		return 0;
	sa->seal = kmalloc(sizeof(*sa->seal), GFP_KERNEL_ACCOUNT);
	if (!sa->seal)
		return -ENOMEM;
	sg_seal_setkey(sa->seal, key);
	return 0;
}

static int sa_set_mac(struct sg_sa *sa, const u8 *key, unsigned int len,
		      struct netlink_ext_ack *extack)
{
	const char *name = sg_transform_mac(&sa->p);
	struct crypto_shash *mac;
	int err;

	if (!name)
		return 0;
	mac = crypto_alloc_shash(name, 0, 0);
	if (IS_ERR(mac)) {
		NL_SET_ERR_MSG(extack, "the kernel's crypto has not this authenticator");
		return PTR_ERR(mac);
	}
	sa->mac = mac;
	err = crypto_shash_setkey(mac, key, len);
	if (err)
		NL_SET_ERR_MSG(extack, "the kernel's crypto refuses the authenticator key");
	return err;
}

static int sa_set_count(struct sg_sa *sa)
{
	int cpu;

	sa->count = alloc_percpu_gfp(struct sg_sa_count, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!sa->count)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(sa->count, cpu)->sync);
	return 0;
}

struct sg_sa *sg_sa_alloc(struct sg_net *sn, const struct sg_sa_params *params,
			  const u8 *cipher_key, unsigned int cipher_len,
			  const u8 *auth_key, unsigned int auth_len,
			  struct netlink_ext_ack *extack)
{
	struct sg_sa *sa;
	u16 fault;
	int err;

	err = sg_transform_check(params, cipher_len, auth_len, extack, &fault);
	if (err)
		return ERR_PTR(err);

	sa = kzalloc(sizeof(*sa), GFP_KERNEL_ACCOUNT);
	if (!sa)
		return ERR_PTR(-ENOMEM);
	sa->p = *params;
	sa->sn = sn;
	refcount_set(&sa->ref, 1);
	INIT_LIST_HEAD(&sa->flow_node);
	INIT_LIST_HEAD(&sa->list_node);
	spin_lock_init(&sa->replay_lock);
	INIT_RCU_WORK(&sa->free_work, sa_free_work);
	sg_transform_shape(params, &sa->shape);
	sg_sa_life_init(sa);

	err = sg_replay_init(&sa->replay, params->replay_window);
	if (err) {
		NL_SET_ERR_MSG(extack, "replay window is out of range: 0 or 64 to 1024");
		goto err_free;
	}
	err = sg_limits_check(&params->limits);
	if (err) {
		NL_SET_ERR_MSG(extack, "a soft limit needs a hard limit above it");
		goto err_free;
	}
	err = sa_set_count(sa);
	if (!err)
		err = sa_set_cipher(sa, cipher_key);
	if (!err)
		err = sa_set_mac(sa, auth_key, auth_len, extack);
	if (err)
		goto err_free;
	return sa;

err_free:
	sa_free(sa);
	return ERR_PTR(err);
}

/*
 * A SEAL key that is at work in this namespace must not start again at number 1: the two
 * key streams would be one. The tables' beginning stands for the key. Under sg_net.lock.
 */
static bool key_in_use(const struct sg_net *sn, const struct sg_sa *sa)
{
	const struct sg_sa *other;

	if (!sa->seal)
		return false;
	list_for_each_entry(other, &sn->sa_list, list_node) {
		if (other->seal &&
		    !crypto_memneq(other->seal->t, sa->seal->t, SG_SEAL_KEY_BYTES * 2))
			return true;
	}
	return false;
}

int sg_sa_add(struct sg_sa *sa, struct sg_flow *flow, struct netlink_ext_ack *extack)
{
	struct sg_net *sn = sa->sn;
	int err;

	lockdep_assert_held(&sn->lock);
	if (key_in_use(sn, sa)) {
		NL_SET_ERR_MSG(extack, "an SA with this SEAL key is there already");
		return -EEXIST;
	}
	if (sn->next_sa_id == U32_MAX) {
		NL_SET_ERR_MSG(extack, "this namespace has no SA numbers left");
		return -ENOSPC;
	}

	sa->added = ktime_get_seconds();
	sa->number = sn->next_sa_id;
	sa->flow = flow;
	refcount_inc(&sa->ref);		/* the database's */
	err = rhashtable_lookup_insert_fast(&sn->sas, &sa->node, sa_params);
	if (err) {
		sa->flow = NULL;
		refcount_dec(&sa->ref);
		if (err == -EEXIST)
			NL_SET_ERR_MSG(extack,
				       "destination, SPI and protocol are those of another SA");
		return err;
	}
	sn->next_sa_id++;
	list_add_tail(&sa->list_node, &sn->sa_list);
	sg_netns_changed(sn);
	sg_sa_life_start(sa);
	sg_flow_sa_add(flow, sa);
	return 0;
}

void sg_sa_del(struct sg_sa *sa)
{
	struct sg_net *sn = sa->sn;

	lockdep_assert_held(&sn->lock);
	if (sa->dead)
		return;
	rhashtable_remove_fast(&sn->sas, &sa->node, sa_params);
	list_del(&sa->list_node);
	WRITE_ONCE(sa->dead, true);
	sg_sa_life_stop(sa);
	sg_flow_sa_del(sa->flow, sa);
	sg_netns_changed(sn);
	sg_sa_put(sa);
}

u32 sg_sa_flush(struct sg_net *sn, const char *map_name, __be32 peer)
{
	struct sg_sa *sa, *next;
	u32 count = 0;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry_safe(sa, next, &sn->sa_list, list_node) {
		if (map_name && strcmp(sa->flow->map_name, map_name))
			continue;
		if (peer && peer != (sa->p.dir == SG_DIR_OUT ? sa->p.id.dst : sa->p.src))
			continue;
		sg_sa_del(sa);
		count++;
	}
	return count;
}

struct sg_sa *sg_sa_lookup(struct sg_net *sn, const struct sg_sa_id *id)
{
	struct sg_sa *sa = rhashtable_lookup(&sn->sas, id, sa_params);

	return sa && sg_sa_usable(sa) && sg_sa_hold(sa) ? sa : NULL;
}

struct sg_sa *sg_sa_find(struct sg_net *sn, const struct sg_sa_id *id)
{
	lockdep_assert_held(&sn->lock);
	return rhashtable_lookup_fast(&sn->sas, id, sa_params);
}

bool sg_sa_hold(struct sg_sa *sa)
{
	return refcount_inc_not_zero(&sa->ref);
}

void sg_sa_put(struct sg_sa *sa)
{
	if (sa && refcount_dec_and_test(&sa->ref))
		queue_rcu_work(sg_wq, &sa->free_work);
}
