/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Crypto maps in the making: one a netlink socket, gone with it.
 */
#ifndef SG_STAGE_H
#define SG_STAGE_H

#include <linux/list.h>

#include "acl.h"
#include "../uapi/sealgate.h"

struct netlink_ext_ack;
struct sg_net;

struct sg_stage_entry {
	struct list_head node;		/* sg_stage.entries, ascending seq */
	u32 seq, flags;
	u32 count, room;		/* ACEs there are, ACEs there is memory for */
	struct sg_ace *aces;		/* .entry is set when the map is made */
};

struct sg_stage {
	struct list_head node;		/* sg_net.stages */
	u32 portid;
	char name[SG_MAP_NAME_MAX + 1];	/* padded with zeros */
	u32 entry_count, ace_count;
	struct list_head entries;
};

/* All of these: process context, sg_net.lock held. */

/**
 * sg_stage_begin() - start a map
 * @sn: namespace
 * @portid: of the socket; what it had staged is dropped
 * @name: padded with zeros
 *
 * Return: 0 or -ENOMEM.
 */
int sg_stage_begin(struct sg_net *sn, u32 portid, const char name[SG_MAP_NAME_MAX + 1]);

/* NULL: this socket has nothing staged. */
struct sg_stage *sg_stage_find(struct sg_net *sn, u32 portid);

/* -EEXIST, -ENOMEM, -E2BIG past SG_ENTRIES_MAX. */
int sg_stage_entry_add(struct sg_stage *stage, u32 seq, u32 flags,
		       struct netlink_ext_ack *extack);
/* NULL: no such entry. */
struct sg_stage_entry *sg_stage_entry_find(struct sg_stage *stage, u32 seq);

/* -ENOMEM, -E2BIG past SG_ACES_MAX. */
int sg_stage_ace_add(struct sg_stage *stage, struct sg_stage_entry *entry, bool permit,
		     const struct sg_selector *sel, struct netlink_ext_ack *extack);
/* Takes the last ACEs back until @count are left. */
void sg_stage_ace_trim(struct sg_stage *stage, struct sg_stage_entry *entry, u32 count);

void sg_stage_free(struct sg_stage *stage);
void sg_stage_flush(struct sg_net *sn);

/* Sockets that close take their stage with them. */
int sg_stage_init(void);
void sg_stage_exit(void);

#endif /* SG_STAGE_H */
