// SPDX-License-Identifier: GPL-2.0
/*
 * Selectors, and access lists compiled into a tuple space: selectors of one shape (the same masks,
 * the same fields fixed to one value) form a group, and a group finds the selectors that fit a
 * packet by one hash lookup. A real crypto map has hundreds of ACEs and a handful of shapes.
 *
 * Cost of a lookup: one probe for each group, at most as many groups as there are ACEs, and
 * that again for each entry whose deny meets the packet, at most SG_ENTRIES_MAX. Port ranges
 * (lt, gt, neq, range) are no part of the hash: selectors that differ in these alone share a slot
 * and are tried in order.
 *
 * Not for the ACL text, counters, or what happens to a packet.
 */
#include "acl.h"

#define PROTO_ICMP	1
#define PROTO_TCP	6
#define PROTO_UDP	17
#define PORT_LAST	0xffff
#define FLAGS_ALL	(SG_SEL_SPORT_NOT | SG_SEL_DPORT_NOT | \
			 SG_SEL_HAS_ICMP_TYPE | SG_SEL_HAS_ICMP_CODE)
#define ACES_LIMIT	BIT(24)		/* keeps all sizes below within 32 bits */

/* --- selectors ------------------------------------------------------------------------------ */

static bool has_ports(u8 proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP;
}

/* A range that says nothing; zeros are what a protocol without ports comes with. */
static bool no_range(u16 min, u16 max)
{
	return !min && (!max || max == PORT_LAST);
}

/* One form for one set of ports: a complement that is one range is written as that. */
static int normalize_range(u16 *min, u16 *max, u8 *flags, u8 not)
{
	if (*min > *max)
		return -EINVAL;
	if (!(*flags & not))
		return 0;
	if (!*min && *max == PORT_LAST)
		return -EINVAL;		/* nothing is left */
	if (!*min) {
		*min = *max + 1;
		*max = PORT_LAST;
		*flags &= ~not;
	} else if (*max == PORT_LAST) {
		*max = *min - 1;
		*min = 0;
		*flags &= ~not;
	}
	return 0;
}

static int normalize_ports(struct sg_selector *sel)
{
	int err;

	if (has_ports(sel->proto)) {
		err = normalize_range(&sel->sport_min, &sel->sport_max, &sel->flags,
				      SG_SEL_SPORT_NOT);
		if (err)
			return err;
		return normalize_range(&sel->dport_min, &sel->dport_max, &sel->flags,
				       SG_SEL_DPORT_NOT);
	}
	if (!no_range(sel->sport_min, sel->sport_max) ||
	    !no_range(sel->dport_min, sel->dport_max) ||
	    sel->flags & (SG_SEL_SPORT_NOT | SG_SEL_DPORT_NOT))
		return -EINVAL;
	sel->sport_min = 0;
	sel->sport_max = PORT_LAST;
	sel->dport_min = 0;
	sel->dport_max = PORT_LAST;
	return 0;
}

static int normalize_icmp(struct sg_selector *sel)
{
	bool type = sel->flags & SG_SEL_HAS_ICMP_TYPE;
	bool code = sel->flags & SG_SEL_HAS_ICMP_CODE;

	if ((type && sel->proto != PROTO_ICMP) || (code && !type))
		return -EINVAL;
	if (!type)
		sel->icmp_type = 0;
	if (!code)
		sel->icmp_code = 0;
	return 0;
}

int sg_selector_normalize(struct sg_selector *sel)
{
	int err;

	if (sel->flags & ~FLAGS_ALL)
		return -EINVAL;
	err = normalize_ports(sel);
	if (err)
		return err;
	err = normalize_icmp(sel);
	if (err)
		return err;
	sel->src &= sel->src_mask;
	sel->dst &= sel->dst_mask;
	return 0;
}

static bool any_port(u16 min, u16 max, bool not)
{
	return !min && max == PORT_LAST && !not;
}

static bool any_sport(const struct sg_selector *sel)
{
	return any_port(sel->sport_min, sel->sport_max, sel->flags & SG_SEL_SPORT_NOT);
}

static bool any_dport(const struct sg_selector *sel)
{
	return any_port(sel->dport_min, sel->dport_max, sel->flags & SG_SEL_DPORT_NOT);
}

static bool port_matches(u16 port, u16 min, u16 max, bool not)
{
	return (port >= min && port <= max) != not;
}

static bool readable(const struct sg_key *key)
{
	return key->has_l4 && !key->fragment;
}

