/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Selectors, and the compiled access lists of a crypto map. A pure core: all
 * values are in host byte order, no skb, no lock, no allocation but by the caller's hand.
 */
#ifndef SG_ACL_H
#define SG_ACL_H

#include "types.h"

/* What a packet shows to a selector. */
struct sg_key {
	u32 src, dst;
	u8 proto;
	bool has_l4;		/* the ports or ICMP fields below were there to read */
	bool fragment;		/* a fragment other than the first: no layer 4 */
	u16 sport, dport;
	u8 icmp_type, icmp_code;
};

#define SG_SEL_SPORT_NOT	0x1
#define SG_SEL_DPORT_NOT	0x2
#define SG_SEL_HAS_ICMP_TYPE	0x4
#define SG_SEL_HAS_ICMP_CODE	0x8

/*
 * A set of packets. Two selectors are the same flow when memcmp() says so:
 * made by sg_selector_normalize(), with no padding left unset.
 */
struct sg_selector {
	u32 src, src_mask;	/* a mask bit of 1 must match */
	u32 dst, dst_mask;
	u16 sport_min, sport_max;
	u16 dport_min, dport_max;
	u8 proto;		/* 0: any */
	u8 flags;
	u8 icmp_type, icmp_code;
};

/**
 * sg_selector_normalize() - one form for one set
 * @sel: address bits outside the mask are cleared, ports and ICMP reset where the
 *	protocol has none
 *
 * Return: 0, or -EINVAL: ranges upside down, ports without TCP/UDP, ICMP without ICMP.
 */
int sg_selector_normalize(struct sg_selector *sel);

/**
 * sg_selector_match() - does the packet lie in the set?
 * @sel: normalized
 * @key: the packet
 *
 * A selector with ports or ICMP type does not match a packet whose layer 4 cannot be read.
 */
bool sg_selector_match(const struct sg_selector *sel, const struct sg_key *key);

/**
 * sg_key_swap() - the packet of the other direction
 * @key: the packet
 *
 * For the check of inbound clear packets against outbound permits.
 */
struct sg_key sg_key_swap(const struct sg_key *key);

struct sg_ace {
	struct sg_selector sel;
	u32 entry;		/* index of its crypto map entry, ascending along the list */
	bool permit;
};

struct sg_acl;			/* compiled, immutable */

#define SG_ACL_NONE	U32_MAX

/**
 * sg_acl_compile() - make a whole map's ACEs ready for lookup
 * @aces: in evaluation order: by entry, then by position; copied
 * @count: of them
 *
 * Process context. The cost of a lookup must not grow with @count, only with the number of
 * different shapes (masks, protocol kind) of selectors.
 * Return: the list, to be freed by sg_acl_free(), or NULL without memory.
 */
struct sg_acl *sg_acl_compile(const struct sg_ace *aces, u32 count);
void sg_acl_free(struct sg_acl *acl);

/**
 * sg_acl_lookup() - the ACE that decides
 * @acl: compiled
 * @key: the packet
 *
 * Entry by entry, the first ACE that matches decides for that entry: permit ends the search, deny
 * goes on with the next entry (reference: crypto-map behaviour of IOS).
 * Any context. Return: index of the permitting ACE in the array given to sg_acl_compile(), or
 * SG_ACL_NONE: clear.
 */
u32 sg_acl_lookup(const struct sg_acl *acl, const struct sg_key *key);

/**
 * sg_acl_lookup_linear() - the same by plain search
 *
 * The specification in code, and the test oracle of sg_acl_lookup().
 */
u32 sg_acl_lookup_linear(const struct sg_ace *aces, u32 count, const struct sg_key *key);

#endif /* SG_ACL_H */
