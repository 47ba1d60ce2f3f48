/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flows of a namespace: made by maps, kept by maps and SAs.
 */
#ifndef SG_FLOW_H
#define SG_FLOW_H

#include "cmap.h"

/* What names a flow: the name padded with zeros, the selector normalized, no padding. */
struct sg_flow_key {
	char map_name[SG_MAP_NAME_MAX + 1];
	u32 entry_seq;
	struct sg_selector sel;
};

int sg_flow_net_init(struct sg_net *sn);
void sg_flow_net_exit(struct sg_net *sn);

/* Under sg_net.lock. NULL: there is none. No reference is taken. */
struct sg_flow *sg_flow_find(struct sg_net *sn, const struct sg_flow_key *key);

/**
 * sg_flow_make() - find a flow or make it
 * @sn: namespace; its lock held
 * @key: what names it
 * @count: counters of its entry; referenced where the flow is new
 *
 * Return: the flow with a reference for the caller, or ERR_PTR. A new one belongs to no map yet:
 * whoever does not put it in one calls sg_flow_retire().
 */
struct sg_flow *sg_flow_make(struct sg_net *sn, const struct sg_flow_key *key,
			     struct sg_entry_count *count);

/* Under sg_net.lock: takes the flow out of list and hash when no map and no SA has it. */
void sg_flow_retire(struct sg_flow *flow);

/* Under sg_net.lock: an SA refers to the flow (with a reference), or does so no more. */
void sg_flow_sa_add(struct sg_flow *flow, struct sg_sa *sa);
void sg_flow_sa_del(struct sg_flow *flow, struct sg_sa *sa);

#endif /* SG_FLOW_H */
