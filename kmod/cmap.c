// SPDX-License-Identifier: GPL-2.0
/*
 * Crypto maps in force: made from what was staged, swapped as a whole, freed after the last packet
 * that may see them.
 *
 * Not here: staging (stage.c), the lookup itself (acl.c), which interface bears which map
 * (bind.c), flows (flow.c).
 */
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "cmap.h"
#include "flow.h"
#include "hold.h"
#include "netns.h"
#include "stage.h"

/* --- counters of an entry ------------------------------------------------------------- */

static struct sg_entry_count *entry_count_alloc(void)
{
	struct sg_entry_count *count = kzalloc(sizeof(*count), GFP_KERNEL_ACCOUNT);

	if (count)
		refcount_set(&count->ref, 1);
	return count;
}

struct sg_entry_count *sg_entry_count_get(struct sg_entry_count *count)
{
	refcount_inc(&count->ref);
	return count;
}

void sg_entry_count_put(struct sg_entry_count *count)
{
	if (count && refcount_dec_and_test(&count->ref))
		kfree(count);
}

/* --- a map's life --------------------------------------------------------------------- */

static void map_free(struct sg_map *map)
{
	u32 i;

	if (map->acl)
		sg_acl_free(map->acl);
	for (i = 0; map->flows && i < map->ace_count; i++)
		sg_flow_put(map->flows[i]);
	for (i = 0; map->entries && i < map->entry_count; i++)
		sg_entry_count_put(map->entries[i].count);
	kvfree(map->matches);
	kvfree(map->flows);
	kvfree(map->aces);
	kvfree(map->entries);
	kfree(map);
}

static void map_free_work(struct work_struct *work)
{
	map_free(container_of(to_rcu_work(work), struct sg_map, free_work));
}

/* Out of force: packets may see it until a grace period has passed. */
static void map_free_rcu(struct sg_map *map)
{
	queue_rcu_work(sg_wq, &map->free_work);
}

static struct sg_map *map_alloc(const struct sg_stage *stage)
{
	struct sg_map *map;

	map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT);
	if (!map)
		return NULL;
	INIT_RCU_WORK(&map->free_work, map_free_work);
	memcpy(map->name, stage->name, sizeof(map->name));
	map->entry_count = stage->entry_count;
	map->ace_count = stage->ace_count;
	map->entries = kvcalloc(max(1u, map->entry_count), sizeof(*map->entries),
				GFP_KERNEL_ACCOUNT);
	map->aces = kvcalloc(max(1u, map->ace_count), sizeof(*map->aces), GFP_KERNEL_ACCOUNT);
	map->flows = kvcalloc(max(1u, map->ace_count), sizeof(*map->flows), GFP_KERNEL_ACCOUNT);
	map->matches = kvcalloc(max(1u, map->ace_count), sizeof(*map->matches),
				GFP_KERNEL_ACCOUNT);
	if (!map->entries || !map->aces || !map->flows || !map->matches) {
		map_free(map);
		return NULL;
	}
	return map;
}

struct sg_map *sg_map_find(struct sg_net *sn, const char *name)
{
	struct sg_map *map;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry(map, &sn->maps, node)
		if (!strcmp(map->name, name))
			return map;
	return NULL;
}

/* --- commit --------------------------------------------------------------------------- */

/* Counters that the entry had and that only flows with SAs remember. */
static struct sg_entry_count *entry_count_recall(struct sg_net *sn, const char *name, u32 seq)
{
	const struct sg_flow *flow;

	list_for_each_entry(flow, &sn->flows, node)
		if (!flow->map && flow->entry_seq == seq && !strcmp(flow->map_name, name))
			return sg_entry_count_get(flow->count);
	return NULL;
}

/* Are there such flows at all? Seldom, and they are not looked for once for each entry then. */
static bool flows_orphaned(struct sg_net *sn, const char *name)
{
	const struct sg_flow *flow;

	list_for_each_entry(flow, &sn->flows, node)
		if (!flow->map && !strcmp(flow->map_name, name))
			return true;
	return false;
}

/* The entries of both maps ascend: *at goes along with them. */
static struct sg_entry_count *entry_count_take(const struct sg_map *old, u32 *at, u32 seq)
{
	while (old && *at < old->entry_count && old->entries[*at].seq < seq)
		++*at;
	if (!old || *at == old->entry_count || old->entries[*at].seq != seq)
		return NULL;
	return sg_entry_count_get(old->entries[*at].count);
}

