// SPDX-License-Identifier: GPL-2.0
/*
 * Crypto maps in the making. A netlink socket stages one map at a time; packets
 * know nothing of it until cmap.c makes it a map in force.
 */
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "netns.h"
#include "stage.h"

#define ACE_ROOM_MIN	16

void sg_stage_free(struct sg_stage *stage)
{
	struct sg_stage_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &stage->entries, node) {
		kvfree(entry->aces);
		kfree(entry);
	}
	list_del(&stage->node);
	kfree(stage);
}

void sg_stage_flush(struct sg_net *sn)
{
	struct sg_stage *stage, *next;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry_safe(stage, next, &sn->stages, node)
		sg_stage_free(stage);
}

struct sg_stage *sg_stage_find(struct sg_net *sn, u32 portid)
{
	struct sg_stage *stage;

	lockdep_assert_held(&sn->lock);
	list_for_each_entry(stage, &sn->stages, node)
		if (stage->portid == portid)
			return stage;
	return NULL;
}

int sg_stage_begin(struct sg_net *sn, u32 portid, const char name[SG_MAP_NAME_MAX + 1])
{
	struct sg_stage *stage;

	lockdep_assert_held(&sn->lock);
	stage = sg_stage_find(sn, portid);
	if (stage)
		sg_stage_free(stage);

	stage = kzalloc(sizeof(*stage), GFP_KERNEL_ACCOUNT);
	if (!stage)
		return -ENOMEM;
	stage->portid = portid;
	memcpy(stage->name, name, sizeof(stage->name));
	INIT_LIST_HEAD(&stage->entries);
	list_add_tail(&stage->node, &sn->stages);
	return 0;
}

struct sg_stage_entry *sg_stage_entry_find(struct sg_stage *stage, u32 seq)
{
	struct sg_stage_entry *entry;

	list_for_each_entry(entry, &stage->entries, node)
		if (entry->seq == seq)
			return entry;
	return NULL;
}

int sg_stage_entry_add(struct sg_stage *stage, u32 seq, u32 flags, struct netlink_ext_ack *extack)
{
	struct sg_stage_entry *entry, *after;

	if (sg_stage_entry_find(stage, seq)) {
		NL_SET_ERR_MSG(extack, "the staged map has an entry of this sequence number");
		return -EEXIST;
	}
	if (stage->entry_count >= SG_ENTRIES_MAX) {
		NL_SET_ERR_MSG(extack, "the staged map has all the entries that a map may have");
		return -E2BIG;
	}

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return -ENOMEM;
	entry->seq = seq;
	entry->flags = flags;
	list_for_each_entry(after, &stage->entries, node)
		if (after->seq > seq)
			break;
	list_add_tail(&entry->node, &after->node);
	stage->entry_count++;
	return 0;
}

static int ace_room(struct sg_stage_entry *entry)
{
	struct sg_ace *aces;
	u32 room;

	if (entry->count < entry->room)
		return 0;
	room = max_t(u32, ACE_ROOM_MIN, entry->room * 2);
	aces = kvmalloc_array(room, sizeof(*aces), GFP_KERNEL_ACCOUNT);
	if (!aces)
		return -ENOMEM;
	if (entry->count)
		memcpy(aces, entry->aces, entry->count * sizeof(*aces));
	kvfree(entry->aces);
	entry->aces = aces;
	entry->room = room;
	return 0;
}

int sg_stage_ace_add(struct sg_stage *stage, struct sg_stage_entry *entry, bool permit,
		     const struct sg_selector *sel, struct netlink_ext_ack *extack)
{
	struct sg_ace *ace;

	if (stage->ace_count >= SG_ACES_MAX) {
		NL_SET_ERR_MSG(extack, "the staged map has all the ACEs that a map may have");
		return -E2BIG;
	}
	if (ace_room(entry))
		return -ENOMEM;
	ace = &entry->aces[entry->count++];
	memset(ace, 0, sizeof(*ace));
	ace->permit = permit;
	ace->sel = *sel;
	stage->ace_count++;
	return 0;
}

void sg_stage_ace_trim(struct sg_stage *stage, struct sg_stage_entry *entry, u32 count)
{
	stage->ace_count -= entry->count - count;
	entry->count = count;
}

static int socket_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct netlink_notify *notify = data;
	struct sg_stage *stage;
	struct sg_net *sn;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;

	sn = sg_net(notify->net);
	mutex_lock(&sn->lock);
	stage = sg_stage_find(sn, notify->portid);
	if (stage)
		sg_stage_free(stage);
	mutex_unlock(&sn->lock);
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = socket_event,
};

/**
 * sg_stage_init() - watch for sockets that close
 *
 * Return: 0 or -errno.
 */
int sg_stage_init(void)
{
	return netlink_register_notifier(&socket_notifier);
}

/**
 * sg_stage_exit() - the reverse
 */
void sg_stage_exit(void)
{
	netlink_unregister_notifier(&socket_notifier);
}