/* The part of a match behind addresses and protocol. */
static bool match_l4(const struct sg_selector *sel, const struct sg_key *key)
{
	if (has_ports(sel->proto)) {
		if (any_sport(sel) && any_dport(sel))
			return true;
		return readable(key) &&
		       port_matches(key->sport, sel->sport_min, sel->sport_max,
				    sel->flags & SG_SEL_SPORT_NOT) &&
		       port_matches(key->dport, sel->dport_min, sel->dport_max,
				    sel->flags & SG_SEL_DPORT_NOT);
	}
	if (sel->flags & SG_SEL_HAS_ICMP_TYPE)
		return readable(key) && key->icmp_type == sel->icmp_type &&
		       (!(sel->flags & SG_SEL_HAS_ICMP_CODE) || key->icmp_code == sel->icmp_code);
	return true;
}

bool sg_selector_match(const struct sg_selector *sel, const struct sg_key *key)
{
	return (key->src & sel->src_mask) == sel->src && (key->dst & sel->dst_mask) == sel->dst &&
	       (!sel->proto || sel->proto == key->proto) && match_l4(sel, key);
}

struct sg_key sg_key_swap(const struct sg_key *key)
{
	struct sg_key swapped = *key;

	swapped.src = key->dst;
	swapped.dst = key->src;
	swapped.sport = key->dport;
	swapped.dport = key->sport;
	return swapped;
}

u32 sg_acl_lookup_linear(const struct sg_ace *aces, u32 count, const struct sg_key *key)
{
	u32 i = 0;

	while (i < count) {
		u32 entry = aces[i].entry;

		if (!sg_selector_match(&aces[i].sel, key)) {
			i++;
			continue;
		}
		if (aces[i].permit)
			return i;
		while (i < count && aces[i].entry == entry)
			i++;
	}
	return SG_ACL_NONE;
}

/* --- compiled form ---------------------------------------------------------------------------- */

/* Which fields a shape fixes to one value, besides the masked addresses. */
#define FIX_PROTO	0x01
#define FIX_SPORT	0x02
#define FIX_DPORT	0x04
#define FIX_TYPE	0x08
#define FIX_CODE	0x10
#define FIX_L4		(FIX_SPORT | FIX_DPORT | FIX_TYPE | FIX_CODE)

struct shape {
	u32 src_mask, dst_mask;
	u32 fix;
};

/* What is hashed: the fields that the shape fixes, 0 in the others. */
struct tuple {
	u32 src, dst;
	u32 l4;			/* source and destination port, or ICMP type and code */
	u32 proto;
};

/* The ACEs of one tuple: a run of sg_acl.order, ascending. */
struct slot {
	struct tuple tuple;
	u32 begin;
	u32 count;		/* 0: a free slot */
};

struct group {
	struct shape shape;
	u32 first, last;	/* least and greatest index of its ACEs */
	u32 slots;		/* its first in sg_acl.slots */
	u32 mask;		/* size of its hash table, less one */
};

struct rule {
	struct sg_selector sel;
	u32 next_entry;		/* index of the first ACE of the next entry */
	bool permit;
};

struct sg_acl {
	u32 group_count;
	struct rule *rules;	/* by index */
	u32 *order;		/* indices, by slot */
	struct slot *slots;	/* the hash tables of all groups */
	struct group *groups;	/* by first index */
};

/* One ACE on its way into a slot. */
struct row {
	struct shape shape;
	struct tuple tuple;
	u32 index;
};

static u32 join(u16 high, u16 low)
{
	return (u32)high << 16 | low;
}

static struct row row_of(const struct sg_selector *sel, u32 index)
{
	struct row row = {
		.shape = { .src_mask = sel->src_mask, .dst_mask = sel->dst_mask },
		.tuple = { .src = sel->src, .dst = sel->dst, .proto = sel->proto },
		.index = index,
	};

	if (sel->proto)
		row.shape.fix |= FIX_PROTO;
	if (has_ports(sel->proto)) {
		bool sport = sel->sport_min == sel->sport_max && !(sel->flags & SG_SEL_SPORT_NOT);
		bool dport = sel->dport_min == sel->dport_max && !(sel->flags & SG_SEL_DPORT_NOT);

		if (sport)
			row.shape.fix |= FIX_SPORT;
		if (dport)
			row.shape.fix |= FIX_DPORT;
		row.tuple.l4 = join(sport ? sel->sport_min : 0, dport ? sel->dport_min : 0);
	} else if (sel->flags & SG_SEL_HAS_ICMP_TYPE) {
		row.shape.fix |= FIX_TYPE;
		if (sel->flags & SG_SEL_HAS_ICMP_CODE)
			row.shape.fix |= FIX_CODE;
		row.tuple.l4 = join(sel->icmp_type, sel->icmp_code);
	}
	return row;
}