static int map_fill_entries(struct sg_net *sn, struct sg_map *map, const struct sg_map *old,
			    const struct sg_stage *stage)
{
	bool orphans = flows_orphaned(sn, map->name);
	const struct sg_stage_entry *from;
	struct sg_map_entry *entry;
	u32 n = 0, ace = 0, at = 0, i;

	list_for_each_entry(from, &stage->entries, node) {
		entry = &map->entries[n];
		entry->seq = from->seq;
		entry->flags = from->flags;
		entry->first_ace = ace;
		entry->ace_count = from->count;
		entry->count = entry_count_take(old, &at, from->seq);
		if (!entry->count && orphans)
			entry->count = entry_count_recall(sn, map->name, from->seq);
		if (!entry->count)
			entry->count = entry_count_alloc();
		if (!entry->count)
			return -ENOMEM;
		for (i = 0; i < from->count; i++, ace++) {
			map->aces[ace] = from->aces[i];
			map->aces[ace].entry = n;
		}
		n++;
		cond_resched();
	}
	return 0;
}

static int map_fill_flows(struct sg_net *sn, struct sg_map *map)
{
	const struct sg_map_entry *entry;
	struct sg_flow_key key = {};
	struct sg_flow *flow;
	u32 i;

	memcpy(key.map_name, map->name, sizeof(key.map_name));
	for (i = 0; i < map->ace_count; i++) {
		if (!map->aces[i].permit)
			continue;
		entry = &map->entries[map->aces[i].entry];
		key.entry_seq = entry->seq;
		key.sel = map->aces[i].sel;
		flow = sg_flow_make(sn, &key, entry->count);
		if (IS_ERR(flow))
			return PTR_ERR(flow);
		map->flows[i] = flow;
		cond_resched();
	}
	return 0;
}

/* Flows of a map that is not, or no longer, in force: those that nothing else has go. */
static void map_retire_flows(struct sg_map *map)
{
	u32 i;

	for (i = 0; i < map->ace_count; i++)
		if (map->flows[i])
			sg_flow_retire(map->flows[i]);
}

/*
 * @old is out of force. Flows that are in no map any more are closed: what they hold is dropped
 * once no packet can join it. SAs stay: inbound they are used until the agent deletes them,
 * outbound nothing leads to them any more. @packets: there may be some that see the map.
 */
static void map_close(struct sg_map *old, bool packets)
{
	bool closed = false;
	u32 i;

	for (i = 0; i < old->ace_count; i++) {
		if (old->flows[i] && old->flows[i]->map == old) {
			old->flows[i]->map = NULL;
			closed = true;
		}
	}
	if (closed) {
		if (packets)
			synchronize_net();
		for (i = 0; i < old->ace_count; i++)
			if (old->flows[i] && !old->flows[i]->map)
				sg_hold_fail(old->flows[i]);
		map_retire_flows(old);
	}
	map_free_rcu(old);
}

/* Keeps sg_net.maps in order of name, which dumps rely on. */
static void map_link(struct sg_net *sn, struct sg_map *map)
{
	struct sg_map *after;

	list_for_each_entry(after, &sn->maps, node)
		if (strcmp(after->name, map->name) > 0)
			break;
	list_add_tail(&map->node, &after->node);
}

int sg_map_commit(struct sg_net *sn, const struct sg_stage *stage, struct netlink_ext_ack *extack)
{
	struct sg_map *old, *map;
	int err = -ENOMEM;
	u32 i;

	lockdep_assert_held(&sn->lock);
	old = sg_map_find(sn, stage->name);
	map = map_alloc(stage);
	if (!map)
		goto no_memory;
	err = map_fill_entries(sn, map, old, stage);
	if (err)
		goto err_free;
	map->acl = sg_acl_compile(map->aces, map->ace_count);
	if (!map->acl) {
		err = -ENOMEM;
		goto err_free;
	}
	err = map_fill_flows(sn, map);
	if (err)
		goto err_flows;

	for (i = 0; i < map->ace_count; i++)
		if (map->flows[i])
			map->flows[i]->map = map;
	if (old)
		list_del(&old->node);
	map_link(sn, map);
	sg_binding_swap(sn, map);
	sg_netns_changed(sn);
	if (old)
		map_close(old, true);
	return 0;

err_flows:
	map_retire_flows(map);
err_free:
	map_free(map);
no_memory:
	NL_SET_ERR_MSG(extack, "no memory for this map; the one in force is as it was");
	return err;
}

int sg_map_del(struct sg_net *sn, const char *name, struct netlink_ext_ack *extack)
{
	struct sg_map *map;

	lockdep_assert_held(&sn->lock);
	map = sg_map_find(sn, name);
	if (!map) {
		NL_SET_ERR_MSG(extack, "no such crypto map");
		return -ENOENT;
	}
	if (sg_binding_bearer(sn, name)) {
		NL_SET_ERR_MSG(extack, "an interface bears this crypto map");
		return -EBUSY;
	}
	list_del(&map->node);
	sg_netns_changed(sn);
	map_close(map, true);
	return 0;
}

void sg_map_flush(struct sg_net *sn)
{
	struct sg_map *map, *next;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry_safe(map, next, &sn->maps, node) {
		list_del(&map->node);
		map_close(map, false);
		cond_resched();
	}
}
