// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Selectors as values. The one place where an access list line of the configuration becomes
 * what the kernel matches: the wildcard's complement is the mask, and address bits that the mask
 * does not look at are cleared, so that two ways of writing a line name the same flow.
 */
#include "ksel.h"

#define PORT_MAX 65535

/** sg_ksel_any() - the selector that matches every packet */
struct sg_ksel sg_ksel_any(void)
{
	struct sg_ksel sel = {
		.sport_max = PORT_MAX,
		.dport_max = PORT_MAX,
		.icmp_type = -1,
		.icmp_code = -1,
	};

	return sel;
}

static bool addr_equal(struct in_addr a, struct in_addr a_mask, struct in_addr b,
		       struct in_addr b_mask)
{
	return a_mask.s_addr == b_mask.s_addr && !((a.s_addr ^ b.s_addr) & a_mask.s_addr);
}

/**
 * sg_ksel_equal() - do two selectors say the same, member by member
 *
 * Address bits outside the mask do not count.
 */
bool sg_ksel_equal(const struct sg_ksel *a, const struct sg_ksel *b)
{
	return addr_equal(a->src, a->src_mask, b->src, b->src_mask) &&
	       addr_equal(a->dst, a->dst_mask, b->dst, b->dst_mask) &&
	       a->proto == b->proto &&
	       a->sport_min == b->sport_min && a->sport_max == b->sport_max &&
	       a->dport_min == b->dport_min && a->dport_max == b->dport_max &&
	       a->sport_not == b->sport_not && a->dport_not == b->dport_not &&
	       a->icmp_type == b->icmp_type && a->icmp_code == b->icmp_code;
}

/** sg_ksel_from_ace() - what the kernel shall match for an access list line */
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