/* What a packet looks like through a shape. */
static struct tuple tuple_of(const struct shape *shape, const struct sg_key *key)
{
	struct tuple tuple = {
		.src = key->src & shape->src_mask,
		.dst = key->dst & shape->dst_mask,
		.proto = shape->fix & FIX_PROTO ? key->proto : 0,
	};

	if (shape->fix & (FIX_SPORT | FIX_DPORT))
		tuple.l4 = join(shape->fix & FIX_SPORT ? key->sport : 0,
				shape->fix & FIX_DPORT ? key->dport : 0);
	else if (shape->fix & FIX_TYPE)
		tuple.l4 = join(key->icmp_type, shape->fix & FIX_CODE ? key->icmp_code : 0);
	return tuple;
}

/* Multiply and fold; the table is configuration, so nobody gains from collisions. */
static u32 hash_tuple(const struct tuple *tuple)
{
	u64 h = ((u64)tuple->src << 32 | tuple->dst) * 0x9e3779b97f4a7c15ull;

	h ^= h >> 29;
	h += (u64)tuple->l4 << 8 | tuple->proto;
	h *= 0xbf58476d1ce4e5b9ull;
	return h >> 32;
}

static bool same_tuple(const struct tuple *a, const struct tuple *b)
{
	return a->src == b->src && a->dst == b->dst && a->l4 == b->l4 && a->proto == b->proto;
}

/* The slot of a tuple, or the free one where it would go. A table is never full. */
static struct slot *find_slot(const struct sg_acl *acl, const struct group *group,
			      const struct tuple *tuple)
{
	u32 at = hash_tuple(tuple);

	for (;; at++) {
		struct slot *slot = &acl->slots[group->slots + (at & group->mask)];

		if (!slot->count || same_tuple(&slot->tuple, tuple))
			return slot;
	}
}

static int compare_u32(u32 a, u32 b)
{
	return (a > b) - (a < b);
}

static int compare_shapes(const struct shape *a, const struct shape *b)
{
	int d = compare_u32(a->fix, b->fix);

	d = d ? d : compare_u32(a->src_mask, b->src_mask);
	return d ? d : compare_u32(a->dst_mask, b->dst_mask);
}

static int compare_tuples(const struct tuple *a, const struct tuple *b)
{
	int d = compare_u32(a->src, b->src);

	d = d ? d : compare_u32(a->dst, b->dst);
	d = d ? d : compare_u32(a->l4, b->l4);
	return d ? d : compare_u32(a->proto, b->proto);
}

static int compare_rows(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int d = compare_shapes(&a->shape, &b->shape);

	d = d ? d : compare_tuples(&a->tuple, &b->tuple);
	return d ? d : compare_u32(a->index, b->index);
}

static int compare_groups(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	return compare_u32(a->first, b->first);
}

/* End of the run of one shape that starts at `begin`; counts its tuples. */
static u32 shape_end(const struct row *rows, u32 count, u32 begin, u32 *tuples)
{
	u32 i;

	*tuples = 1;
	for (i = begin + 1; i < count; i++) {
		if (compare_shapes(&rows[i].shape, &rows[begin].shape))
			break;
		if (!same_tuple(&rows[i].tuple, &rows[i - 1].tuple))
			++*tuples;
	}
	return i;
}

/* A power of two, so that at least half of the slots stay free. */
static u32 table_size(u32 tuples)
{
	u32 size = 2;

	while (size < 2 * tuples)
		size *= 2;
	return size;
}

static void count_groups(const struct row *rows, u32 count, u32 *groups, u32 *slots)
{
	u32 begin = 0, tuples;

	*groups = 0;
	*slots = 0;
	while (begin < count) {
		begin = shape_end(rows, count, begin, &tuples);
		++*groups;
		*slots += table_size(tuples);
	}
}

static void fill_group(struct sg_acl *acl, struct group *group, const struct row *rows, u32 begin,
		       u32 end)
{
	u32 i;

	group->shape = rows[begin].shape;
	group->first = rows[begin].index;
	group->last = rows[begin].index;
	for (i = begin; i < end; i++) {
		struct slot *slot = find_slot(acl, group, &rows[i].tuple);

		if (!slot->count) {
			slot->tuple = rows[i].tuple;
			slot->begin = i;
		}
		slot->count++;
		acl->order[i] = rows[i].index;
		if (rows[i].index < group->first)
			group->first = rows[i].index;
		if (rows[i].index > group->last)
			group->last = rows[i].index;
	}
}

