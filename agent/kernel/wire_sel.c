// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Selectors and flows on the wire. What matches everything is left out when
 * written, and is what a missing attribute means when read.
 */
#include <errno.h>
#include <string.h>

#include "ksel.h"
#include "wire.h"

#define PORT_MAX 65535
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool put_ports(struct nlmsghdr *nlh, size_t max, uint16_t type_min, uint16_t type_max,
		      uint16_t low, uint16_t high, bool not)
{
	if (!low && high == PORT_MAX && !not)
		return true;
	return mnl_attr_put_u16_check(nlh, max, type_min, low) &&
	       mnl_attr_put_u16_check(nlh, max, type_max, high);
}

static bool put_addr(struct nlmsghdr *nlh, size_t max, uint16_t type_addr, uint16_t type_mask,
		     struct in_addr addr, struct in_addr mask)
{
	if (!mask.s_addr)
		return true;
	return mnl_attr_put_u32_check(nlh, max, type_addr, addr.s_addr & mask.s_addr) &&
	       mnl_attr_put_u32_check(nlh, max, type_mask, mask.s_addr);
}

/**
 * sg_wire_put_sel() - append a selector as a nest
 * @type: the attribute's number where it stands
 *
 * Return: false where there is no room.
 */
bool sg_wire_put_sel(struct nlmsghdr *nlh, size_t max, uint16_t type, const struct sg_ksel *sel)
{
	struct nlattr *nest = mnl_attr_nest_start_check(nlh, max, type);
	uint8_t flags = 0;

	if (!nest)
		return false;
	if (sel->sport_not)
		flags |= SG_SEL_F_SPORT_NOT;
	if (sel->dport_not)
		flags |= SG_SEL_F_DPORT_NOT;
	if (!put_addr(nlh, max, SG_SEL_SRC, SG_SEL_SRC_MASK, sel->src, sel->src_mask) ||
	    !put_addr(nlh, max, SG_SEL_DST, SG_SEL_DST_MASK, sel->dst, sel->dst_mask))
		return false;
	if (sel->proto && !mnl_attr_put_u8_check(nlh, max, SG_SEL_PROTO, sel->proto))
		return false;
	if (!put_ports(nlh, max, SG_SEL_SPORT_MIN, SG_SEL_SPORT_MAX, sel->sport_min,
		       sel->sport_max, sel->sport_not) ||
	    !put_ports(nlh, max, SG_SEL_DPORT_MIN, SG_SEL_DPORT_MAX, sel->dport_min,
		       sel->dport_max, sel->dport_not))
		return false;
	if (sel->icmp_type >= 0 &&
	    !mnl_attr_put_u8_check(nlh, max, SG_SEL_ICMP_TYPE, (uint8_t)sel->icmp_type))
		return false;
	if (sel->icmp_type >= 0 && sel->icmp_code >= 0 &&
	    !mnl_attr_put_u8_check(nlh, max, SG_SEL_ICMP_CODE, (uint8_t)sel->icmp_code))
		return false;
	if (flags && !mnl_attr_put_u8_check(nlh, max, SG_SEL_FLAGS, flags))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

/* What the bytes of the nest are before they become a selector with its "any"s. */
struct raw_sel {
	struct in_addr src, src_mask, dst, dst_mask;
	uint16_t sport_min, sport_max, dport_min, dport_max;
	uint8_t proto, flags, icmp_type, icmp_code;
	size_t type_len, code_len;	/* 0: not there */
};

#define RAW(a, k, m) \
	{ .attr = SG_SEL_##a, .kind = SG_WIRE_##k, .flags = SG_WIRE_F_GET, \
	  .offset = offsetof(struct raw_sel, m) }
#define RAW_OPT(a, m, l) \
	{ .attr = SG_SEL_##a, .kind = SG_WIRE_BYTES, .flags = SG_WIRE_F_GET, \
	  .offset = offsetof(struct raw_sel, m), .len_offset = offsetof(struct raw_sel, l), \
	  .len_max = sizeof(uint8_t) }

static const struct sg_wire_field sel_fields[] = {
	RAW(SRC, ADDR, src),
	RAW(SRC_MASK, ADDR, src_mask),
	RAW(DST, ADDR, dst),
	RAW(DST_MASK, ADDR, dst_mask),
	RAW(PROTO, U8, proto),
	RAW(SPORT_MIN, U16, sport_min),
	RAW(SPORT_MAX, U16, sport_max),
	RAW(DPORT_MIN, U16, dport_min),
	RAW(DPORT_MAX, U16, dport_max),
	RAW_OPT(ICMP_TYPE, icmp_type, type_len),
	RAW_OPT(ICMP_CODE, icmp_code, code_len),
	RAW(FLAGS, U8, flags),
};

/**
 * sg_wire_get_sel() - read a selector's nest
 *
 * Return: 0 or -EBADMSG.
 */
int sg_wire_get_sel(const struct nlattr *nest, struct sg_ksel *sel)
{
	struct raw_sel raw = { .sport_max = PORT_MAX, .dport_max = PORT_MAX };
	int err;

	err = sg_wire_get(nest, sel_fields, COUNT(sel_fields), &raw);
	if (err)
		return err;
	*sel = sg_ksel_any();
	sel->src = raw.src;
	sel->src_mask = raw.src_mask;
	sel->dst = raw.dst;
	sel->dst_mask = raw.dst_mask;
	sel->proto = raw.proto;
	sel->sport_min = raw.sport_min;
	sel->sport_max = raw.sport_max;
	sel->dport_min = raw.dport_min;
	sel->dport_max = raw.dport_max;
	sel->sport_not = raw.flags & SG_SEL_F_SPORT_NOT;
	sel->dport_not = raw.flags & SG_SEL_F_DPORT_NOT;
	if (raw.type_len)
		sel->icmp_type = raw.icmp_type;
	if (raw.code_len)
		sel->icmp_code = raw.icmp_code;
	return 0;
}

#define FLOW(a, k, m, f) \
	{ .attr = SG_FLOW_##a, .kind = SG_WIRE_##k, .offset = offsetof(struct sg_kflow, m), \
	  .flags = SG_WIRE_F_PUT | SG_WIRE_F_GET | (f) }

static const struct sg_wire_field flow_fields[] = {
	FLOW(MAP_NAME, NAME, map, SG_WIRE_F_REQUIRED),
	FLOW(SEQ, U32, seq, SG_WIRE_F_REQUIRED),
	FLOW(SELECTOR, SEL, ace, SG_WIRE_F_REQUIRED),
};

/** sg_wire_put_flow() - append a flow's name as a nest. Return: false where there is no room */
bool sg_wire_put_flow(struct nlmsghdr *nlh, size_t max, uint16_t type, const struct sg_kflow *flow)
{
	struct nlattr *nest = mnl_attr_nest_start_check(nlh, max, type);

	if (!nest || !sg_wire_put(nlh, max, flow_fields, COUNT(flow_fields), flow))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

/** sg_wire_get_flow() - read a flow's nest. Return: 0 or -EBADMSG */
int sg_wire_get_flow(const struct nlattr *nest, struct sg_kflow *flow)
{
	return sg_wire_get(nest, flow_fields, COUNT(flow_fields), flow);
}

struct flow_state {
	uint32_t held;
	uint8_t state;
};

static const struct sg_wire_field state_fields[] = {
	{ .attr = SG_FLOW_STATE, .kind = SG_WIRE_U8, .flags = SG_WIRE_F_GET,
	  .offset = offsetof(struct flow_state, state) },
	{ .attr = SG_FLOW_HELD, .kind = SG_WIRE_U32, .flags = SG_WIRE_F_GET,
	  .offset = offsetof(struct flow_state, held) },
};

/** sg_wire_get_flow_state() - what an answer says beside the flow's name. Return: 0 or -EBADMSG */
int sg_wire_get_flow_state(const struct nlattr *nest, uint8_t *state, uint32_t *held)
{
	struct flow_state fs = { 0 };
	int err;

	err = sg_wire_get(nest, state_fields, COUNT(state_fields), &fs);
	*state = fs.state;
	*held = fs.held;
	return err;
}
