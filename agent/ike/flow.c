// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows and the configuration they come from. No state; the engine asks here when the kernel names a
 * flow, and when a new configuration may have taken one away.
 */
#include <string.h>

#include "flow.h"

struct sg_ksel sg_ksel_from_ace(const struct sg_acl_ace *ace)
{
	struct sg_ksel sel = {
		.src_mask.s_addr = ~ace->src_wild.s_addr,
		.dst_mask.s_addr = ~ace->dst_wild.s_addr,
		.proto = ace->proto,
		.sport_min = ace->sport_min,
		.sport_max = ace->sport_max,
		.dport_min = ace->dport_min,
		.dport_max = ace->dport_max,
		.sport_not = ace->sport_not,
		.dport_not = ace->dport_not,
		.icmp_type = ace->icmp_type,
		.icmp_code = ace->icmp_code,
	};

	sel.src.s_addr = ace->src.s_addr & sel.src_mask.s_addr;
	sel.dst.s_addr = ace->dst.s_addr & sel.dst_mask.s_addr;
	return sel;
}

bool sg_ksel_equal(const struct sg_ksel *a, const struct sg_ksel *b)
{
	return a->src_mask.s_addr == b->src_mask.s_addr &&
	       a->dst_mask.s_addr == b->dst_mask.s_addr &&
	       !((a->src.s_addr ^ b->src.s_addr) & a->src_mask.s_addr) &&
	       !((a->dst.s_addr ^ b->dst.s_addr) & a->dst_mask.s_addr) &&
	       a->proto == b->proto &&
	       a->sport_min == b->sport_min && a->sport_max == b->sport_max &&
	       a->dport_min == b->dport_min && a->dport_max == b->dport_max &&
	       a->sport_not == b->sport_not && a->dport_not == b->dport_not &&
	       a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code;
}

bool sg_kflow_equal(const struct sg_kflow *a, const struct sg_kflow *b)
{
	return a->seq == b->seq && !strcmp(a->map, b->map) && sg_ksel_equal(&a->ace, &b->ace);
}

const struct sg_acl_ace *sg_flow_ace(const struct sg_config *cfg,
				     const struct sg_crypto_entry *entry,
				     const struct sg_kflow *flow)
{
	const struct sg_acl_list *acl = sg_config_acl(cfg, entry->acl);
	struct sg_ksel sel;
	size_t i;

	for (i = 0; acl && i < acl->ace_count; i++) {
		sel = sg_ksel_from_ace(&acl->aces[i]);
		if (acl->aces[i].permit && sg_ksel_equal(&sel, &flow->ace))
			return &acl->aces[i];
	}
	return NULL;
}

bool sg_entry_has_peer(const struct sg_crypto_entry *entry, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < entry->peer_count; i++)
		if (entry->peers[i].s_addr == addr.s_addr)
			return true;
	return false;
}

bool sg_config_has_peer(const struct sg_config *cfg, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < cfg->entry_count; i++)
		if (cfg->entries[i].kind == SG_MAP_ISAKMP &&
		    sg_entry_has_peer(&cfg->entries[i], addr))
			return true;
	return false;
}