static void fill_groups(struct sg_acl *acl, const struct row *rows, u32 count)
{
	u32 begin = 0, slots = 0, end, tuples;
	struct group *group = acl->groups;

	for (; begin < count; begin = end, group++) {
		end = shape_end(rows, count, begin, &tuples);
		group->slots = slots;
		group->mask = table_size(tuples) - 1;
		slots += table_size(tuples);
		fill_group(acl, group, rows, begin, end);
	}
	sg_sort(acl->groups, acl->group_count, sizeof(*acl->groups), compare_groups);
}

static void fill_rules(struct sg_acl *acl, const struct sg_ace *aces, u32 count)
{
	u32 next = count, i;

	for (i = count; i-- > 0;) {
		if (i + 1 < count && aces[i].entry != aces[i + 1].entry)
			next = i + 1;
		acl->rules[i].sel = aces[i].sel;
		acl->rules[i].permit = aces[i].permit;
		acl->rules[i].next_entry = next;
	}
}

static struct row *make_rows(const struct sg_ace *aces, u32 count)
{
	struct row *rows = sg_zalloc(count, sizeof(*rows));
	u32 i;

	if (!rows)
		return NULL;
	for (i = 0; i < count; i++)
		rows[i] = row_of(&aces[i].sel, i);
	sg_sort(rows, count, sizeof(*rows), compare_rows);
	return rows;
}

struct sg_acl *sg_acl_compile(const struct sg_ace *aces, u32 count)
{
	struct sg_acl *acl;
	struct row *rows;
	u32 slots;

	if (count > ACES_LIMIT)
		return NULL;
	acl = sg_zalloc(1, sizeof(*acl));
	if (!acl || !count)
		return acl;
	rows = make_rows(aces, count);
	if (!rows)
		goto no_memory;
	count_groups(rows, count, &acl->group_count, &slots);
	acl->rules = sg_zalloc(count, sizeof(*acl->rules));
	acl->order = sg_zalloc(count, sizeof(*acl->order));
	acl->slots = sg_zalloc(slots, sizeof(*acl->slots));
	acl->groups = sg_zalloc(acl->group_count, sizeof(*acl->groups));
	if (!acl->rules || !acl->order || !acl->slots || !acl->groups)
		goto no_memory;
	fill_rules(acl, aces, count);
	fill_groups(acl, rows, count);
	sg_free(rows);
	return acl;

no_memory:
	sg_free(rows);
	sg_acl_free(acl);
	return NULL;
}

void sg_acl_free(struct sg_acl *acl)
{
	if (!acl)
		return;
	sg_free(acl->groups);
	sg_free(acl->slots);
	sg_free(acl->order);
	sg_free(acl->rules);
	sg_free(acl);
}

/* First place in the slot's run that holds an index of `start` or more. */
static u32 lower_bound(const struct sg_acl *acl, const struct slot *slot, u32 start)
{
	u32 low = slot->begin, high = slot->begin + slot->count;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (acl->order[mid] < start)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The first ACE of a group that matches, of index start..limit - 1; limit if there is none. */
static u32 find_in_group(const struct sg_acl *acl, const struct group *group,
			 const struct sg_key *key, u32 start, u32 limit)
{
	struct tuple tuple;
	struct slot *slot;
	u32 i;

	if (group->shape.fix & FIX_L4 && !readable(key))
		return limit;
	tuple = tuple_of(&group->shape, key);
	slot = find_slot(acl, group, &tuple);
	for (i = lower_bound(acl, slot, start); i < slot->begin + slot->count; i++) {
		u32 index = acl->order[i];

		if (index >= limit)
			break;
		if (sg_selector_match(&acl->rules[index].sel, key))
			return index;
	}
	return limit;
}

/* The first ACE that matches, of index `start` or more. */
static u32 find_first(const struct sg_acl *acl, const struct sg_key *key, u32 start)
{
	u32 best = SG_ACL_NONE, i;

	for (i = 0; i < acl->group_count && acl->groups[i].first < best; i++)
		if (acl->groups[i].last >= start)
			best = find_in_group(acl, &acl->groups[i], key, start, best);
	return best;
}

u32 sg_acl_lookup(const struct sg_acl *acl, const struct sg_key *key)
{
	u32 start = 0, found;

	for (;;) {
		found = find_first(acl, key, start);
		if (found == SG_ACL_NONE || acl->rules[found].permit)
			return found;
		start = acl->rules[found].next_entry;
	}
}
